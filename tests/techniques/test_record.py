"""`kcool record`: what an old stack answers, for `kcool convert --verify`."""
import numpy as np
import pytest

from compat import cli
from kcool_common.recordings import reference


@pytest.fixture
def saved(stack, keras, kind, tmp_path):
    """The path of a model that this stack has saved, and the model."""
    if stack.family not in ("legacy", "keras2", "bridge"):
        pytest.skip("answers are recorded on old stacks; tests/convert/test_command.py has the refusal")
    if kind == "plain":
        pytest.skip("a recording asks the file, whichever kind of model was saved")
    pytest.importorskip("h5py")
    L = keras.layers
    one, two = L.Input((4,)), L.Input((6,))
    words = L.Embedding(9, 3, mask_zero=True)(two)
    model = keras.models.Model([one, two], [L.Dense(2)(one), L.SimpleRNN(3)(words)])
    path = str(tmp_path / "model.h5")
    model.save(path)
    return path, model


def test_answers_are_those_of_the_model(saved, stack, tmp_path, capsys):
    path, model = saved
    out = str(tmp_path / "reference.npz")
    assert cli.main(["record", path, "-o", out]) == 0
    assert "recorded by Keras %s" % stack.keras.split("-")[0][:3] in capsys.readouterr().out
    found = reference(out)
    assert found["meta"]["sets"] > 1 and found["meta"]["inputs"] == found["meta"]["outputs"] == 2
    for number in range(found["meta"]["sets"]):
        words = found["input/%d/1" % number]
        assert words.min() >= 0 and words.max() < 9 and (words == words.round()).all()
        for i, value in enumerate(model.predict_on_batch([found["input/%d/%d" % (number, j)] for j in range(2)])):
            np.testing.assert_allclose(np.asarray(value), found["output/%d/%d" % (number, i)], rtol=1e-5, atol=1e-6)


def test_a_file_that_is_none(saved, tmp_path, capsys):
    (tmp_path / "odd.h5").write_bytes(b"nothing")
    assert cli.main(["record", str(tmp_path / "odd.h5"), "-o", str(tmp_path / "reference.npz")]) == 2
    said = capsys.readouterr().err
    assert "odd.h5" in said and "What to do" in said and not (tmp_path / "reference.npz").exists()
