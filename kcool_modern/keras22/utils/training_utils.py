"""``keras.utils.training_utils``: the old home of `multi_gpu_model`."""
from .multi_gpu_utils import multi_gpu_model

__all__ = ["multi_gpu_model"]


def __getattr__(name):
    # 2.2.4 had these here as well; they are built on this folder, so that they cannot be imported while it is.
    if name == "Model":
        from ..engine.training import Model
        return Model
    if name in ("Lambda", "concatenate"):
        from .. import layers
        return getattr(layers, name)
    raise AttributeError("module %r has no attribute %r" % (__name__, name))
