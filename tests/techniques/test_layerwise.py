"""`compat.LRMultiplier` and `compat.SetLearningRate`: learning rates of their own for some layers."""
import numpy as np
import pytest

from compat import LRMultiplier, SetLearningRate, errors
from tests.techniques.optimizing import ALL, as_loaded, error_in_step, made, network, ordered

pytestmark = pytest.mark.usefixtures("fresh_graph")
X, Y = np.random.RandomState(1).randn(12, 4), np.random.RandomState(2).randn(12, 2)


def trained(model, steps=3, x=X, y=Y):
    for _ in range(steps):
        model.train_on_batch(x, y)
    return model.get_weights()


@pytest.mark.parametrize("name", ALL)
def test_as_at_another_rate(keras, name):
    """All multiplied by 0.5 is the optimizer at half its rate, slot by slot."""
    half = made(keras, name)
    config = half.get_config()
    rate = "lr" if "lr" in config else "learning_rate"
    half = type(half).from_config(dict(config, **{rate: config[rate] / 2}))
    expected, found = network(keras, half), network(keras, LRMultiplier(made(keras, name), {"low": 0.5, "high": 0.5}))
    for one, other in zip(trained(found), trained(expected)):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=2e-6)


def gradients(weights, x, y):
    """Of the mean squared error of `network`, by hand."""
    w1, b1, w2, b2 = weights
    h = np.tanh(x.dot(w1) + b1)
    to_y = 2 * (h.dot(w2) + b2 - y) / y.size
    to_sum = to_y.dot(w2.T) * (1 - h ** 2)
    return [x.T.dot(to_sum), to_sum.sum(0), h.T.dot(to_y), to_y.sum(0)]


def sgd(weights, rates, x, y, steps, momentum=0.9):
    weights = [weight.astype("float64") for weight in weights]
    moves = [np.zeros_like(weight) for weight in weights]
    for _ in range(steps):
        found = gradients(weights, x, y)
        moves = [momentum * move - rate * gradient for move, rate, gradient in zip(moves, rates, found)]
        weights = [weight + move for weight, move in zip(weights, moves)]
    return weights


def adam(weights, rates, x, y, steps):
    weights = [weight.astype("float64") for weight in weights]
    m, v = [np.zeros_like(w) for w in weights], [np.zeros_like(w) for w in weights]
    for step in range(1, steps + 1):
        found = gradients(weights, x, y)
        m = [0.9 * one + 0.1 * g for one, g in zip(m, found)]
        v = [0.999 * one + 0.001 * g * g for one, g in zip(v, found)]
        scale = np.sqrt(1 - 0.999 ** step) / (1 - 0.9 ** step)
        weights = [w - rate * scale * a / (np.sqrt(b) + 1e-7) for w, rate, a, b in zip(weights, rates, m, v)]
    return weights


@pytest.mark.parametrize("name, by_hand, rate", [("SGD", sgd, 0.1), ("Adam", adam, 0.02)])
def test_against_numpy(keras, name, by_hand, rate):
    kwargs = {"momentum": 0.9} if name == "SGD" else {}
    model = network(keras, LRMultiplier(getattr(keras.optimizers, name)(rate, **kwargs), {"low": 0.1, "high/bias": 3}))
    expected = by_hand(model.get_weights(), [rate / 10, rate / 10, rate, rate * 3], X, Y, 4)
    for found, wanted in zip(trained(model, 4), expected):
        np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=5e-6)


def test_zero_freezes_bit_by_bit(keras):
    """Also a weight outside of its constraint."""
    model = network(keras, LRMultiplier(made(keras, "Adam"), {"low": 0}), constraint=keras.constraints.MaxNorm(0.5))
    before = model.get_weights()
    after = trained(model)
    for one, other in list(zip(before, after))[:2]:
        np.testing.assert_array_equal(one, other)
    assert all(np.abs(one - other).min() > 0 for one, other in list(zip(before, after))[2:])


def test_constraints_are_applied_to_the_multiplied_step(keras):
    model = network(keras, LRMultiplier(keras.optimizers.SGD(0.1), {"low": 2.}),
                    constraint=keras.constraints.NonNeg())
    start = [np.abs(weight) for weight in model.get_weights()]
    model.set_weights(start)
    expected = np.maximum(start[0] - 0.2 * gradients(start, X, Y)[0], 0)
    assert (expected == 0).any()
    np.testing.assert_allclose(trained(model, 1)[0], expected, rtol=1e-5, atol=1e-6)


def test_the_more_exact_name_counts(keras):
    """A weight's name goes before its layer's, and that before a beginning; a beginning stands for several layers."""
    multipliers = {"low/kernel": 0.25, "low": 0.5, "hi": 2.}
    model = network(keras, LRMultiplier(keras.optimizers.SGD(0.1), multipliers))
    start = model.get_weights()
    expected = sgd(start, [0.025, 0.05, 0.2, 0.2], X, Y, 2, momentum=0)
    for found, wanted in zip(trained(model, 2), expected):
        np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-6)


