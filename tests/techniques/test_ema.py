"""The average follows its formula through every way to train, moves nothing else, and loses nothing when misused."""
import gc
import importlib
import inspect
import io
import os
import warnings
import weakref
import zipfile

import numpy as np
import pytest

import compat
from compat import errors
from tests.techniques.problems import LeastSquares, averages

MOMENTUM = 0.9
TWO_EPOCHS = 12


@pytest.fixture(autouse=True)
def own_graph(stack, K):
    """On TensorFlow 1 a graph and a session for each test: it optimizes the whole graph again when that has grown."""
    try:
        session = K.get_session() if stack.dialect == "legacy" else None
    except RuntimeError:  # eager execution
        session = None
    if session is None:
        yield
        return
    graph = type(session.graph)()
    with graph.as_default():
        K.set_session(type(session)(graph=graph, config=session._config))
        yield
        K.get_session().close()
        K.set_session(session)


@pytest.fixture
def problem():
    return LeastSquares()


@pytest.fixture
def values(old, K):
    """The averages as NumPy arrays."""
    def read(ema):
        if old:
            return K.batch_get_value(ema.ema_weights)
        return [variable.numpy() for variable in ema.ema_weights]

    return read


def weights_of(model):
    """The arrays of ``model.weights``, in its order: Keras 2.2's get_weights() has another one."""
    if hasattr(model, "_make_train_function"):
        return compat.K.batch_get_value(model.weights)
    return model.get_weights()


@pytest.fixture
def regression(keras, problem):
    """Makes the model of `problem`: one dense layer."""
    def make(optimizer=None, model_class=None, dense=None, **compiling):
        inputs = keras.layers.Input((5,))
        outputs = keras.layers.Dense(2, **(dense or {}))(inputs)
        model = (model_class or keras.models.Model)(inputs, outputs)
        model.compile(optimizer or keras.optimizers.SGD(problem.rate), "mean_squared_error", **compiling)
        model.set_weights([problem.kernel, problem.bias])
        return model

    return make


@pytest.fixture
def sharing(keras, problem):
    """Makes two compiled models that share a layer; each has one of its own."""
    def make():
        inputs, shared = keras.layers.Input((5,)), keras.layers.Dense(4)
        models = [keras.models.Model(inputs, keras.layers.Dense(2)(shared(inputs))) for _ in range(2)]
        for model in models:
            model.compile(keras.optimizers.SGD(problem.rate), "mean_squared_error")
        return models

    return make


@pytest.fixture
def normalized(keras, problem):
    """Makes a model with moving statistics, which no optimizer touches."""
    def make(optimizer=None):
        model = keras.models.Sequential([
            keras.layers.BatchNormalization(momentum=0.7, center=False, scale=False, input_shape=(5,)),
            keras.layers.Dense(2)])
        model.compile(optimizer or keras.optimizers.SGD(problem.rate), "mean_squared_error")
        model.set_weights([problem.kernel if w.shape == (5, 2) else w for w in model.get_weights()])
        return model

    return make


def injected(model, momentum=MOMENTUM):
    ema = compat.ExponentialMovingAverage(model, momentum)
    ema.inject()
    return ema


def fit(model, problem, epochs=2, **more):
    return model.fit(problem.x, problem.y, batch_size=problem.batch_size, epochs=epochs, shuffle=False, verbose=0,
                     **more)


def steps(model, problem, count, start=0):
    """Trains by `train_on_batch`; the weights after each step, beginning with those before the first."""
    seen = [weights_of(model)]
    for step in range(start, start + count):
        model.train_on_batch(*problem.batch(step))
        seen.append(weights_of(model))
    return seen


def assert_close(found, wanted, tolerance=1e-5):
    assert len(found) == len(wanted)
    for one, other in zip(found, wanted):
        np.testing.assert_allclose(one, other, rtol=tolerance, atol=tolerance)


def assert_same(found, wanted):
    assert len(found) == len(wanted)
    for one, other in zip(found, wanted):
        assert one.dtype == other.dtype
        np.testing.assert_array_equal(one, other)


def accepts(function, name):
    parameters = inspect.signature(function).parameters
    return name in parameters


def need(capability, name):
    if not capability:
        pytest.skip("this Keras has no %s" % name)


# --- the formula, through every way to train --------------------------------------------------------------------------


def test_fit_gives_the_closed_form(regression, problem, values):
    model = regression()
    ema = injected(model)
    fit(model, problem)
    truth = problem.weights(TWO_EPOCHS)
    assert_close(weights_of(model), truth[-1])
    assert_close(values(ema), averages(truth, MOMENTUM))


def test_train_on_batch_gives_the_closed_form(regression, problem, values):
    model = regression()
    ema = injected(model)
    for done in range(1, 5):
        model.train_on_batch(*problem.batch(done - 1))
        assert_close(values(ema), averages(problem.weights(done), MOMENTUM))


