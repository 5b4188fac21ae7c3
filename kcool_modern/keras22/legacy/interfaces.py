"""``keras.legacy.interfaces``: Keras 1 arguments become Keras 2 arguments, with a warning that shows the new call."""
import functools
import warnings

import numpy as np

__all__ = [
    "add_weight_args_preprocessing", "batchnorm_args_preprocessor", "conv1d_args_preprocessor",
    "conv2d_args_preprocessor", "conv3d_args_preprocessor", "convlstm2d_args_preprocessor",
    "deconv2d_args_preprocessor", "embedding_kwargs_preprocessor", "generate_legacy_interface",
    "generate_legacy_method_interface", "generator_methods_args_preprocessor", "get_updates_arg_preprocessing",
    "legacy_add_weight_support", "legacy_batchnorm_support", "legacy_conv1d_support", "legacy_conv2d_support",
    "legacy_conv3d_support", "legacy_convlstm2d_support", "legacy_cropping2d_support", "legacy_cropping3d_support",
    "legacy_deconv2d_support", "legacy_dense_support", "legacy_dropout_support", "legacy_embedding_support",
    "legacy_gaussiandropout_support", "legacy_gaussiannoise_support", "legacy_generator_methods_support",
    "legacy_get_updates_support", "legacy_global_pooling_support", "legacy_input_support", "legacy_lambda_support",
    "legacy_model_constructor_support", "legacy_pooling1d_support", "legacy_pooling2d_support",
    "legacy_pooling3d_support", "legacy_prelu_support", "legacy_recurrent_support", "legacy_separable_conv2d_support",
    "legacy_spatialdropout1d_support", "legacy_spatialdropoutNd_support", "legacy_upsampling1d_support",
    "legacy_upsampling2d_support", "legacy_upsampling3d_support", "legacy_zeropadding2d_support",
    "legacy_zeropadding3d_support", "raise_duplicate_arg_error", "recurrent_args_preprocessor",
    "separable_conv2d_args_preprocessor", "zeropadding2d_args_preprocessor"]


def generate_legacy_interface(allowed_positional_args=None, conversions=None, preprocessor=None,
                              value_conversions=None, object_type="class"):
    """Makes a decorator that lets a constructor or method be called with Keras 1 arguments.

    Args:
        allowed_positional_args: names of the arguments that may be positional; None for no limit.
        conversions: list of ``(old name, new name)``.
        preprocessor: called as ``preprocessor(args, kwargs)`` before everything else; gives new args and kwargs and a
            list of what it converted.
        value_conversions: dict of dicts: for an (old) name, new values by old ones.
        object_type: ``class`` if what is decorated is a constructor, else the messages use the function's name.
    """
    def legacy_support(func):
        @functools.wraps(func)
        def wrapper(*args, **kwargs):
            name = type(args[0]).__name__ if object_type == "class" else func.__name__
            converted = []
            if preprocessor is not None:
                args, kwargs, converted = preprocessor(args, kwargs)
            if allowed_positional_args is not None and len(args) > len(allowed_positional_args) + 1:
                raise TypeError("`%s` can accept only %d positional arguments %s, but you passed the following "
                                "positional arguments: %s" % (name, len(allowed_positional_args),
                                                              tuple(allowed_positional_args), list(args[1:])))
            _convert_values(kwargs, value_conversions or {})
            converted = list(converted) + _rename(kwargs, conversions or [])
            if converted:
                shown = [_shown(value) for value in args[1:]] + ["%s=%s" % (k, _shown(v)) for k, v in kwargs.items()]
                warnings.warn("Update your `%s` call to the Keras 2 API: `%s(%s)`" % (name, name, ", ".join(shown)),
                              stacklevel=2)
            return func(*args, **kwargs)

        wrapper._original_function = func
        return wrapper

    return legacy_support


generate_legacy_method_interface = functools.partial(generate_legacy_interface, object_type="method")


def _convert_values(kwargs, tables):
    for name, table in tables.items():
        if name in kwargs and kwargs[name] in table:
            kwargs[name] = table[kwargs[name]]


def _rename(kwargs, conversions):
    renamed = []
    for old, new in conversions:
        if old in kwargs:
            value = kwargs.pop(old)
            if new in kwargs:
                raise_duplicate_arg_error(old, new)
            kwargs[new] = value
            renamed.append((new, old))
    return renamed


def _shown(value):
    if isinstance(value, str):
        return '"%s"' % value
    text = "array" if isinstance(value, np.ndarray) else str(value)
    return text if len(text) <= 10 else text[:10] + "..."


