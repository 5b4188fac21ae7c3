"""Names of `tf.compat.v1` and `tf`, made to be a part of the graph."""
import contextlib
import functools
import importlib
import inspect
import types

from kcool_modern.keras22._symbolic.context import computation
from kcool_modern.keras22._symbolic.record import record
from kcool_modern.keras22._symbolic.spec import flat, is_symbol, is_variable, map_structure

from .control import current_values, repeated

__all__ = ["Namespace", "NotHere", "describes", "forwarded", "recorded", "successor"]

#: Functions that make tensors without being dispatched by TensorFlow.
_OPERATIONS = {"constant", "while_loop", "fill"}
#: Functions whose numbers differ from run to run, besides those of `randoms`.
_RANDOM = {"random_crop", "random_gamma", "random_poisson", "random_shuffle", "multinomial", "shuffle", "categorical",
           "gamma", "poisson", "sample_distorted_bounding_box", "random_flip_left_right", "random_flip_up_down",
           "random_brightness", "random_contrast", "random_hue", "random_saturation", "fractional_max_pool",
           "sampled_softmax_loss", "nce_loss"}
#: Functions of tensors that nevertheless are answered at once.
_AT_ONCE = {"broadcast_static_shape", "get_static_value", "is_tensor", "is_symbolic_tensor", "no_op",
            "convert_to_tensor_or_sparse_tensor"}


class NotHere(AttributeError):
    """Neither TensorFlow 1's module nor that of TensorFlow 2 has the name."""


def forwarded(tensorflow, path, name):
    """What a name below ``tf`` stands for.

    Args:
        tensorflow: the real module.
        path: dotted path of what it is below, beginning with ``tf``.
        name: the name.

    Returns:
        A function that takes symbols, a `Namespace` for a module, else the real object.
    """
    missing = object()
    found = missing
    for root in _roots(tensorflow, path, name):
        try:
            found = missing if root is None else getattr(root, name, missing)
        except (ImportError, AttributeError):
            # Names that TensorFlow loads when they are asked for, out of packages that may have gone.
            found = missing
        if found is not missing:
            break
    if found is missing:
        raise NotHere(name)
    if isinstance(found, types.ModuleType) or type(found).__name__.endswith("Loader"):
        return Namespace(tensorflow, "%s.%s" % (path, name))
    if inspect.isclass(found) or not callable(found):
        return found
    return recorded(found, _is_operation(found, name), name in _RANDOM)


def _roots(tensorflow, path, name):
    """The modules that may have a name of a path."""
    for root in (tensorflow.compat.v1, tensorflow):
        for part in path.split(".")[1:]:
            root = getattr(root, part, None)
        yield root
    if path.startswith("tf.python"):
        # `tensorflow` itself does not show it.
        for module in ("tensorflow%s.%s" % (path[2:], name), "tensorflow" + path[2:]):
            with contextlib.suppress(ImportError):
                root = importlib.import_module(module)
        yield root


def _is_operation(function, name):
    if name in _OPERATIONS:
        return True
    while function is not None:
        if hasattr(function, "_tf_fallback_dispatchers") or hasattr(function, "_tf_type_based_dispatcher"):
            return name not in _AT_ONCE
        function = getattr(function, "__wrapped__", None)
    return False


def recorded(function, always=True, random=False):
    """A function of TensorFlow as a part of the graph: computed when its result is.

    Args:
        function: takes and gives tensors; functions among its arguments may be called in loops.
        always: whether it makes tensors also of arguments among which there is none.
        random: whether two runs give different numbers.
    """
    @functools.wraps(function)
    def carried_out(*args, **kwargs):
        args, kwargs = map_structure(lambda leaf: repeated(leaf) if isinstance(leaf, types.FunctionType) else leaf,
                                     (args, kwargs))
        return function(*args, **kwargs)

    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        if computation() is not None:
            return record(carried_out, args, kwargs)
        leaves = flat((args, kwargs))
        if not always and not any(is_symbol(leaf) or is_variable(leaf) for leaf in leaves) or not describes():
            return function(*args, **kwargs)
        name = kwargs.get("name") if isinstance(kwargs.get("name"), str) else None
        return current_values.recorded(carried_out, args, name or carried_out.__name__, random, kwargs)

    return wrapper


def describes():
    """Whether a graph is being described: no computation and no function of TensorFlow's own is under way."""
    import tensorflow
    return computation() is None and tensorflow.executing_eagerly()


class Namespace(types.ModuleType):
    """A module below ``tf``, such as ``tf.nn``."""

    def __init__(self, tensorflow, path):
        super().__init__("kcool_modern.tf1" + path[2:])
        self.__dict__.update(_tensorflow=tensorflow, _path=path, __path__=[])

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        from . import lookup

        value = lookup(self._path, name)
        self.__dict__[name] = value
        return value


def successor(path):
    """The name that TensorFlow's own upgrade script puts in the place of one, or None."""
    try:
        from tensorflow.tools.compatibility import all_renames_v2
    except ImportError:
        return None
    return all_renames_v2.symbol_renames.get(path)
