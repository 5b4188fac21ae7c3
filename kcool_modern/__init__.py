"""Techniques on today's stacks: tf.keras, tf-keras, and Keras 3 on TensorFlow, JAX and PyTorch. Python 3.9 on."""
