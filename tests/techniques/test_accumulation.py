"""`compat.AccumOptimizer` and `compat.SoftSGD`: several small batches make the update of a large one."""
import numpy as np
import pytest

import compat
from compat import AccumOptimizer, SoftSGD, errors
from tests.techniques.optimizing import ALL, as_loaded, batches, made, network, rate_of, weights_of

pytestmark = pytest.mark.usefixtures("fresh_graph")
X, Y = np.random.RandomState(1).randn(48, 4), np.random.RandomState(2).randn(48, 2)


def trained(model, size, rows=48):
    """The weights after each update, for batches of one size."""
    return [weights_of(model) for x, y in batches(X[:rows], Y[:rows], size) if model.train_on_batch(x, y) is not None]


@pytest.mark.parametrize("name", ALL)
def test_small_batches_make_the_update_of_the_large_one(keras, name):
    large, small = network(keras, made(keras, name)), network(keras, AccumOptimizer(made(keras, name), 3))
    expected, found = trained(large, 12), trained(small, 4)
    assert np.abs(expected[-1] - weights_of(network(keras, "sgd"))).max() > 1e-3
    np.testing.assert_allclose(found[2::3], expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(found[3:5], [found[2]] * 2)


@pytest.mark.parametrize("clip", [{"clipnorm": 0.3}, {"clipvalue": 0.05}])
def test_clipping_sees_the_mean_gradient(keras, clip):
    large = network(keras, keras.optimizers.SGD(0.1, **clip))
    small = network(keras, AccumOptimizer(keras.optimizers.SGD(0.1, **clip), 4))
    free = network(keras, keras.optimizers.SGD(0.1))
    expected = trained(large, 12)[-1]
    assert np.abs(expected - trained(free, 12)[-1]).max() > 1e-3
    np.testing.assert_allclose(trained(small, 3)[-1], expected, rtol=1e-5, atol=1e-6)


def test_constraints_are_applied_at_updates_only(keras):
    """Weights that start outside of their constraint keep their gradients until the first update."""
    kwargs = dict(constraint=keras.constraints.MaxNorm(0.5))
    large, small = network(keras, made(keras, "SGD"), **kwargs), network(
        keras, AccumOptimizer(made(keras, "SGD"), 3), **kwargs)
    np.testing.assert_allclose(trained(small, 4)[2::3], trained(large, 12), rtol=1e-5, atol=1e-6)
    assert np.sqrt((small.get_weights()[0] ** 2).sum(0)).max() < 0.5 + 1e-5


def test_against_numpy(keras):
    """A linear model, in double precision by hand: three batches of 4, 4 and 2 rows count the same."""
    x_in = keras.layers.Input((4,))
    model = keras.models.Model(x_in, keras.layers.Dense(2, use_bias=False)(x_in))
    start = np.random.RandomState(5).randn(4, 2)
    model.set_weights([start])
    model.compile(AccumOptimizer(keras.optimizers.SGD(0.5), 3), "mse")
    kernel, total = start.copy(), np.zeros((4, 2))
    for step, rows in enumerate([slice(0, 4), slice(4, 8), slice(8, 10)] * 4):
        x, y = X[rows], Y[rows]
        model.train_on_batch(x, y)
        total += 2 * x.T.dot(x.dot(kernel) - y) / y.size
        if step % 3 == 2:
            kernel, total = kernel - 0.5 * total / 3, np.zeros((4, 2))
    np.testing.assert_allclose(model.get_weights()[0], kernel, rtol=1e-5, atol=1e-6)


def test_fit_carries_over_the_end_of_an_epoch(keras):
    """Five batches an epoch and an update every two: ten batches make five updates."""
    once = network(keras, AccumOptimizer(keras.optimizers.SGD(0.1), 2))
    by_hand = network(keras, AccumOptimizer(keras.optimizers.SGD(0.1), 2))
    once.fit(X[:18], Y[:18], batch_size=4, epochs=2, shuffle=False, verbose=0)
    for _ in range(2):
        trained(by_hand, 4, rows=18)
    np.testing.assert_allclose(weights_of(once), weights_of(by_hand), rtol=1e-6, atol=1e-7)
    assert int(np.array(keras.backend.get_value(once.optimizer.iterations)
                        if hasattr(keras.backend, "get_value") else once.optimizer.iterations)) == 5


def test_the_learning_rate_is_the_optimizers_own(keras, K):
    large, small = network(keras, made(keras, "SGD")), network(keras, AccumOptimizer(made(keras, "SGD"), 3))
    for model, size in ((large, 12), (small, 4)):
        trained(model, size, rows=12)
        rate_of(K, model.optimizer, 1e-3)
        trained(model, size)
    np.testing.assert_allclose(weights_of(small), weights_of(large), rtol=1e-5, atol=1e-6)


def test_callbacks_change_the_learning_rate(keras, K):
    model = network(keras, AccumOptimizer(keras.optimizers.SGD(0.5), 2))
    model.fit(X, Y, epochs=2, verbose=0, callbacks=[
        keras.callbacks.LearningRateScheduler(lambda epoch: 0.25 / (epoch + 1))])
    assert rate_of(K, model.optimizer) == pytest.approx(0.125)


def test_soft_sgd(keras, kind):
    if kind == "plain":
        pytest.skip("SoftSGD is an optimizer of compat.keras")
    large = network(keras, keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True))
    small = network(keras, SoftSGD(0.1, momentum=0.9, nesterov=True, steps_per_update=4))
    np.testing.assert_allclose(trained(small, 3)[3::4], trained(large, 12), rtol=1e-5, atol=1e-6)


