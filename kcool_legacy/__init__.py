"""Techniques on the stacks they were written for: standalone Keras 2.2/2.3 on TensorFlow 1.12-2.0. Python 3.6 on."""
