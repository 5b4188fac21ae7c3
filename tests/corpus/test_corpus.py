"""One script per idiom of the articles: unmodified under ``kcool run`` its numbers are those of the real stack.

On the real Keras 2.2.4 itself the same tests say that the numbers can be written again.
"""
import json
import subprocess
import sys

import numpy as np
import pytest

from . import forks as forking
from . import record

#: How far apart numbers may be, where that is more than 1e-5 of their size, and why.
TOLERANCE = {}  # type: dict
#: What differs still, and why; strict: what agrees again is to be taken out.
NOT_YET = {}  # type: dict

with open(record.PATH) as _file:
    GOLDENS = json.load(_file)


def same(found, expected, tolerance, where):
    """Asserts that nested numbers are equal up to a tolerance, relative to their size."""
    if isinstance(expected, dict):
        assert sorted(found) == sorted(expected), where
        for key in expected:
            same(found[key], expected[key], tolerance, "%s[%s]" % (where, key))
    elif isinstance(expected, list) and not _is_array(expected):
        assert len(found) == len(expected), where
        for i, (one, other) in enumerate(zip(found, expected)):
            same(one, other, tolerance, "%s[%d]" % (where, i))
    elif isinstance(expected, str) or expected is None:
        assert found == expected, where
    else:
        assert np.shape(found) == np.shape(expected), where
        scale = max(1.0, np.abs(expected).max()) if np.size(expected) else 1.0
        np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance * scale, err_msg=where)


#: Scripts whose numbers are not always the same on the bridge, nor on the plain old stack.
RACES_ON_THE_BRIDGE = {
    "batch_normalization_frozen": "moving averages were written by operations that a session has seen before the "
                                  "training function was made, to which no order can be added any more",
}


def _is_array(value):
    try:
        return np.asarray(value).dtype.kind in "fiub"
    except ValueError:
        return False


@pytest.fixture(scope="module")
def forks():
    with forking.Forks() as made:
        yield made


@pytest.fixture
def runs_here(stack):
    """Skips where a script cannot run."""
    def check(name):
        if stack.family != "keras3" and not stack.keras.startswith("2.2."):
            pytest.skip("neither Keras 2.2 nor its emulation is here")
        if stack.family == "bridge" and name in RACES_ON_THE_BRIDGE:
            pytest.skip(RACES_ON_THE_BRIDGE[name])
        if stack.engine != "tensorflow" and record.needs_tensorflow(name):
            pytest.skip("the script itself uses TensorFlow, which is not here")

    return check


def test_every_script_has_numbers():
    assert sorted(GOLDENS) == record.names()


@pytest.mark.parametrize("name", [
    pytest.param(name, marks=pytest.mark.xfail(strict=True, reason=NOT_YET[name])) if name in NOT_YET else name
    for name in record.names()])
def test_a_script_gives_the_numbers_of_the_real_stack(runs_here, forks, name, tmp_path):
    runs_here(name)
    status, printed, errors = forks.run(record.script(name), str(tmp_path))
    assert status == 0, errors[-3000:]
    same(record.last_line(printed), GOLDENS[name], TOLERANCE.get(name, 1e-5), name)


def test_a_script_runs_by_the_command_itself(stack, tmp_path):
    """As a user starts it, which the other tests do not, for the sake of time."""
    if stack.family != "keras3":
        pytest.skip("a step of the real Keras 2.2.4 races with itself")
    done = subprocess.run([sys.executable, "-m", "kcool", "run", record.script("gan_in_one_step")], cwd=str(tmp_path),
                          env=forking._variables(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          universal_newlines=True, timeout=forking.SECONDS)
    assert done.returncode == 0, done.stderr[-3000:]
    same(record.last_line(done.stdout), GOLDENS["gan_in_one_step"], 1e-5, "gan_in_one_step")


def test_a_script_that_fails_is_told_apart(runs_here, forks, tmp_path):
    runs_here("gan_in_one_step")
    script = tmp_path / "broken.py"
    script.write_text(u"import keras, sys\nprint(keras.__version__)\nsys.exit(3)\n")
    assert forks.run(str(script), str(tmp_path))[:2] == (3, "2.2.4\n")
