"""The mask that goes along with a tensor of the engine."""
try:
    from keras.src.backend.common.masking import get_keras_mask, set_keras_mask
except ImportError:
    # Before Keras 3.7 a mask was an attribute, for tensors that take one.
    def get_keras_mask(x):
        """The mask of a tensor, or None."""
        return getattr(x, "_keras_mask", None)

    def set_keras_mask(x, mask):
        """Gives a tensor a mask."""
        try:
            x._keras_mask = mask
        except AttributeError:
            pass

__all__ = ["get_keras_mask", "set_keras_mask"]