def test_an_update_in_a_switch_runs_always(keras, K, old):
    """The shape of the note's own class: in a graph both arguments exist, and one that writes does write."""
    if not old:
        pytest.skip("get_updates is of Keras 2.2")

    class Switching(keras.optimizers.Optimizer):
        def __init__(self, **kwargs):
            super(Switching, self).__init__(**kwargs)
            self.iterations = K.variable(0, dtype="int64")

        def get_updates(self, loss, params):
            self.updates = [K.update_add(self.iterations, 1)]
            due = K.equal(self.iterations % 3, 2)
            for param, gradient in zip(params, self.get_gradients(loss, params)):
                self.updates.append(K.switch(due, K.update(param, param - 0.1 * gradient), param))
            return self.updates

    if hasattr(K, "symbolic"):
        Switching.get_updates = K.symbolic(Switching.get_updates)
    switching, plain = network(keras, Switching()), network(keras, keras.optimizers.SGD(0.1))
    np.testing.assert_allclose(trained(switching, 12), trained(plain, 12), rtol=1e-5, atol=1e-6)
    waiting = trained(network(keras, SoftSGD(0.1, steps_per_update=3)), 12)
    assert np.abs(waiting[1] - waiting[0]).max() == 0 and np.abs(waiting[3] - trained(plain, 12)[3]).max() > 1e-2


def test_resumes_in_the_middle(keras, tmp_path, old, stack):
    """Saved after two of three batches; the loaded model makes the update with the third."""
    path = str(tmp_path / ("model.h5" if old or not hasattr(keras, "ops") else "model.keras"))
    model = network(keras, AccumOptimizer(made(keras, "Adam"), 3))
    parts = batches(X, Y, 4)
    for x, y in parts[:5]:
        model.train_on_batch(x, y)
    model.save(path)
    again = keras.models.load_model(path, custom_objects={"AccumOptimizer": AccumOptimizer})
    assert again.optimizer.steps_per_update == 3
    before = weights_of(again)
    for each in (model, again):
        each.train_on_batch(*parts[5])
    assert np.abs(weights_of(again) - before).max() > 1e-4
    np.testing.assert_allclose(weights_of(again), weights_of(model), **as_loaded(stack))


def test_config(keras):
    optimizer = AccumOptimizer(keras.optimizers.Adam(0.25, beta_2=0.75), 5)
    again = type(optimizer).from_config(optimizer.get_config())
    assert again.steps_per_update == 5 and again.get_config() == optimizer.get_config()
    assert again.get_config()["optimizer"]["config"]["beta_2"] == pytest.approx(0.75)


def test_by_name(kind):
    if kind == "plain":
        pytest.skip("a name means an optimizer of compat.keras")
    assert AccumOptimizer("adam", 2).get_config()["optimizer"]["class_name"].lower().endswith("adam")


@pytest.mark.parametrize("steps", [0, -1, 2.5, True, "2", None])
def test_wrong_steps(keras, steps):
    with pytest.raises(errors.WrongValue, match="steps_per_update"):
        AccumOptimizer(keras.optimizers.SGD(0.1), steps)


def test_no_optimizer(keras):
    with pytest.raises(errors.WrongValue, match="no optimizer"):
        AccumOptimizer(keras.layers.Dense(2), 2)


def test_an_optimizer_that_writes_by_itself(keras, K, old):
    if not old:
        pytest.skip("optimizers of Keras 2.2 write with K.update")

    class Odd(keras.optimizers.SGD):
        def get_updates(self, loss, params):
            return super(Odd, self).get_updates(loss=loss, params=params) + [K.ones((2,))]

    model = network(keras, AccumOptimizer(Odd(0.1), 2))
    with pytest.raises(errors.WrongValue, match="another way than by K.update"):
        model.train_on_batch(X, Y)


def test_an_optimizer_in_use(keras, old):
    if old:
        pytest.skip("Keras 2.2 makes an optimizer's variables anew for each model")
    optimizer = keras.optimizers.SGD(0.1, momentum=0.9)
    trained(network(keras, optimizer), 12)
    with pytest.raises(errors.WrongOrder, match="has been trained with"):
        AccumOptimizer(optimizer, 2)
    assert type(optimizer) is type(keras.optimizers.SGD(0.1))


@pytest.mark.parametrize("change", [lambda one: AccumOptimizer(one, 2),
                                    lambda one: compat.TransformGradients(one, compat.CentralizeGradients())])
def test_several_replicas_are_refused(keras, stack, kind, old, change):
    """Each has gradients of its own; a sum or a transform of these is not that of the whole batch."""
    if old or stack.engine != "tensorflow":
        pytest.skip("strategies are TensorFlow 2's, for models that it trains")
    import tensorflow as tf

    with tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"]).scope():
        model = network(keras, change(keras.optimizers.SGD(0.1)))
    before = weights_of(model)
    with pytest.raises(Exception, match="with 2 replicas"):
        model.fit(X, Y, batch_size=12, verbose=0)
    np.testing.assert_array_equal(weights_of(model), before)
