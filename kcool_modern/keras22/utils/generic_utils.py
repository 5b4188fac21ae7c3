"""What every module of Keras 2.2 leans on: custom objects, configs, signatures, lists."""
import binascii
import codecs
import inspect
import marshal
import types

import keras

from .progress import Progbar

__all__ = ["CustomObjectScope", "Progbar", "check_for_unexpected_keys", "custom_object_scope",
           "deserialize_keras_object", "func_dump", "func_load", "get_custom_objects", "getargspec", "has_arg",
           "is_all_none", "object_list_uid", "serialize_keras_object", "slice_arrays", "to_list", "transpose_shape",
           "unpack_singleton"]

# Keras 3's own dictionary: what old code puts there is found by today's loader too, and the other way round.
_GLOBAL_CUSTOM_OBJECTS = keras.saving.get_custom_objects()


class CustomObjectScope(object):
    """A ``with`` block in which names stand for objects of the user; on exit the names are as they were before.

    Args:
        *args: dicts from name to class or function.
    """

    def __init__(self, *args):
        self.custom_objects = args
        self.backup = None

    def __enter__(self):
        self.backup = dict(_GLOBAL_CUSTOM_OBJECTS)
        for objects in self.custom_objects:
            _GLOBAL_CUSTOM_OBJECTS.update(objects)
        return self

    def __exit__(self, *args, **kwargs):
        # "package>name": a class that a module loaded meanwhile has registered with Keras 3; it stays known.
        registered = {name: value for name, value in _GLOBAL_CUSTOM_OBJECTS.items() if ">" in name}
        _GLOBAL_CUSTOM_OBJECTS.clear()
        _GLOBAL_CUSTOM_OBJECTS.update(registered, **self.backup)


def custom_object_scope(*args):
    """A `CustomObjectScope` of the dicts `args`."""
    return CustomObjectScope(*args)


def get_custom_objects():
    """The dict of custom objects itself, not a copy."""
    return _GLOBAL_CUSTOM_OBJECTS


def serialize_keras_object(instance):
    """What stands for an object in a config: ``{"class_name", "config"}``, or the name of a function.

    Args:
        instance: None, an object with ``get_config``, or something with a ``__name__``.
    """
    if instance is None:
        return None
    if hasattr(instance, "get_config"):
        return {"class_name": type(instance).__name__, "config": instance.get_config()}
    if hasattr(instance, "__name__"):
        return instance.__name__
    raise ValueError("Cannot serialize", instance)


def deserialize_keras_object(identifier, module_objects=None, custom_objects=None, printable_module_name="object"):
    """The reverse of `serialize_keras_object`.

    Args:
        identifier: dict with ``class_name`` and ``config``, or a name.
        module_objects: dict of what the calling module offers.
        custom_objects: dict that comes first.
        printable_module_name: str, for messages.
    """
    if isinstance(identifier, dict):
        if "class_name" not in identifier or "config" not in identifier:
            raise ValueError("Improper config format: " + str(identifier))
        found = _find(identifier["class_name"], module_objects, custom_objects, printable_module_name)
        return _from_config(found, identifier["config"], custom_objects or {})
    if isinstance(identifier, str):
        return _find(identifier, module_objects, custom_objects, printable_module_name)
    raise ValueError("Could not interpret serialized %s: %s" % (printable_module_name, identifier))


def interpret(identifier, deserialize, kind):
    """What stands behind an argument that is an object, its name or its config: the body of the modules' ``get``.

    Args:
        identifier: dict, name, or something that can be called.
        deserialize: the module's function of that name.
        kind: str, for messages.
    """
    if isinstance(identifier, dict):
        return deserialize(identifier)
    if isinstance(identifier, str):
        return deserialize({"class_name": identifier, "config": {}})
    if callable(identifier):
        return identifier
    raise ValueError("Could not interpret %s identifier: %s" % (kind, identifier))


def interpret_function(identifier, deserialize, kind):
    """As `interpret`, where a name stands for a function itself and not for what it makes."""
    if isinstance(identifier, str):
        return deserialize(identifier)
    return interpret(identifier, deserialize, kind)


def _find(name, module_objects, custom_objects, printable_module_name):
    for objects in (custom_objects, _GLOBAL_CUSTOM_OBJECTS):
        if objects and name in objects:
            return objects[name]
    found = (module_objects or {}).get(name)
    if found is None:
        raise ValueError("Unknown %s: %s" % (printable_module_name, name))
    return found


def _from_config(made_by, config, custom_objects):
    if not hasattr(made_by, "from_config"):
        # A function that gives the object; the config holds its arguments.
        with CustomObjectScope(custom_objects):
            return made_by(**config)
    if has_arg(made_by.from_config, "custom_objects"):
        return made_by.from_config(config, custom_objects=dict(_GLOBAL_CUSTOM_OBJECTS, **custom_objects))
    with CustomObjectScope(custom_objects):
        return made_by.from_config(config)