def test_a_generator_gives_the_closed_form(regression, problem, values):
    def batches():
        step = 0
        while True:
            yield problem.batch(step)
            step += 1

    model = regression()
    ema = injected(model)
    train = model.fit_generator if hasattr(model, "fit_generator") else model.fit
    train(batches(), steps_per_epoch=problem.batches, epochs=2, verbose=0)
    assert_close(values(ema), averages(problem.weights(TWO_EPOCHS), MOMENTUM))


def test_validation_during_fit_does_not_move_the_average(regression, problem, values):
    model = regression()
    ema = injected(model)
    fit(model, problem, validation_data=(problem.x[:32], problem.y[:32]))
    assert_close(values(ema), averages(problem.weights(TWO_EPOCHS), MOMENTUM))


def test_evaluate_and_predict_do_not_move_the_average(normalized, problem, values):
    model = normalized()
    ema = injected(model)
    fit(model, problem, epochs=1)
    before = values(ema)
    model.evaluate(problem.x, problem.y, verbose=0)
    model.test_on_batch(*problem.batch(0))
    model.predict(problem.x, verbose=0)
    model.predict_on_batch(problem.x)
    assert_same(values(ema), before)


def test_the_average_is_of_the_weights_after_the_update(regression, problem, values):
    model = regression()
    ema = injected(model, momentum=0.0)
    for step in range(3):
        model.train_on_batch(*problem.batch(step))
        assert_close(values(ema), weights_of(model), 1e-6)


@pytest.mark.parametrize("options", [{"jit_compile": True}, {"jit_compile": False}, {"run_eagerly": True},
                                     {"steps_per_execution": 3}, {"steps_per_execution": 4, "jit_compile": True}],
                         ids=lambda options: "-".join(sorted(options)))
def test_compile_options_keep_the_closed_form(stack, keras, regression, problem, values, options):
    for name in options:
        need(accepts(keras.models.Model.compile, name), "compile(%s=...)" % name)
    need(stack.engine != "torch" or "steps_per_execution" not in options, "steps_per_execution above 1 on PyTorch")
    model = regression(**options)
    ema = injected(model)
    fit(model, problem)
    assert_close(weights_of(model), problem.weights(TWO_EPOCHS)[-1])
    assert_close(values(ema), averages(problem.weights(TWO_EPOCHS), MOMENTUM))


def test_a_train_step_of_the_users_own_stays_in_charge(old, keras, regression, problem, values):
    need(not old, "train_step")

    class Counting(keras.models.Model):
        traced = 0

        def train_step(self, *args):
            type(self).traced += 1
            return super(Counting, self).train_step(*args)

    model = regression(model_class=Counting)
    ema = injected(model)
    fit(model, problem)
    assert Counting.traced >= 1
    assert_close(values(ema), averages(problem.weights(TWO_EPOCHS), MOMENTUM))


def test_moving_statistics_are_averaged_too(normalized, problem, values):
    model = normalized()
    ema = injected(model)
    seen = steps(model, problem, 8)
    assert len(seen[0]) == 4 and not any(np.allclose(old, new) for old, new in zip(seen[0], seen[-1]))
    assert_close(values(ema), averages(seen, MOMENTUM))


def test_injected_in_the_middle_of_training(regression, keras, problem, values):
    alone, model = (regression(keras.optimizers.SGD(problem.rate, 0.9)) for _ in range(2))
    truth = steps(alone, problem, 10)
    steps(model, problem, 4)
    ema = injected(model)
    seen = steps(model, problem, 6, start=4)
    assert_same(seen[-1], truth[-1])
    assert_close(values(ema), averages(truth[4:], MOMENTUM))


def test_compiling_again_keeps_the_average_going(regression, keras, problem, values):
    model = regression()
    ema = injected(model)
    first = steps(model, problem, 3)
    model.compile(keras.optimizers.SGD(problem.rate), "mean_squared_error")
    second = steps(model, problem, 3, start=3)
    assert_close(values(ema), averages(first + second[1:], MOMENTUM))


def test_two_averages_of_one_model(regression, problem, values):
    model = regression()
    fast, slow = injected(model, 0.5), injected(model, 0.99)
    fit(model, problem)
    truth = problem.weights(TWO_EPOCHS)
    assert_close(values(fast), averages(truth, 0.5))
    assert_close(values(slow), averages(truth, 0.99))


