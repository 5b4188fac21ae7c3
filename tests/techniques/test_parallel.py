"""A parallel model trains its template as one device would: same weights, same logs, at every moment."""
import importlib
import os

import numpy as np
import pytest

import compat
from compat.errors import NotAModel, NotBuilt, TechniqueUnavailable, WrongDevices

TOLERANCE = 1e-5
TWO, FOUR = ["cpu:0", "cpu:1"], ["/cpu:0", "/device:CPU:1", "CPU:2", "cpu:3"]
ROWS = 23  # in batches of 7: parts of unequal size, and a last batch of 2 rows


@pytest.fixture
def parallel_of(stack, keras, monkeypatch):
    """`multi_gpu_model` where it can be had; on the legacy stacks the one device beside it trains without races."""
    if stack.name == "keras3/torch":
        pytest.skip("no data parallel engine on this stack: test_where_there_is_no_engine")
    if stack.dialect == "legacy":
        _start_over()
        _order_updates_of_one_device(monkeypatch)
    return compat.multi_gpu_model


@pytest.fixture
def untouched_parallel_of(stack):
    """`multi_gpu_model` where it can be had, in a Keras without any patch."""
    if stack.name == "keras3/torch":
        pytest.skip("no data parallel engine on this stack: test_where_there_is_no_engine")
    if stack.dialect == "legacy":
        _start_over()
    return compat.multi_gpu_model


def _start_over():
    """An empty graph, in a session with the same devices: sessions of TensorFlow 1 get slower as it grows."""
    K = compat.K
    try:
        session = K.get_session()
    except RuntimeError:  # TensorFlow 2 has none
        return
    K.clear_session()
    K.set_session(type(session)(config=session._config))


def _order_updates_of_one_device(monkeypatch):
    """Plain Keras may read a weight that the same step has written: it writes after all new values are known here.

    Models whose `_make_train_function` is their own, as every parallel model's is, train as their user gets them.
    """
    model_class, make = compat.keras.models.Model, compat.keras.models.Model._make_train_function

    def ordered(model):
        if "_make_train_function" in vars(model):
            return make(model)
        return _with_writes_last(model, lambda: make(model))

    monkeypatch.setattr(model_class, "_make_train_function", ordered)


def _with_writes_last(model, make):
    optimizer, get_updates = model.optimizer, model.optimizer.get_updates

    def ordered(*args, **kwargs):
        updates = get_updates(*args, **kwargs)
        writes = [update.op for update in updates]
        values = [tensor.op for write in writes for tensor in list(write.inputs)[1:]]
        for write in writes:
            write._add_control_inputs(values + [model.total_loss.op])
        return updates

    optimizer.get_updates = ordered
    try:
        make()
    finally:
        del optimizer.get_updates


def plain(keras, activity=True):
    """One input, one output; weight and activity regularizers."""
    l2 = keras.regularizers.l2
    inputs = keras.layers.Input((5,), name="x")
    hidden = keras.layers.Dense(6, activation="tanh", kernel_regularizer=l2(0.05),
                                activity_regularizer=l2(0.01) if activity else None)(inputs)
    return keras.models.Model(inputs, keras.layers.Dense(3, name="y")(hidden))


def forked(keras):
    """Two inputs, one of them indices; two outputs; a shared layer."""
    layers = keras.layers
    words, numbers = layers.Input((4,), dtype="int32", name="words"), layers.Input((5,), name="numbers")
    embedded = layers.Flatten()(layers.Embedding(9, 3)(words))
    shared = layers.Dense(4, activation="relu")
    joined = layers.concatenate([shared(embedded), layers.Dense(4)(shared(layers.Dense(12)(numbers)))])
    outputs = [layers.Dense(3, activation="softmax", name="kind")(joined), layers.Dense(1, name="amount")(joined)]
    return keras.models.Model([words, numbers], outputs)


def data(rows=ROWS):
    random = np.random.RandomState(3)
    return random.randn(rows, 5).astype("float32"), random.randn(rows, 3).astype("float32")


def twins(build):
    """Two models with the same weights."""
    first, second = build(), build()
    second.set_weights(first.get_weights())
    return first, second


def close(found, wanted):
    for a, b in zip(found, wanted):
        np.testing.assert_allclose(a, b, rtol=TOLERANCE, atol=TOLERANCE)
    assert len(found) == len(wanted)


