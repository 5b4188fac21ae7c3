"""Records what a saved Keras 2 model answers: run by the old stack itself, by path, without kcool.

    python recorder.py MODEL.h5 REFERENCE.npz [--custom MODULE:NAME ...] [--architecture MODEL.json]

Needs only NumPy and Keras (or tf.keras, or tf-keras). Inputs are random and of the right kind: whole numbers below
`input_dim` for what reaches an Embedding, with zeros where masks come from, batches of 1 and 5, small and large values.
"""
from __future__ import print_function

import io
import json
import os
import sys

import numpy as np

SAMPLES = 4096  # of an inner tensor's values, at even distances
STEPS, PIXELS = 7, 33  # sizes for axes that the model leaves open
MODELS = ("Sequential", "Model", "Functional", "Network", "Container")
#: Batch size and magnitude of every set of inputs.
SETS = ((5, 1.0), (1, 1.0), (5, 10.0), (5, 0.01))
_PASSING = ("Reshape", "Flatten", "Permute", "RepeatVector", "Dropout", "Masking", "SpatialDropout1D", "Lambda",
            "TimeDistributed")
#: Layers that tf.keras puts around functions of TensorFlow.
_OPERATIONS = ("TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer")


def _keras():
    try:
        import keras
        # From 2.4 on it is tf.keras, or beside TensorFlow 2.5 a forerunner of a later one.
        if keras.__version__.split(".")[:2] in (["2", "0"], ["2", "1"], ["2", "2"], ["2", "3"]):
            return keras, keras.__version__
    except ImportError:
        pass
    if os.environ.get("TF_USE_LEGACY_KERAS"):
        import tf_keras
        return tf_keras, tf_keras.__version__
    import tensorflow as tf
    version = getattr(tf.keras, "__version__", None)
    if version is None:  # that of TensorFlow 2.15
        import keras
        version = keras.__version__
    if version.startswith("3"):
        raise SystemExit("recorder: this Python has Keras 3 only")
    return tf.keras, "%s (tf.keras of TensorFlow %s)" % (version, tf.__version__)


# --- what kind of numbers an input takes ------------------------------------------------------------------------------

def limits_of_inputs(kind, config):
    """For each input of a model, how many different whole numbers it takes (0: any floats), and whether 0 masks."""
    if kind == "Sequential":
        layers = config if isinstance(config, list) else config["layers"]
        layers = [layer for layer in layers if layer["class_name"] != "InputLayer"]
        return [_along(layers)]
    users = {}
    for layer in config["layers"]:
        for node in layer["inbound_nodes"]:
            for position, name in _sources(node):
                users.setdefault(name, []).append((layer, position))
    places = config["input_layers"]
    places = [places] if places and not isinstance(places[0], list) else places
    return [_reached(place[0], users, set()) for place in places]


def _sources(node):
    """Pairs of a position and the name of the layer that a call takes a tensor from, in the form of a file."""
    if all(isinstance(place, (list, tuple)) for place in node):
        found = [(position, place[0]) for position, place in enumerate(node)]
        arguments = [place[3] for place in node if len(place) > 3]
    else:  # a function of TensorFlow in a graph of tf.keras, called with one tensor or a constant
        found, arguments = [(0, node[0])], node[3:]
    return found + [(0, name) for name in _named(arguments)]


def _named(value):
    """The names of layers within the arguments of a call."""
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, (list, tuple)):
        return []
    if len(value) == 3 and isinstance(value[0], str) and all(type(one) is int for one in value[1:]):
        return [value[0]]
    return [name for one in value for name in _named(one)]


def _along(layers):
    for layer in layers:
        found = _of_layer(layer, 0)
        if found is not None:
            return found
    return 0, None


def _reached(name, users, seen):
    found, masks = 0, None
    for layer, position in users.get(name, ()):
        if (layer["name"], position) in seen:
            continue
        seen.add((layer["name"], position))
        one = _of_layer(layer, position)
        if one is None:
            one = _reached(layer["name"], users, seen)
        found = min(found, one[0]) if found and one[0] else found or one[0]
        masks = one[1] if masks is None else masks
    return found, masks


def _of_layer(layer, position):
    """What a layer says about its input; None if that passes to the next one."""
    kind, config = layer["class_name"], layer["config"]
    if kind in MODELS:
        limits = limits_of_inputs(kind, config)
        return limits[min(position, len(limits) - 1)]
    if kind == "Embedding":
        return int(config["input_dim"]), 0 if config.get("mask_zero") else None
    if kind == "Masking":
        return 0, config.get("mask_value", 0.0)
    if kind == "TimeDistributed":
        return _of_layer(config["layer"], position)
    if kind in _OPERATIONS:
        return _of_operation(layer)
    return None if kind in _PASSING else (0, None)


def _of_operation(layer):
    depths = [node[3].get("depth") for node in layer["inbound_nodes"] if len(node) > 3 and isinstance(node[3], dict)]
    if layer["config"].get("function") == "one_hot" and depths and isinstance(depths[0], int):
        return depths[0], None
    return None


def make_inputs(shapes, limits, batch, magnitude, random):
    """One array per input.

    Args:
        shapes: list of shapes with the batch axis, None where open.
        limits: what `limits_of_inputs` gave.
        batch: int, for open batch axes.
        magnitude: float.
        random: a numpy RandomState.
    """
    made = []
    for shape, (count, masks) in zip(shapes, limits):
        default = PIXELS if len(shape) >= 4 else STEPS
        sizes = [shape[0] or batch] + [n or default for n in shape[1:]]
        value = random.randint(0, count, sizes) if count else random.normal(size=sizes) * magnitude
        value = np.array(value, "float32")
        if masks is not None and len(sizes) > 1 and sizes[1] > 1:
            # The second sample begins with something masked, the others end with it; the first has nothing masked.
            value = np.where(value == masks, 1 if count > 1 else value, value)
            for sample in range(1, sizes[0]):
                gone = slice(0, 1) if sample == 1 else slice(-(1 + sample % (sizes[1] - 1)), None)
                value[sample, gone] = masks
        made.append(value)
    return made


