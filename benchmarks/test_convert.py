"""What converting and verifying a trained ResNet50 costs, beside plain Keras 3 loading and saving as large a file.

    KCOOL_OLD_PYTHON=/opt/keras2/bin/python python -m pytest -s benchmarks/test_convert.py

The old interpreter (Keras 2.2.4) writes the file and its answers before anything is timed. Contestants take turns, each
in a process of its own, timed after its imports; the ratio is the median over the rounds. Memory: the peak of such a
process beyond what it took before, as a multiple of the weights. Nothing is asserted about speed.
"""
import json
import os
import statistics
import subprocess
import sys

import pytest

ROUNDS = 5
OLD = os.environ.get("KCOOL_OLD_PYTHON")

_WRITE = """
import importlib.util, sys
import numpy as np
import keras
spec = importlib.util.spec_from_file_location("recorder", sys.argv[1])
recorder = importlib.util.module_from_spec(spec)
spec.loader.exec_module(recorder)
model = keras.applications.ResNet50(weights=None, input_shape=(224, 224, 3))
model.save("resnet50.h5")
recorder.main(["resnet50.h5", "resnet50.npz"])
"""

_MEASURE = """
import json, os, resource, sys, time
import keras
%s
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
before, begin = peak(), time.perf_counter()
run()
print(json.dumps([time.perf_counter() - begin, peak() - before]))
"""

_CONVERT = """
from kcool_modern.convert.job import Options, run_job
def run():
    run_job("resnet50.h5", "converted.keras", Options(verify=%s, legacy_python=False, overwrite=True))
"""

_PLAIN = """
def run():
    keras.saving.load_model("plain.h5").save("again.h5")
"""


def measured(setup, folder):
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", _MEASURE % setup], cwd=folder, check=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, universal_newlines=True)
    return json.loads(done.stdout.strip().split("\n")[-1])


@pytest.mark.skipif(not OLD, reason="KCOOL_OLD_PYTHON names no interpreter with Keras 2.2.4")
def test_resnet50(stack, tmp_path):
    import keras

    import kcool_common.recorder as recorder

    if stack.family != "keras3":
        pytest.skip("files are converted on Keras 3")
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("TF2_", "PYTHON", "KERAS_"))}
    subprocess.run([OLD, "-W", "ignore", "-c", _WRITE, recorder.__file__], cwd=str(tmp_path), check=True, env=clean)
    keras.applications.ResNet50(weights=None).save(str(tmp_path / "plain.h5"))
    weights = os.path.getsize(str(tmp_path / "resnet50.h5"))
    for name, setup in (("converting", _CONVERT % None), ("converting and verifying", _CONVERT % "'resnet50.npz'")):
        pairs = []
        for turn in range(ROUNDS):
            order = (setup, _PLAIN) if turn % 2 else (_PLAIN, setup)
            both = [measured(one, str(tmp_path)) for one in order]
            pairs.append(both if turn % 2 else both[::-1])
        print("\n%s: %s over load_model and save: %.2f (%.1f s against %.1f s); peak memory %.1f x the weights "
              "(plain: %.1f x)" % (
                  stack, name, statistics.median(mine[0] / its[0] for mine, its in pairs),
                  statistics.median(mine[0] for mine, _ in pairs), statistics.median(its[0] for _, its in pairs),
                  statistics.median(mine[1] for mine, _ in pairs) / weights,
                  statistics.median(its[1] for _, its in pairs) / weights))