def test_half_precision_weights_are_averaged_in_float32(old, keras, regression, problem, values):
    model = None if old else regression(dense={"dtype": "float16"})
    need(model is not None, "layer of a precision of its own that trains")
    ema = injected(model, 0.99)
    seen = steps(model, problem, 10)
    assert seen[-1][0].dtype == np.float16
    assert all(value.dtype == np.float32 for value in values(ema))
    assert_close(values(ema), averages(seen, 0.99))
    with ema.applied():
        assert weights_of(model)[0].dtype == np.float16


def loss_scaling(keras):
    for home in (keras.optimizers, getattr(keras, "mixed_precision", None)):
        if hasattr(home, "LossScaleOptimizer"):
            return home.LossScaleOptimizer
    pytest.skip("this Keras has no LossScaleOptimizer")


@pytest.mark.parametrize("precision", ["float32", "mixed_float16"])
def test_a_skipped_update_does_not_move_the_average(keras, regression, problem, values, precision):
    optimizer = loss_scaling(keras)(keras.optimizers.SGD(problem.rate))
    model = regression(optimizer, dense={"dtype": precision})
    ema = injected(model)
    first = steps(model, problem, 2)
    before = values(ema)
    model.train_on_batch(np.full((16, 5), np.inf, "float32"), problem.batch(0)[1])
    assert_same(weights_of(model), first[-1])
    assert_same(values(ema), before)
    second = steps(model, problem, 2, start=2)
    assert not np.array_equal(second[-1][0], first[-1][0])
    assert_close(values(ema), averages(first + second[1:], MOMENTUM))


def test_accumulated_gradients_count_when_they_are_applied(keras, regression, problem, values):
    need(accepts(keras.optimizers.SGD.__init__, "gradient_accumulation_steps"), "gradient_accumulation_steps")
    model = regression(keras.optimizers.SGD(problem.rate, gradient_accumulation_steps=3))
    ema = injected(model)
    seen = steps(model, problem, 7)
    assert_same(seen[2], seen[0])
    assert not np.array_equal(seen[3][0], seen[2][0])
    assert_close(values(ema), averages([seen[0], seen[3], seen[6]], MOMENTUM))


@pytest.fixture
def two_replicas(stack, old):
    """A context in which models are made that train on two devices at once, by the means of their own engine."""
    need(not old and stack.engine != "torch", "data parallel engine of its own")
    if stack.engine == "tensorflow":
        yield importlib.import_module("tensorflow").distribute.MirroredStrategy(["CPU:0", "CPU:1"]).scope
        return
    distribution = importlib.import_module("keras").distribution
    devices = distribution.list_devices()[:2]
    assert len(devices) == 2
    yield distribution.DataParallel(devices=devices).scope


@pytest.mark.parametrize("skips", [False, True], ids=["every-step", "with-loss-scaling"])
def test_on_two_replicas(stack, keras, two_replicas, regression, problem, values, skips, tmpdir):
    with two_replicas():
        optimizer = keras.optimizers.SGD(problem.rate)
        model = regression(loss_scaling(keras)(optimizer) if skips else optimizer)
        ema, second = injected(model), injected(model, 0.5)
        seen = [weights_of(model)]  # Keras 3.0 adds the gradients of the replicas up: the path is its own
        for step in range(6):
            model.fit(*problem.batch(step), batch_size=problem.batch_size, verbose=0)
            seen.append(weights_of(model))
        assert not np.allclose(seen[-1][0], seen[0][0])
        assert_close(values(ema), averages(seen, MOMENTUM))
        assert_close(values(second), averages(seen, 0.5))
        trained = weights_of(model)
        with ema.applied():
            assert_same(weights_of(model), values(ema))
        assert_same(weights_of(model), trained)
        ema.save(str(tmpdir.join("ema")))
        ema.load(str(tmpdir.join("ema")))
        model.fit(*problem.batch(6), batch_size=problem.batch_size, verbose=0)
        assert_close(values(ema), averages(seen + [weights_of(model)], MOMENTUM))


# --- nothing else moves -----------------------------------------------------------------------------------------------


def test_the_path_of_the_optimizer_is_the_same_bit_by_bit(normalized, keras, problem):
    alone, followed = (normalized(keras.optimizers.SGD(problem.rate, 0.9)) for _ in range(2))
    injected(followed)
    fit(alone, problem, epochs=3)
    fit(followed, problem, epochs=3)
    assert_same(weights_of(followed), weights_of(alone))


def test_the_model_does_not_show_the_average(normalized, problem):
    model = normalized()
    names = list(model.metrics_names) if hasattr(model, "metrics_names") else None
    weights = [id(w) for w in model.weights]
    injected(model)
    history = fit(model, problem)
    assert list(history.history) == ["loss"]
    assert [id(w) for w in model.weights] == weights
    assert names is None or [n for n in model.metrics_names if n not in ("loss", "compile_metrics")] == []
    model.summary(print_fn=lambda *args, **kwargs: None)