def has_random_inputs(model):
    """Whether inputs can be made up for a model: not for texts."""
    return all("string" not in str(getattr(x, "dtype", "")) for x in model.inputs)


def small_inputs(kind, config, shapes):
    """One batch of two for a model that is known by its configuration."""
    limits = limits_of_inputs(kind, config)
    return make_inputs([tuple(shape) for shape in shapes], limits, 2, 1.0, np.random.RandomState(1))


# --- recording --------------------------------------------------------------------------------------------------------

def sampled(value):
    """At most `SAMPLES` values of an array, at even distances, as float64."""
    flat = np.asarray(value, "float64").reshape(-1)
    return flat[::max(1, -(-flat.size // SAMPLES))]


def _inner(model):
    """Pairs of a key ``layer:call:output`` and a tensor, in the order of the layers, for calls within this model."""
    config = model.get_config()
    if isinstance(config, list) or "input_layers" not in config:
        return [("%s:0:0" % layer.name, layer.get_output_at(-1)) for layer in model.layers
                if not isinstance(layer.get_output_at(-1), (list, tuple)) and not _is_input(layer)]
    found, counts = [], {entry["name"]: len(entry["inbound_nodes"]) for entry in config["layers"]}
    for layer in model.layers:
        if _is_input(layer):
            continue
        nodes = len(layer._inbound_nodes)
        for call in range(counts.get(layer.name, 0)):
            # Of a layer that others use as well, this model's calls are not known to be the first.
            if nodes != counts[layer.name] and not hasattr(layer, "layers"):
                break
            at = call + (nodes - counts[layer.name])
            tensors = layer.get_output_at(at)
            tensors = tensors if isinstance(tensors, (list, tuple)) else [tensors]
            found += [("%s:%d:%d" % (layer.name, call, index), tensor) for index, tensor in enumerate(tensors)]
    return found


def _is_input(layer):
    return type(layer).__name__ == "InputLayer"


def record(model, version, random, keras):
    """Answers of a model.

    Args:
        model: a Keras 2 model.
        version: str, what recorded it.
        random: a numpy RandomState.
        keras: the namespace of the model's Keras.

    Returns:
        Dict of arrays: ``meta`` (JSON), ``input/S/I``, ``output/S/O`` and ``inner/S/K`` for sets of inputs S.
    """
    config = model.get_config()
    limits = limits_of_inputs(type(model).__name__ if isinstance(config, list) or "input_layers" not in config
                              else "Model", config)
    shapes = [tuple(None if n is None else int(n) for n in x.shape.as_list()) for x in model.inputs]
    try:
        inner = _inner(model)
        wide = keras.models.Model(model.inputs, list(model.outputs) + [tensor for _, tensor in inner])
        wide.predict_on_batch(make_inputs(shapes, limits, 1, 1.0, np.random.RandomState(0)))
    except Exception as error:  # the outputs alone still prove something
        print("recorder: inner values are left out: %s" % error, file=sys.stderr)
        inner, wide = [], model
    if getattr(model, "stateful", False):
        model.reset_states()
    found, sets = {}, 0
    for batch, magnitude in SETS:
        inputs = make_inputs(shapes, limits, batch, magnitude, random)
        values = wide.predict_on_batch(inputs if len(inputs) > 1 else inputs[0])
        values = list(values) if isinstance(values, (list, tuple)) else [values]
        for i, value in enumerate(inputs):
            found["input/%d/%d" % (sets, i)] = value
        for i in range(len(model.outputs)):
            found["output/%d/%d" % (sets, i)] = np.asarray(values[i])
        for i in range(len(inner)):
            found["inner/%d/%d" % (sets, i)] = sampled(values[len(model.outputs) + i])
        sets += 1
    meta = {"format": 1, "keras": version, "python": sys.version.split()[0], "sets": sets,
            "inner": [key for key, _ in inner], "outputs": len(model.outputs), "inputs": len(model.inputs)}
    found["meta"] = np.array(json.dumps(meta))
    return found


def customs_of(texts):
    """A dict from name to object for texts ``MODULE:NAME``."""
    import importlib
    sys.path.insert(0, os.getcwd())
    found = {}
    for text in texts:
        module, name = text.split(":")
        found[name] = getattr(importlib.import_module(module), name)
    return found


def main(arguments):
    """Records one file; returns the exit status."""
    customs = customs_of([arguments[i + 1] for i, one in enumerate(arguments) if one == "--custom"])
    path, out = arguments[:2]
    keras, version = _keras()
    if "--architecture" in arguments:
        with io.open(arguments[arguments.index("--architecture") + 1], encoding="utf-8") as file:
            model = keras.models.model_from_json(file.read(), custom_objects=customs)
        model.load_weights(path)
    else:
        model = keras.models.load_model(path, custom_objects=customs, compile=False)
    found = record(model, version, np.random.RandomState(20181122), keras)
    part = out + ".part"
    with open(part, "wb") as file:
        np.savez(file, **found)
    os.rename(part, out)
    print("recorded by Keras %s" % version)
    return 0


if __name__ == "__main__":
    # Python puts this file's folder first, and it holds more than an old stack needs to see.
    sys.path[:1] = []
    sys.exit(main(sys.argv[1:]))
