"""``K.function``: values of any tensor that came up while a model was built.

Recipe preserved: ``fn = K.function([x_in], [normal.x_normalized])`` of Su Jianlin's "Make Keras a bit cooler" (April
2019): the outputs may be layer outputs or tensors that a layer stored on itself inside ``call``. On Keras 2.2 both
are tensors of one graph and a session fetches them.

This side calls the real ``K.function``; the results are its results. It looks at the arguments first, because the
backend's own complaints come late and name no layer.

Known differences: none in the numbers.
"""
import numpy as np
import tensorflow as tf
from keras import backend as K

from kcool.errors import NotATensor, NotConnected, WrongShape
from kcool.stack import stack

__all__ = ["function"]


def function(inputs, outputs, updates=None):
    """Makes a callable that computes tensors of a graph from others.

        normalized = compat.function([x_in], [normal.x_normalized])
        values, = normalized([x_test])

    Args:
        inputs: list of symbolic tensors that will be fed; ``K.learning_phase()`` may be among them.
        outputs: list of tensors: symbolic tensors, tensors that a layer holds, variables, results of `gradients`.
        updates: list of ``(variable, new value)`` pairs and of results of ``K.update``, ``K.update_add``,
            ``K.update_sub``; they are written at every call, after the outputs have been computed.

    Returns:
        A callable: takes a list of arrays, one per input, and returns a list of NumPy arrays, one per output.

    Raises:
        NotATensor: an entry is not what its place needs.
        NotConnected: an output needs an input that is not given, or its origin cannot be told.
        WrongShape: when calling, the number or the shapes of the arrays do not fit.
    """
    inputs, outputs, updates = _listed("inputs", inputs), _listed("outputs", outputs), _listed("updates", updates or [])
    # The gradient of a lookup table is a list of rows, of which a session would fetch the values without their places.
    outputs = [tf.convert_to_tensor(t) if isinstance(t, tf.IndexedSlices) else t for t in outputs]
    for role, tensors in (("inputs", inputs), ("outputs", outputs)):
        for position, tensor in enumerate(tensors):
            if not _is_tensor(tensor):
                raise NotATensor("compat.function: %s[%d] is no tensor: %r." % (role, position, tensor),
                                 found="type %s" % type(tensor).__name__, supported="tensors of the graph, variables")
    if len({id(tensor) for tensor in inputs}) < len(inputs):
        raise NotATensor("compat.function: an input is named twice.", found=", ".join(map(_name, inputs)),
                         do="name every input once: the arrays could contradict each other")
    for update in updates:
        _require_pending(update)
    _require_connected(inputs, outputs + _new_values(updates))
    return _Function(inputs, outputs, updates)


class _Function(object):
    """Checks arrays and hands them to the real function; see `function`."""

    def __init__(self, inputs, outputs, updates):
        self.inputs = inputs
        # A session fetches neither a variable's handle nor a tensor that it is fed.
        fed = set(map(id, inputs))
        outputs = [K.identity(t) if isinstance(t, tf.Variable) or id(t) in fed else t for t in outputs]
        self._function = K.function(inputs, outputs, updates=updates)

    def __call__(self, inputs):
        if not isinstance(inputs, (list, tuple)) or len(inputs) != len(self.inputs):
            raise WrongShape("This function takes a list of %d arrays, one per input." % len(self.inputs),
                             found=_described(inputs), do="call it as fn([%s])" % ", ".join(map(_name, self.inputs)))
        for tensor, value in zip(self.inputs, inputs):
            _require_fit(tensor, value)
        # Keras 2.3 takes nested lists apart and would feed single numbers.
        inputs = [np.asarray(value) if isinstance(value, (list, tuple)) else value for value in inputs]
        for tensor, value in zip(self.inputs, inputs):
            _require_numbers(tensor, value)
        return [_own(value) for value in self._function(inputs)]


