"""``keras.backend.tensorflow_backend``: the same functions as ``keras.backend``."""
from .._symbolic.engines import engine as _engine
from ..utils.generic_utils import has_arg, transpose_shape  # noqa: F401 - 2.2.4 had it here too
from . import *  # noqa: F403
from . import __all__  # noqa: F401
from .leaked import leaked as __getattr__  # noqa: F401


def _get_available_gpus():
    """The names of the GPUs; old scripts ask this private function whether there are any."""
    return [device.name for device in _engine().devices() if device.device_type == "GPU"]
