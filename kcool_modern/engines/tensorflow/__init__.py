"""TensorFlow: tf.keras, tf-keras and Keras 3."""
