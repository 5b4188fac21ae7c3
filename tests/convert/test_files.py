"""Files that are damaged, hostile or hold what cannot be converted: a clear error, nothing written."""
import base64
import json
import marshal
import os
import struct
import sys
import time

import numpy as np
import pytest

from compat.errors import DifferentResult, KcoolError, NotConverted, NotFound, UnreadableModel
from kcool_common.recordings import reference

pytestmark = pytest.mark.usefixtures("nothing_left")
h5py = pytest.importorskip("h5py")


@pytest.fixture
def convert():
    from kcool_modern.convert.conversion import converted

    return converted


@pytest.fixture
def changed(saved):
    """Gives the path of a model whose architecture a function has changed: ``changed(name, change)``."""
    def make(name, change):
        path = saved(name)
        with h5py.File(path, "r+") as f:
            config = json.loads(f.attrs["model_config"])
            config = change(config) or config
            f.attrs["model_config"] = json.dumps(config).encode()
        return path

    return make


def _error(convert, path, kind=UnreadableModel, **options):
    with pytest.raises(kind) as caught:
        convert(path, **options)
    assert caught.value.asked and caught.value.do and (caught.value.found or kind is NotFound)
    return str(caught.value)


def test_no_file(convert, tmp_path):
    assert "nothing.h5" in _error(convert, str(tmp_path / "nothing.h5"), NotFound)


@pytest.mark.parametrize("content", [b"", b"\x89HDF\r\n\x1a\n", b"PK\x03\x04" + b"\0" * 200, b"text" * 50])
def test_what_is_not_hdf5(content, convert, tmp_path):
    path = tmp_path / "odd.h5"
    path.write_bytes(content)
    assert "odd.h5" in _error(convert, str(path))


@pytest.mark.parametrize("part", [0.05, 0.3, 0.6, 0.9, 0.99])
def test_truncated(part, convert, saved):
    path = saved("lstm")
    with open(path, "r+b") as file:
        file.truncate(int(os.path.getsize(path) * part))
    _error(convert, path)


def test_weights_alone(convert, saved):
    path = saved("dense_plain")
    with h5py.File(path, "r+") as f:
        names = f["model_weights"].attrs["layer_names"]
        del f.attrs["model_config"]
        f.attrs["layer_names"] = names
    assert "without an architecture" in _error(convert, path)


def test_text_that_is_not_json(convert, saved):
    path = saved("dense_plain")
    for text in (b"{", b"[]", b"3", b"\xff\xfe", b'{"class_name": "Sequential"}', b"null"):
        with h5py.File(path, "r+") as f:
            f.attrs["model_config"] = text
        _error(convert, path)


def test_json_nested_without_end(convert, saved):
    path = saved("dense_plain")
    for depth in (300, 30000):
        with h5py.File(path, "r+") as f:
            f.attrs["model_config"] = b'{"a": ' + b"[" * depth + b"]" * depth + b"}"
        assert "nested" in _error(convert, path)


def test_calls_in_a_circle(convert, changed):
    def circle(config):
        layers = config["config"]["layers"]
        last = layers[-1]["name"]
        layers[1]["inbound_nodes"] = [[[last, 0, 0, {}]]]

    assert "never made" in _error(convert, changed("activation_tanh", circle))


@pytest.mark.parametrize("nodes", [5, [5], [[5]], [[["x"]]], [[["input_1", -1, 0, {}]]], [[]],
                                   [[["input_1", 0, 10 ** 20, {}]]], [[["input_1", 0, 0, 7]]]])
def test_calls_that_make_no_sense(nodes, convert, changed):
    path = changed("activation_tanh", lambda c: c["config"]["layers"][1].update(inbound_nodes=nodes))
    _error(convert, path)


@pytest.mark.parametrize("units", [10 ** 12, 10 ** 30, 300000])
def test_a_layer_of_absurd_size_is_never_made(units, convert, changed):
    path = changed("dense_plain", lambda c: c["config"]["layers"][0]["config"].update(units=units))
    _error(convert, path, KcoolError)


@pytest.mark.parametrize("shape", [[None, -3], [None, "a"], 7, [None, 2 ** 40], [None, True], [None, 1.5]])
def test_shapes_that_make_no_sense(shape, convert, changed):
    path = changed("dense_plain", lambda c: c["config"]["layers"][0]["config"].update(batch_input_shape=shape))
    _error(convert, path)


@pytest.mark.parametrize("size, interpolation, kind, text", [
    ([40000, 40000], "nearest", UnreadableModel, "too large a tensor"),
    ([10 ** 9, 1], "bilinear", NotConverted, "more than 256")])
