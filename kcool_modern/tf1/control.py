"""Loops, choices, groups of operations and what has to come first."""
import threading

import numpy as np
import tensorflow as tf

from kcool_modern.keras22._symbolic.context import branch, branches, computation, drawn
from kcool_modern.keras22._symbolic.record import record
from kcool_modern.keras22._symbolic.spec import flat, is_symbol, is_variable, map_structure
from kcool_modern.keras22._symbolic.tensor import Shape
from kcool_modern.keras22._symbolic.updates import Pending, Update

__all__ = ["Operation", "Print", "TensorArray", "control_dependencies", "current_values", "group", "no_op", "py_func",
           "repeated", "tuple_of", "while_loop"]


class Operation:
    """Something that a session runs and that gives nothing.

    Attributes:
        parts: updates, tensors and further operations, which are all run in one step.
        actions: functions without arguments that are called afterwards.
        name: str.
    """

    type = "NoOp"

    def __init__(self, parts=(), actions=(), name="group_deps"):
        self.parts, self.actions, self.name = list(parts), list(actions), name

    @property
    def symbols(self):
        """The tensors to be computed."""
        found = []
        for part in self.parts:
            found.extend(part.symbols if isinstance(part, Operation) else [part])
        return found

    def perform(self):
        """Calls the actions."""
        for part in self.parts:
            if isinstance(part, Operation):
                part.perform()
        for action in self.actions:
            action()

    def run(self, feed_dict=None, session=None):
        """Carries it out."""
        from .session import get_default_session
        (session or get_default_session()).run(self, feed_dict)

    def __repr__(self):
        return "<tf.Operation %r type=%s>" % (self.name, self.type)


def group(*inputs, **kwargs):
    """Several things to be run together."""
    listed = [one for one in flat(inputs) if one is not None]
    if computation() is not None:
        return listed
    return Operation(listed, name=kwargs.get("name") or "group_deps")


def no_op(name=None):
    """Something to be run that does nothing."""
    return Operation(name=name or "NoOp")


def tuple_of(tensors, name=None, control_inputs=None):
    """The tensors; whoever computes one computes them all."""
    with control_dependencies(list(tensors) + list(control_inputs or [])):
        return [current_values.recorded(tf.identity, (tensor,), "tuple") for tensor in tensors]


class _Current(threading.local):
    """What `control_dependencies` has opened: the tensors, and the values that variables have behind them."""

    def __init__(self):
        self.stack = []

    def recorded(self, function, args, name, random=False, kwargs=None):
        """`record` within the open blocks."""
        if not self.stack:
            return record(function, args, kwargs, name=name, random=random)
        first = [symbol for symbols in self.stack for symbol in symbols]
        written = {id(symbol.variable): symbol for symbol in first if isinstance(symbol, Update)}
        args, kwargs = map_structure(lambda leaf: written.get(id(leaf), leaf) if is_variable(leaf) else leaf,
                                     (args, kwargs or {}))
        return record(_behind, (first, function, args, kwargs), name=name, random=random)


current_values = _Current()


def _behind(first, function, args, kwargs):
    return function(*args, **kwargs)


class control_dependencies:
    """A `with` block: what is described inside it computes these tensors too, and sees the variables they update.

    Args:
        control_inputs: list of tensors, updates and operations.
    """

    def __init__(self, control_inputs):
        self._symbols = None if control_inputs is None else [
            symbol for one in flat(list(control_inputs))
            for symbol in (one.symbols if isinstance(one, Operation) else [one]) if is_symbol(symbol)]

    def __enter__(self):
        self._before = current_values.stack
        if computation() is None:
            current_values.stack = [] if self._symbols is None else self._before + [self._symbols]

    def __exit__(self, *error):
        current_values.stack = self._before


def repeated(function):
    """A function that draws from the same random generators whenever a loop calls it."""
    places = branches()

    def wrapper(*args, **kwargs):
        return branch(places, 0, lambda: _tensors(function(*args, **kwargs)))

    return tf.autograph.experimental.do_not_convert(wrapper)


def _tensors(found):
    def leaf(value):
        return computation().resolve(value) if is_symbol(value) and computation() is not None else value
    return map_structure(leaf, found)


# --- loops over growing arrays ----------------------------------------------------------------------------------------

class TensorArray:
    """A `tf.TensorArray`; in the graph, one that is filled whenever something of it is computed.

    See TensorFlow for the arguments. The sizes of the elements must be equal if it goes through a loop in the graph.
    """

    def __new__(cls, dtype, size=None, dynamic_size=None, clear_after_read=None, *args, **kwargs):
        """The real one in a computation, else a description of one."""
        if computation() is not None or not tf.executing_eagerly():
            return tf.TensorArray(dtype, size, dynamic_size, clear_after_read, *args, **kwargs)
        return _Described((dtype, size, dynamic_size, False) + args, kwargs, ())


class _Described:
    def __init__(self, args, kwargs, steps):
        self.args, self.kwargs, self.steps = args, kwargs, steps
        self.dtype = tf.as_dtype(args[0])

    def __getattr__(self, name):
        if name.startswith("_") or not hasattr(tf.TensorArray, name):
            raise AttributeError(name)

        def method(*args, **kwargs):
            step = (name, args, kwargs)
            if name in ("write", "unstack", "scatter", "split", "grad", "identity"):
                return _Described(self.args, self.kwargs, self.steps + (step,))
            return record(_replayed, (self.args, self.kwargs, self.steps + (step,)), name="tensor_array_" + name)

        return method

    def made(self):
        """The real one, inside a computation."""
        return record(_replayed, (self.args, self.kwargs, self.steps))


