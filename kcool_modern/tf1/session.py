"""Sessions, placeholders and the one graph."""
import tensorflow as tf

from kcool_modern.keras22 import backend as K
from kcool_modern.keras22._symbolic import sessions
from kcool_modern.keras22._symbolic.context import computation
from kcool_modern.keras22._symbolic.devices import device
from kcool_modern.keras22._symbolic.record import record
from kcool_modern.keras22._symbolic.spec import is_symbol

__all__ = ["ConfigProto", "GPUOptions", "Graph", "InteractiveSession", "Session", "device", "get_default_graph",
           "get_default_session", "gradients", "placeholder", "placeholder_with_default", "reset_default_graph",
           "sparse_placeholder", "stop_gradient"]

ConfigProto = tf.compat.v1.ConfigProto
GPUOptions = tf.compat.v1.GPUOptions


class Graph:
    """The one graph."""

    seed = None

    def as_default(self):
        """Nothing changes inside the `with` block."""
        return self

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None

    def device(self, name):
        """See ``tf.device``."""
        return device(name)

    def finalize(self):
        """Nothing to be done."""

    def get_collection(self, name, scope=None):
        """See ``tf.get_collection``."""
        from .variables import get_collection
        return get_collection(name, scope)

    def add_to_collection(self, name, value):
        """See ``tf.add_to_collection``."""
        from .variables import add_to_collection
        add_to_collection(name, value)

    def as_graph_def(self, *args, **kwargs):
        """An empty description: the graph is the emulation's."""
        return tf.compat.v1.GraphDef()


_graph = Graph()


def get_default_graph():
    """The one graph."""
    return _graph


def reset_default_graph():
    """Forgets names, collections and scopes."""
    from . import variables
    variables.forget()
    K.clear_session()


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

    def as_default(self):
        """The default session inside a `with` block."""
        return self

    def __enter__(self):
        _open.append(self)
        return self

    def __exit__(self, *error):
        _open.remove(self)


class InteractiveSession(Session):
    """A session that is the default one from the start."""

    def __init__(self, target="", graph=None, config=None):
        super().__init__(target, graph, config)
        _open.append(self)

    def close(self):
        """Is the default session no more."""
        super().close()
        if self in _open:
            _open.remove(self)


_open = []  # type: list


def get_default_session():
    """The innermost open session, else that of Keras."""
    return _open[-1] if _open else K.get_session()


def _apply(config):
    options = config.gpu_options
    try:
        cards = tf.config.list_physical_devices("GPU")
        if "GPU" in config.device_count:
            cards = cards[:config.device_count["GPU"]]
            tf.config.set_visible_devices(cards, "GPU")
        if options.visible_device_list:
            cards = [cards[int(number)] for number in options.visible_device_list.split(",")]
            tf.config.set_visible_devices(cards, "GPU")
        for card in cards:
            if options.per_process_gpu_memory_fraction and not options.allow_growth:
                _limit(card, options.per_process_gpu_memory_fraction)
            elif options.allow_growth:
                tf.config.experimental.set_memory_growth(card, True)
        if config.intra_op_parallelism_threads:
            tf.config.threading.set_intra_op_parallelism_threads(config.intra_op_parallelism_threads)
        if config.inter_op_parallelism_threads:
            tf.config.threading.set_inter_op_parallelism_threads(config.inter_op_parallelism_threads)
        # TensorFlow 1 never places softly unless told to; a single graph of today always has to.
        tf.debugging.set_log_device_placement(config.log_device_placement)
    except (RuntimeError, ValueError, IndexError) as error:
        # TensorFlow 1 too could set most of these only before its first session.
        tf.get_logger().warning("tf.ConfigProto: %s", error)


def _limit(card, fraction):
    """Limits the memory of a card to a share of what it has, as far as that can be asked for."""
    total = tf.config.experimental.get_device_details(card).get("memory_limit") or _memory_of(card)
    if total is None:
        tf.config.experimental.set_memory_growth(card, True)
        return
    tf.config.set_logical_device_configuration(
        card, [tf.config.LogicalDeviceConfiguration(memory_limit=int(total * fraction))])


def _memory_of(card):
    """The memory of a card in MiB by NVIDIA's own tool, None where it is not there."""
    import subprocess
    try:
        found = subprocess.run(["nvidia-smi", "--query-gpu=memory.total", "--format=csv,noheader,nounits"],
                               capture_output=True, text=True, timeout=20).stdout.split()
        return int(found[int(card.name.rsplit(":", 1)[-1])])
    except (OSError, subprocess.TimeoutExpired, ValueError, IndexError):
        return None


def placeholder(dtype, shape=None, name=None):
    """A tensor to be fed; without a shape not even the number of axes is settled."""
    if shape is not None:
        shape = tf.TensorShape(shape)
        shape = None if shape.rank is None else tuple(shape.as_list())
    return K.placeholder(shape=shape, dtype=tf.as_dtype(dtype).name, name=name)


def sparse_placeholder(dtype, shape=None, name=None):
    """A sparse tensor to be fed."""
    return K.placeholder(shape=(None, None) if shape is None else tuple(shape), dtype=tf.as_dtype(dtype).name,
                         sparse=True, name=name)


def placeholder_with_default(input, shape, name=None):
    """A tensor that may be fed and else has a value."""
    made = record(_identity, (input,), name=name or "placeholder_with_default")
    if is_symbol(made):
        made._keras_shape = None if shape is None else tuple(tf.TensorShape(shape).as_list())
        made._scratch = None
    return made


def _identity(value):
    return tf.identity(value)


def stop_gradient(input, name=None):
    """The tensor, as a constant for gradients."""
    return K.stop_gradient(input)


def gradients(ys, xs, grad_ys=None, name="gradients", colocate_gradients_with_ops=False, gate_gradients=False,
              aggregation_method=None, stop_gradients=None, **kwargs):
    """Gradients of the sum of `ys` with respect to each of `xs`: a list.

    Args:
        grad_ys: list of tensors in the shapes of `ys` (entries may be None) that weigh their elements.
    """
    if computation() is not None:
        return tf.gradients(ys, xs, grad_ys, stop_gradients=stop_gradients)
    if stop_gradients:
        raise NotImplementedError("tf.gradients with stop_gradients: apply tf.stop_gradient where the graph is made.")
    ys = list(ys) if isinstance(ys, (list, tuple)) else [ys]
    weights = list(grad_ys) if isinstance(grad_ys, (list, tuple)) else [grad_ys] * len(ys)
    terms = [y if weight is None else y * K.stop_gradient(weight) for y, weight in zip(ys, weights)]
    total = terms[0] if len(terms) == 1 else sum((K.sum(term) for term in terms[1:]), K.sum(terms[0]))
    return K.gradients(total, list(xs) if isinstance(xs, (list, tuple)) else [xs])
