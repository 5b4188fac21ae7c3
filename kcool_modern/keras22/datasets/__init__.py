"""Small datasets, fetched on first use into ``KERAS_HOME`` (or ``~/.keras``) under ``datasets``."""
from . import boston_housing, cifar10, cifar100, fashion_mnist, imdb, mnist, reuters

__all__ = ["boston_housing", "cifar10", "cifar100", "fashion_mnist", "imdb", "mnist", "reuters"]