def raise_duplicate_arg_error(old_arg, new_arg):
    """Raises the TypeError for an argument that was given in its old and its new spelling."""
    raise TypeError("For the `%s` argument, the layer received both the legacy keyword argument `%s` and the Keras 2 "
                    "keyword argument `%s`. Stick to the latter!" % (new_arg, old_arg, new_arg))


# --- preprocessors ----------------------------------------------------------------------------------------------------

def _warn(message):
    # Of the frames above there are this function, the preprocessor and the wrapper.
    warnings.warn(message, stacklevel=4)


def embedding_kwargs_preprocessor(args, kwargs):
    """Drops ``dropout``."""
    if "dropout" in kwargs:
        kwargs.pop("dropout")
        _warn("The `dropout` argument is no longer support in `Embedding`. You can apply a "
              "`keras.layers.SpatialDropout1D` layer right after the `Embedding` layer to get the same behavior.")
    return args, kwargs, []


def _forget_bias(kwargs):
    if "forget_bias_init" not in kwargs:
        return []
    if kwargs.pop("forget_bias_init") == "one":
        kwargs["unit_forget_bias"] = True
        return [("forget_bias_init", "unit_forget_bias")]
    warnings.warn("The `forget_bias_init` argument has been ignored. Use `unit_forget_bias=True` instead to initialize "
                  "with ones.", stacklevel=4)
    return []


def recurrent_args_preprocessor(args, kwargs):
    """``forget_bias_init``, ``input_dim`` and ``input_length``."""
    converted = _forget_bias(kwargs)
    if "input_dim" in kwargs:
        kwargs["input_shape"] = (kwargs.pop("input_length", None), kwargs.pop("input_dim"))
        converted.append(("input_dim", "input_shape"))
        _warn("The `input_dim` and `input_length` arguments in recurrent layers are deprecated. "
              "Use `input_shape` instead.")
    return args, kwargs, converted


def conv1d_args_preprocessor(args, kwargs):
    """``input_dim`` and ``input_length``."""
    if "input_dim" not in kwargs:
        return args, kwargs, []
    kwargs["input_shape"] = (kwargs.pop("input_length", None), kwargs.pop("input_dim"))
    return args, kwargs, [("input_shape", "input_dim")]


def _gather_kernel_size(args, kwargs, names, what):
    """The sizes of a kernel that were given one by one, first by position and then under `names`, become a tuple."""
    given = tuple(args[2:])
    if len(given) > len(names):
        raise TypeError("Layer can receive at most %d positional arguments." % (len(names) + 1))
    if not all(isinstance(size, int) for size in given):
        return args, kwargs, []
    if len(given) == 2 and any(name in kwargs for name in ("padding", "strides", "data_format")):
        raise ValueError("It seems that you are using the Keras 2 and you are passing both `kernel_size` and `strides` "
                         "as integer positional arguments. For safety reasons, this is disallowed. Pass `strides` as a "
                         "keyword argument instead.")
    rest = names[len(given):]
    if not all(name in kwargs for name in rest):
        return args, kwargs, []
    size = given + tuple(kwargs.pop(name) for name in rest)
    if len(args) == 1:
        kwargs["kernel_size"] = size
    else:
        args = [args[0], args[1], size]
    return args, kwargs, [("kernel_size", what)]


def conv2d_args_preprocessor(args, kwargs):
    """``nb_row`` and ``nb_col``, also by position."""
    return _gather_kernel_size(args, kwargs, ["nb_row", "nb_col"], "nb_row/nb_col")


def conv3d_args_preprocessor(args, kwargs):
    """``kernel_dim1`` to ``kernel_dim3``, also by position."""
    return _gather_kernel_size(args, kwargs, ["kernel_dim1", "kernel_dim2", "kernel_dim3"], "kernel_dim*")


def separable_conv2d_args_preprocessor(args, kwargs):
    """``init`` for both kernels; then as for 2D convolutions."""
    converted = []
    if "init" in kwargs:
        kwargs["depthwise_initializer"] = kwargs["pointwise_initializer"] = kwargs.pop("init")
        converted.append(("init", "depthwise_initializer/pointwise_initializer"))
    args, kwargs, more = conv2d_args_preprocessor(args, kwargs)
    return args, kwargs, converted + more


def deconv2d_args_preprocessor(args, kwargs):
    """Drops ``output_shape``; then as for 2D convolutions."""
    converted = []
    if len(args) == 5 and isinstance(args[4], tuple):
        args = args[:-1]
        converted.append(("output_shape", None))
    if "output_shape" in kwargs:
        kwargs.pop("output_shape")
        converted.append(("output_shape", None))
    args, kwargs, more = conv2d_args_preprocessor(args, kwargs)
    return args, kwargs, converted + more


