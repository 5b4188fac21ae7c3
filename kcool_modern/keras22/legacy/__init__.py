"""``keras.legacy``: Keras 1 spellings, and layers that were on their way out in 2.2.4."""