def same_logs(found, wanted):
    assert sorted(found) == sorted(wanted)
    for name in wanted:
        np.testing.assert_allclose(found[name], wanted[name], rtol=TOLERANCE, atol=TOLERANCE)


@pytest.mark.parametrize("devices", [TWO, FOUR], ids=["2", "4"])
def test_trains_evaluates_and_predicts_as_one_device(keras, parallel_of, devices):
    one, template = twins(lambda: plain(keras))
    parallel = parallel_of(template, devices=devices)
    assert parallel.layers[-2] is template
    (x, y), weight = data(), np.random.rand(ROWS).astype("float32")
    for model in (one, parallel):
        model.compile(keras.optimizers.SGD(0.1), "mse", metrics=["mae"])
        model.train_on_batch(x, y, sample_weight=weight)
    close(template.get_weights(), one.get_weights())
    settings = dict(sample_weight=weight, batch_size=7, epochs=3, shuffle=False, verbose=0)
    same_logs(parallel.fit(x, y, **settings).history, one.fit(x, y, **settings).history)
    close(template.get_weights(), one.get_weights())
    close(parallel.evaluate(x, y, batch_size=7, verbose=0), one.evaluate(x, y, batch_size=7, verbose=0))
    close([parallel.predict(x, batch_size=7), parallel.predict_on_batch(x[:1])],
          [one.predict(x, batch_size=7), one.predict_on_batch(x[:1])])
    close([template.predict(x)], [one.predict(x)])


def two_layers(weights, x, y, rate, rows):
    """Gradient descent on the mean squared error of Dense(relu), Dense(1), in float64."""
    w, b, v, c = [weight.astype("float64") for weight in weights]
    for start in range(0, len(x), rows):
        x_, y_ = x[start:start + rows], y[start:start + rows]
        before = x_ @ w + b
        hidden = np.maximum(before, 0)
        error = 2 * (hidden @ v + c - y_) / len(x_)
        back = (error @ v.T) * (before > 0)
        w, b, v, c = [old - rate * gradient for old, gradient in zip(
            (w, b, v, c), (x_.T @ back, back.sum(0), hidden.T @ error, error.sum(0)))]
    return [w, b, v, c]


def test_no_step_reads_what_it_has_written(keras, untouched_parallel_of):
    random = np.random.RandomState(5)
    x, y = random.randn(40, 6).astype("float32"), random.randn(40, 1).astype("float32")
    for _ in range(5):
        inputs = keras.layers.Input((6,))
        hidden = keras.layers.Dense(8, activation="relu")(inputs)
        template = keras.models.Model(inputs, keras.layers.Dense(1)(hidden))
        parallel = untouched_parallel_of(template, devices=TWO)
        parallel.compile(keras.optimizers.SGD(0.05), "mse")
        wanted = two_layers(template.get_weights(), x, y, 0.05, 8)
        parallel.fit(x, y, batch_size=8, shuffle=False, verbose=0)
        close(template.get_weights(), wanted)


def test_several_inputs_and_outputs(keras, parallel_of):
    one, template = twins(lambda: forked(keras))
    parallel = parallel_of(template, devices=TWO)
    assert template in parallel.layers
    words, kinds = np.random.randint(0, 9, (ROWS, 4)), np.eye(3, dtype="float32")[np.random.randint(0, 3, ROWS)]
    x, y = {"words": words, "numbers": data()[0]}, [kinds, data()[1][:, :1]]
    weights = [np.linspace(0, 1, ROWS).astype("float32"), np.ones(ROWS, "float32")]
    logs = []
    for model in (one, parallel):
        # Momentum: an embedding's gradient has to stay sparse where the optimizer treats sparse ones in its own way.
        model.compile(keras.optimizers.SGD(0.05, momentum=0.9), {"kind": "categorical_crossentropy", "amount": "mse"},
                      loss_weights={"kind": 1.0, "amount": 0.5}, metrics={"amount": ["mae"]})
        logs.append(model.fit(x, y, sample_weight=weights, batch_size=7, epochs=3, shuffle=False, verbose=0,
                              validation_data=(x, y)).history)
    same_logs(logs[1], logs[0])
    close(template.get_weights(), one.get_weights())
    close(parallel.predict(x, batch_size=8), one.predict(x, batch_size=8))