def func_dump(func):
    """Takes a function apart: ``(code, defaults, closure)``, the code marshalled and in base 64."""
    code = codecs.encode(marshal.dumps(func.__code__), "base64").decode("ascii")
    closure = tuple(cell.cell_contents for cell in func.__closure__) if func.__closure__ else None
    return code, func.__defaults__, closure


def func_load(code, defaults=None, closure=None, globs=None):
    """Puts a function together again from what `func_dump` gave.

    Args:
        code: str, or the whole tuple.
        defaults: tuple of default values.
        closure: values (or cells) of the variables that it encloses.
        globs: dict, its global names.
    """
    if isinstance(code, (tuple, list)):
        code, defaults, closure = code
        if isinstance(defaults, list):
            defaults = tuple(defaults)
    if closure is not None:
        closure = tuple(value if isinstance(value, types.CellType) else types.CellType(value) for value in closure)
    code = _code_object(code)
    return types.FunctionType(code, globals() if globs is None else globs, name=code.co_name, argdefs=defaults,
                              closure=closure)


def _code_object(text):
    try:
        return marshal.loads(codecs.decode(text.encode("ascii"), "base64"))
    except (UnicodeEncodeError, binascii.Error, ValueError):
        # Models written before Keras 2.1.2 hold the marshalled bytes as they are.
        return marshal.loads(text.encode("raw_unicode_escape"))


def getargspec(fn):
    """``inspect.getfullargspec`` under the name that Python 2 had for it."""
    return inspect.getfullargspec(fn)


def has_arg(fn, name, accept_all=False):
    """Whether a callable takes a keyword argument `name`.

    Args:
        fn: callable.
        name: str.
        accept_all: bool; whether ``**kwargs`` counts.
    """
    parameters = inspect.signature(fn).parameters
    if name in parameters:
        kind = parameters[name].kind
        return kind in (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return accept_all and any(p.kind == inspect.Parameter.VAR_KEYWORD for p in parameters.values())


def to_list(x, allow_tuple=False):
    """`x` if it is a list, else a list that holds it; with `allow_tuple` a tuple becomes a list of its elements."""
    if isinstance(x, list):
        return x
    return list(x) if allow_tuple and isinstance(x, tuple) else [x]


def unpack_singleton(x):
    """The only element of a list or tuple, or all of it if there are more."""
    return x[0] if len(x) == 1 else x


def object_list_uid(object_list):
    """A str that names the very objects of a list."""
    return ", ".join(str(abs(id(x))) for x in to_list(object_list))


def is_all_none(iterable_or_element):
    """Whether there is nothing but None in a list or tuple."""
    return all(element is None for element in to_list(iterable_or_element, allow_tuple=True))


def slice_arrays(arrays, start=None, stop=None):
    """Rows of an array, or of each array in a list.

    Args:
        arrays: array, list of arrays and None, or None.
        start: int; or a list or array of row numbers.
        stop: int; unused with row numbers.
    """
    if arrays is None:
        return [None]
    if hasattr(start, "__len__"):
        # HDF5 files take row numbers as a list only.
        rows = start.tolist() if hasattr(start, "shape") else start
    elif isinstance(arrays, list) or hasattr(arrays, "__getitem__"):
        rows = slice(start, stop)
    else:
        return [None]
    if isinstance(arrays, list):
        return [None if x is None else x[rows] for x in arrays]
    return arrays[rows]


def transpose_shape(shape, target_format, spatial_axes):
    """Rearranges a channels-last shape.

    Args:
        shape: tuple or list.
        target_format: ``channels_first`` or ``channels_last``.
        spatial_axes: tuple of int, where `shape` has its spatial sizes.
    """
    if target_format == "channels_last":
        return shape
    if target_format != "channels_first":
        raise ValueError('The `data_format` argument must be one of "channels_first", "channels_last". Received: %s'
                         % (target_format,))
    first = tuple(shape[:spatial_axes[0]]) + (shape[-1],) + tuple(shape[axis] for axis in spatial_axes)
    return list(first) if isinstance(shape, list) else first


def check_for_unexpected_keys(name, input_dict, expected_values):
    """Raises a ValueError if a dict has keys beyond the expected ones.

    Args:
        name: str, what the dict is called.
        input_dict: dict.
        expected_values: list of keys.
    """
    unknown = set(input_dict).difference(expected_values)
    if unknown:
        raise ValueError("Unknown entries in %s dictionary: %s. Only expected following keys: %s"
                         % (name, list(unknown), expected_values))
