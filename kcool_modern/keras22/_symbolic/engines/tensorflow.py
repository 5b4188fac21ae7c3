"""The graph on TensorFlow: shapes told by a scratch graph, functions traced once per learning phase."""
import sys
import weakref

import keras
import numpy as np
import tensorflow as tf
from tensorflow.python.framework.func_graph import FuncGraph

from ..infer import Inference, as_tensors, substituted
from ..phase import LEARNING_PHASE
from ..record import record
from ..run import Run
from ..spec import flat, is_symbol, map_structure, static_shape
from ..tensor import Tensor
from ..variable import Variable

__all__ = ["MissingFeed", "clear", "compile", "connected", "devices", "gradients", "infer", "is_traced", "knows_sizes",
           "on_device", "outside_trace", "read", "values"]


#: Whether tensors have no open sizes while a function is traced.
knows_sizes = False


class MissingFeed(ValueError, tf.errors.InvalidArgumentError):
    """A placeholder was given no value. TensorFlow 1 raised its own error, and old code may catch that."""

    def __init__(self, message):
        tf.errors.InvalidArgumentError.__init__(self, None, None, message)


class _Scratch(object):
    """A graph that is never run. Sizes that were computed from sizes are known in it, as they were in TensorFlow 1."""

    #: From this size on a new graph is begun as soon as nobody holds a symbol of this one: it keeps variables alive.
    limit = 20000
    graph = None
    symbols = weakref.WeakSet()  # type: weakref.WeakSet

    @classmethod
    def current(cls):
        if cls.graph is None or len(cls.graph._nodes_by_id) > cls.limit and not cls.symbols:
            cls.graph, cls.symbols = FuncGraph("kcool_scratch"), weakref.WeakSet()
        return cls.graph

    @classmethod
    def join(cls, symbol, tensor):
        """Makes a tensor of the graph what stands for a symbol."""
        symbol._scratch = tensor
        if symbol is not LEARNING_PHASE:
            cls.symbols.add(symbol)


def infer(function, args, kwargs, name):
    """See `infer.infer`."""
    graph = _Scratch.current()
    with graph.as_default():
        arguments = [leaf for leaf in flat((args, kwargs)) if is_symbol(leaf)]
        inference = Inference(lambda symbol: _stand_in(symbol, graph), arguments)
        with inference:
            values = substituted((args, kwargs), inference.resolve)
            outputs = as_tensors(function(*values[0], **values[1]))
    inference.outputs = map_structure(lambda tensor: _symbol(tensor, graph, name), outputs)
    return inference


def _stand_in(symbol, graph):
    found = getattr(symbol, "_scratch", None)
    if found is None or found.graph is not graph:
        # Code may stand in the graph of a branch or loop now; the stand-in is for all of them.
        with graph.as_default():
            make = tf.compat.v1.sparse_placeholder if symbol.sparse else tf.compat.v1.placeholder
            found = make(symbol.dtype, symbol.shape)
        _Scratch.join(symbol, found)
    return found


def _symbol(tensor, graph, name):
    symbol = Tensor(static_shape(tensor), keras.backend.standardize_dtype(tensor.dtype), name=name,
                    sparse=isinstance(tensor, tf.SparseTensor))
    if getattr(tensor, "graph", None) is graph:
        _Scratch.join(symbol, tensor)
    return symbol


def outside_trace():
    """A context in which nothing is added to the graph that is being traced."""
    return tf.init_scope()


def read(variable):
    """A variable's value as a tensor."""
    return tf.convert_to_tensor(variable.value)


def is_traced(value):
    """Whether a tensor belongs to a graph that is being traced, rather than having a value."""
    return isinstance(value, tf.Tensor) and not hasattr(value, "numpy")


