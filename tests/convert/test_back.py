"""The way back: models of Keras 3 as ``.h5`` files of Keras 2.2.4.

Files of the zoo make both ways, and have to answer as the real Keras 2.2.4 did at first; what reads them in the end
is kcool's Keras 2.2.4 here, and in the session `exchange` the real one.
"""
import json
import os
import sys

import numpy as np
import pytest

from compat import cli
from compat.errors import NotConverted, UnreadableModel
from kcool_common.recordings import difference, reference

from . import goldens
from .zoo import customs

h5py = pytest.importorskip("h5py")

SAMPLE = sorted(set(goldens.names()[::12]) | {
    "told_about_training", "masked_merges", "bidirectional_masked_sequences", "encoder_and_decoder_masked",
    "time_distributed", "model_partly_frozen", "recurrent_in_model", "locally_connected_2d"})


@pytest.fixture
def back(tmp_path):
    """``back(model, **options)`` gives the new file and the report."""
    def make(model, **options):
        from kcool_modern.convert.back.job import run_job
        from kcool_modern.convert.job import Options

        path = str(tmp_path / "model.keras")
        model.save(path)
        target = str(tmp_path / "model.h5")
        return target, run_job(path, target, Options(legacy_python=False, to="h5-keras2", **options))

    return make


def _answers(path, inputs):
    from kcool_modern import keras22

    values = keras22.models.load_model(path, compile=False).predict_on_batch(inputs if len(inputs) > 1 else inputs[0])
    return values if isinstance(values, list) else [values]


@pytest.mark.parametrize("name", SAMPLE)
def test_both_ways_give_the_first_answers(stack, name, zoo, back):
    from kcool_modern.convert.conversion import converted_here

    if stack.engine == "jax" and SAMPLE.index(name) % 4:
        pytest.skip("JAX compiles every operation anew: here each fourth")
    path, recording = zoo(name)
    target, report = back(converted_here(path).model)
    recorded = reference(recording)
    for number in range(recorded["meta"]["sets"]):
        inputs = [recorded["input/%d/%d" % (number, i)] for i in range(recorded["meta"]["inputs"])]
        for i, value in enumerate(_answers(target, inputs)):
            assert difference(recorded["output/%d/%d" % (number, i)], value) < 1e-5
    assert report["proof"]["difference"] < 1e-5 and "the real Keras 2.2.4 was not asked" in report["remark"]


def test_what_users_wrote_is_refused(zoo, back):
    import keras

    from kcool_modern.convert.conversion import converted_here

    for name in sorted(customs.MODELS):
        with pytest.raises((NotConverted, UnreadableModel)):
            back(converted_here(zoo(name)[0], customs.of_keras_3(keras), customs.lambdas_of_keras_3(keras)).model)


# ---- models that were made in Keras 3 ------------------------------------------------------------------------------

def _row(keras, layers, shape=(6, 3)):
    return keras.Sequential([keras.Input(shape)] + layers)


def _branches(keras):
    L = keras.layers
    one, two = keras.Input((6,), name="words", dtype="int32"), keras.Input((8, 8, 3), name="picture")
    embed, dense = L.Embedding(20, 5, mask_zero=True), L.Dense(4, activation="softplus", kernel_regularizer="l2")
    x = embed(one)
    x = L.Dropout(0.3)(x)
    encoded, h, c = L.LSTM(4, return_state=True, dropout=0.2)(x)
    y = L.Conv2D(4, 3, strides=2, padding="same", use_bias=False)(two)
    y = L.ReLU(max_value=2.0, negative_slope=0.1)(L.BatchNormalization(scale=False)(y))
    y = L.GlobalAveragePooling2D()(L.SeparableConv2D(5, 3, depth_multiplier=2)(y))
    y = L.LeakyReLU(negative_slope=0.2)(y)
    z = L.Concatenate()([dense(encoded), dense(h), L.Dense(4)(y)])
    return keras.Model([one, two], [z, L.Add()([c, dense(encoded)])], name="branches")


def _nested(keras):
    L = keras.layers
    tower = keras.Sequential([keras.Input((6, 3)), L.Conv1D(4, 3, padding="causal", dilation_rate=2), L.GRU(3)],
                             name="tower")
    entry = keras.Input((4,))
    head = keras.Model(entry, [L.Dense(2)(entry), L.Dense(3, activation="softmax")(entry)], name="head")
    one, two = keras.Input((6, 3)), keras.Input((6, 3))
    joined = L.Concatenate()([tower(one), tower(two)])
    first, second = head(L.Dense(4)(joined))
    again, _ = head(L.Dense(4)(joined))
    return keras.Model([one, two], [first, second, again])


