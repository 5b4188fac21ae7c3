"""Optimizers of TensorFlow 1 in the graph of the emulation, moving averages, and what counts and saves."""
import functools
import os

import numpy as np
import tensorflow as tf

from kcool_modern.keras22 import backend as K
from kcool_modern.keras22._native_optimizer import new_values
from kcool_modern.keras22._symbolic.context import computation
from kcool_modern.keras22._symbolic.record import record
from kcool_modern.keras22._symbolic.spec import is_symbol, is_variable

from .control import group
from .forward import describes, recorded
from .variables import Variable, get_collection, global_variables, trainable_variables

__all__ = ["ExponentialMovingAverage", "Saver", "assign_moving_average", "create_global_step", "decay",
           "get_global_step", "get_or_create_global_step", "optimizer"]

_v1 = tf.compat.v1.train


@functools.lru_cache(maxsize=None)
def optimizer(name):
    """The class of one of TensorFlow's optimizers that also works on the graph of the emulation."""
    base = getattr(_v1, name)
    return type(name, (_Describing, base), {"__doc__": base.__doc__, "__module__": __name__})


class _Describing:
    """What is described outside of a computation is run by a session; the numbers are TensorFlow's own."""

    def minimize(self, loss, global_step=None, var_list=None, gate_gradients=1, aggregation_method=None,
                 colocate_gradients_with_ops=False, name=None, grad_loss=None):
        """An operation that makes one step."""
        pairs = self.compute_gradients(loss, var_list=var_list, grad_loss=grad_loss)
        if not any(grad is not None for _, grad in [(v, g) for g, v in pairs]):
            raise ValueError("No gradients provided for any variable, check your graph for ops that do not support "
                             "gradients, between variables %s and loss %s." % ([v for _, v in pairs], loss))
        return self.apply_gradients(pairs, global_step, name)

    def compute_gradients(self, loss, var_list=None, *args, **kwargs):
        """Pairs of gradient and variable."""
        from .session import gradients
        variables = list(var_list) if var_list is not None else trainable_variables()
        return list(zip(gradients(loss, variables, kwargs.get("grad_loss")), variables))

    def apply_gradients(self, grads_and_vars, global_step=None, name=None):
        """An operation that makes the step that gradients give."""
        pairs = list(grads_and_vars)
        if not describes():
            return super().apply_gradients(pairs, global_step, name)
        symbols = {key: value for key, value in vars(self).items() if is_symbol(value) or is_variable(value)}
        held = _Held(self, symbols)
        written = new_values(held, [(v, g) for g, v in pairs if g is not None])
        updates = [K.update(variable, value) for variable, value in written]
        if global_step is not None:
            updates.append(K.update_add(global_step, 1))
        return group(*updates, name=name or type(self).__name__)


class _Held:
    """An optimizer whose hyper-parameters are tensors of the graph."""

    def __init__(self, of, symbols):
        self._of, self._symbols = of, symbols

    def apply_gradients(self, pairs):
        """A step with the values that the hyper-parameters have now."""
        for key, symbol in self._symbols.items():
            setattr(self._of, key, record(tf.identity, (symbol,)) if computation() is not None else symbol)
        try:
            return self._of.apply_gradients(pairs)
        finally:
            vars(self._of).update(self._symbols)


# --- counting ---------------------------------------------------------------------------------------------------------

def create_global_step(graph=None):
    """A variable that counts steps."""
    if get_global_step() is not None:
        raise ValueError('"global_step" already exists.')
    return Variable(np.int64(0), name="global_step", trainable=False, collections=["variables", "global_step"])


def get_global_step(graph=None):
    """The variable that counts steps, None if there is none."""
    found = get_collection("global_step")
    return found[0] if found else None


def get_or_create_global_step(graph=None):
    """The variable that counts steps."""
    found = get_global_step()
    return create_global_step() if found is None else found


def decay(name):
    """One of TensorFlow's learning rates that follow a count of steps."""
    function = getattr(_v1, name)

    @functools.wraps(function)
    def value(*args, **kwargs):
        found = function(*args, **kwargs)
        # A function where there is no graph.
        return found() if callable(found) else found

    return recorded(value)


# --- averages ---------------------------------------------------------------------------------------------------------

def assign_moving_average(variable, value, decay, zero_debias=True, name=None):
    """An update that moves a variable towards a value, as `tensorflow.python.training.moving_averages` has it."""
    if zero_debias:
        return K.moving_average_update(variable, value, decay)
    return K.update_sub(variable, (variable - value) * (1 - decay))


