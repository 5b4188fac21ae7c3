"""``keras.legacy.layers``: layers that were deprecated in 2.2.4, and the recurrent base class of earlier versions."""
from ..layers._legacy import *  # noqa: F403
from ..layers._legacy import __all__  # noqa: F401
