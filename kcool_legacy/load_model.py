"""Loading a saved model with the answers that it had where it was saved.

Here the Keras that wrote the file reads it. `verify` compares its answers with recorded ones all the same: files travel
between versions.

Known differences from Keras's own `load_model`: `architecture` for files of weights alone, and `verify`.
"""
import os

import keras
import numpy as np

from kcool.errors import DifferentResult, NotFound
from kcool_common.recordings import difference, reference

__all__ = ["load_model"]


def load_model(path, custom_objects=None, lambdas=None, architecture=None, verify=None, tolerance=1e-5):
    """Loads a model of Keras 2.

    Args:
        path: of an ``.h5`` file: a whole model, or weights alone.
        custom_objects: dict from a name in the file to a class or function.
        lambdas: for Keras 3 alone; here the functions of Lambda layers are in the file.
        architecture: for a file of weights alone, the path of a file with what ``to_json()`` gave.
        verify: path of a recording (`kcool record`), or None.
        tolerance: float, the largest difference as a part of the largest answer.

    Returns:
        The model; compiled if it was when it was saved.

    Raises:
        NotFound: there is no such file.
        DifferentResult: its answers are not the recorded ones.
    """
    for file in (path, architecture):
        if file is not None and not os.path.isfile(file):
            raise NotFound("load_model: there is no file %s." % file, do="look at the path; here it is from %s" % (
                os.getcwd(),))
    if architecture is None:
        model = keras.models.load_model(path, custom_objects=custom_objects)
    else:
        with open(architecture) as file:
            model = keras.models.model_from_json(file.read(), custom_objects=custom_objects)
        model.load_weights(path)
    if verify is not None:
        _verify(model, reference(verify), tolerance)
    return model


def _verify(model, recorded, tolerance):
    meta = recorded["meta"]
    worst = 0.0 if meta["inputs"] == len(model.inputs) and meta["outputs"] == len(model.outputs) else float("inf")
    model.reset_states()
    for number in range(meta["sets"] if not worst else 0):
        inputs = [recorded["input/%d/%d" % (number, i)] for i in range(meta["inputs"])]
        values = model.predict_on_batch(inputs if len(inputs) > 1 else inputs[0])
        values = values if isinstance(values, list) else [values]
        found = [difference(recorded["output/%d/%d" % (number, i)], value) for i, value in enumerate(values)]
        worst = float(np.max([worst] + found))
    model.reset_states()
    if not worst <= tolerance:
        raise DifferentResult(
            "load_model: the model answers differently.",
            found="%.2e of the largest answer; Keras %s against Keras %s" % (worst, meta["keras"], keras.__version__),
            supported="%.0e, or what `tolerance` says" % tolerance, do="load it with the Keras that recorded them")