def test_a_tensor_of_absurd_size_is_never_computed(size, interpolation, kind, text, convert, changed):
    def change(config):
        config["config"]["layers"][1]["config"].update(size=size, interpolation=interpolation)

    assert text in _error(convert, changed("upsampling_bilinear", change), kind)


def test_an_input_of_absurd_size(convert, changed):
    def change(config):
        config["config"]["layers"][0]["config"]["batch_input_shape"] = [None, 2 ** 20, 2 ** 20]

    assert "too large a tensor" in _error(convert, changed("bidirectional_masked_sequences", change))


def test_a_bomb_of_zeros(convert, saved):
    path = saved("dense_plain")
    with h5py.File(path, "r+") as f:
        group = f["model_weights/dense_1"]
        name = group.attrs["weight_names"][0]
        del group[name]
        group.create_dataset(name, shape=(6, 10 ** 9), dtype="f4", chunks=(6, 10 ** 6), compression="gzip")
    assert "bytes in a file of" in _error(convert, path)


@pytest.mark.parametrize("dtype", ["S5", "c8"])
def test_arrays_that_are_no_numbers(dtype, convert, saved):
    path = saved("dense_plain")
    with h5py.File(path, "r+") as f:
        group = f["model_weights/dense_1"]
        name = group.attrs["weight_names"][0]
        del group[name]
        group.create_dataset(name, shape=(6, 5), dtype=dtype)
    assert "dtype" in _error(convert, path)


def test_links_to_other_files_are_not_followed(convert, saved, tmp_path):
    path = saved("dense_plain")
    with h5py.File(path, "r+") as f:
        group = f["model_weights/dense_1"]
        name = group.attrs["weight_names"][0]
        name = name.decode() if isinstance(name, bytes) else name
        del group[name]
        group[name] = h5py.ExternalLink("/etc/passwd", "/x")
    assert "link" in _error(convert, path)


def test_weights_of_another_shape(convert, saved):
    path = saved("dense_plain")
    with h5py.File(path, "r+") as f:
        group = f["model_weights/dense_1"]
        name = group.attrs["weight_names"][0]
        del group[name]
        group.create_dataset(name, data=np.zeros((5, 6), "f4"))
    assert "dense_1" in _error(convert, path)


def test_arrays_in_another_order_are_noticed(convert, saved):
    path = saved("batch_normalization")
    with h5py.File(path, "r+") as f:
        group = f["model_weights/batch_normalization_1"]
        names = list(group.attrs["weight_names"])
        group.attrs["weight_names"] = names[1::-1] + names[2:]
    assert "in the place of" in _error(convert, path)


def test_missing_weights_of_a_layer(convert, saved):
    path = saved("dense_plain")
    with h5py.File(path, "r+") as f:
        names = f["model_weights"].attrs["layer_names"]
        f["model_weights"].attrs["layer_names"] = names[:1]
    assert "dense_2" in _error(convert, path)


def test_unknown_class_argument_and_value(convert, changed):
    def first(config):
        return config["config"]["layers"][0]

    told = _error(convert, changed("dense_plain", lambda c: first(c).update(class_name="Mystery")), NotConverted)
    assert "Mystery" in told and "dense_1" in told and "--custom" in told and "dense_plain.h5" in told
    told = _error(convert, changed("dense_plain", lambda c: first(c)["config"].update(sparkle=3)), NotConverted)
    assert "sparkle=3" in told
    for value in ("mish_of_mine", {"class_name": "X"}, 5, ["relu"]):
        _error(convert, changed("dense_plain", lambda c, value=value: first(c)["config"].update(activation=value)),
               NotConverted)
    for key in ("kernel_initializer", "kernel_regularizer", "kernel_constraint"):
        told = _error(convert, changed("dense_plain", lambda c, key=key: first(c)["config"].update(
            {key: {"class_name": "Mine", "config": {}}})), NotConverted)
        assert "Mine" in told


def test_a_masked_softmax_of_tf_keras_is_not_guessed(convert, saved):
    path = saved("masked_softmax")
    with h5py.File(path, "r+") as f:
        for attributes in (f.attrs, f["model_weights"].attrs):
            attributes["keras_version"] = b"2.5.0"
    assert "tf.keras" in _error(convert, path, NotConverted)