def _require_fit(tensor, value):
    want = tensor.shape
    if want.ndims is None or value is None or isinstance(value, tf.Tensor):
        return
    want, have = tuple(want.as_list()), _shape(tensor, value)
    if len(want) != len(have) or any(w is not None and w != h for w, h in zip(want, have)):
        raise WrongShape("The array for input %r has the wrong shape." % _name(tensor), found="shape %s" % (have,),
                         supported="shape %s, where None stands for any size" % (want,))


def _shape(tensor, value):
    try:
        return np.shape(value)
    except ValueError:  # NumPy 1.24 and later make no array of rows of different lengths
        _refuse(tensor, value)


def _own(value):
    """The result as the caller's own: TensorFlow 2.0 lends its memory, which may be that of a weight."""
    return value.copy() if isinstance(value, np.ndarray) and not value.flags.owndata else value


def _require_numbers(tensor, value):
    no_numbers = isinstance(value, np.ndarray) and value.dtype.kind in "OSU" and tensor.dtype != tf.string
    # A tensor with a value of its own may be left unfed.
    if no_numbers or value is None and tensor.op.type == "Placeholder":
        _refuse(tensor, value)


def _refuse(tensor, value):
    raise WrongShape("The array for input %r cannot be made." % _name(tensor), found=repr(value),
                     supported="numbers of shape %s" % (tensor.shape,),
                     do="pass an array of numbers, with rows of equal length")


def _listed(role, value):
    if not isinstance(value, (list, tuple)):
        raise NotATensor("compat.function: `%s` has to be a list." % role, found=repr(value),
                         do="write %s=[...], with one element if there is one tensor" % role)
    return list(value)


def _is_tensor(value):
    return isinstance(value, (tf.Tensor, tf.Variable, tf.SparseTensor)) or hasattr(value, "_as_graph_element")


def _require_pending(update):
    """On TensorFlow 2.0 operations on variables run at once: such an update would never be carried out again."""
    if isinstance(update, tf.Variable) and tf.executing_eagerly():
        raise NotATensor("compat.function: this update was carried out already, when it was made: %r." % update,
                         found=str(stack()), do="pass the pair (variable, new value)")
    if isinstance(update, tuple) and isinstance(update[1], tf.Tensor) and not hasattr(update[1], "graph"):
        raise NotATensor(
            "compat.function: the new value of an update is a tensor with a value already: %r." % (update[1],),
            found=str(stack()), supported="tensors that depend on the inputs, variables",
            do="for `variable + x` use K.update_add or K.update_sub on a stack that defers them")


def _new_values(updates):
    return [update[1] if isinstance(update, tuple) else update for update in updates]


def _require_connected(inputs, outputs):
    missing = _unfed(inputs, outputs)
    if missing:
        raise NotConnected(
            "compat.function: the outputs need inputs that are not given: %s." % ", ".join(missing),
            found="given: %s; %s" % (", ".join(map(_name, inputs)) or "nothing", stack()),
            do="add the missing tensors to `inputs`, or check that all tensors belong to one model")


def _unfed(inputs, outputs):
    """Names of the placeholders that some tensors depend on and that are not fed."""
    given = {tensor.name for tensor in inputs}
    waiting, seen, missing = [t for t in outputs if isinstance(t, tf.Tensor)], set(), []
    while waiting:
        tensor = waiting.pop()
        if tensor.name in given or tensor.op in seen:
            continue
        seen.add(tensor.op)
        if tensor.op.type == "Placeholder" and not _is_captured(tensor):
            missing.append(_name(tensor))
        waiting.extend(tensor.op.inputs)
    return missing


def _is_captured(tensor):
    # Under TF 2 variables come into Keras's graph as placeholders of their handles.
    return tensor.dtype == tf.resource or any(tensor is inner for _, inner in getattr(tensor.graph, "captures", ()))


def _name(tensor):
    history = getattr(tensor, "_keras_history", None)
    return history[0].name if history else tensor.name.split(":")[0]


def _described(inputs):
    if not isinstance(inputs, (list, tuple)):
        return "a %s" % type(inputs).__name__
    return "%d: %s" % (len(inputs), ", ".join(str(np.shape(value)) for value in inputs))