def convlstm2d_args_preprocessor(args, kwargs):
    """``forget_bias_init``; then as for 2D convolutions."""
    converted = _forget_bias(kwargs)
    args, kwargs, more = conv2d_args_preprocessor(args, kwargs)
    return args, kwargs, converted + more


def batchnorm_args_preprocessor(args, kwargs):
    """Drops ``mode``, if it is 0."""
    if len(args) > 1:
        raise TypeError("The `BatchNormalization` layer does not accept positional arguments. "
                        "Use keyword arguments instead.")
    if "mode" not in kwargs:
        return args, kwargs, []
    if kwargs.pop("mode") != 0:
        raise TypeError("The `mode` argument of `BatchNormalization` no longer exists. `mode=1` and `mode=2` are no "
                        "longer supported.")
    return args, kwargs, [("mode", None)]


def zeropadding2d_args_preprocessor(args, kwargs):
    """A dict with ``top_pad``, ``bottom_pad``, ``left_pad`` and ``right_pad``."""
    sides = ("top_pad", "bottom_pad", "left_pad", "right_pad")
    padding = kwargs["padding"] if "padding" in kwargs else args[1] if len(args) == 2 else None
    if isinstance(padding, dict) and set(padding) <= set(sides):
        top, bottom, left, right = [padding.get(side, 0) for side in sides]
        if "padding" in kwargs:
            kwargs["padding"] = ((top, bottom), (left, right))
        else:
            args = (args[0], ((top, bottom), (left, right)))
        _warn("The `padding` argument in the Keras 2 API no longer accepts dict types. You can now input argument as: "
              "`padding=((top_pad, bottom_pad), (left_pad, right_pad))`.")
    return args, kwargs, []


def generator_methods_args_preprocessor(args, kwargs):
    """``samples_per_epoch`` becomes a number of batches, if the generator tells its batch size."""
    converted = []
    if len(args) < 3 and "samples_per_epoch" in kwargs:
        samples = kwargs.pop("samples_per_epoch")
        generator = args[1] if len(args) > 1 else kwargs["generator"]
        kwargs["steps_per_epoch"] = samples // getattr(generator, "batch_size", 1)
        converted.append(("samples_per_epoch", "steps_per_epoch"))
    if {"samples_per_epoch", "val_samples", "nb_epoch", "nb_val_samples", "nb_worker"} & set(kwargs):
        _warn("The semantics of the Keras 2 argument `steps_per_epoch` is not the same as the Keras 1 argument "
              "`samples_per_epoch`: it counts batches, so steps_per_epoch = samples_per_epoch / batch_size. "
              "Likewise `nb_val_samples` became `validation_steps` and `val_samples` became `steps`. "
              "Update your method calls accordingly.")
    return args, kwargs, converted


def add_weight_args_preprocessing(args, kwargs):
    """``add_weight(shape, name)``."""
    if len(args) > 1 and isinstance(args[1], (tuple, list)):
        kwargs["shape"] = args[1]
        args = (args[0],) + tuple(args[2:])
        if len(args) > 1 and isinstance(args[1], str):
            kwargs["name"] = args[1]
            args = (args[0],) + args[2:]
    return args, kwargs, []


def get_updates_arg_preprocessing(args, kwargs):
    """``get_updates(params, constraints, loss)``."""
    if len(args) > 4:
        raise TypeError("`get_update` call received more arguments than expected.")
    if len(args) == 4:
        optimizer, kwargs["params"], _, kwargs["loss"] = args
        return [optimizer], kwargs, []
    if len(args) == 3 and isinstance(args[1], (list, tuple)):
        if not isinstance(args[2], dict) or "loss" not in kwargs:
            raise AssertionError("get_updates takes (loss, params), or in Keras 1 (params, constraints, loss).")
        optimizer, kwargs["params"], _ = args
        return [optimizer], kwargs, []
    return args, kwargs, []


# --- the decorators ---------------------------------------------------------------------------------------------------

_BORDER = [("border_mode", "padding")]
_ORDERING = [("dim_ordering", "data_format")]
_BIAS = [("b_regularizer", "bias_regularizer"), ("b_constraint", "bias_constraint"), ("bias", "use_bias")]
_KERNEL = [("init", "kernel_initializer"), ("W_regularizer", "kernel_regularizer"),
           ("W_constraint", "kernel_constraint")]
_STEP = [("inner_init", "recurrent_initializer"), ("inner_activation", "recurrent_activation"),
         ("W_regularizer", "kernel_regularizer"), ("b_regularizer", "bias_regularizer"),
         ("U_regularizer", "recurrent_regularizer"), ("dropout_W", "dropout"), ("dropout_U", "recurrent_dropout")]
_CONV = [("nb_filter", "filters"), ("subsample", "strides")] + _BORDER + _ORDERING

_interface = generate_legacy_interface