def _residual_under_one_mask(keras):
    L = keras.layers
    entry = keras.Input((6, 3))
    x = L.Masking()(entry)
    x = L.Add()([x, L.TimeDistributed(L.Dense(3))(x)])
    return keras.Model(entry, L.SimpleRNN(4)(x))


def _gru_of_today(keras):
    L = keras.layers
    return _row(keras, [L.Masking(), L.GRU(4, return_sequences=True), L.Bidirectional(L.LSTM(3), merge_mode="ave")])


def _cells(keras):
    L = keras.layers
    return _row(keras, [L.RNN([L.LSTMCell(4), L.GRUCell(3, reset_after=False)], return_sequences=True),
                        L.TimeDistributed(keras.Sequential([keras.Input((3,)), L.Dense(2, activation="selu")]))])


@pytest.mark.parametrize("make", [_branches, _nested, _residual_under_one_mask, _gru_of_today, _cells],
                         ids=lambda make: make.__name__.strip("_"))
def test_models_of_keras_3(make, back):
    import keras

    model = make(keras)
    random = np.random.RandomState(3)
    for weight in model.weights:
        weight.assign(np.abs(random.normal(size=weight.shape)) * 0.5)
    target, report = back(model)
    inputs = []
    for x in model.inputs:
        shape = [5 if n is None else n for n in x.shape]
        inputs.append(random.randint(0, 20, shape) if "int" in str(x.dtype) else random.normal(size=shape))
    inputs[0][1:, 3:] = 0
    inputs = [np.asarray(x, "float32") for x in inputs]
    new = model.predict_on_batch(inputs)
    new = new if isinstance(new, (list, tuple)) else [new]
    for a, b in zip(new, _answers(target, inputs)):
        assert difference(a, b) < 1e-5
    assert report["parameters"] == model.count_params()
    with h5py.File(target, "r") as file:
        assert file.attrs["keras_version"] in (b"2.2.4", "2.2.4") and "optimizer_weights" not in file


def test_a_compiled_model_says_what_is_left_behind(back):
    import keras

    model = _row(keras, [keras.layers.Dense(1)], (3,))
    model.compile("adam", "mse")
    model.train_on_batch(np.ones((4, 3)), np.ones((4, 1)))
    _, report = back(model)
    assert "H207" in [one["code"] for one in report["repairs"]]
    _, report = back(_row(keras, [keras.layers.Dense(1)], (3,)), overwrite=True)
    assert not report["repairs"]


def _shared_bidirectional(keras):
    L = keras.layers
    return L.Bidirectional(L.LSTM(3), backward_layer=L.LSTM(3, go_backwards=True, activation="relu"))


REFUSED = {
    "normalized": (lambda keras: [keras.layers.LayerNormalization()], "a layer that Keras 2.2.4 has not"),
    "gelu": (lambda keras: [keras.layers.Dense(3, activation="gelu")], "gelu"),
    "hard_sigmoid": (lambda keras: [keras.layers.Dense(3, activation="hard_sigmoid")], "hard_sigmoid"),
    "groups": (lambda keras: [keras.layers.Conv1D(3, 2, groups=3)], "groups=3"),
    "keepdims": (lambda keras: [keras.layers.GlobalMaxPooling1D(keepdims=True)], "keepdims=True"),
    "half": (lambda keras: [keras.layers.Dense(3, dtype="float16")], "float16"),
    "orthogonal": (lambda keras: [keras.layers.Dense(3, kernel_regularizer=keras.regularizers.OrthogonalRegularizer())],
                   "OrthogonalRegularizer"),
    "lambda": (lambda keras: [keras.layers.Lambda(lambda x: x)], "bytecode"),
    "softmax under a mask": (lambda keras: [keras.layers.Masking(), keras.layers.Softmax()], "mask"),
    "states under a mask": (lambda keras: [keras.layers.Masking(), keras.layers.LSTM(3, stateful=True)], "mask"),
    "cells under a mask": (lambda keras: [keras.layers.Masking(), keras.layers.RNN(
        [keras.layers.LSTMCell(3), keras.layers.LSTMCell(3)])], "mask"),
    "both directions under a mask": (lambda keras: [keras.layers.Masking(), keras.layers.Bidirectional(
        keras.layers.LSTM(3, return_sequences=True))], "mask"),
    "two directions": (lambda keras: [_shared_bidirectional(keras)], "backward_layer"),
}


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_keras_2_has_not_is_refused(name, back, tmp_path):
    import keras

    layers, found = REFUSED[name]
    with pytest.raises((NotConverted, UnreadableModel)) as caught:
        back(keras.Sequential([keras.Input(batch_shape=(2, 6, 3))] + layers(keras)))
    assert caught.value.found and caught.value.do
    assert found in str(caught.value) or "lambda" in name
    assert not os.path.exists(str(tmp_path / "model.h5"))


