"""One script per idiom of the articles, unmodified under ``kcool run``: its numbers are those of the real stack."""
import json
import os
import subprocess
import sys

import numpy as np
import pytest

from . import record

ROOT = os.path.dirname(os.path.dirname(record.HERE))
TOLERANCE = {}  # type: dict
#: What differs still, and why.
NOT_YET = {
    "gradients_by_name": "names of weights lack the layer's name",
    "plain_api_over_tensorflow": "not seen to pass: compute_gradients found None for a trainable variable",
    "surgery_run_internal_graph": "a model whose inputs were replaced does not tell its output shape",
    "tensorflow_loop_in_lambda": "K.control_flow_ops and K.tf are missing",
    "tied_output_embedding": "count_params gives a NumPy integer, which json refuses",
}

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
    elif isinstance(expected, str):
        assert found == expected, where
    else:
        scale = max(1.0, np.abs(expected).max()) if np.size(expected) else 1.0
        np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance * scale, err_msg=where)


def _is_array(value):
    try:
        return np.asarray(value).dtype.kind in "fiub"
    except ValueError:
        return False


def test_every_script_has_numbers():
    assert sorted(GOLDENS) == record.names()


@pytest.mark.parametrize("name", record.names())
def test_a_script_gives_the_numbers_of_the_real_stack(stack, name, tmp_path):
    if stack.name != "keras3/tensorflow":
        pytest.skip("the emulation runs on Keras 3 with TensorFlow so far")
    if name in NOT_YET:
        pytest.xfail(NOT_YET[name])
    variables = dict(os.environ, PYTHONPATH=os.pathsep.join([ROOT, os.environ.get("PYTHONPATH", "")]))
    done = subprocess.run([sys.executable, "-m", "kcool", "run", record.script(name)], env=variables, cwd=str(tmp_path),
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]
    same(record.last_line(done.stdout), GOLDENS[name], TOLERANCE.get(name, 1e-5), name)
