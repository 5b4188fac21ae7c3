"""Functions of TensorFlow in graphs of tf.keras: what TensorFlow 2.0 and 2.15 saved answers the same in Keras 3."""
import json

import numpy as np
import pytest

from compat.errors import NotConverted, UnreadableModel
from kcool_common.recorder import limits_of_inputs
from kcool_common.recordings import reference

from . import goldens
from .zoo.operations import MODELS

CASES = [(version, name) for version, path in sorted(goldens.OPERATIONS.items()) for name in goldens.names(path)]
#: What the tf.keras of TensorFlow 2.0 cannot save, as it calls two of the layers the same, or has not; and resized
#: pictures, which are refused in its files.
NOT_BY_20 = {"op_activations", "op_comparisons", "op_reductions", "op_sizes_of_the_batch", "op_preprocessing",
             "op_more_numbers", "op_order", "op_pictures"}


def test_the_archives_hold_the_models():
    held = {version: set(goldens.names(path)) for version, path in goldens.OPERATIONS.items()}
    assert held == {"2.15": set(MODELS), "2.0": set(MODELS) - NOT_BY_20}


@pytest.mark.parametrize("version, name", CASES)
def test_equal_answers_from_the_written_file(version, name, tmp_path):
    from kcool_modern.convert import proof
    from kcool_modern.convert.conversion import converted_here
    from kcool_modern.convert.numerics import needs_kcool

    from .exchange import read_back

    file, recording = goldens.unpacked(name, tmp_path, goldens.OPERATIONS[version])
    made = converted_here(file)
    assert "H124" in made.repairs.by_code()
    # Masks of merges are of kcool's own.
    assert needs_kcool(made.model.to_json()) == (name == "op_one_hot")
    answers = proof.prove(read_back(made, str(tmp_path / "new.keras")), reference(recording))
    assert answers.difference <= 1e-5 and answers.sets >= 1


# --- what cannot be converted, or is no graph -------------------------------------------------------------------------

def _model(*layers, shape=(4, 6)):
    """The configuration of a model of operations; each is (class, config, inbound nodes)."""
    entries = [{"class_name": "InputLayer", "name": "x", "inbound_nodes": [],
                "config": {"batch_input_shape": [None, *shape], "dtype": "float32", "name": "x", "sparse": False}}]
    for number, (kind, config, nodes) in enumerate(layers):
        name = "op%d" % number
        entries.append({"class_name": kind, "name": name, "inbound_nodes": nodes, "config": dict(config, name=name)})
    return {"name": "model", "layers": entries, "input_layers": [["x", 0, 0]],
            "output_layers": [[entries[-1]["name"], 0, 0]]}


def _function(name, *nodes):
    return "TFOpLambda", {"function": name}, list(nodes)


def _node(op, constants, attr=None):
    node = {"op": op, "name": op, "input": [], "attr": attr or {}}
    return "TensorFlowOpLayer", {"node_def": node, "constants": constants}, [[["x", 0, 0, {}]]]


def _built(config):
    from kcool_modern.convert.arguments import Context
    from kcool_modern.convert.graph import built
    from kcool_modern.convert.repairs import Repairs
    from kcool_modern.convert.source import LIMITS

    return built("Functional", json.loads(json.dumps(config)), Context("model.h5", Repairs()), LIMITS).layer


@pytest.mark.parametrize("layer, told", [
    (_function("nn.dropout", ["x", 0, 0, {"rate": 0.5}]), "tf.nn.dropout, which kcool does not translate"),
    (_function("__operators__.eq", ["x", 0, 0, {}]), "tf.__operators__.eq, which"),
    (_function("math.multiply", ["x", 0, 0, {}]), "tf.math.multiply without y: tf.keras does not save it"),
    (_function("math.reduce_sum", ["x", 0, 0, {"axis": 1, "weights": 3}]), "tf.math.reduce_sum with weights=3"),
    (_function("norm", ["x", 0, 0, {"ord": "fro"}]), "ord='fro'"),
    (_function("image.resize", ["x", 0, 0, {"size": [2, 2], "method": "area"}]), "method='area'"),
    (_node("Conv2D", {"1": [1.0]}), "the operation Conv2D of TensorFlow"),
    (_node("ResizeBilinear", {"1": [2, 2]}), "the operation ResizeBilinear of TensorFlow"),
])
def test_what_is_not_translated_is_named(layer, told):
    with pytest.raises(NotConverted) as caught:
        _built(_model(layer))
    assert told in str(caught.value) and "op0" in str(caught.value)
    assert "put a layer of Keras in its place" in str(caught.value)


def test_sizes_that_only_a_run_tells_are_refused():
    shape = _function("shape", ["x", 0, 0, {}])
    size = "SlicingOpLambda", {"function": "__operators__.getitem"}, [["op0", 0, 0, {"slice_spec": 0}]]
    for last in (_function("tile", ["x", 0, 0, {"multiples": [1, ["op1", 0, 0], 1]}]),
                 _function("math.multiply", ["op1", 0, 0, {"y": 2}]),
                 _function("math.add", ["x", 0, 0, {"y": ["op1", 0, 0]}])):
        with pytest.raises(NotConverted, match="only known when the model runs"):
            _built(_model(shape, size, last))
    with pytest.raises(NotConverted, match="sizes"):
        _built(_model(shape, size))


def test_whole_numbers_are_not_divided_or_averaged():
    cast = _function("cast", ["x", 0, 0, {"dtype": "int32"}])
    with pytest.raises(NotConverted, match="division of whole numbers"):
        _built(_model(cast, _function("math.truediv", ["op0", 0, 0, {"y": ["op0", 0, 0]}])))
    with pytest.raises(NotConverted, match="whole numbers, which TensorFlow rounds"):
        _built(_model(cast, _function("math.reduce_mean", ["op0", 0, 0, {"axis": 1}])))