def test_masks_weigh_the_loss_as_on_one_device(keras, parallel_of):
    def build():
        inputs = keras.layers.Input((4, 2))
        masked = keras.layers.Masking()(inputs)
        return keras.models.Model(inputs, keras.layers.TimeDistributed(keras.layers.Dense(1))(masked))

    one, template = twins(build)
    parallel = parallel_of(template, devices=TWO)
    x, y = np.random.randn(7, 4, 2).astype("float32"), np.random.randn(7, 4, 1).astype("float32")
    for row in range(7):
        x[row, 1 + row % 3:] = 0
    for model in (one, parallel):
        model.compile(keras.optimizers.SGD(0.1), "mse")
    same_logs(*[model.fit(x, y, batch_size=5, epochs=2, shuffle=False, verbose=0).history for model in (parallel, one)])
    close(template.get_weights(), one.get_weights())


def test_template_is_current_and_can_be_set_in_callbacks(keras, parallel_of):
    one, template = twins(lambda: plain(keras))
    parallel = parallel_of(template, devices=TWO)
    (x, y), start, seen = data(16), template.get_weights(), []

    class Look(keras.callbacks.Callback):
        def on_batch_end(self, batch, logs=None):
            seen.append((template.get_weights(), template.predict(x)))
            if batch == 2:
                template.set_weights(start)

    for model in (one, parallel):
        model.compile(keras.optimizers.SGD(0.1), "mse")
    parallel.fit(x, y, batch_size=4, shuffle=False, verbose=0, callbacks=[Look()])
    for batch in (0, 1, 2):
        one.train_on_batch(x[4 * batch:4 * batch + 4], y[4 * batch:4 * batch + 4])
        close(seen[batch][0], one.get_weights())
        close([seen[batch][1]], [one.predict(x)])
    one.set_weights(start)
    one.train_on_batch(x[12:], y[12:])
    close(template.get_weights(), one.get_weights())


def test_weights_loaded_into_the_template_are_what_the_parallel_model_uses(keras, parallel_of, tmp_path):
    other, template = plain(keras), plain(keras)
    parallel = parallel_of(template, devices=TWO)
    parallel.compile(keras.optimizers.SGD(0.1), "mse")
    x, y = data(8)
    parallel.fit(x, y, verbose=0)
    path = str(tmp_path / "other.weights.h5")
    other.save_weights(path)
    template.load_weights(path)
    close([parallel.predict(x)], [other.predict(x)])
    parallel.fit(x, y, verbose=0)
    assert not np.allclose(template.predict(x), other.predict(x))


def test_each_part_is_computed_on_its_own_device(stack, old, keras, parallel_of):
    seen = []

    def look(tensor):
        seen.append(tensor)
        if stack.engine == "jax" and old:
            importlib.import_module("jax").debug.inspect_array_sharding(tensor, callback=seen.append)
        return tensor * 1.0

    inputs = keras.layers.Input((3,))
    template = keras.models.Model(inputs, keras.layers.Lambda(look, output_shape=(3,))(keras.layers.Dense(3)(inputs)))
    del seen[:]
    parallel = parallel_of(template, devices=["cpu:1", "cpu:3"])
    if stack.engine == "jax" and old:
        parallel.predict(np.ones((6, 3), "float32"))
        devices = seen[-1].devices_indices_map((6, 3))
        assert {device.id: rows.indices(6)[:2] for device, (rows, _) in devices.items()} == {1: (0, 3), 3: (3, 6)}
    elif stack.engine == "jax":
        parallel.compile("sgd", "mse", run_eagerly=True)
        parallel.predict_on_batch(np.ones((6, 3), "float32"))
        shards = seen[-1].addressable_shards
        assert sorted((shard.device.id, shard.data.shape) for shard in shards) == [(1, (3, 3)), (3, (3, 3))]
    else:
        parallel.predict(np.ones((6, 3), "float32"))
        # Symbolic calls have no device.
        devices = {getattr(tensor, "device", "").lower().replace("device:", "").split("/")[-1] for tensor in seen}
        assert sorted(devices - {""}) == ["cpu:1", "cpu:3"]


def test_no_step_is_traced_twice(stack, keras, parallel_of):
    calls = []
    inputs = keras.layers.Input((5,))
    counted = keras.layers.Lambda(lambda t: (calls.append(1), t * 1.0)[1], output_shape=(5,))(inputs)
    parallel = parallel_of(keras.models.Model(inputs, keras.layers.Dense(3)(counted)), devices=TWO)
    parallel.compile("sgd", "mse")
    x, y = data(16)
    parallel.fit(x, y, batch_size=4, verbose=0)
    before = len(calls)
    parallel.fit(x, y, batch_size=4, epochs=3, verbose=0)
    assert len(calls) == before