def test_a_layers_name_is_no_beginning_of_another(keras):
    model = network(keras, LRMultiplier(keras.optimizers.SGD(0.1), {"part": 0}), names=("part", "partial"))
    before, after = model.get_weights(), trained(model)
    np.testing.assert_array_equal(before[0], after[0])
    assert np.abs(before[2] - after[2]).max() > 1e-3


def test_nested_models(keras):
    inner = network(keras, "sgd", names=("first", "second"))
    x_in = keras.layers.Input((4,))
    model = keras.models.Model(x_in, keras.layers.Dense(2, name="top")(inner(x_in)))
    model.compile(LRMultiplier(keras.optimizers.SGD(0.1), {"first": 0, "top": 0}), "mse")
    before = model.get_weights()
    moved = [np.abs(after - old).max() > 0 for after, old in zip(trained(model), before)]
    assert moved == [False, False, True, True, False, False]


@pytest.mark.parametrize("key", ["absent", "low/gamma"])
def test_a_name_of_nothing(keras, stack, key):
    model = network(keras, LRMultiplier(keras.optimizers.SGD(0.1), {"low": 1, key: 0.5}))
    with pytest.raises(error_in_step(stack, errors.WrongValue), match="'%s' stands for no weight" % key):
        model.train_on_batch(X, Y)


@pytest.mark.parametrize("value", [None, {"low": -1.}, {"low": "1"}, {"": 1}, {"low": float("nan")}, {3: 1}])
def test_wrong_multipliers(keras, value):
    with pytest.raises(errors.WrongValue, match="lr_multipliers"):
        LRMultiplier(keras.optimizers.SGD(0.1), value)


def test_saved_and_loaded(keras, tmp_path, old, stack):
    path = str(tmp_path / ("model.h5" if old or not hasattr(keras, "ops") else "model.keras"))
    model = network(keras, LRMultiplier(made(keras, "Adam"), {"low": 0.1}))
    trained(model)
    model.save(path)
    again = keras.models.load_model(path, custom_objects={"LRMultiplier": LRMultiplier})
    assert again.optimizer.lr_multipliers == {"low": 0.1}
    for one, other in zip(trained(again), trained(model)):
        np.testing.assert_allclose(one, other, **as_loaded(stack))


def wrapped_network(keras, optimizer, wrap, layer=None):
    x_in = keras.layers.Input((4,))
    layer = layer or keras.layers.Dense(5, activation="tanh")
    y = keras.layers.Dense(2)((wrap(layer) if wrap else layer)(x_in))
    model = keras.models.Model(x_in, y)
    model.compile(optimizer, "mse")
    return ordered(model)


def set_as_in(model, other, factor):
    """The same function: the first layer's weights divided."""
    start = np.random.RandomState(3)
    weights = [start.randn(*weight.shape) for weight in other.get_weights()]
    other.set_weights(weights)
    model.set_weights([weight / factor if i < 2 else weight for i, weight in enumerate(weights)])


@pytest.mark.parametrize("name, is_ada, factor", [("SGD", False, 0.3 ** 0.5), ("Adam", True, 0.3)])
def test_wrapped_layer_learns_as_by_name(keras, name, is_ada, factor):
    wrapped = wrapped_network(keras, made(keras, name), lambda layer: SetLearningRate(layer, 0.3, is_ada))
    named = network(keras, LRMultiplier(made(keras, name), {"low": 0.3}))
    set_as_in(wrapped, named, factor)
    np.testing.assert_allclose(wrapped.predict(X), named.predict(X), rtol=1e-4, atol=1e-5)
    found, expected = trained(wrapped), trained(named)
    for one, other, scale in zip(found, expected, [factor, factor, 1, 1]):
        np.testing.assert_allclose(one * scale, other, rtol=1e-3, atol=1e-4)
    assert np.abs(found[0] * factor - named.get_weights()[0]).max() < 1e-4


def test_wrapping_does_not_change_the_function(keras):
    """New weights are divided once, whatever initialized them; given ones, too."""
    kernel = np.random.RandomState(4).randn(4, 5)
    layer = keras.layers.Dense(5, kernel_initializer=keras.initializers.Constant(0.5), bias_initializer="ones")
    model = wrapped_network(keras, "sgd", lambda one: SetLearningRate(one, 0.25), layer)
    np.testing.assert_allclose(model.get_weights()[0], np.ones((4, 5)), rtol=1e-6)
    built = keras.layers.Dense(5)
    built.build((None, 4))
    built.set_weights([kernel, np.ones(5)])
    model = wrapped_network(keras, "sgd", lambda one: SetLearningRate(one, 0.25), built)
    np.testing.assert_allclose(model.get_weights()[0], kernel * 2, rtol=1e-5)


