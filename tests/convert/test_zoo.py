"""Every model of the zoo of the real Keras 2.2.4 converts, and answers as it did there."""
import json
import zipfile

import numpy as np
import pytest

from compat.errors import DifferentResult
from kcool_common.recordings import reference

from . import goldens
from .zoo import EDITED, MODELS
from .zoo.customs import lambdas_of_keras_3, of_keras_3

NAMES = goldens.names()
#: What Keras 2.2.4 itself saves and cannot load.
UNLOADABLE = {"input_layer_first"}
#: Models that need something of kcool's own when they are loaded.
NEED_KCOOL = {"locally_connected_1d", "locally_connected_2d", "channels_first", "upsampling_bilinear",
              "upsampling_bilinear_of_any_size", "masked_merges", "masked_softmax", "encoder_and_decoder_masked",
              "masking", "called_in_training_phase", "told_about_training",
              "bidirectional_masked", "bidirectional_masked_sequences"}


def test_the_archive_holds_the_zoo():
    assert set(NAMES) == (set(MODELS) | set(EDITED)) - UNLOADABLE


@pytest.fixture(scope="module")
def convert():
    from kcool_modern.convert.conversion import converted_here

    return converted_here


@pytest.fixture(scope="module")
def made_of(zoo, convert):
    """Converts a model of the zoo by its name, once."""
    import keras

    known = {}

    def make(name):
        if name not in known:
            known[name] = convert(zoo(name)[0], of_keras_3(keras), lambdas_of_keras_3(keras))
        return known[name]

    return make


@pytest.mark.parametrize("name", NAMES)
def test_equal_answers_from_the_written_file(stack, name, zoo, tmp_path, made_of):
    from kcool_modern.convert import proof

    from .exchange import read_back
    from .known import DIFFERENT

    if stack.engine == "jax" and NAMES.index(name) % 4 and (stack.engine, name) not in DIFFERENT:
        pytest.skip("JAX compiles every operation anew: here each fourth, the session exchange-jax has all of them")
    recorded = reference(zoo(name)[1])
    loaded = read_back(made_of(name), str(tmp_path / "new.keras"))
    if (stack.engine, name) in DIFFERENT:
        with pytest.raises(DifferentResult):
            proof.prove(loaded, recorded)
        return
    answers = proof.prove(loaded, recorded)
    assert answers.difference <= 1e-5
    assert answers.sets == recorded["meta"]["sets"] >= 1


@pytest.mark.parametrize("name", NAMES)
def test_only_stock_layers_but_for_what_is_listed(name, made_of):
    import keras

    from kcool_modern.convert.numerics import needs_kcool

    model = made_of(name).model
    assert needs_kcool(json.dumps(keras.saving.serialize_keras_object(model), default=str)) == (name in NEED_KCOOL)


def test_plain_keras_loads_without_kcool(zoo, tmp_path, convert, run_python):
    from kcool_modern.convert import output

    path, recording = zoo("lstm")
    target = str(tmp_path / "new.keras")
    output.written(convert(path), target)
    with np.load(recording) as found:
        x, y = found["input/0/0"], found["output/0/0"]
    np.savez(str(tmp_path / "xy.npz"), x=x, y=y)
    told = run_python(
        "import sys, keras, numpy as np\n"
        "found = np.load(%r)\n"
        "y = keras.saving.load_model(%r).predict(found['x'], verbose=0)\n"
        "assert np.abs(y - found['y']).max() < 1e-5\n"
        "print(any(name.startswith('kcool') for name in sys.modules))" % (str(tmp_path / "xy.npz"), target))
    assert told.strip().endswith("False")


@pytest.mark.parametrize("name", ["upsampling_bilinear", "encoder_and_decoder_masked"])
def test_what_is_of_kcool_loads_after_one_import(name, zoo, tmp_path, convert, run_python):
    from kcool_modern.convert import output

    target = str(tmp_path / "new.keras")
    output.written(convert(zoo(name)[0]), target)
    assert "loaded" in run_python("import keras, kcool_modern.convert.objects\n"
                                  "keras.saving.load_model(%r)\nprint('loaded')" % target)


def test_the_new_file_is_an_ordinary_archive(zoo, tmp_path, convert):
    from kcool_modern.convert import output

    target = str(tmp_path / "new.keras")
    output.written(convert(zoo("dense_plain")[0]), target)
    with zipfile.ZipFile(target) as archive:
        assert {"config.json", "metadata.json", "model.weights.h5"} <= set(archive.namelist())
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
