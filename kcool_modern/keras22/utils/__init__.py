"""Utilities, under the names of Keras 2.2; the modules behind them are loaded when first asked for."""
import importlib

_MODULES = {
    "conv_utils": (),
    "data_utils": ("GeneratorEnqueuer", "OrderedEnqueuer", "Sequence", "get_file"),
    "generic_utils": ("CustomObjectScope", "Progbar", "custom_object_scope", "deserialize_keras_object",
                      "get_custom_objects", "serialize_keras_object"),
    "io_utils": ("HDF5Matrix", "h5dict"),
    "layer_utils": ("convert_all_kernels_in_model", "get_source_inputs", "print_summary"),
    "multi_gpu_utils": ("multi_gpu_model",),
    "np_utils": ("normalize", "to_categorical"),
    "test_utils": (),
    "vis_utils": ("plot_model",),
}
_HOMES = {name: module for module, names in _MODULES.items() for name in names}

__all__ = sorted(_HOMES) + sorted(set(_MODULES) - {"test_utils"})


def __getattr__(name):
    if name in _MODULES:
        return importlib.import_module("." + name, __name__)
    if name not in _HOMES:
        raise AttributeError("module %r has no attribute %r" % (__name__, name))
    value = getattr(importlib.import_module("." + _HOMES[name], __name__), name)
    globals()[name] = value
    return value


def __dir__():
    return sorted(set(globals()) | set(__all__))