def test_the_optimizer_stays_the_users_own(old, keras, K, parallel_of):
    def set_rate(value):
        if old or hasattr(optimizer, "lr"):
            K.set_value(optimizer.lr, value)
        else:
            optimizer.learning_rate = value

    optimizer = keras.optimizers.Adam(0.01)
    one, template = twins(lambda: plain(keras))
    parallel = parallel_of(template, devices=TWO)
    x, y = data(16)
    one.compile(keras.optimizers.Adam(0.01), "mse")
    parallel.compile(optimizer, "mse")
    assert parallel.optimizer is optimizer
    settings = dict(batch_size=4, epochs=4, shuffle=False, verbose=0)
    schedule = [keras.callbacks.LearningRateScheduler(lambda epoch: [0.01, 0.02, 0.0, 0.005][epoch])]
    for model in (one, parallel):
        model.fit(x, y, callbacks=schedule, **settings)
    close(template.get_weights(), one.get_weights())
    set_rate(0.0)
    before = template.get_weights()
    parallel.fit(x, y, **settings)
    close(template.get_weights(), before)


def test_compiling_again_changes_loss_and_optimizer(keras, parallel_of):
    one, template = twins(lambda: plain(keras))
    parallel = parallel_of(template, devices=TWO)
    x, y = data(8)
    for model in (one, parallel):
        model.compile(keras.optimizers.SGD(0.1), "mse")
        model.train_on_batch(x, y)
        model.compile(keras.optimizers.SGD(0.02), "mae")
        model.train_on_batch(x, y)
    close(template.get_weights(), one.get_weights())


def test_generators(old, keras, parallel_of):
    one, template = twins(lambda: plain(keras))
    parallel = parallel_of(template, devices=TWO)
    x, y = data(12)

    def batches():
        while True:
            for start in (0, 5, 8):
                yield x[start:start + 5], y[start:start + 5]

    for model in (one, parallel):
        model.compile(keras.optimizers.SGD(0.1), "mse")
        fit = model.fit_generator if old else model.fit
        fit(batches(), steps_per_epoch=3, epochs=2, verbose=0)
    close(template.get_weights(), one.get_weights())


def test_moving_statistics_take_the_mean_over_the_parts(stack, old, keras, parallel_of):
    inputs = keras.layers.Input((5,))
    template = keras.models.Model(inputs, keras.layers.BatchNormalization(momentum=0.8, name="norm")(inputs))
    parallel = parallel_of(template, devices=TWO)
    parallel.compile(keras.optimizers.SGD(0.0), "mse")
    x, _ = data(7)
    parallel.train_on_batch(x, x)
    mean, variance = template.get_layer("norm").get_weights()[2:]
    if stack.dialect == "legacy":
        # The devices race for them; all that is certain is that each took part.
        assert np.all(np.isfinite(mean)) and np.all(mean != 0)
    elif old:
        # 2.2.4 debiases: after one step they are the batch's, with the variance of a sample.
        parts = [x] if stack.engine == "jax" else [x[:3], x[3:]]
        close([mean, variance], [x.mean(0), sum(p.var(0) * len(p) ** 2 / (len(p) - 1.001) for p in parts) / 7])
    elif stack.engine == "jax":
        close([mean, variance], [0.2 * x.mean(0), 0.8 + 0.2 * x.var(0)])
    else:
        close([mean, variance], [0.2 * x.mean(0), 0.8 + 0.2 * (x[:3].var(0) * 3 + x[3:].var(0) * 4) / 7])
    parallel.train_on_batch(x[:1], x[:1])
    assert all(np.all(np.isfinite(weight)) for weight in template.get_weights())


def test_dropout_differs_between_the_parts(stack, keras, parallel_of):
    inputs = keras.layers.Input((40,))
    scaled = keras.layers.Dense(40, use_bias=False, kernel_initializer=keras.initializers.Identity())(inputs)
    template = keras.models.Model(inputs, keras.layers.Dropout(0.5)(scaled))
    parallel = parallel_of(template, devices=TWO)
    parallel.compile(keras.optimizers.SGD(1.0), "mse")
    x = np.zeros((2, 40), "float32")
    x[0, :20], x[1, 20:] = 1, 1
    # With one-hot-like rows the kernel's gradient shows each row's mask: part one above, part two below.
    before = template.get_weights()[0]
    parallel.train_on_batch(x, x * 0)
    change = before - template.get_weights()[0]
    assert not np.array_equal(change[0] != 0, change[39] != 0)


