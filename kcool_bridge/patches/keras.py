"""What has to be changed in Keras itself."""
import functools
from types import ModuleType

import numpy as np

from kcool_common.sklearn_tags import tags_of_old_wrapper
from kcool_common.svd_signs import svd

from ..register import attribute

__all__ = ["PATCHES"]


def _empty_as_list(plain):
    def __getitem__(self, name):
        value = plain(self, name)
        return [] if isinstance(value, np.ndarray) and value.shape == (0,) else value

    return __getitem__


def _with_old_signs(plain):
    namespace, linalg = ModuleType("numpy"), ModuleType("numpy.linalg")
    namespace.__dict__.update(vars(plain), linalg=linalg)
    linalg.__dict__.update(vars(plain.linalg), svd=lambda a, full_matrices=False: svd(a))
    return namespace


def _turned(plain):
    @functools.wraps(plain)
    def convert_kernel(kernel):
        kernel = np.asarray(kernel)
        if not 3 <= kernel.ndim <= 5:
            return plain(kernel)  # which says what is wrong
        return np.flip(kernel, tuple(range(kernel.ndim - 2))).copy()

    return convert_kernel


def _ordered(plain):
    @functools.wraps(plain)
    def _make_train_function(self):
        from kcool_legacy.write_order import make_in_order

        return make_in_order(self, functools.partial(plain, self))

    return _make_train_function


def _reading_first(plain):
    @functools.wraps(plain)
    def __init__(self, *args, **kwargs):
        from ..reads_first import order

        plain(self, *args, **kwargs)
        order(self.outputs, self.updates_op)

    return __init__


def _wide(value):
    return np.float64(value) if isinstance(value, np.floating) else value


def _adding_up_wide(plain):
    @functools.wraps(plain)
    def on_batch_end(self, batch, logs=None):
        plain(self, batch, logs and {key: _wide(value) for key, value in logs.items()})

    return on_batch_end


def _testing_wide(plain):
    @functools.wraps(plain)
    def test_loop(model, f, *args, **kwargs):
        def wide(inputs):
            found = f(inputs)
            return [_wide(one) for one in found] if isinstance(found, (list, tuple)) else _wide(found)

        return plain(model, wide, *args, **kwargs)

    return test_loop


def _loading_objects(plain):
    namespace = ModuleType("numpy")
    namespace.__dict__.update(vars(plain), load=functools.partial(plain.load, allow_pickle=True))
    return namespace


_PROMOTION = "losses of float32 were added up in float64, before NumPy 2 kept what is multiplied by a number in float32"

_OBJECTS = "the texts, whose file is compared with its hash, are an array of objects, which NumPy loads no more unasked"

PATCHES = (
    attribute("keras.callbacks:BaseLogger.on_batch_end", _PROMOTION, _adding_up_wide, "numpy>=2"),
    attribute("keras.engine.training_arrays:test_loop", _PROMOTION, _testing_wide, "numpy>=2"),
    attribute("keras.backend.tensorflow_backend:Function.__init__",
              "whether an output came before or after an update of its variable was a matter of chance",
              _reading_first, "keras<2.3"),
    attribute("keras.engine.training:Model._make_train_function",
              "a step read the optimizer's counters and the weights before or after it wrote them, as it happened",
              _ordered),
    attribute("keras.initializers:np", "the signs of singular vectors, and so recurrent layers' first weights, changed "
              "with LAPACK 3.10", _with_old_signs, "numpy>=1.22"),
    attribute("keras.datasets.imdb:np", _OBJECTS, _loading_objects),
    attribute("keras.datasets.reuters:np", _OBJECTS, _loading_objects),
    attribute("keras.utils.io_utils:H5Dict.__getitem__", "Keras asks an empty array of names for its truth value",
              _empty_as_list, "numpy>=2.2,keras>=2.2.4"),
    attribute("keras.utils.conv_utils:convert_kernel", "it indexes an array with a list of slices", _turned,
              "numpy>=1.23"),
    attribute("keras.wrappers.scikit_learn:BaseWrapper.__sklearn_tags__", "estimators are asked for their tags",
              lambda old: tags_of_old_wrapper, "scikit-learn>=1.6", only_if_absent=True),
)