def compile(plan, updates):
    """Makes ``compute(arrays, training)``.

    Args:
        plan: the `Plan`; its targets are the outputs, then the new values.
        updates: an `Updates`.

    Returns:
        A callable that gives the outputs as arrays, and has carried the updates out.
    """
    signature = [(tf.SparseTensorSpec if symbol.sparse else tf.TensorSpec)(symbol.shape, symbol.dtype)
                 for symbol in plan.inputs]
    count = len(plan.targets) - len(updates)
    traced = {}

    def trace(training):
        def body(*feeds):
            run = Run(plan, _this, feeds, training).execute()
            found = [tf.identity(run.resolve(target)) for target in plan.targets]
            with tf.control_dependencies(found):
                # One gate instead of an edge from every value to every write: a million of them in a ResNet50.
                all_known = tf.no_op()
            with tf.control_dependencies([all_known]):
                for variable, value in updates.new_values(found[count:]):
                    variable.assign(value)
                return [tf.identity(output) for output in found[:count]]

        return tf.function(body, autograph=False).get_concrete_function(*signature)

    def compute(arrays, training):
        if training not in traced:
            traced[training] = trace(training)
        feeds = [_fed(array, symbol) for array, symbol in zip(arrays, plan.inputs)]
        return [_array(value) for value in traced[training](*feeds)]

    compute.graph_def = lambda training: traced[training].graph.as_graph_def()
    return compute


def values(plan, feeds, training):
    """The targets' values as arrays, computed at once; for plans without gradients or random numbers."""
    feeds = [_fed(array, symbol) for array, symbol in zip(feeds, plan.inputs)]
    run = Run(plan, _this, feeds, training).execute()
    return [_array(run.resolve(target)) for target in plan.targets]


def _fed(array, symbol):
    if not symbol.sparse:
        if tf.is_tensor(array):
            return tf.cast(array, symbol.dtype)
        return tf.convert_to_tensor(np.asarray(array, None if symbol.dtype == "string" else
                                               tf.as_dtype(symbol.dtype).as_numpy_dtype), symbol.dtype)
    if isinstance(array, tf.SparseTensor):
        return array
    if hasattr(array, "tocoo"):
        array = array.tocoo()
        array = (np.stack([array.row, array.col], 1), array.data, array.shape)
    indices, data, shape = array
    return tf.SparseTensor(np.asarray(indices, "int64"), tf.convert_to_tensor(data, symbol.dtype), shape)


def _array(value):
    if isinstance(value, tf.SparseTensor):
        return tf.compat.v1.SparseTensorValue(value.indices.numpy(), value.values.numpy(), value.dense_shape.numpy())
    return value.numpy()


def devices():
    """The devices, objects with ``name`` and ``device_type``."""
    return tf.config.list_logical_devices()


def on_device(name):
    """A context for what is carried out on a device."""
    return tf.device(name)


def clear():
    """Begins a new scratch graph."""
    _Scratch.graph = None


def gradients(run, node, loss, wrt):
    """The gradients of a value with respect to others, inside the trace that computes them.

    Args:
        run: the `Run` under way.
        node: the node that asks.
        loss: a symbol.
        wrt: symbols and variables.

    Returns:
        A list of tensors, None where there is no dependence.
    """
    sources = [run.resolve(source) if is_symbol(source) else source.value for source in wrt]
    return [None if g is None else tf.convert_to_tensor(g) for g in tf.gradients(run.resolve(loss), sources)]


def connected(loss, wrt):
    """Symbols for the gradients of a symbol with respect to variables and symbols, None where there is none."""
    graph = _Scratch.current()
    with graph.as_default():
        sources = [_stand_in(source, graph) if is_symbol(source) else source.value for source in wrt]
        found = tf.gradients(_stand_in(loss, graph), sources)
        return [None if g is None else _symbol(tf.convert_to_tensor(g), graph, "gradient") for g in found]


class _Recorder(tf.__internal__.dispatch.GlobalOpDispatcher):
    """Records functions of TensorFlow that are called on parts of the graph."""

    def handle(self, op, args, kwargs):
        """Called for whatever TensorFlow itself cannot make tensors of."""
        if any(is_symbol(leaf) or isinstance(leaf, Variable) for leaf in flat((args, kwargs))):
            return record(op, tuple(args), dict(kwargs), name=op.__name__)
        return self.NOT_SUPPORTED


_Recorder().register()
_this = sys.modules[__name__]