def test_graphs_that_keras_2_has_not(back):
    import keras

    L = keras.layers
    entry, other = keras.Input((6, 3)), keras.Input((6, 3))
    masked, another = L.Masking()(entry), L.Masking()(other)
    for outputs, found in (
            (entry * 2.0, "an operation"), (L.SimpleRNN(2)(L.Add()([masked, another])), "joins by OR"),
            (L.SimpleRNN(2)(L.Add()([masked, other])), "joins by OR"),
            (L.SimpleRNN(2)(entry, mask=keras.ops.any(entry > 0, axis=-1)), "a mask of its own"),
            (L.LSTM(2)(masked, initial_state=[L.Flatten()(L.Dense(1)(L.Reshape((2, 9))(other)))] * 2), "mask")):
        with pytest.raises(NotConverted) as caught:
            back(keras.Model([entry, other], outputs))
        assert found in str(caught.value)


def test_a_model_with_code_of_its_own(back):
    import keras

    class Own(keras.Model):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.dense = keras.layers.Dense(2)

        def call(self, x):
            return self.dense(x)

    model = Own()
    model(np.ones((2, 3)))
    with pytest.raises((NotConverted, UnreadableModel)):
        back(model)


def test_a_model_that_was_never_built(back):
    import keras

    with pytest.raises(NotConverted, match="never built"):
        back(keras.Sequential([keras.layers.Dense(2)]))


# ---- the command ---------------------------------------------------------------------------------------------------

@pytest.fixture
def folder(tmp_path, monkeypatch):
    import keras

    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KCOOL_LEGACY_PYTHON", raising=False)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("sys.path", list(sys.path))
    _row(keras, [keras.layers.Dense(2)], (3,)).save("plain.keras")
    return tmp_path


def _run(*arguments):
    return cli.main(["convert", "--to", "h5-keras2"] + list(arguments))


def test_the_command(folder, capsys):
    before = (folder / "plain.keras").read_bytes()
    assert _run("plain.keras", "--no-legacy-python") == 0
    told = capsys.readouterr().out
    assert "plain.keras -> plain.h5" in told and "1 layers, 8 parameters" in told
    assert "answers of Keras 2.2.4 as kcool has it" in told and "--legacy-python" in told
    assert (folder / "plain.keras").read_bytes() == before and sorted(os.listdir(".")) == ["plain.h5", "plain.keras"]
    assert _run("plain.keras", "--no-legacy-python") == 2
    assert "--overwrite" in capsys.readouterr().err


def test_a_folder_with_a_bad_file(folder, capsys):
    (folder / "bad.keras").write_bytes(b"nothing")
    (folder / "out").mkdir()
    assert _run(".", "-o", "out", "--no-legacy-python", "--json", "-") == 2
    report = json.loads(capsys.readouterr().out)
    assert [one["status"] for one in report] == ["failed", "converted"] and report[0]["error"] == "UnreadableModel"
    assert os.listdir("out") == ["plain.h5"]


@pytest.mark.parametrize("option", [("--custom", "os:path"), ("--lambda", "a=os:path"), ("--verify", "plain.npz"),
                                    ("--architecture", "plain.json")])
def test_options_of_the_other_way(folder, capsys, option):
    assert _run("plain.keras", *option) == 2
    assert option[0] in capsys.readouterr().err
    assert not os.path.exists("plain.h5")


def test_names_of_files(folder, capsys):
    assert _run("plain.keras", "-o", "plain.hdf", "--no-legacy-python") == 2
    assert ".h5" in capsys.readouterr().err
    assert _run("nothing.keras", "--no-legacy-python") == 2
    assert "nothing.keras" in capsys.readouterr().err


def test_other_answers_write_nothing(folder, capsys, monkeypatch):
    from kcool_modern.convert.back import job

    def wrong(old):
        found = real(old)
        found["output/0/0"] = found["output/0/0"] * 1.001
        return found

    real = job._answers
    monkeypatch.setattr(job, "_answers", wrong)
    assert _run("plain.keras", "--no-legacy-python") == 3
    assert not os.path.exists("plain.h5")
