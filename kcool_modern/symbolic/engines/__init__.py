"""What the techniques on Keras 2.2 models need of one engine each."""
