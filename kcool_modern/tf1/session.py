"""Sessions, placeholders and variables of TensorFlow 1, by those of the emulation."""
import tensorflow as tf

from kcool_modern.keras22 import backend as K
from kcool_modern.keras22._symbolic import sessions

__all__ = ["ConfigProto", "GPUOptions", "Graph", "Session", "Variable", "assign", "assign_add", "assign_sub",
           "get_default_graph", "gradients", "no_op", "placeholder", "set_random_seed"]

ConfigProto = tf.compat.v1.ConfigProto
GPUOptions = tf.compat.v1.GPUOptions


class Graph:
    """The one graph."""

    def as_default(self):
        """Nothing changes inside the `with` block."""
        return self

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None

    def finalize(self):
        """Nothing to be done."""


_graph = Graph()


def get_default_graph():
    """The one graph."""
    return _graph


class Session(sessions.Session):
    """Computes tensors of the graph.

    Args:
        target: ignored.
        graph: ignored.
        config: a `ConfigProto`; its GPU options are handed to ``tf.config``.
    """

    def __init__(self, target="", graph=None, config=None):
        super().__init__()
        self.graph = graph or _graph
        if config is not None:
            _apply(config)


def _apply(config):
    options = config.gpu_options
    cards = tf.config.list_physical_devices("GPU")
    try:
        if options.visible_device_list:
            cards = [cards[int(number)] for number in options.visible_device_list.split(",")]
            tf.config.set_visible_devices(cards, "GPU")
        if options.allow_growth:
            for card in cards:
                tf.config.experimental.set_memory_growth(card, True)
        if config.intra_op_parallelism_threads:
            tf.config.threading.set_intra_op_parallelism_threads(config.intra_op_parallelism_threads)
        if config.inter_op_parallelism_threads:
            tf.config.threading.set_inter_op_parallelism_threads(config.inter_op_parallelism_threads)
        tf.config.set_soft_device_placement(config.allow_soft_placement)
    except RuntimeError as error:
        # TensorFlow 1 too could set most of these only before its first session.
        tf.get_logger().warning("tf.ConfigProto: %s", error)


def placeholder(dtype, shape=None, name=None):
    """A tensor to be fed."""
    if shape is not None:
        shape = tuple(tf.TensorShape(shape).as_list())
    return K.placeholder(shape=shape, dtype=tf.as_dtype(dtype).name, name=name)


def Variable(initial_value=None, trainable=True, collections=None, validate_shape=True, caching_device=None, name=None,
             variable_def=None, dtype=None, **kwargs):
    """A variable with a value, which may be a function or a tensor."""
    value = initial_value() if callable(initial_value) else initial_value
    if K.is_tensor(value):
        value = K.eval(value) if not hasattr(value, "numpy") else value.numpy()
    return K.variable(value, dtype=tf.as_dtype(dtype).name if dtype is not None else None, name=name)


def gradients(ys, xs, grad_ys=None, name="gradients", **kwargs):
    """Gradients of the sum of `ys` with respect to each of `xs`: a list."""
    if grad_ys is not None:
        raise NotImplementedError("tf.gradients with grad_ys: multiply ys by them first")
    ys = ys if isinstance(ys, (list, tuple)) else [ys]
    total = sum(K.sum(y) for y in ys[1:]) + K.sum(ys[0]) if len(ys) > 1 else ys[0]
    return K.gradients(total, list(xs) if isinstance(xs, (list, tuple)) else [xs])


def assign(ref, value, **kwargs):
    """An update to be run or handed to a function."""
    return K.update(ref, value)


def assign_add(ref, value, **kwargs):
    """An update that adds."""
    return K.update_add(ref, value)


def assign_sub(ref, value, **kwargs):
    """An update that subtracts."""
    return K.update_sub(ref, value)


def set_random_seed(seed):
    """Seeds the engine."""
    tf.random.set_seed(seed)


class _Nothing:
    """Something to be run that does nothing; see `sessions.Session`."""

    is_initializer = True

    def run(self, *args, **kwargs):
        """Does nothing."""


def no_op(*args, **kwargs):
    """Something to be run that does nothing."""
    return _Nothing()
