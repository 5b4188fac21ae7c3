"""Converts the zoos that old stacks have written, and holds every model to the answers that it had there.

    python -m tests.convert.exchange FOLDER ...                  each as `tests.convert.write` left it
    python -m tests.convert.exchange --back PYTHON FOLDER        and back: that Python, which wrote them, reads what
                                                                 `kcool convert --to h5-keras2` makes of them

Exit status: 0 when every model converts, is written, read back and answers as before, but for those that are `KNOWN`
to be refused, and those are.
"""
import os
import sys
import tempfile
from collections import OrderedDict

import keras
import numpy as np

from kcool.errors import DifferentResult, KcoolError
from kcool_common.recordings import reference
from kcool_modern.convert import output, proof
from kcool_modern.convert.back.job import run_job
from kcool_modern.convert.conversion import converted_here
from kcool_modern.convert.job import Options

from . import zoo
from .known import PARTING, expected
from .zoo import trainings
from .zoo.customs import lambdas_of_keras_3, of_keras_3

__all__ = ["exchanged", "follow", "main", "read_back"]


def exchanged(path, recording):
    """Converts a model, writes it, reads it back, and compares.

    Returns:
        The largest difference as a part of the largest answer.

    Raises:
        KcoolError: why it cannot be.
    """
    with tempfile.TemporaryDirectory() as folder:
        made = read_back(_converted(path), os.path.join(folder, "new.keras"))
    return proof.prove(made, reference(recording)).difference


def _converted(path):
    return converted_here(path, of_keras_3(keras), lambdas_of_keras_3(keras))


def read_back(made, target):
    """What is loaded from the file that a `Converted` is written to."""
    customs = dict(of_keras_3(keras), **{one.__name__: one for one in lambdas_of_keras_3(keras).values()})
    output.written(made, target, customs)
    return made._replace(model=keras.saving.load_model(target, custom_objects=customs))


def outcome(path):
    """What comes of one file: the difference, or the name of an error, and a text."""
    try:
        return exchanged(path, os.path.splitext(path)[0] + ".npz"), ""
    except DifferentResult as error:
        return "DifferentResult", error.asked + " " + error.found
    except KcoolError as error:
        return type(error).__name__, str(error)
    finally:
        keras.utils.clear_session()


def follow(path, losses):
    """Converts a model in the middle of its training, and goes on.

    Returns:
        The codes of repairs that say that it parts from the old training, and how far its losses are from the old ones.
    """
    with tempfile.TemporaryDirectory() as folder:
        made = read_back(converted_here(path), os.path.join(folder, "new.keras"))
    told, found = sorted(PARTING & set(made.repairs.by_code())), []
    for x, y in list(trainings.batches(trainings.BEFORE + trainings.AFTER))[trainings.BEFORE:]:
        # The loss of a batch, before its update: train_on_batch averages over what came before.
        made.model.reset_metrics()
        found.append(float(made.model.train_on_batch(x, y)[0]))
    return told, float(np.abs(np.array(found) - losses).max())


def _trainings(folder):
    names = sorted(name[:-3] for name in os.listdir(folder) if name.endswith(".h5"))
    found, parted, wrong = [], [], []
    for name in names:
        path = os.path.join(folder, name)
        try:
            told, distance = follow(path + ".h5", np.load(path + ".npy"))
        except KcoolError as error:
            told, distance = [str(error)], float("inf")
        if told == ["H206"] and distance > 1e-4:
            parted.append(name)
        elif told or not distance < 1e-4:
            wrong.append((name, "%.1e from the old losses" % distance, told))
        else:
            found.append(distance)
        keras.utils.clear_session()
    print("%s: %d trainings go on, at most %.1e from the old losses; said to part: %s" % (
        folder, len(found), max([0.0] + found), ", ".join(parted) or "none"))
    return wrong


def there_and_back(folder, python):
    """Converts a zoo of Keras 2.2.4 both ways, and has the real one answer; returns the exit status."""
    options, worst, wrong = Options(legacy_python=python, overwrite=True, to="h5-keras2"), [], []
    for name in sorted(name[:-3] for name in os.listdir(folder) if name.endswith(".h5")):
        with tempfile.TemporaryDirectory() as work:
            path, target = os.path.join(work, "new.keras"), os.path.join(work, "new.h5")
            try:
                _converted(os.path.join(folder, name + ".h5")).model.save(path)
                worst.append(run_job(path, target, options)["proof"]["difference"])
            except KcoolError as error:
                wrong += [] if name in zoo.customs.MODELS else [(name, str(error))]
        keras.utils.clear_session()
    print("%s: %d models go there and back; largest difference: %.1e of the largest answer" % (
        folder, len(worst), max(worst + [0.0])))
    for name, text in wrong:
        print("NOT AS EXPECTED: %s: %s" % (name, text))
    return 1 if wrong or not worst else 0


def main(folders):
    """Exchanges whole zoos; returns the exit status."""
    if folders[0] == "--back":
        return there_and_back(folders[2], folders[1])
    wrong, worst = [], 0.0
    for folder in [os.path.join(folder, "trainings") for folder in folders]:
        wrong += [(folder, *one) for one in _trainings(folder)] if os.path.isdir(folder) else []
    operations = [os.path.join(folder, "operations") for folder in folders]
    for folder in folders + [folder for folder in operations if os.path.isdir(folder)]:
        names = sorted(name for name in os.listdir(folder) if name.endswith(".h5"))
        counts = OrderedDict((("equal", 0), ("known to be refused", 0)))
        for name in names:
            found, text = outcome(os.path.join(folder, name))
            known = expected(name[:-3])
            if found == known if isinstance(found, str) else known is None:
                counts["known to be refused" if known else "equal"] += 1
                worst = worst if known else max(worst, found)
            else:
                wrong.append((folder, name, found, text))
        print("%s: %d models; %s" % (folder, len(names), ", ".join("%s %d" % pair for pair in counts.items())))
    for folder, name, found, text in wrong:
        print("NOT AS EXPECTED: %s/%s: %s %s" % (folder, name, found, text))
    print("largest difference: %.1e of the largest answer" % worst)
    return 1 if wrong or not worst else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
