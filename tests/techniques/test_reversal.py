"""`compat.GradientReversal`: identity forward, the gradient times -scale backward, the scale changeable."""
import numpy as np
import pytest

from compat import GradientReversal, errors, function, gradients
from tests.techniques.optimizing import ordered

pytestmark = pytest.mark.usefixtures("fresh_graph")


def rows(*shape):
    return np.random.normal(size=shape).astype("float32")


def sgd(keras, old, rate):
    return keras.optimizers.SGD(**{"lr" if old else "learning_rate": rate})


def test_values_are_untouched_and_gradients_reversed(keras, K):
    x_in = keras.layers.Input((3,))
    layer = GradientReversal(0.3)
    y = layer(x_in)
    grad, = gradients(K.sum(y * y), [x_in])
    fetch = function([x_in], [y, grad])
    x = np.concatenate([rows(50, 3), rows(50, 3) * 1e6, rows(50, 3) * 1e-6])
    for scale in (0.3, 1e-4, 2.5):
        K.set_value(layer.scale, scale)
        value, found = fetch([x])
        np.testing.assert_array_equal(value, x)
        np.testing.assert_allclose(found, -np.float32(scale) * 2 * x, rtol=1e-6)
    assert tuple(layer.compute_output_shape((None, 3))) == (None, 3)


def test_gradient_of_a_gradient(keras, K):
    x_in = keras.layers.Input((3,))
    y = GradientReversal(0.5)(x_in)
    first, = gradients(K.sum(y * y), [x_in])
    second, = gradients(K.sum(first), [x_in])
    x = rows(4, 3)
    found = function([x_in], [first, second])([x])
    np.testing.assert_allclose(found[0], -0.5 * 2 * x, rtol=1e-5)
    np.testing.assert_allclose(found[1], np.full((4, 3), 0.5 * 0.5 * 2), rtol=1e-5)


@pytest.fixture
def two_headed(keras, old):
    """Features with a head of their own and one behind the reversal: linear, so that steps have a formula."""
    x_in = keras.layers.Input((4,))
    features, layer = keras.layers.Dense(3, use_bias=False), GradientReversal(0.5, name="reversal")
    own, other = keras.layers.Dense(1, use_bias=False), keras.layers.Dense(1, use_bias=False)
    h = features(x_in)
    model = keras.models.Model(x_in, [own(h), other(layer(h))])
    model.compile(sgd(keras, old, 0.1), ["mean_squared_error", "mean_squared_error"])
    return ordered(model), layer, (features, own, other)


def step(weights, x, targets, scale, rate=0.1):
    """One step of SGD on both squared errors, in float64."""
    (f,), (a,), (b,) = weights
    h = x.dot(f)
    to_a, to_b = (2 * (h.dot(w) - y) / len(x) for w, y in zip((a, b), targets))
    to_h = to_a.dot(a.T) - scale * to_b.dot(b.T)
    return [[f - rate * x.T.dot(to_h)], [a - rate * h.T.dot(to_a)], [b - rate * h.T.dot(to_b)]]


def test_in_training_with_a_scale_that_changes(K, two_headed):
    model, layer, layers = two_headed
    weights = [[w.astype("float64") for w in one.get_weights()] for one in layers]
    for scale in (0.5, 0.0, 2.0, 2.0, 0.125):
        K.set_value(layer.scale, scale)
        x, targets = rows(8, 4), [rows(8, 1), rows(8, 1)]
        model.train_on_batch(x, targets)
        weights = step(weights, x, targets, scale)
        for one, expected in zip(layers, weights):
            np.testing.assert_allclose(one.get_weights()[0], expected[0], rtol=1e-4, atol=1e-5)
    assert len(layer.trainable_weights) == 0 and len(layer.weights) == 1


def test_a_callback_changes_the_scale_within_an_epoch(keras, K, two_headed):
    model, layer, layers = two_headed
    scales = [0.1, 0.7, 1.5]

    class Ramp(keras.callbacks.Callback):
        def on_batch_begin(self, batch, logs=None):
            K.set_value(self.model.get_layer("reversal").scale, scales[batch])

    weights = [[w.astype("float64") for w in one.get_weights()] for one in layers]
    x, targets = rows(24, 4), [rows(24, 1), rows(24, 1)]
    model.fit(x, targets, batch_size=8, epochs=1, shuffle=False, verbose=0, callbacks=[Ramp()])
    for i, scale in enumerate(scales):
        part = slice(8 * i, 8 * i + 8)
        weights = step(weights, x[part], [y[part] for y in targets], scale)
    for one, expected in zip(layers, weights):
        np.testing.assert_allclose(one.get_weights()[0], expected[0], rtol=1e-4, atol=1e-5)