def stored(path):
    """Every array of a model's file, in an order that does not depend on names."""
    h5py, arrays = importlib.import_module("h5py"), []
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            path = io.BytesIO(archive.read("model.weights.h5"))
    with h5py.File(path, "r") as content:
        content.visititems(lambda name, item: arrays.append(np.array(item)) if hasattr(item, "dtype") else None)
    return sorted(arrays, key=lambda array: (array.shape, array.tobytes()))


def trained_on(keras, path, problem):
    """The weights after the model in a file was trained on, or the kind of error with which Keras refuses that."""
    loaded = keras.models.load_model(path)
    try:
        return steps(loaded, problem, 3)[-1]
    except ValueError as error:  # Keras 3.15 forgets the optimizer's variables when it loads .h5
        return type(error)


@pytest.mark.parametrize("suffix", [".h5", ".keras"])
def test_saved_models_load_with_their_optimizer(keras, regression, problem, tmpdir, suffix):
    need(suffix == ".h5" or hasattr(getattr(keras, "saving", None), "load_model"), "the .keras format")
    with_average, without = str(tmpdir.join("with" + suffix)), str(tmpdir.join("without" + suffix))
    for path in (with_average, without):
        model = regression(keras.optimizers.SGD(problem.rate, 0.9))
        if path == with_average:
            injected(model)
        fit(model, problem)
        model.save(path)
    assert_same(stored(with_average), stored(without))
    found, wanted = (trained_on(keras, path, problem) for path in (with_average, without))
    assert type(found) is type(wanted)
    if isinstance(wanted, list):
        assert_same(found, wanted)
        assert_same(found, steps(model, problem, 3)[-1])


def test_a_model_saved_with_the_averages_applied_holds_them(keras, normalized, problem, values, tmpdir):
    model, path = normalized(), str(tmpdir.join("averages.h5"))
    ema = injected(model)
    fit(model, problem)
    trained = weights_of(model)
    ema.apply_ema_weights()
    model.save(path)
    ema.reset_old_weights()
    assert_same(weights_of(model), trained)
    assert_same(weights_of(keras.models.load_model(path)), values(ema))


# --- applying and resetting -------------------------------------------------------------------------------------------


def test_apply_then_reset_restores_every_weight(normalized, problem, values):
    model = normalized()
    ema = injected(model)
    fit(model, problem)
    trained = weights_of(model)
    ema.apply_ema_weights()
    assert_same(weights_of(model), values(ema))
    assert_same(ema.old_weights, trained)
    ema.reset_old_weights()
    assert_same(weights_of(model), trained)


def test_training_goes_on_after_reset(regression, problem, values):
    model = regression()
    ema = injected(model)
    fit(model, problem, epochs=1)
    with ema.applied():
        model.evaluate(problem.x, problem.y, verbose=0)
    fit(model, problem, epochs=1)
    assert_close(values(ema), averages(problem.weights(TWO_EPOCHS), MOMENTUM))


def test_an_exception_inside_applied_restores_the_weights(normalized, problem):
    model = normalized()
    ema = injected(model)
    fit(model, problem)
    trained = weights_of(model)
    with pytest.raises(ZeroDivisionError):
        with ema.applied():
            1 / 0
    assert_same(weights_of(model), trained)


def test_applied_by_a_callback_after_each_epoch(keras, regression, problem, values):
    model = regression()
    ema = injected(model)
    losses = []

    def evaluate(epoch, logs):
        with ema.applied():
            losses.append(model.evaluate(problem.x, problem.y, verbose=0))

    fit(model, problem, callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=evaluate)])
    truth = problem.weights(TWO_EPOCHS)
    assert_close(values(ema), averages(truth, MOMENTUM))
    for epoch, loss in enumerate(losses, 1):
        kernel, bias = averages(truth[:6 * epoch + 1], MOMENTUM)
        np.testing.assert_allclose(loss, np.mean((problem.x.dot(kernel) + bias - problem.y) ** 2), rtol=1e-4)


def test_injected_by_a_callback_after_an_epoch(keras, regression, problem, values):
    model = regression()
    made = []

    def inject(epoch, logs):
        if epoch == 0:
            made.append(injected(model))

    fit(model, problem, callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=inject)])
    assert_close(weights_of(model), problem.weights(TWO_EPOCHS)[-1])
    assert_close(values(made[0]), averages(problem.weights(TWO_EPOCHS)[6:], MOMENTUM))


# --- misuse -----------------------------------------------------------------------------------------------------------


def assert_refused(error, call, ema, values):
    weights, before, old = weights_of(ema.model), values(ema), list(ema.old_weights)
    with pytest.raises(error) as caught:
        call()
    assert caught.value.found and caught.value.do
    assert_same(weights_of(ema.model), weights)
    assert_same(values(ema), before)
    assert_same(ema.old_weights, old)


