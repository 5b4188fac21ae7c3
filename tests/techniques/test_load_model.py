"""`compat.load_model`: files of the real Keras 2.2.4 answer as they did there."""
import json

import numpy as np
import pytest

import compat
from compat import errors
from tests.convert import goldens
from tests.convert.zoo import trainings


@pytest.fixture
def load(stack, kind):
    if kind == "plain":
        pytest.skip("there is one `load_model` for both kinds")
    missing = compat.techniques.unavailable(compat.techniques.TECHNIQUES["load_model"], stack.name, stack.keras)
    if missing:
        with pytest.raises(errors.TechniqueUnavailable) as caught:
            compat.load_model("model.h5")
        assert missing.reason in str(caught.value) and missing.nearest in str(caught.value)
        pytest.skip(missing.reason)
    return compat.load_model


def answers(model, recording):
    with np.load(recording) as found:
        x, y = found["input/0/0"], found["output/0/0"]
    return model.predict_on_batch(x), y


@pytest.mark.parametrize("name", ["gru", "upsampling_bilinear", "bidirectional_concat"])
def test_equal_answers(name, load, tmp_path):
    path, recording = goldens.unpacked(name, tmp_path)
    found, expected = answers(load(path, verify=recording), recording)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5 * np.abs(expected).max())


def test_other_answers_are_refused(load, tmp_path):
    path, recording = goldens.unpacked("gru", tmp_path)
    with np.load(recording) as found:
        content = {key: found[key] for key in found.files}
    content["output/1/0"] = content["output/1/0"] + 0.01
    np.savez(recording, **content)
    with pytest.raises(errors.DifferentResult, match="differently"):
        load(path, verify=recording)
    load(path, verify=recording, tolerance=0.1)
    with pytest.raises(errors.DifferentResult):
        load(path, verify=goldens.unpacked("merges", tmp_path)[1])


@pytest.fixture
def parted(tmp_path):
    """A file of weights alone, its architecture, and the recorded answers."""
    h5py = pytest.importorskip("h5py")
    path, recording = goldens.unpacked("gru", tmp_path)
    weights, architecture = str(tmp_path / "weights.h5"), tmp_path / "model.json"
    with h5py.File(path, "r") as old, h5py.File(weights, "w") as new:
        group, text = old["model_weights"], old.attrs["model_config"]
        for key, value in group.attrs.items():
            new.attrs[key] = value
        for key in group:
            group.copy(key, new)
        config = json.loads(text.decode() if isinstance(text, bytes) else text)
    architecture.write_text(json.dumps(dict(config, keras_version="2.2.4", backend="tensorflow")))
    return weights, str(architecture), recording


def test_weights_with_an_architecture(load, parted):
    weights, architecture, recording = parted
    found, expected = answers(load(weights, architecture=architecture, verify=recording), recording)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


def test_what_was_compiled_comes_back_compiled(load, tmp_path):
    """The first loss after the training that was cut by saving; all 20 are followed in `tests/convert`."""
    path, losses = goldens.cut_training("adam", tmp_path)
    model = load(path)
    assert "adam" in type(model.optimizer).__name__.lower()
    x, y = list(trainings.batches(trainings.BEFORE + 1))[trainings.BEFORE]
    assert abs(float(model.train_on_batch(x, y)[0]) - losses[0]) < 1e-5


@pytest.mark.parametrize("arguments", [("nothing.h5",), ("weights.h5", None, None, "nothing.json")])
def test_no_file(arguments, load, parted, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(errors.NotFound, match="nothing"):
        load(*arguments)
