"""Techniques on today's stacks: tf.keras and tf-keras 2.x, and Keras 3 on TensorFlow, JAX and PyTorch. Python 3.9 or later."""