class ExponentialMovingAverage:
    """Averages of variables that follow them.

    Args:
        decay: float, the weight of the old average.
        num_updates: optional variable or int; the weight is at most ``(1 + n) / (10 + n)``.
        zero_debias: whether averages of tensors start from zero and are corrected for it.
    """

    def __init__(self, decay, num_updates=None, zero_debias=False, name="ExponentialMovingAverage"):
        self._decay, self._num_updates, self._zero_debias, self.name = decay, num_updates, zero_debias, name
        self._averages = {}

    def apply(self, var_list=None):
        """An operation that moves the averages."""
        listed = trainable_variables() if var_list is None else list(var_list)
        weight = self._decay
        if self._num_updates is not None:
            weight = record(_limited, (self._decay, self._num_updates), name="decay")
        updates = []
        for one in listed:
            if id(one) not in self._averages:
                shadow = Variable(K.get_value(one) if is_variable(one) else np.zeros(K.int_shape(one), K.dtype(one)),
                                  trainable=False, name="%s/%s" % (one.op.name, self.name))
                self._averages[id(one)] = (one, shadow)
            shadow = self._averages[id(one)][1]
            if self._zero_debias and not is_variable(one):
                updates.append(K.moving_average_update(shadow, one, self._decay))
            else:
                updates.append(K.update_sub(shadow, _difference(shadow, one, weight)))
        return group(*updates, name=self.name)

    def average(self, var):
        """The variable that holds the average of another, None if there is none."""
        return self._averages.get(id(var), (None, None))[1]

    def average_name(self, var):
        """The name of the average."""
        return "%s/%s" % (var.op.name, self.name)

    def variables_to_restore(self, moving_avg_variables=None):
        """Names of averages, with the variables that are to get their values."""
        listed = trainable_variables() if moving_avg_variables is None else moving_avg_variables
        found = {self.average_name(one): one for one in listed}
        found.update((one.op.name, one) for one in global_variables()
                     if all(one is not other for other in listed))
        return found


_difference = recorded(lambda shadow, value, weight: (shadow - value) * (1. - tf.cast(weight, shadow.dtype)))


def _limited(decay, count):
    count = tf.cast(count, tf.float32)
    return tf.minimum(decay, (1. + count) / (10. + count))


# --- files ------------------------------------------------------------------------------------------------------------

class Saver:
    """Writes variables into checkpoints of TensorFlow 1's format, and reads them.

    Args:
        var_list: list of variables, or dict from name to variable; all by default.
        max_to_keep: int, how many checkpoints are kept; 0 or None for all.
    """

    def __init__(self, var_list=None, reshape=False, sharded=False, max_to_keep=5, **kwargs):
        self._variables, self._max_to_keep = var_list, max_to_keep
        self.last_checkpoints = []

    def _named(self):
        listed = global_variables() if self._variables is None else self._variables
        if isinstance(listed, dict):
            return listed
        names = [(one.old_name or one.name).split(":")[0] for one in listed]
        return dict(zip(names, listed))

    def save(self, sess, save_path, global_step=None, latest_filename=None, meta_graph_suffix="meta",
             write_meta_graph=True, write_state=True, **kwargs):
        """Writes a checkpoint; gives its path. No graph is written with it."""
        if global_step is not None:
            global_step = int(K.get_value(global_step)) if is_variable(global_step) else int(global_step)
            save_path = "%s-%d" % (save_path, global_step)
        named = self._named()
        os.makedirs(os.path.dirname(os.path.abspath(save_path)), exist_ok=True)
        tf.raw_ops.SaveV2(prefix=save_path, tensor_names=list(named), shape_and_slices=[""] * len(named),
                          tensors=[tf.constant(K.get_value(one)) for one in named.values()])
        self.last_checkpoints = [one for one in self.last_checkpoints if one != save_path] + [save_path]
        while self._max_to_keep and len(self.last_checkpoints) > self._max_to_keep:
            _v1.remove_checkpoint(self.last_checkpoints.pop(0))
        if write_state:
            _v1.update_checkpoint_state(os.path.dirname(os.path.abspath(save_path)), save_path,
                                        self.last_checkpoints, latest_filename)
        return save_path

    def restore(self, sess, save_path):
        """Reads a checkpoint, one of the real TensorFlow 1 too."""
        reader = _v1.load_checkpoint(save_path)
        for name, one in self._named().items():
            if not reader.has_tensor(name):
                raise tf.errors.NotFoundError(None, None, "Key %s not found in checkpoint %s" % (name, save_path))
            K.set_value(one, reader.get_tensor(name))
