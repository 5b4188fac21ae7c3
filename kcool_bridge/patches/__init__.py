"""Every patch of the bridge, in the order in which they are applied: a module per package that is changed."""
from . import h5, keras, numpy, python, tensorflow

__all__ = ["PATCHES"]

PATCHES = python.PATCHES + numpy.PATCHES + h5.PATCHES + tensorflow.PATCHES + keras.PATCHES
