"""``keras.backend`` of Keras 2.2.4 on Keras 3."""