def test_wrapped_recurrent_layer(keras):
    """Its kernels are used in parts."""
    x_in = keras.layers.Input((3, 4))
    plain, slow = keras.layers.LSTM(3), keras.layers.LSTM(3)
    models = [keras.models.Model(x_in, plain(x_in)), keras.models.Model(x_in, SetLearningRate(slow, 0.25)(x_in))]
    models[1].set_weights([2 * weight for weight in models[0].get_weights()])
    x, y = np.random.randn(8, 3, 4), np.random.randn(8, 3)
    np.testing.assert_allclose(models[1].predict(x), models[0].predict(x), rtol=1e-4, atol=1e-5)
    start = models[0].get_weights()
    for model, rate in zip(models, (0.125, 0.5)):
        model.compile(keras.optimizers.SGD(rate), "mse")
        ordered(model)
        trained(model, 2, x, y)
    for one, other, old in zip(models[1].get_weights(), models[0].get_weights(), start):
        assert np.abs(other - old).max() > 1e-4
        np.testing.assert_allclose(one / 2, other, rtol=1e-4, atol=1e-5)


def test_wrapped_layer_is_shared_by_calling_again(keras):
    slow = SetLearningRate(keras.layers.Dense(4), 0.25)
    x_in = keras.layers.Input((4,))
    model = keras.models.Model(x_in, slow(slow(x_in)))
    assert len(model.get_weights()) == 2
    kernel, bias = model.get_weights()
    np.testing.assert_allclose(model.predict(X), X.dot(kernel / 2).dot(kernel / 2), rtol=1e-4, atol=1e-5)


def test_wrapped_twice(keras):
    layer = keras.layers.Dense(4)
    x_in = keras.layers.Input((4,))
    SetLearningRate(layer, 0.5)(x_in)
    with pytest.raises(errors.WrongOrder, match="learning rate of its own already"):
        SetLearningRate(layer, 0.1)(x_in)


@pytest.mark.parametrize("lamb", [0, -1, None, float("inf")])
def test_wrong_ratio(keras, lamb):
    with pytest.raises(errors.WrongValue, match="SetLearningRate"):
        SetLearningRate(keras.layers.Dense(4), lamb)


def test_wrapped_no_layer():
    with pytest.raises(errors.WrongValue, match="is no layer"):
        SetLearningRate(3, 0.5)


def test_regularizers_and_constraints_see_the_weight_that_is_used(keras, old):
    def dense():
        return keras.layers.Dense(5, activation="tanh", kernel_regularizer=keras.regularizers.l2(0.1),
                                  kernel_constraint=keras.constraints.MaxNorm(1.5))

    if not old:
        x_in = keras.layers.Input((4,))
        for options in ({"kernel_regularizer": "l2"}, {"kernel_constraint": keras.constraints.NonNeg()}):
            with pytest.raises(errors.TechniqueUnavailable, match="LRMultiplier"):
                SetLearningRate(keras.layers.Dense(5, **options), 0.25)(x_in)
        return
    wrapped = wrapped_network(keras, keras.optimizers.SGD(0.1), lambda one: SetLearningRate(one, 0.25), dense())
    plain = wrapped_network(keras, keras.optimizers.SGD(0.1), None, dense())
    name = plain.layers[1].weights[0].name.split("/")[0]
    plain.compile(LRMultiplier(keras.optimizers.SGD(0.1), {name: 0.25}), "mse")
    set_as_in(wrapped, plain, 0.5)
    losses = [[model.train_on_batch(X, Y) for _ in range(3)] for model in (wrapped, plain)]
    np.testing.assert_allclose(losses[0], losses[1], rtol=1e-4)
    np.testing.assert_allclose(wrapped.get_weights()[0] / 2, plain.get_weights()[0], rtol=1e-3, atol=1e-5)
    assert np.sqrt(np.square(plain.get_weights()[0]).sum(0)).max() < 1.5 + 1e-5


def test_a_built_layer_that_made_a_frozen_weight_first(keras):
    class Shifted(keras.layers.Layer):
        def build(self, input_shape):
            self.shift = self.add_weight(name="shift", shape=(4,), initializer="ones", trainable=False)
            self.scale = self.add_weight(name="scale", shape=(4,), initializer="ones")
            super(Shifted, self).build(input_shape)

        def call(self, inputs):
            return inputs * self.scale + self.shift

    layer = Shifted()
    layer.build((None, 4))
    layer.set_weights([np.array([2., 3., 4., 5.]), np.array([7., 8., 9., 10.])])
    x_in = keras.layers.Input((4,))
    before = keras.models.Model(x_in, layer(x_in)).predict(X)
    after = keras.models.Model(x_in, SetLearningRate(layer, 0.25)(x_in)).predict(X)
    np.testing.assert_allclose(after, before, rtol=1e-5)


def test_a_built_layer_with_a_regularizer(keras):
    layer = keras.layers.Dense(4, kernel_regularizer="l2")
    x_in = keras.layers.Input((4,))
    layer(x_in)
    with pytest.raises(errors.TechniqueUnavailable, match="LRMultiplier"):
        SetLearningRate(layer, 0.5)(x_in)
