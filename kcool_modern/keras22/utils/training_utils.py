"""``keras.utils.training_utils``: the old home of `multi_gpu_model`."""
from .multi_gpu_utils import multi_gpu_model

__all__ = ["multi_gpu_model"]
