"""`compat.TransformGradients`: gradients that a function changes before any optimizer sees them."""
import copy

import numpy as np
import pytest

from compat import AddGradientNoise, CentralizeGradients, ClipGradientsEach, TransformGradients, errors
from tests.techniques.optimizing import as_loaded, error_in_step, made, network

pytestmark = pytest.mark.usefixtures("fresh_graph")
X, Y = np.random.RandomState(1).randn(12, 4), np.random.RandomState(2).randn(12, 2)


def moved(keras, transform, rate=1.0, **kwargs):
    """What one step of gradient descent takes from each weight: the transformed gradients."""
    model = network(keras, TransformGradients(keras.optimizers.SGD(rate, **kwargs), transform))
    before = model.get_weights()
    model.train_on_batch(X, Y)
    return [old - new for old, new in zip(before, model.get_weights())]


def gradients(keras):
    return moved(keras, lambda grads, weights: grads)


def close(found, expected):
    for one, other in zip(found, expected):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=2e-6)


def test_any_function(keras, K):
    expected = [np.clip(one, -0.01, 0.01) for one in gradients(keras)]
    close(moved(keras, lambda grads, weights: [K.clip(one, -0.01, 0.01) for one in grads]), expected)


def test_the_function_is_given_the_weights(keras):
    start = network(keras, "sgd").get_weights()
    expected = [one + 0.5 * weight for one, weight in zip(gradients(keras), start)]
    close(moved(keras, lambda grads, weights: [g + 0.5 * w for g, w in zip(grads, weights)]), expected)


def test_all_gradients_together(keras, K):
    found = gradients(keras)
    length = np.sqrt(sum((one ** 2).sum() for one in found))
    close(moved(keras, lambda grads, weights: [
        one / K.sqrt(sum(K.sum(K.square(each)) for each in grads)) for one in grads]), [one / length for one in found])


def test_clipped_each_by_itself(keras):
    found = gradients(keras)
    lengths = [np.sqrt((one ** 2).sum()) for one in found]
    norm = float(np.median(lengths))
    expected = [one * min(1, norm / length) for one, length in zip(found, lengths)]
    close(moved(keras, ClipGradientsEach(norm)), expected)


def test_centralized(keras):
    expected = [one - one.mean(0, keepdims=True) if one.ndim > 1 else one for one in gradients(keras)]
    close(moved(keras, CentralizeGradients()), expected)


@pytest.fixture
def draws_anew(stack):
    """Whether each call of a function draws other random numbers, as Keras 2.3 on TensorFlow 2 does not."""
    return not (stack.dialect == "legacy" and not stack.has_sessions)


def steps(keras, transform):
    """How far the first weight goes in each of two steps."""
    model = network(keras, TransformGradients(keras.optimizers.SGD(1e-3), transform))
    weights = [model.get_weights()[0]]
    for _ in range(2):
        model.train_on_batch(X, Y)
        weights.append(model.get_weights()[0])
    return np.diff(weights, axis=0)


def test_noise(keras, draws_anew):
    """Kernels and biases get it, with the standard deviation asked for, and another one in each step."""
    plain = gradients(keras)
    noise = [np.concatenate([(one - other).ravel() for one, other in zip(moved(keras, AddGradientNoise(0.5)), plain)])
             for _ in range(8)]
    assert 0.4 < np.std(noise) < 0.6 and abs(np.mean(noise)) < 0.1
    assert np.abs(noise[0] - noise[1]).max() > 0.1
    first, second = steps(keras, AddGradientNoise(100.))
    assert not draws_anew or np.abs(first - second).max() > 0.01


def test_random_numbers_of_ones_own(keras, K, draws_anew):
    """Plain Keras 3 on JAX forgets what a step writes to variables that are neither the model's nor the optimizer's."""
    first, second = steps(keras, lambda grads, weights: [
        g + K.random_normal(K.int_shape(w), stddev=100.) for g, w in zip(grads, weights)])
    assert not draws_anew or np.abs(first - second).max() > 0.01


def test_a_random_generator_of_keras_3(keras, kind):
    if kind != "plain":
        pytest.skip("there is none")
    seeds = keras.random.SeedGenerator(3)
    first, second = steps(keras, lambda grads, weights: [
        100. * keras.random.normal(w.shape, seed=seeds) for w in weights])
    assert np.abs(first - second).max() > 0.01