@pytest.mark.parametrize("best", [False, True])
def test_checkpoint_saves_the_template(stack, keras, parallel_of, tmp_path, best):
    template = plain(keras)
    parallel = parallel_of(template, devices=TWO)
    parallel.compile(keras.optimizers.SGD(0.05), "mse")
    name = str(tmp_path / "epoch-{epoch:02d}.weights.h5")
    checkpoint = compat.ParallelModelCheckpoint(template, name, monitor="loss", save_best_only=best,
                                                save_weights_only=True, period=2)
    assert isinstance(checkpoint, keras.callbacks.ModelCheckpoint)
    assert isinstance(checkpoint, compat.ParallelModelCheckpoint)
    x, y = data(16)
    parallel.fit(x, y, batch_size=8, epochs=5, verbose=0, callbacks=[checkpoint])
    written = sorted(os.listdir(str(tmp_path)))
    assert written == ["epoch-02.weights.h5", "epoch-04.weights.h5"]
    fresh = plain(keras)
    fresh.load_weights(str(tmp_path / written[-1]))
    assert not np.allclose(fresh.get_weights()[0], template.get_weights()[0])
    parallel.fit(x, y, batch_size=8, epochs=4, initial_epoch=3, verbose=0, callbacks=[
        compat.ParallelModelCheckpoint(template, name, save_weights_only=True)])
    fresh.load_weights(str(tmp_path / written[-1]))
    close(fresh.get_weights(), template.get_weights())


def test_whole_template_can_be_saved_and_loaded(kind, keras, parallel_of, tmp_path):
    template = plain(keras, activity=False)
    parallel = parallel_of(template, devices=TWO)
    parallel.compile("sgd", "mse")
    x, y = data(8)
    path = str(tmp_path / ("whole.keras" if kind == "plain" else "whole.h5"))
    parallel.fit(x, y, verbose=0, callbacks=[compat.ParallelModelCheckpoint(template, path)])
    fresh = keras.models.load_model(path)
    close([fresh.predict(x)], [template.predict(x)])


@pytest.mark.parametrize("arguments", [
    dict(gpus=1), dict(gpus=0), dict(gpus=64), dict(gpus=[0]), dict(devices=["cpu:0"]),
    dict(devices=["cpu:0", "cpu:77"]), dict(devices=["cpu:0", "/CPU:0"]), dict(devices="cpu:0"),
    dict(gpus=2, devices=TWO)])
def test_devices_that_cannot_be_used(stack, keras, parallel_of, arguments):
    with pytest.raises(WrongDevices) as caught:
        parallel_of(plain(keras), **arguments)
    for part in ("multi_gpu_model", "Found: 4 CPU, ", str(stack), "What to do: "):
        assert part in str(caught.value)


def test_models_that_cannot_be_used(keras, parallel_of):
    with pytest.raises(NotAModel):
        parallel_of(keras.layers.Dense(3), devices=TWO)
    with pytest.raises(NotAModel):
        parallel_of("model", devices=TWO)
    with pytest.raises(NotBuilt):
        parallel_of(keras.models.Sequential([keras.layers.Dense(3)]), devices=TWO)
    with pytest.raises(NotAModel):
        compat.ParallelModelCheckpoint("model", "x.weights.h5")


def test_sequential_templates(keras, parallel_of):
    one, template = twins(lambda: keras.models.Sequential([keras.layers.Dense(3, input_shape=(5,), name="only")]))
    parallel = parallel_of(template, devices=TWO)
    assert parallel.layers[-2] is template
    x, y = data(8)
    for model in (one, parallel):
        model.compile(keras.optimizers.SGD(0.1), "mse")
        model.fit(x, y, batch_size=3, epochs=2, shuffle=False, verbose=0)
    close(template.get_weights(), one.get_weights())


def test_where_there_is_no_engine(stack, keras):
    if stack.name != "keras3/torch":
        assert compat.resolve("parallel").stack.name == stack.name
        return
    with pytest.raises(TechniqueUnavailable, match="DistributedDataParallel"):
        compat.multi_gpu_model(plain(keras), devices=TWO)
    with pytest.raises(TechniqueUnavailable):
        compat.ParallelModelCheckpoint(plain(keras), "x.weights.h5")
