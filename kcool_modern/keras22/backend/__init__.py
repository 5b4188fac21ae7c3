"""``keras.backend`` of Keras 2.2.4.

Outside of a layer's ``call`` operations are recorded and give symbolic tensors; `eval`, `get_value` and `function`
compute.
"""
from .._symbolic.engines import engine as _engine
from ..utils.generic_utils import has_arg, transpose_shape  # noqa: F401
from . import common  # noqa: F401
from . import config as _config
from . import control as _control
from . import conv as _conv
from . import ctc as _ctc
from . import elementwise as _elementwise
from . import graph as _graph
from . import inspection as _inspection
from . import linalg as _linalg
from . import loops as _loops
from . import losses as _losses
from . import names as _names
from . import nn as _nn
from . import norm as _norm
from . import pooling as _pooling
from . import random as _random
from . import reductions as _reductions
from . import rnn as _rnn
from . import shapes as _shapes
from . import state as _state
from .config import *  # noqa: F403
from .control import *  # noqa: F403
from .conv import *  # noqa: F403
from .ctc import *  # noqa: F403
from .elementwise import *  # noqa: F403
from .graph import *  # noqa: F403
from .inspection import *  # noqa: F403
from .linalg import *  # noqa: F403
from .loops import *  # noqa: F403
from .losses import *  # noqa: F403
from .names import *  # noqa: F403
from .nn import *  # noqa: F403
from .norm import *  # noqa: F403
from .pooling import *  # noqa: F403
from .random import *  # noqa: F403
from .reductions import *  # noqa: F403
from .rnn import *  # noqa: F403
from .shapes import *  # noqa: F403
from .state import *  # noqa: F403

_BACKEND = backend()  # noqa: F405
# Once and for all, so that functions of the engine itself take symbolic tensors too.
_engine()

__all__ = sorted(name for part in (
    _config, _control, _conv, _ctc, _elementwise, _graph, _inspection, _linalg, _loops, _losses, _names, _nn, _norm,
    _pooling, _random, _reductions, _rnn, _shapes, _state) for name in part.__all__)

# As in 2.2.4, where the package is made from it; it takes the names above.
from . import tensorflow_backend  # noqa: E402,F401
from .leaked import leaked as __getattr__  # noqa: E402,F401