def test_calls_in_a_wrong_order_change_nothing(regression, problem, values):
    model = regression()
    ema = compat.ExponentialMovingAverage(model, MOMENTUM)
    assert_refused(errors.WrongOrder, ema.apply_ema_weights, ema, values)
    assert_refused(errors.WrongOrder, lambda: ema.save("nowhere.npz"), ema, values)
    ema.inject()
    fit(model, problem)
    assert_refused(errors.WrongOrder, ema.inject, ema, values)
    assert_refused(errors.WrongOrder, ema.reset_old_weights, ema, values)
    ema.apply_ema_weights()
    assert_refused(errors.WrongOrder, ema.apply_ema_weights, ema, values)
    assert_refused(errors.WrongOrder, lambda: fit(model, problem), ema, values)
    assert_refused(errors.WrongOrder, lambda: model.train_on_batch(*problem.batch(0)), ema, values)
    ema.reset_old_weights()
    assert_refused(errors.WrongOrder, ema.reset_old_weights, ema, values)


def test_only_one_average_is_applied_at_a_time(regression, problem, values):
    model = regression()
    fast, slow = injected(model, 0.5), injected(model, 0.99)
    fit(model, problem)
    trained = weights_of(model)
    with fast.applied():
        assert_refused(errors.WrongOrder, slow.apply_ema_weights, slow, values)
        assert_refused(errors.WrongOrder, slow.initialize, slow, values)
    assert_same(weights_of(model), trained)


def test_averages_are_applied_to_weights_not_to_models(sharing, problem, values, tmpdir):
    path, (first, second) = str(tmpdir.join("ema.npz")), sharing()
    one, other = injected(first), injected(second, 0.5)
    other.save(path)
    fit(first, problem)
    fit(second, problem)
    trained = weights_of(first), weights_of(second)
    one.apply_ema_weights()
    assert compat.ExponentialMovingAverage.applied_to(second) is one
    for call in (other.apply_ema_weights, other.initialize, lambda: other.load(path), lambda: fit(second, problem),
                 lambda: second.train_on_batch(*problem.batch(0))):
        assert_refused(errors.WrongOrder, call, other, values)
    one.reset_old_weights()
    assert_same(weights_of(first), trained[0])
    assert_same(weights_of(second), trained[1])
    with other.applied():
        assert_refused(errors.WrongOrder, lambda: fit(first, problem), one, values)
    assert_same(weights_of(second), trained[1])
    assert compat.ExponentialMovingAverage.applied_to(first) is None
    fit(second, problem, epochs=1)


def trained_while_applied(sharing, problem):
    model, without_average = sharing()
    ema = injected(model)
    fit(model, problem)
    trained = weights_of(model)
    ema.apply_ema_weights()
    fit(without_average, problem)
    return model, ema, trained


def test_training_another_model_while_applied_is_not_lost_unasked(sharing, problem, values):
    model, ema, trained = trained_while_applied(sharing, problem)
    assert not np.array_equal(weights_of(model)[0], values(ema)[0])
    assert_refused(errors.WrongOrder, ema.reset_old_weights, ema, values)
    with pytest.raises(errors.WrongOrder, match="kernel") as caught:
        ema.reset_old_weights()
    assert "shares" in caught.value.asked
    assert_same(ema.old_weights, trained)
    ema.reset_old_weights(force=True)
    assert_same(weights_of(model), trained)
    assert_refused(errors.WrongOrder, lambda: ema.reset_old_weights(force=True), ema, values)
    model, ema, _ = trained_while_applied(sharing, problem)
    present = weights_of(model)
    ema.initialize()
    assert_same(weights_of(model), present)
    fit(model, problem, epochs=1)


@pytest.fixture
def counting(old, keras, K, problem):
    """Makes a model with a layer that counts its own batches, in `predict` too."""
    class Counting(keras.layers.Layer):
        def build(self, input_shape):
            self.stateful = True
            self.count = self.add_weight(name="count", shape=(1,), initializer="zeros", trainable=False)
            self.built = True

        def call(self, inputs):
            if old:
                self.add_update([K.update_add(self.count, [1.0])])
            else:
                self.count.assign(self.count + 1.0)
            return inputs * 1.0

    def make():
        inputs = keras.layers.Input((5,))
        model = keras.models.Model(inputs, keras.layers.Dense(2)(Counting()(inputs)))
        model.compile(keras.optimizers.SGD(problem.rate), "mean_squared_error")
        return model

    return make


def count_of(model):
    return next(array for array in weights_of(model) if array.shape == (1,))