@pytest.mark.parametrize("spec", [{"class_name": "slice"}, {"start": 0}, [{"start": 0.5, "stop": None, "step": None}],
                                  "all", [[0]], 1.5, True])
def test_what_stands_between_brackets_is_not_guessed(spec):
    layer = "SlicingOpLambda", {"function": "__operators__.getitem"}, [["x", 0, 0, {"slice_spec": spec}]]
    with pytest.raises(NotConverted):
        _built(_model(layer))


@pytest.mark.parametrize("layer", [
    ("TFOpLambda", {}, [["x", 0, 0, {}]]),
    ("TFOpLambda", {"function": ["nn.relu"]}, [["x", 0, 0, {}]]),
    _function("nn.relu", ["x"]),
    _function("nn.relu", ["x", 0, 0, {}, 1]),
    _function("nn.relu", ["x", -1, 0, {}]),
    _function("nn.relu", [3, 0, 0]),
    _function("nn.relu", ["y", 0, 0, {}]),
    _function("nn.relu", ["x", 0, 0, 5]),
    _function("nn.relu", []),
    ("TFOpLambda", {"function": "nn.relu"}, 7),
    ("TensorFlowOpLayer", {"constants": {}}, [[["x", 0, 0, {}]]]),
    ("TensorFlowOpLayer", {"node_def": {"op": "Add"}}, [[["x", 0, 0, {}]]]),
    _node("Add", {"one": 1.0}),
    _node("Mean", {}),
    _node("Squeeze", {}, {"squeeze_dims": 3}),
])
def test_what_tf_keras_never_wrote_is_no_model(layer):
    with pytest.raises(UnreadableModel):
        _built(_model(layer))


def test_a_tensor_of_absurd_size_is_never_computed():
    with pytest.raises(UnreadableModel, match="too large a tensor"):
        _built(_model(_function("tile", ["x", 0, 0, {"multiples": [1, 10 ** 9, 1]}])))


@pytest.mark.parametrize("layer, told", [
    (_function("split", ["x", 0, 0, {"num_or_size_splits": 2 ** 40, "axis": 1}]), "parts of an axis of size 4"),
    (_function("split", ["x", 0, 0, {"num_or_size_splits": 2 ** 40, "axis": 0}]), "only known when the model runs"),
    (_function("unstack", ["x", 0, 0, {"num": 2 ** 40}]), "only known when the model runs")])
def test_an_absurd_number_of_tensors_is_never_made(layer, told):
    with pytest.raises(NotConverted, match=told):
        _built(_model(layer))


def test_operations_have_names_that_no_layer_has():
    model = _built(_model(_function("nn.l2_normalize", ["x", 0, 0, {"axis": -1}]),
                          _function("math.multiply", ["op0", 0, 0, {"y": 2.0}], ["x", 0, 0, {"y": 3.0}])))
    names = [operation.name for operation in model.operations]
    assert len(set(names)) == len(names) and {"x", "op0", "op1"} <= set(names)


def test_answers_that_are_known():
    """Against NumPy, where TensorFlow's defaults are not those of Keras."""
    import keras

    x = np.random.RandomState(0).normal(size=(2, 4, 6)).astype("float32")
    for layer, wanted in (
            (_function("math.argmax", ["x", 0, 0, {}]), x.argmax(0)),
            (_function("nn.leaky_relu", ["x", 0, 0, {}]), np.where(x > 0, x, 0.2 * x)),
            (_function("split", ["x", 0, 0, {"num_or_size_splits": [1, -1], "axis": 2}]), x[:, :, :1]),
            (_function("math.cumsum", ["x", 0, 0, {"axis": 1, "reverse": True}]), x[:, ::-1].cumsum(1)[:, ::-1]),
            (_function("nn.l2_normalize", ["x", 0, 0, {"axis": 2}]), x / np.linalg.norm(x, axis=2, keepdims=True)),
            (_node("StridedSlice", {"1": [0, 1, 0], "2": [0, 3, 1], "3": [1, 1, 1]},
                   {"begin_mask": {"i": "1"}, "end_mask": {"i": "1"}, "shrink_axis_mask": {"i": "4"}}), x[:, 1:3, 0]),
            (_node("Sub", {"0": 1.0}), 1 - x), (_node("Squeeze", {}, {"squeeze_dims": {"list": {}}}), x)):
        made = keras.ops.convert_to_numpy(_built(_model(layer)).predict_on_batch(x))
        np.testing.assert_allclose(made, wanted, rtol=1e-5, atol=1e-6)


def test_inputs_for_recordings_pass_through_operations():
    embedding = ("Embedding", {"input_dim": 7, "mask_zero": True}, [[["op0", 0, 0, {}]]])
    config = _model(_function("math.floormod", ["x", 0, 0, {"y": 7}]), embedding, shape=(5,))
    assert limits_of_inputs("Functional", config) == [(7, 0)]
    config = _model(_function("one_hot", ["x", 0, 0, {"depth": 9}]), shape=(5,))
    assert limits_of_inputs("Functional", config) == [(9, None)]
    config = _model(_function("math.subtract", ["_CONSTANT_VALUE", -1, 1.0, {"y": ["x", 0, 0]}]),
                    ("Embedding", {"input_dim": 3}, [[["op0", 0, 0, {}]]]), shape=(5,))
    assert limits_of_inputs("Functional", config) == [(3, None)]