def test_the_optimizers_own_clipping_comes_after(keras):
    expected = [np.clip(10 * one, -0.05, 0.05) for one in gradients(keras)]
    close(moved(keras, lambda grads, weights: [10 * one for one in grads], clipvalue=0.05), expected)


def test_any_optimizer(keras):
    """Adam with gradients that are all multiplied makes the steps of Adam (up to epsilon)."""
    one = network(keras, made(keras, "Adam"))
    other = network(keras, TransformGradients(made(keras, "Adam"), lambda grads, weights: [8 * g for g in grads]))
    for _ in range(3):
        for model in (one, other):
            model.train_on_batch(X, Y)
    close(other.get_weights(), one.get_weights())


def negated(grads, weights):
    return [-one for one in grads]


@pytest.mark.parametrize("transform", [negated, ClipGradientsEach(0.25)])
def test_saved_and_loaded(keras, tmp_path, old, stack, transform):
    path = str(tmp_path / ("model.h5" if old or not hasattr(keras, "ops") else "model.keras"))
    model = network(keras, TransformGradients(made(keras, "Adam"), transform))
    model.train_on_batch(X, Y)
    model.save(path)
    custom_objects = {"TransformGradients": TransformGradients, "negated": negated}
    again = keras.models.load_model(path, custom_objects=custom_objects)
    for each in (again, model):
        each.train_on_batch(X, Y)
    for one, other in zip(again.get_weights(), model.get_weights()):
        np.testing.assert_allclose(one, other, **as_loaded(stack))


def test_loaded_without_the_function(keras):
    config = TransformGradients(keras.optimizers.SGD(0.1), negated).get_config()
    with pytest.raises(errors.WrongValue, match="custom_objects={'negated'"):
        TransformGradients.from_config(config)


def test_another_number_of_gradients(keras, stack):
    model = network(keras, TransformGradients(keras.optimizers.SGD(0.1), lambda grads, weights: grads[:-1]))
    with pytest.raises(error_in_step(stack, errors.WrongValue), match="gave 3 for 4 gradients"):
        model.train_on_batch(X, Y)


@pytest.mark.parametrize("transform", [None, 3, "no such function"])
def test_no_function(keras, transform):
    with pytest.raises(errors.WrongValue, match="no function of gradients and weights"):
        TransformGradients(keras.optimizers.SGD(0.1), transform)


@pytest.mark.parametrize("make", [lambda: ClipGradientsEach(0), lambda: AddGradientNoise(-1)])
def test_wrong_numbers(make):
    with pytest.raises(errors.WrongValue):
        make()


def stacked(keras, rate):
    from compat import AccumOptimizer, LRMultiplier

    inner = AccumOptimizer(keras.optimizers.SGD(rate), 2)
    return TransformGradients(LRMultiplier(inner, {"high": 0.5}), ClipGradientsEach(0.1))


def test_stacked_config(keras):
    """Each of them is in the config, and comes back from it."""
    optimizer = stacked(keras, 0.25)
    config = optimizer.get_config()
    assert config["transform"]["config"] == {"norm": 0.1}
    assert config["optimizer"]["config"]["lr_multipliers"] == {"high": 0.5}
    assert config["optimizer"]["config"]["optimizer"]["config"]["steps_per_update"] == 2
    again = TransformGradients.from_config(copy.deepcopy(config))  # Keras writes class names into it in small letters
    assert type(again) is type(optimizer) and again.get_config() == config


def test_stacked(keras):
    """What is around is asked first: here every small gradient is clipped, and the mean updates."""
    model = network(keras, stacked(keras, 1.0))
    before = model.get_weights()
    for rows in (slice(0, 6), slice(6, 12)):
        model.train_on_batch(X[rows], Y[rows])
    expected = []
    for rows in (slice(0, 6), slice(6, 12)):
        twin = network(keras, TransformGradients(keras.optimizers.SGD(1.0), ClipGradientsEach(0.1)))
        twin.train_on_batch(X[rows], Y[rows])
        expected.append([old - new for old, new in zip(before, twin.get_weights())])
    mean = [(one + other) / 2 for one, other in zip(*expected)]
    close([old - new for old, new in zip(before, model.get_weights())], [mean[0], mean[1], mean[2] / 2, mean[3] / 2])