def test_state_that_a_layer_writes_in_predict_is_given_back_unasked(counting, problem):
    model = counting()
    ema = injected(model)
    fit(model, problem)
    trained = weights_of(model)
    with warnings.catch_warnings():
        warnings.simplefilter("error", errors.KcoolWarning)
        ema.apply_ema_weights()
        applied = count_of(model)
        model.predict(problem.x, verbose=0)
        assert count_of(model) > applied
        ema.reset_old_weights()
        assert_same(weights_of(model), trained)
        with ema.applied():
            model.predict(problem.x, verbose=0)
    assert_same(weights_of(model), trained)


def test_training_over_frozen_weights_is_noticed(keras, problem, values):
    inputs, shared = keras.layers.Input((5,)), keras.layers.Dense(4)
    first, second = (keras.models.Model(inputs, keras.layers.Dense(2)(shared(inputs))) for _ in range(2))
    second.compile(keras.optimizers.SGD(problem.rate), "mean_squared_error")
    fit(second, problem, epochs=1)
    shared.trainable = False
    first.compile(keras.optimizers.SGD(problem.rate), "mean_squared_error")
    ema = injected(first)
    ema.apply_ema_weights()
    kernel, bias = shared.get_weights()
    shared.set_weights([kernel + 1, bias])
    assert_refused(errors.WrongOrder, ema.reset_old_weights, ema, values)
    ema.reset_old_weights(force=True)
    assert_same(shared.get_weights(), [kernel, bias])


def test_leaving_applied_restores_and_tells_of_changes(sharing, problem):
    model, without_average = sharing()
    ema = injected(model)
    fit(model, problem)
    trained = weights_of(model)
    with pytest.warns(errors.KcoolWarning) as caught:
        with ema.applied():
            fit(without_average, problem)
    assert any(warning.filename == __file__ for warning in caught if issubclass(warning.category, errors.KcoolWarning))
    assert_same(weights_of(model), trained)
    with pytest.warns(errors.KcoolWarning):
        with pytest.raises(ZeroDivisionError):
            with ema.applied():
                fit(without_average, problem)
                1 / 0
    assert_same(weights_of(model), trained)


def test_nothing_is_told_when_nothing_was_changed(normalized, problem):
    model = normalized()
    ema = injected(model)
    fit(model, problem)
    with warnings.catch_warnings():
        warnings.simplefilter("error", errors.KcoolWarning)
        with ema.applied():
            model.evaluate(problem.x, problem.y, verbose=0)
            model.predict(problem.x, verbose=0)


def test_an_average_that_was_dropped_while_applied_is_found(regression, problem):
    model = regression()
    ema = injected(model)
    fit(model, problem)
    trained = weights_of(model)
    ema.apply_ema_weights()
    del ema
    gc.collect()
    with pytest.raises(errors.WrongOrder) as caught:
        fit(model, problem)
    assert "applied_to(model)" in caught.value.do
    compat.ExponentialMovingAverage.applied_to(model).reset_old_weights()
    assert_same(weights_of(model), trained)
    fit(model, problem, epochs=1)
    with pytest.raises(errors.NotAModel):
        compat.ExponentialMovingAverage.applied_to(object())


def test_an_applied_average_does_not_keep_its_model_alive(stack, keras, regression, problem):
    need(stack.dialect != "legacy", "variables that are freed before their graph is")
    model = regression()
    ema = injected(model)
    ema.apply_ema_weights()
    kept = weakref.ref(ema)
    del model, ema
    keras.backend.clear_session()
    gc.collect()
    assert kept() is None


def test_initialize_accepts_the_applied_averages(regression, problem, values):
    model = regression()
    ema = injected(model)
    fit(model, problem)
    ema.apply_ema_weights()
    ema.initialize()
    start = weights_of(model)
    assert_same(values(ema), start)
    seen = steps(model, problem, 3)
    assert_close(values(ema), averages(seen, MOMENTUM))


def test_the_model_has_to_be_a_built_and_compiled_model(keras):
    with pytest.raises(errors.NotAModel):
        compat.ExponentialMovingAverage(object())
    with pytest.raises(errors.NotAModel):
        compat.ExponentialMovingAverage(keras.layers.Dense(3))
    with pytest.raises(errors.NotBuilt):
        compat.ExponentialMovingAverage(keras.models.Sequential([keras.layers.Dense(3)]))
    model = keras.models.Sequential([keras.layers.Dense(3, input_shape=(2,))])
    with pytest.raises(errors.NotCompiled):
        compat.ExponentialMovingAverage(model).inject()


@pytest.mark.parametrize("momentum", [1.0, -0.1, 2, float("nan"), "most", None])
def test_the_momentum_is_checked(regression, momentum):
    with pytest.raises(ValueError) as caught:
        compat.ExponentialMovingAverage(regression(), momentum)
    assert isinstance(caught.value, errors.KcoolError)


# --- files ------------------------------------------------------------------------------------------------------------


