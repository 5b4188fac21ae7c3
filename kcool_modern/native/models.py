"""``keras.models`` of Keras 2.2.4, as far as `_status` serves it."""
from ._delegate import delegate

__getattr__, __dir__ = delegate("models")