def test_a_lambda_is_never_unmarshalled(convert, changed, monkeypatch):
    import marshal

    import keras

    def swap(config):
        config["config"]["layers"][1] = {"class_name": "Lambda", "name": "dense_9", "inbound_nodes": [
            [["input_1", 0, 0, {}]]], "config": {
                "name": "dense_9", "trainable": True, "function": ["4wEAAAA=", None, None],
                "function_type": "lambda", "arguments": {"k": 2}}}
        for layer in config["config"]["layers"]:
            for node in layer["inbound_nodes"]:
                for place in node:
                    place[0] = "dense_9" if place[0] == "dense_1" else place[0]

    path = changed("activation_linear", swap)
    with h5py.File(path, "r+") as f:
        names = f["model_weights"].attrs["layer_names"]
        f["model_weights"].attrs["layer_names"] = [n for n in names if n != b"dense_1" and n != "dense_1"]
        for old in ("kernel", "bias"):
            del f["model_weights/dense_2"]["dense_2/%s:0" % old]
            f["model_weights/dense_2"]["dense_2/%s:0" % old] = np.zeros((6, 2) if old == "kernel" else 2, "f4")
    monkeypatch.setattr(marshal, "loads", None)
    told = _error(convert, path, NotConverted)
    assert "--lambda dense_9=MODULE:FUNCTION" in told and "'k': 2" in told

    def twice(x, k):
        return x * k

    made = convert(path, lambdas={"dense_9": twice})
    assert [code for code in made.repairs.by_code() if code == "H107"] == ["H107"]
    assert isinstance(made.model.get_layer("dense_9"), keras.layers.Lambda)


def test_another_answer_names_the_layer_at_which_it_parts(convert, zoo, saved):
    from kcool_modern.convert import proof

    path = saved("dense_plain")
    made, recorded = convert(path), reference(zoo("dense_plain")[1])
    recorded["meta"]["inner"] = ["dense_1:0:0", "dense_2:0:0"]
    from kcool_common import recorder

    keys, wide = proof._wide(made, recorded["meta"]["inner"])
    for number in range(recorded["meta"]["sets"]):
        values = wide.predict_on_batch(recorded["input/%d/0" % number])
        for i in range(2):
            recorded["inner/%d/%d" % (number, i)] = recorder.sampled(values[1 + i])
    proof.prove(made, recorded)
    last = made.model.layers[-1]
    last.set_weights([last.get_weights()[0] * 1.01, last.get_weights()[1]])
    with pytest.raises(DifferentResult) as caught:
        proof.prove(made, recorded)
    assert "part at layer dense_2" in str(caught.value)


def test_not_a_number_is_a_difference(convert, zoo, saved):
    from kcool_modern.convert import proof

    made, recorded = convert(saved("dense_plain")), reference(zoo("dense_plain")[1])
    recorded["output/0/0"] = recorded["output/0/0"] * np.nan
    with pytest.raises(DifferentResult):
        proof.prove(made, recorded)


def test_a_recording_of_something_else(tmp_path):
    for content in (b"", b"PK", b"x" * 100):
        path = tmp_path / "reference.npz"
        path.write_bytes(content)
        with pytest.raises(UnreadableModel):
            reference(str(path))


def test_the_old_file_is_not_touched(convert, saved):
    path = saved("lstm")
    with open(path, "rb") as file:
        before = file.read()
    convert(path)
    with open(path, "rb") as file:
        assert file.read() == before


def _heap(content):
    """Where a file keeps its texts: the place of the heap and of its first object."""
    heap = content.index(b"GCOL")
    return heap, heap + 16


def test_a_text_that_claims_gigabytes(saved, run_python):
    """The length of a text stands beside its place; HDF5 makes room for all of it before it looks there."""
    path = saved("dense_plain")
    with h5py.File(path, "r") as f:
        length = len(f.attrs["model_config"])
    with open(path, "rb") as file:
        content = file.read()
    heap = struct.pack("<Q", _heap(content)[0])
    reference = struct.pack("<I", length) + heap
    assert content.count(reference) == 1
    with open(path, "wb") as file:
        file.write(content.replace(reference, struct.pack("<I", 2 ** 32 - 1) + heap))
    told = run_python(
        "import resource\n"
        "from kcool.errors import UnreadableModel\n"
        "from kcool_modern.convert.source import LIMITS\n"
        "from kcool_modern.convert.trial import require_harmless\n"
        "try:\n"
        "    require_harmless(%r, LIMITS)\n"
        "except UnreadableModel as error:\n"
        "    print('refused', resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10)\n" % path)
    word, megabytes = told.split()[-2:]
    assert word == "refused" and int(megabytes) < 1500