def test_training_is_resumed_from_files(regression, problem, values, tmpdir):
    path, model = str(tmpdir.join("no_suffix")), regression()
    ema = injected(model)
    fit(model, problem, epochs=1)
    ema.save(path)
    assert os.listdir(str(tmpdir)) == ["no_suffix"]
    for load_first in (True, False):
        other = regression()
        other.set_weights(model.get_weights())
        resumed = compat.ExponentialMovingAverage(other, MOMENTUM)
        if not load_first:
            resumed.inject()
        resumed.load(path)
        if load_first:
            resumed.inject()
        assert_same(values(resumed), values(ema))
        fit(other, problem, epochs=1)
        assert_close(values(resumed), averages(problem.weights(TWO_EPOCHS), MOMENTUM))


def test_a_file_written_while_applied_brings_that_back(normalized, problem, values, tmpdir):
    path, model = str(tmpdir.join("ema.npz")), normalized()
    ema = injected(model)
    fit(model, problem)
    trained = weights_of(model)
    ema.apply_ema_weights()
    ema.save(path)
    other = normalized()
    loaded = injected(other)
    loaded.load(path)
    assert_same(weights_of(other), values(ema))
    loaded.reset_old_weights()
    assert_same(weights_of(other), trained)


def test_load_checks_everything_before_it_changes_anything(keras, regression, normalized, problem, values, tmpdir):
    path, model = str(tmpdir.join("ema.npz")), regression()
    ema = injected(model)
    fit(model, problem)
    ema.save(path)
    other = injected(normalized())
    assert_refused(errors.WrongShape, lambda: other.load(path), other, values)
    wider = keras.models.Sequential([keras.layers.Dense(3, input_shape=(5,))])
    wider.compile(keras.optimizers.SGD(0.1), "mean_squared_error")
    wider = injected(wider)
    assert_refused(errors.WrongShape, lambda: wider.load(path), wider, values)
    slower = injected(regression(), 0.99)
    assert_refused(ValueError, lambda: slower.load(path), slower, values)
    with open(path, "rb") as stream:
        content = stream.read()
    broken = str(tmpdir.join("broken.npz"))
    for bad in (content[:len(content) // 2], b"", b"no archive", content.replace(b"momentum", b"nomentum")):
        with open(broken, "wb") as stream:
            stream.write(bad)
        assert_refused(ValueError, lambda: ema.load(broken), ema, values)
    with pytest.raises(IOError):
        ema.load(str(tmpdir.join("absent.npz")))


@pytest.fixture
def chain(keras, problem):
    """Makes a compiled model of three layers, two of the same shape, the middle one in a model of its own."""
    def make(frozen=(), units=5):
        layers = [keras.layers.Dense(units), keras.layers.Dense(5), keras.layers.Dense(2)]
        for i in frozen:
            layers[i].trainable = False
        inner = keras.layers.Input((units,))
        inner = keras.models.Model(inner, keras.layers.BatchNormalization()(layers[1](inner)))
        inputs = keras.layers.Input((5,))
        model = keras.models.Model(inputs, layers[2](inner(layers[0](inputs))))
        model.compile(keras.optimizers.SGD(problem.rate), "mean_squared_error")
        return model, layers

    return make


def averages_of(ema, layers):
    with ema.applied():
        return [array for layer in layers for array in layer.get_weights()]


@pytest.mark.parametrize("frozen", [(0,), (1,), (0, 1), (2,)], ids=str)
def test_a_file_does_not_depend_on_what_is_frozen(chain, problem, tmpdir, frozen):
    path, (model, layers) = str(tmpdir.join("ema.npz")), chain()
    ema = injected(model)
    fit(model, problem)
    ema.save(path)
    other, others = chain(frozen)
    loaded = injected(other)
    loaded.load(path)
    assert_same(averages_of(loaded, others), averages_of(ema, layers))
    loaded.save(path)
    ema.load(path)
    assert_same(averages_of(ema, layers), averages_of(loaded, others))


def test_a_frozen_model_brings_back_the_weights_set_aside(chain, problem, tmpdir):
    path, (model, layers) = str(tmpdir.join("ema.npz")), chain((0,))
    ema = injected(model)
    fit(model, problem)
    trained = [array for layer in layers for array in layer.get_weights()]
    ema.apply_ema_weights()
    ema.save(path)
    other, others = chain()
    loaded = injected(other)
    loaded.load(path)
    loaded.reset_old_weights()
    assert_same([array for layer in others for array in layer.get_weights()], trained)


def rewritten(path, change):
    with np.load(path) as stream:
        content = {name: stream[name] for name in stream.files}
    change(content)
    np.savez(path, **content)


def test_another_order_is_not_called_another_model(chain, values, tmpdir):
    path, (model, _) = str(tmpdir.join("ema.npz")), chain()
    ema = injected(model)

    def swap(name, other):
        return lambda content: content.update({name: content[other], other: content[name]})

    def swap_names(content):  # of the two layers of the same shape: by place they fit one way, by name the other
        names = content["names"]
        names[[0, 1, 2, 3]] = names[[2, 3, 0, 1]]

    def swap_kernel_and_bias(content):
        swap("ema_0", "ema_1")(content)
        content["names"] = np.array(["other_" + name for name in content["names"][[1, 0] + list(range(2, 10))]])

    for change in (swap_names, swap_kernel_and_bias):
        ema.save(path)
        rewritten(path, change)
        assert_refused(errors.WrongShape, lambda: ema.load(path), ema, values)
        with pytest.raises(errors.WrongShape) as caught:
            ema.load(path)
        assert "order" in caught.value.asked and "another model" not in str(caught.value)
    ema.save(path)
    wider = injected(chain(units=6)[0])
    with pytest.raises(errors.WrongShape) as caught:
        wider.load(path)
    assert "another model" in caught.value.asked


@pytest.fixture
def row(keras, problem):
    """Makes a compiled model of layers of one shape with the names asked for; None leaves the name to Keras."""
    def make(*names):
        inputs = x = keras.layers.Input((5,))
        layers = [keras.layers.Dense(5, name=name) if name else keras.layers.Dense(5) for name in names]
        for layer in layers:
            x = layer(x)
        model = keras.models.Model(inputs, keras.layers.Dense(2)(x))
        model.compile(keras.optimizers.SGD(problem.rate), "mean_squared_error")
        return model, layers

    return make


@pytest.mark.parametrize("more", [(), (None,)], ids=["named", "partly-named"])
def test_layers_of_one_shape_in_another_order_are_told_by_their_names(row, problem, values, tmpdir, more):
    path, (model, layers) = str(tmpdir.join("ema.npz")), row("query", "value", *more)
    ema = injected(model)
    fit(model, problem, epochs=1)
    ema.save(path)
    swapped, others = row("value", "query", *more)
    other = injected(swapped)
    assert_refused(errors.WrongShape, lambda: other.load(path), other, values)
    with pytest.raises(errors.WrongShape, match="order") as caught:
        other.load(path)
    assert "query, value" in caught.value.found and "value, query" in caught.value.found
    other.load(path, by_name=True)
    assert_same(averages_of(other, [others[1], others[0]] + others[2:]), averages_of(ema, layers))
    other.load(path, by_name=False)
    assert_same(averages_of(other, others), averages_of(ema, layers))


@pytest.mark.parametrize("names", [("dense_78", "dense_79"), (None, None), ("first", "second"), ("value", None)],
                         ids=str)
def test_other_names_do_not_get_in_the_way(row, problem, tmpdir, names):
    path, (model, layers) = str(tmpdir.join("ema.npz")), row("dense_77", "dense_78")
    ema = injected(model)
    fit(model, problem, epochs=1)
    ema.save(path)
    other, others = row(*names)
    loaded = injected(other)
    loaded.load(path)
    assert_same(averages_of(loaded, others), averages_of(ema, layers))


def test_a_file_that_does_not_name_its_order_is_refused(regression, problem, values, tmpdir):
    path, model = str(tmpdir.join("ema.npz")), regression()
    ema = injected(model)
    ema.save(path)
    rewritten(path, lambda content: content.update(kcool_ema=np.array(1)))
    assert_refused(errors.WrongValue, lambda: ema.load(path), ema, values)
    with pytest.raises(errors.WrongValue) as caught:
        ema.load(path)
    assert "order" in caught.value.asked


def test_a_path_that_cannot_be_written_is_named(regression, tmpdir):
    ema = injected(regression())
    with pytest.raises(errors.WrongValue) as caught:
        ema.save(str(tmpdir))
    assert str(tmpdir) in caught.value.asked and ".part" not in str(caught.value)
    path = str(tmpdir.join("absent").join("ema.npz"))
    with pytest.raises(OSError) as caught:
        ema.save(path)
    assert path in str(caught.value) and ".part" not in str(caught.value)
    assert os.listdir(str(tmpdir)) == []


def test_a_failed_save_keeps_the_old_file(regression, problem, tmpdir, monkeypatch):
    path, model = str(tmpdir.join("ema.npz")), regression()
    ema = injected(model)
    ema.save(path)
    with open(path, "rb") as stream:
        before = stream.read()

    def full(*args, **kwargs):
        raise OSError("no space left")

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(OSError):
        ema.save(path)
    with open(path, "rb") as stream:
        assert stream.read() == before
    assert os.listdir(str(tmpdir)) == ["ema.npz"]
