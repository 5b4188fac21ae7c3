"""Names of TensorFlow 1 that have become something else, or that nothing has to be done for."""
import sys

import numpy as np
import tensorflow as tf

from kcool_modern.keras22 import backend as K
from kcool_modern.keras22._symbolic.spec import is_symbol
from kcool_modern.keras22.backend.names import name_scope as _name_scope

from .variables import add_to_collection, get_collection

__all__ = ["Tensor", "add_loss", "app_run", "executing_eagerly", "get_losses", "get_regularization_loss",
           "get_regularization_losses", "get_static_value", "get_total_loss", "name_scope", "nothing", "test_gpu"]


class _TensorKind(type):
    def __instancecheck__(cls, instance):
        return is_symbol(instance) or isinstance(instance, tf.Tensor)


class Tensor(metaclass=_TensorKind):
    """What `isinstance(x, tf.Tensor)` asks for: tensors of the graph are meant as well."""


def nothing(*args, **kwargs):
    """There is nothing to be done."""


def executing_eagerly():
    """False: there is a graph."""
    return False


def name_scope(name=None, default_name=None, values=None):
    """A context in which names begin with ``name/``."""
    return _name_scope(name, default_name, values)


def get_static_value(tensor, partial=False):
    """The value of a tensor if it depends on nothing that has to be fed, else None."""
    if not is_symbol(tensor):
        return tf.get_static_value(tensor, partial)
    from kcool_modern.keras22._symbolic.run import Plan
    plan = Plan([], [tensor])
    return None if plan.missing or plan.random else K.eval(tensor)


def app_run(main=None, argv=None):
    """Parses the flags and calls ``main(argv)``, by default that of the script."""
    from absl import flags
    arguments = flags.FLAGS(sys.argv if argv is None else argv, known_only=True)
    sys.exit((main or sys.modules["__main__"].main)(arguments))


def test_gpu(cuda_only=False, min_cuda_compute_capability=None):
    """Whether there is a GPU."""
    return bool(tf.config.list_physical_devices("GPU"))


# --- losses -----------------------------------------------------------------------------------------------------------

def loss(name):
    """One of ``tf.losses``, whose result goes into a collection."""
    from .forward import recorded
    function = recorded(getattr(tf.compat.v1.losses, name))

    def value(*args, loss_collection="losses", **kwargs):
        found = function(*args, loss_collection=None, **kwargs)
        if loss_collection and is_symbol(found):
            add_to_collection(loss_collection, found)
        return found

    return value


def add_loss(loss, loss_collection="losses"):
    """Puts a loss into a collection."""
    add_to_collection(loss_collection, loss)


def get_losses(scope=None, loss_collection="losses"):
    """The losses of a collection."""
    return get_collection(loss_collection, scope)


def get_regularization_losses(scope=None):
    """The penalties of regularizers."""
    return get_collection("regularization_losses", scope)


def get_regularization_loss(scope=None, name=None):
    """The sum of the penalties of regularizers."""
    return sum(get_regularization_losses(scope), K.constant(np.float32(0)))


def get_total_loss(add_regularization_losses=True, name="total_loss", scope=None):
    """The sum of the losses."""
    return sum(get_losses(scope), get_regularization_loss(scope) if add_regularization_losses else K.constant(0.))