def _replayed(args, kwargs, steps):
    array, written = tf.TensorArray(*args, **kwargs), set()
    for name, step_args, step_kwargs in steps:
        if name == "write":
            _refuse_again(step_args[0] if step_args else step_kwargs["index"], written)
        array = getattr(array, name)(*step_args, **step_kwargs)
    return array


def _refuse_again(index, written):
    # TensorFlow 2 takes the later value without a word.
    known = tf.get_static_value(index) if tf.is_tensor(index) else index
    if isinstance(known, (int, np.integer)):
        if known in written:
            raise tf.errors.InvalidArgumentError(None, None, "TensorArray: index %d is written twice." % known)
        written.add(known)


def while_loop(cond, body, loop_vars, shape_invariants=None, parallel_iterations=10, back_prop=True, swap_memory=False,
               name=None, maximum_iterations=None, return_same_structure=False):
    """Repeats `body` as long as `cond` holds; see TensorFlow."""
    options = dict(shape_invariants=_invariants(shape_invariants), parallel_iterations=parallel_iterations,
                   back_prop=back_prop, swap_memory=swap_memory, maximum_iterations=maximum_iterations)
    if computation() is not None or not tf.executing_eagerly():
        found = record(_looped, (cond, body, loop_vars, options))
        return found if return_same_structure or len(found) != 1 else found[0]
    arrays = [isinstance(one, _Described) for one in loop_vars]
    kinds = [one.dtype if is_array else None for one, is_array in zip(loop_vars, arrays)]
    parts = [(one.args, one.kwargs, one.steps) if is_array else one for one, is_array in zip(loop_vars, arrays)]
    found = current_values.recorded(_looped_over_arrays, (cond, body, parts, arrays, options), name or "while")
    found = [_Described((kind, 0, True, False), {}, (("unstack", (one,), {}),)) if kind is not None else one
             for one, kind in zip(found, kinds)]
    return found if return_same_structure or len(found) != 1 else found[0]


def _invariants(shapes):
    # What `get_shape` of a tensor of ours gives is a tuple, and TensorFlow would look for shapes inside it.
    if isinstance(shapes, Shape):
        return tf.TensorShape(shapes.as_list())
    if isinstance(shapes, (list, tuple)):
        return [_invariants(one) for one in shapes]
    return shapes


def _looped(cond, body, loop_vars, options):
    loop_vars = map_structure(lambda one: one if isinstance(one, tf.TensorArray) else tf.convert_to_tensor(one),
                              loop_vars)
    body = repeated(body)

    def listed(*args):
        found = body(*args)
        return found if len(args) > 1 or isinstance(found, (list, tuple)) else [found]

    # Nothing is to be rewritten in code that describes a graph.
    listed = tf.autograph.experimental.do_not_convert(listed)
    return tf.compat.v1.while_loop(repeated(cond), listed, loop_vars, return_same_structure=True, **options)


def _looped_over_arrays(cond, body, parts, arrays, options):
    loop_vars = [_replayed(*one) if is_array else one for one, is_array in zip(parts, arrays)]
    found = _looped(cond, body, loop_vars, options)
    return [one.stack() if is_array else one for one, is_array in zip(found, arrays)]


# --- Python in the middle ---------------------------------------------------------------------------------------------

def Print(input_, data, message=None, first_n=None, summarize=None, name=None):
    """The input; whenever it is computed the data are printed to the standard error stream.

    Args:
        input_: tensor.
        data: list of tensors.
        message: str, printed first.
        first_n: int, how many times; always by default.
        summarize: int, how many entries of each tensor; 3 by default.
    """
    left = drawn("print", lambda: _Left(-1 if first_n is None else first_n))
    return current_values.recorded(_printed, (input_, list(data), message or "", left, summarize or 3), name or "Print")


class _Left:
    def __init__(self, count):
        self.count = count


def _printed(value, data, message, left, summarize):
    import sys

    def show(*arrays):
        if left.count:
            left.count -= 1
            parts = ["[%s%s]" % (" ".join(map(str, array.numpy().ravel()[:summarize])),
                                 "..." if array.numpy().size > summarize else "") for array in arrays]
            sys.stderr.write(message + "".join(parts) + "\n")
            sys.stderr.flush()

    if getattr(computation(), "describes", False):
        return tf.identity(value)
    with tf.control_dependencies([tf.py_function(show, [tf.convert_to_tensor(one) for one in data], [])]):
        return tf.identity(value)


def py_func(func, inp, Tout, stateful=True, name=None):
    """Calls a function of arrays whenever its result is computed.

    Args:
        func: takes and gives NumPy arrays.
        inp: list of tensors.
        Tout: dtype or list of dtypes of what it gives.
    """
    return current_values.recorded(_called, (func, list(inp), Tout), name or "PyFunc", bool(stateful))


def _called(func, inp, Tout):
    return tf.numpy_function(func, inp, Tout)


def is_update(value):
    """Whether something writes a variable."""
    return isinstance(value, (Update, Pending))