def _of_images(positional, conversions=(), preprocessor=None):
    """An interface whose Keras 1 form has ``dim_ordering``."""
    formats = {"tf": "channels_last", "th": "channels_first", "default": None}
    return _interface(positional, list(conversions), preprocessor, {"dim_ordering": formats})


legacy_dense_support = _interface(["units"], [("output_dim", "units")] + _KERNEL + _BIAS)
legacy_dropout_support = _interface(["rate", "noise_shape", "seed"], [("p", "rate")])
legacy_embedding_support = _interface(
    ["input_dim", "output_dim"],
    [("init", "embeddings_initializer"), ("W_regularizer", "embeddings_regularizer"),
     ("W_constraint", "embeddings_constraint")], embedding_kwargs_preprocessor)
legacy_pooling1d_support = _interface(
    ["pool_size", "strides", "padding"], [("pool_length", "pool_size"), ("stride", "strides")] + _BORDER)
legacy_prelu_support = _interface(["alpha_initializer"], [("init", "alpha_initializer")])
legacy_gaussiannoise_support = _interface(["stddev"], [("sigma", "stddev")])
legacy_gaussiandropout_support = _interface(["rate"], [("p", "rate")])
legacy_recurrent_support = _interface(
    ["units"],
    [("output_dim", "units"), ("init", "kernel_initializer")] + _STEP + [("consume_less", "implementation")],
    recurrent_args_preprocessor, {"consume_less": {"cpu": 0, "mem": 1, "gpu": 2}})
legacy_pooling2d_support = _of_images(["pool_size", "strides", "padding"], _BORDER + _ORDERING)
legacy_pooling3d_support = _of_images(["pool_size", "strides", "padding"], _BORDER + _ORDERING)
legacy_global_pooling_support = _of_images(None, _ORDERING)
legacy_upsampling1d_support = _interface(["size"], [("length", "size")])
legacy_upsampling2d_support = _of_images(["size"], _ORDERING)
legacy_upsampling3d_support = _of_images(["size"], _ORDERING)
legacy_conv1d_support = _interface(
    ["filters", "kernel_size"],
    [("nb_filter", "filters"), ("filter_length", "kernel_size"), ("subsample_length", "strides")]
    + _BORDER + _KERNEL + _BIAS, conv1d_args_preprocessor)
legacy_conv2d_support = _of_images(["filters", "kernel_size"], _CONV + _KERNEL + _BIAS, conv2d_args_preprocessor)
legacy_separable_conv2d_support = _of_images(
    ["filters", "kernel_size"], _CONV + _BIAS, separable_conv2d_args_preprocessor)
legacy_deconv2d_support = _of_images(["filters", "kernel_size"], _CONV + _KERNEL + _BIAS, deconv2d_args_preprocessor)
legacy_conv3d_support = _of_images(["filters", "kernel_size"], _CONV + _KERNEL + _BIAS, conv3d_args_preprocessor)
legacy_convlstm2d_support = _of_images(
    ["filters", "kernel_size"], _CONV + [("init", "kernel_initializer")] + _STEP + [("bias", "use_bias")],
    convlstm2d_args_preprocessor)
legacy_batchnorm_support = _interface(
    [], [("beta_init", "beta_initializer"), ("gamma_init", "gamma_initializer")], batchnorm_args_preprocessor)
legacy_zeropadding2d_support = _of_images(["padding"], _ORDERING, zeropadding2d_args_preprocessor)
legacy_zeropadding3d_support = _of_images(["padding"], _ORDERING)
legacy_cropping2d_support = _of_images(["cropping"], _ORDERING)
legacy_cropping3d_support = _of_images(["cropping"], _ORDERING)
legacy_spatialdropout1d_support = _interface(["rate"], [("p", "rate")])
legacy_spatialdropoutNd_support = _of_images(["rate"], [("p", "rate")] + _ORDERING)
legacy_lambda_support = _interface(["function", "output_shape"])
legacy_generator_methods_support = generate_legacy_method_interface(
    ["generator", "steps_per_epoch", "epochs"],
    [("samples_per_epoch", "steps_per_epoch"), ("val_samples", "steps"), ("nb_epoch", "epochs"),
     ("nb_val_samples", "validation_steps"), ("nb_worker", "workers"), ("pickle_safe", "use_multiprocessing"),
     ("max_q_size", "max_queue_size")], generator_methods_args_preprocessor)
legacy_model_constructor_support = _interface(None, [("input", "inputs"), ("output", "outputs")])
legacy_input_support = _interface(None, [("input_dtype", "dtype")])
legacy_add_weight_support = _interface(["name", "shape"], None, add_weight_args_preprocessing)
legacy_get_updates_support = _interface(None, None, get_updates_arg_preprocessing)