def test_shared_nested_and_time_distributed(keras, K):
    x_in, t_in, inner_in = (keras.layers.Input(shape) for shape in ((3,), (5, 3), (3,)))
    layer, dense = GradientReversal(2.0), keras.layers.Dense(3)
    inner = keras.models.Model(inner_in, GradientReversal(0.25)(inner_in))
    spread = keras.layers.TimeDistributed(GradientReversal(3.0))
    for inputs, output, expected in ((x_in, layer(x_in), -2.0), (x_in, layer(layer(x_in)), 4.0),
                                     (x_in, inner(x_in), -0.25), (t_in, spread(t_in), -3.0),
                                     (x_in, inner(dense(layer(x_in))), 0.5)):
        x = rows(*((2,) + K.int_shape(inputs)[1:]))
        value, found = function([inputs], [output, gradients(K.sum(output), [inputs])[0]])([x])
        if expected == 0.5:
            kernel, bias = dense.get_weights()
            np.testing.assert_allclose(value, x.dot(kernel) + bias, rtol=1e-4, atol=1e-5)
            np.testing.assert_allclose(found, 0.5 * np.ones_like(x).dot(kernel.T), rtol=1e-4, atol=1e-5)
        else:
            np.testing.assert_array_equal(value, x)
            np.testing.assert_allclose(found, np.full_like(x, expected))


def test_in_a_sequential_model(keras, old):
    dense = keras.layers.Dense(3, input_shape=(4,))
    model = keras.models.Sequential([dense, GradientReversal(), keras.layers.Dense(1)])
    model.compile(sgd(keras, old, 0.1), "mean_squared_error")
    before = model.get_weights()
    model.train_on_batch(rows(8, 4), rows(8, 1))
    assert all(np.abs(a - b).max() > 0 for a, b in zip(before, model.get_weights()) if a.ndim)


def test_a_mask_is_passed_on(keras):
    ids = keras.layers.Input((5,))
    embedded = keras.layers.Embedding(7, 3, mask_zero=True)(ids)
    lstm = keras.layers.LSTM(2)
    plain, reversed_ = (keras.models.Model(ids, lstm(x)) for x in (embedded, GradientReversal()(embedded)))
    x = np.array([[1, 2, 0, 0, 0], [3, 4, 5, 6, 1]])
    np.testing.assert_allclose(reversed_.predict(x), plain.predict(x), rtol=1e-6)


def test_saved_and_loaded(keras, K, old, stack, tmp_path):
    x_in = keras.layers.Input((4,))
    layer = GradientReversal(0.5)
    inner_in = keras.layers.Input((3,))
    inner = keras.models.Model(inner_in, GradientReversal(4.0)(GradientReversal(3.0)(inner_in)))
    model = keras.models.Model(x_in, keras.layers.Dense(1)(inner(layer(keras.layers.Dense(3)(x_in)))))
    K.set_value(layer.scale, 0.75)
    path = str(tmp_path / ("model.keras" if stack.family == "keras3" and not old else "model.h5"))
    model.save(path)
    back = keras.models.load_model(path, custom_objects={"GradientReversal": GradientReversal})
    x = rows(3, 4)
    np.testing.assert_allclose(back.predict(x), model.predict(x), rtol=1e-6)
    scales = [float(w) for w in back.get_weights() if np.ndim(w) == 0]
    assert sorted(scales) == [0.75, 3.0, 4.0]
    assert layer.get_config()["scale"] == 0.75
    again = GradientReversal.from_config(layer.get_config())
    assert float(K.get_value(again.scale)) == 0.75 and again.name == layer.name


def test_wrong_arguments(keras):
    for wrong in ("1", None, float("nan"), float("inf"), True):
        with pytest.raises(errors.WrongValue, match="finite number"):
            GradientReversal(wrong)
    ids = keras.layers.Input((5,), dtype="int32")
    with pytest.raises(errors.WrongValue, match="behind the Embedding"):
        GradientReversal()(ids)
