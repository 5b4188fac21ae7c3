"""``keras.legacy.layers``: layers that were deprecated in 2.2.4, and the recurrent base class of earlier versions."""
from ..engine.base_layer import InputSpec, Layer  # noqa: F401 - 2.2.4 had it here too
from ..layers._legacy import *  # noqa: F403
from ..layers._legacy import __all__  # noqa: F401
from ..utils.generic_utils import to_list  # noqa: F401 - 2.2.4 had it here too
