"""``keras.utils.test_utils``: what tests of layers and models start from."""
import numpy as np
from numpy.testing import assert_allclose

from .. import backend as K
from ..engine import Input, Model
from .generic_utils import has_arg

__all__ = ["get_test_data", "layer_test"]


def get_test_data(num_train=1000, num_test=500, input_shape=(10,), output_shape=(2,), classification=True,
                  num_classes=2):
    """Random data that can be learned: normal around the class, or around the target.

    Args:
        num_train, num_test: int, the numbers of samples.
        input_shape, output_shape: tuples of int, without the samples.
        classification: whether the targets are classes (int, one per sample) rather than arrays of `output_shape`.
        num_classes: int.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``.
    """
    samples = num_train + num_test
    # The order of the draws is 2.2.4's: tests seed NumPy and know what comes.
    centers = np.random.randint(0, num_classes, size=(samples,)) if classification else np.random.random((samples,))
    x = np.zeros((samples,) + input_shape, dtype=np.float32)
    y = centers if classification else np.zeros((samples,) + output_shape, dtype=np.float32)
    for i, center in enumerate(centers):
        x[i] = np.random.normal(loc=center, scale=0.7, size=input_shape)
        if not classification:
            y[i] = np.random.normal(loc=center, scale=0.7, size=output_shape)
    return (x[:num_train], y[:num_train]), (x[num_train:], y[num_train:])


def layer_test(layer_cls, kwargs={}, input_shape=None, input_dtype=None, input_data=None,  # noqa: B006 - as in 2.2.4
               expected_output=None, expected_output_dtype=None, fixed_batch_size=False):
    """Makes a layer, runs it in a model, trains it if it cares, and makes layer and model again from configurations.

    Args:
        layer_cls: the class.
        kwargs: dict for its constructor.
        input_shape: tuple of int and None with the samples; that of `input_data` by default.
        input_dtype: str, ``floatx()`` or that of `input_data` by default.
        input_data: array; random by default.
        expected_output: array, optional.
        expected_output_dtype: str, `input_dtype` by default.
        fixed_batch_size: whether the model is made for as many samples as `input_shape` says.

    Returns:
        The model's output, an array.
    """
    if input_data is None:
        input_dtype = input_dtype or K.floatx()
        sizes = [np.random.randint(1, 4) if size is None else size for size in input_shape]
        input_data = (10 * np.random.random(sizes)).astype(input_dtype)
    input_shape = input_data.shape if input_shape is None else input_shape
    input_dtype = input_data.dtype if input_dtype is None else input_dtype

    layer = _made_with_weights(layer_cls, kwargs)
    output_shape = layer.compute_output_shape(input_shape)
    x = (Input(batch_shape=input_shape, dtype=input_dtype) if fixed_batch_size
         else Input(shape=input_shape[1:], dtype=input_dtype))
    y = layer(x)
    assert K.dtype(y) == (expected_output_dtype or input_dtype)
    actual = _check_model(Model(x, y), layer, input_data, output_shape, expected_output)

    config = layer.get_config()
    config["batch_input_shape"] = input_shape
    type(layer).from_config(config)
    return actual


def _made_with_weights(layer_cls, kwargs):
    layer = layer_cls(**kwargs)
    weights = layer.get_weights()
    layer.set_weights(weights)
    if has_arg(layer_cls.__init__, "weights") and len(weights):
        kwargs["weights"] = weights
        layer = layer_cls(**kwargs)
    return layer


def _check_model(model, layer, input_data, output_shape, expected):
    actual = model.predict(input_data)
    for stated, size in zip(output_shape, actual.shape):
        assert stated is None or stated == size
    if expected is not None:
        assert_allclose(actual, expected, rtol=1e-3)
    again = type(model).from_config(model.get_config())
    if model.weights:
        again.set_weights(model.get_weights())
        assert_allclose(again.predict(input_data), actual, rtol=1e-3)
    if has_arg(layer.call, "training"):
        model.compile("rmsprop", "mse")
        model.train_on_batch(input_data, actual)
    return actual