def test_a_heap_without_end(convert, saved):
    """An object of it that claims to end where it begins sends HDF5 round and round."""
    path = saved("dense_plain")
    with open(path, "r+b") as file:
        file.seek(_heap(file.read())[1] + 8)
        file.write(struct.pack("<Q", 2 ** 64 - 16))
    begin = time.monotonic()
    assert "HDF5 cannot cope" in _error(convert, path)
    assert time.monotonic() - begin < 60  # on a busy machine; its processor time is limited to 4 s


def test_a_dropout_that_was_called_to_stay_on(changed, convert, tmp_path):
    import keras

    from .exchange import read_back

    def on(config):
        for layer in config["config"]["layers"]:
            for node in layer["inbound_nodes"]:
                for place in node:
                    place[3:] = [dict.fromkeys(place[3], True)]

    (tmp_path / "new").mkdir()
    made = read_back(convert(changed("called_in_training_phase", on)), str(tmp_path / "new" / "new.keras"))
    dropped = keras.Model(made.model.inputs, made.model.layers[1].output)
    values = dropped.predict_on_batch(np.ones((200, 4), "float32"))
    # Half of them, and the others twice as large.
    assert 0.3 < (values == 0).mean() < 0.7 and set(np.unique(values)) == {0.0, 2.0}
    assert "H121" in made.repairs.by_code() and made.unsteady == ["dropout_1"]


def test_a_model_that_was_called_with_training(changed, convert):
    def told(config):
        for layer in config["config"]["layers"]:
            if layer["class_name"] in ("Model", "Sequential"):
                layer["inbound_nodes"][0][0][3:] = [{"training": False}]

    assert "training=" in _error(convert, changed("recurrent_in_model", told), NotConverted)


def test_all_lambdas_are_listed_with_what_they_hold(convert, saved, monkeypatch):
    monkeypatch.delenv("KCOOL_LEGACY_PYTHON", raising=False)
    text = _error(convert, saved("lambdas"), NotConverted)
    assert "3 Lambda layers" in text and "cube: bytecode; arguments: {'exponent': 3}" in text
    for name in ("last", "half", "cube"):
        assert "--lambda %s=MODULE:FUNCTION" % name in text and " %s: bytecode" % name in text


def test_functions_that_a_file_only_names(convert, changed):
    def named(config):
        for layer in config["config"]["layers"]:
            if layer["name"] == "cube":
                layer["config"].update(function_type="function", function="power")

    path, half = changed("lambdas", named), {"half": lambda x: 0.5 * x}
    text = _error(convert, path, NotConverted, lambdas=half)
    assert "2 Lambda layers" in text and "cube: the function 'power'" in text and "half" not in text
    text = _error(convert, path, NotConverted, lambdas=half, customs={"power": lambda x, exponent: x ** exponent})
    assert "1 Lambda layers" in text and "last" in text and "cube" not in text


def _bytecode(function):
    return [base64.b64encode(marshal.dumps(function.__code__)).decode(), None, None]


def test_instructions_of_this_python_are_told(convert, changed, monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("KCOOL_LEGACY_PYTHON", raising=False)

    def of_this_python(config):
        for layer in config["config"]["layers"]:
            if layer["name"] == "last":
                layer["config"]["function"] = _bytecode(lambda x: x.something_odd())

    text = _error(convert, changed("lambdas", of_this_python), NotConverted)
    assert "as Python %d.%d reads it" % sys.version_info[:2] in text and "something_odd" in text


@pytest.mark.parametrize("code", ["", "!!", "AAAA", "\u20ac" * 9,
                                  base64.b64encode(marshal.dumps(list(range(9)))).decode(),
                                  base64.b64encode(b"\xe3" + b"\xff" * 60).decode()])
def test_odd_bytecode_is_not_told(convert, changed, code, monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("KCOOL_LEGACY_PYTHON", raising=False)

    def odd(config):
        for layer in config["config"]["layers"]:
            if layer["name"] == "last":
                layer["config"]["function"] = [code, None, None]

    text = _error(convert, changed("lambdas", odd), NotConverted)
    assert "last: bytecode; arguments: {}" in text and "as Python" not in text.split("half:")[0]


def test_bytecode_is_never_carried_out(convert, changed, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")

    def harmful(config):
        for layer in config["config"]["layers"]:
            if layer["name"] == "last":
                layer["config"]["function"] = _bytecode(lambda x: os.mkdir("proof"))

    monkeypatch.chdir(tmp_path)
    _error(convert, changed("lambdas", harmful), NotConverted)
    assert not os.path.exists("proof")
