"""What the bridge costs: the same script of 2018 on the real TensorFlow 1.15, and the start of a program.

    KCOOL_STACK=bridge KCOOL_OLD_PYTHON=old/bin/python python -m pytest -s benchmarks/test_bridge.py

The contestants take turns; each number is the median of the ratios of neighbouring measurements.
"""
import json
import statistics
import sys

import pytest
from test_keras22 import OLD_PYTHON, SCRIPTS, run

BRIDGE = [sys.executable, "-m", "kcool", "run", "--on", "bridge"]


@pytest.fixture(autouse=True)
def _bridge(stack):
    if stack.family != "bridge":
        pytest.skip("this is about the bridge")


def test_a_script_of_2018_against_the_real_stack():
    if not OLD_PYTHON:
        pytest.skip("needs KCOOL_OLD_PYTHON, a Python with Keras 2.2.4 on TensorFlow 1.15")
    script = str(SCRIPTS / "steps_2018.py")
    pairs = [[json.loads(run(*command, script)[0]) for command in (BRIDGE, [OLD_PYTHON])] for _ in range(5)]
    for kind in pairs[0][0]:
        print("\n%s: bridge %.2f ms a step, TensorFlow 1.15 %.2f ms, RATIO %.2f" % (
            kind, *(statistics.median(pair[side][kind] for pair in pairs) for side in (0, 1)),
            statistics.median(new[kind] / old[kind] for new, old in pairs)))


def test_start_up_against_tensorflow(tmp_path):
    script = tmp_path / "nothing.py"
    script.write_text("import keras\n")
    pairs = [[run(*command)[1] for command in ([*BRIDGE, str(script)], [sys.executable, "-c", "import tensorflow"])]
             for _ in range(7)]
    print("\nstart-up: import keras on the bridge %.2f s, import tensorflow %.2f s, difference %+.2f s" % (
        *map(statistics.median, zip(*pairs)), statistics.median(new - old for new, old in pairs)))
