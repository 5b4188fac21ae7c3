"""Old answers against new ones: the largest difference, and the first layer at which they part."""
import os
import subprocess
import tempfile
from collections import namedtuple

import keras
import numpy as np

from kcool.errors import DifferentResult, NotFound
from kcool_common import recorder
from kcool_common.recordings import difference, reference

from . import legacy_python
from .output import reset

__all__ = ["Proof", "prove", "recorded_by"]

#: ``difference``: the largest, as a part of the largest answer. ``by``: what recorded the old answers. ``sets``: number
#: of sets of inputs.
Proof = namedtuple("Proof", "difference by sets")

_PLACES = 1 << 28  # numbers that one inner comparison may hold


def recorded_by(python, path, customs=(), architecture=None, timeout=1800):
    """Lets an old interpreter record the answers of a file.

    Args:
        python: path of an interpreter that has Keras 2, or ``bridge``.
        path: of the model.
        customs: texts ``MODULE:NAME`` for that interpreter.
        architecture: JSON text for a file of weights alone, or None.
        timeout: seconds.

    Returns:
        What `recordings.reference` returns.

    Raises:
        NotFound: the interpreter cannot be started, or has no Keras 2, or cannot load the file.
    """
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "reference.npz")
        command = legacy_python.command(python)
        command += [os.path.abspath(recorder.__file__), os.path.abspath(path), out]
        for custom in customs:
            command += ["--custom", custom]
        if architecture is not None:
            command += ["--architecture", os.path.join(folder, "architecture.json")]
            with open(command[-1], "w", encoding="utf-8") as file:
                file.write(architecture)
        # A TensorFlow 2 in this process has told the environment so (TF2_BEHAVIOR), and a keras.json may name another
        # backend.
        clean = {key: value for key, value in os.environ.items()
                 if not key.startswith(("TF2_", "KERAS_", "PYTHON", "XLA_"))}
        clean.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1", KERAS_HOME=folder)
        try:
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=clean, timeout=timeout,
                                  universal_newlines=True)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NotFound("%s cannot record the old answers." % python, found=str(error),
                           do="--legacy-python PATH of a Python with Keras 2, or --verify REFERENCE.npz or bridge")
        if done.returncode or not os.path.exists(out):
            lines = [line for line in done.stderr.strip().split("\n") if line.strip()]
            raise NotFound("%s cannot record the old answers of %s." % (python, path),
                           found=lines[-1][:300] if lines else "exit status %s" % done.returncode,
                           do="run there: %s %s %s reference.npz" % (
                               "kcool run --on bridge" if python == legacy_python.BRIDGE else "python",
                               recorder.__file__, path))
        return reference(out)


def prove(converted, recorded, tolerance=1e-5, model=None):
    """Compares a converted model with recorded answers.

    Args:
        converted: `conversion.Converted`.
        recorded: what `recordings.reference` or `recorded_by` returned.
        tolerance: largest allowed difference, as a part of the largest answer.
        model: what to ask in the place of the converted model: what was read back from its file.

    Returns:
        `Proof`.

    Raises:
        DifferentResult: they differ by more; the message names the first layer at which they part.
    """
    meta, model = recorded["meta"], model or converted.model
    if not _fits(recorded, model):
        raise DifferentResult(
            "The recording is one of another model.",
            found="%d inputs and %d outputs there; inputs of shapes %s and %d outputs in the file" % (
                meta["inputs"], meta["outputs"], [tuple(x.shape) for x in model.inputs], len(model.outputs)),
            do="kcool record MODEL.h5 -o reference.npz, with this very file")
    worst, first = 0.0, None
    for number, values in _answers(model, recorded):
        for i in range(meta["outputs"]):
            worst = max(worst, difference(recorded["output/%d/%d" % (number, i)], values[i]))
        if first is None and not worst <= tolerance:
            first = number
    if first is not None:
        parted = _parting(converted, recorded, first, tolerance)
        raise DifferentResult(
            "The converted model answers differently%s." % (
                ": they part at layer %s (%s of its largest value)" % parted if parted else ""),
            found="%.2e of the largest answer; Keras %s against Keras %s" % (worst, meta["keras"], keras.__version__),
            supported="%.0e, or what --tolerance says" % tolerance,
            do="report it with the architecture of the model; nothing was written")
    return Proof(worst, meta["keras"], meta["sets"])


def _answers(model, recorded):
    """For each set of inputs its number and the list of answers, from fresh states."""
    meta = recorded["meta"]
    reset(model)
    for number in range(meta["sets"]):
        inputs = [recorded["input/%d/%d" % (number, i)] for i in range(meta["inputs"])]
        values = model.predict_on_batch(inputs if len(inputs) > 1 else inputs[0])
        values = values if isinstance(values, (list, tuple)) else [values]
        yield number, [keras.ops.convert_to_numpy(value) for value in values]


def _parting(converted, recorded, first, tolerance):
    """The first layer that differs in the set `first`, and by how much; None if the inner values do not tell."""
    meta = recorded["meta"]
    keys, wide = _wide(converted, meta["inner"])
    for number, values in _answers(wide, recorded):
        if number == first:
            return _first_apart(keys, values[meta["outputs"]:], recorded, number, meta["inner"], tolerance)
    return None


def _fits(recorded, model):
    meta = recorded["meta"]
    if meta["inputs"] != len(model.inputs) or meta["outputs"] != len(model.outputs):
        return False
    wanted = [(kind, i, tensor) for kind, tensors in (("input", model.inputs), ("output", model.outputs))
              for i, tensor in enumerate(tensors)]
    for number in range(meta["sets"]):
        for kind, i, tensor in wanted:
            shape = np.shape(recorded.get("%s/%d/%d" % (kind, number, i), 0.0))
            if len(shape) != len(tensor.shape) or any(n not in (None, m) for n, m in zip(tensor.shape, shape)):
                return False
    return True


def _wide(converted, names):
    """A model with the inner tensors among its outputs, and their keys."""
    model, keys, tensors = converted.model, [], []
    for key in names:
        layer, call, output = key.rsplit(":", 2)
        tensor = converted.tensors.get((layer, int(call), int(output)))
        if tensor is not None:
            keys.append(key)
            tensors.append(tensor)
    try:
        return keys, keras.Model(model.inputs, list(model.outputs) + tensors)
    except ValueError:
        return [], model


def _first_apart(keys, values, recorded, number, names, tolerance):
    for key, value in zip(keys, values):
        old = recorded["inner/%d/%d" % (number, names.index(key))]
        apart = difference(old, recorder.sampled(value))
        if apart > tolerance:
            return key.split(":")[0], "%.1e" % apart
    return None
