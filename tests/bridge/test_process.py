"""A process is a bridge or not: what is there, what is taken back without a trace, what is refused."""
import json

import pytest

_STATE = """
def state():
    import builtins, collections, inspect, multiprocessing.spawn, os, random, sys, time
    import h5py, numpy, yaml
    import tensorflow as tf
    from tensorflow.python import tf2
    from tensorflow.python.framework import ops, tensor_shape
    from tensorflow.python.ops import (control_flow_ops, control_flow_util, functional_ops, resource_variable_ops,
                                       resource_variables_toggle, variables)

    owners = (collections, inspect, numpy, time, yaml, random.Random, h5py.File, h5py.Dataset,
              h5py.AttributeManager, control_flow_ops, functional_ops, ops, variables.VariableMetaclass,
              resource_variable_ops.BaseResourceVariable, multiprocessing.spawn, tf, tf.compat.v1.nn)
    # TensorFlow's own modules note what was asked of them.
    lazy = ("_tfmw", "__warning", "_abc", "__abstract", "__anno")
    held = {"%s.%s" % (owner.__name__, name): id(value) for owner in owners for name, value in vars(owner).items()
            if not isinstance(value, type(sys)) and not name.startswith(lazy)}
    return [held, dict(os.environ), [id(finder) for finder in sys.meta_path], sys.modules["tensorflow"] is tf,
            tf.__version__, tf2.enabled(), tf.executing_eagerly(), tensor_shape._TENSORSHAPE_V2_OVERRIDE,
            control_flow_util.ENABLE_CONTROL_FLOW_V2, resource_variables_toggle.resource_variables_enabled(),
            sorted(name for name in sys.modules if "contrib" in name and name.startswith("tensorflow"))]
"""


def test_nothing_is_left_of_it(run_python):
    run_python(_STATE + """
import tensorflow as tf
import h5py, multiprocessing.spawn, random, time, yaml
from kcool_bridge import patches, process

before = state()
process.install()
import keras, numpy as np
assert keras.__version__ == "2.2.4" and process.is_installed() and len(process.register().active()) > 50
assert state() != before
import tensorflow.contrib.rnn
model = keras.models.Sequential([keras.layers.Dense(1, input_shape=(2,))])
model.compile("sgd", "mse")
model.fit(np.ones((4, 2)), np.ones((4, 1)), verbose=0)
process.uninstall()
assert not process.is_installed()
after = state()
assert before[0] == after[0], set(before[0].items()) ^ set(after[0].items())
assert before[1:] == after[1:], (before[1:], after[1:])

process.install()
import keras
assert keras.__version__ == "2.2.4"
process.uninstall()
after = state()
assert before[0] == after[0], set(before[0].items()) ^ set(after[0].items())
assert before[1:] == after[1:], (before[1:], after[1:])

import keras
assert keras.__version__.startswith("3."), keras.__version__
assert tf.executing_eagerly() and tf.constant(1.0).shape.rank == 0 and bool(tf.constant(1) == tf.constant(1))
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(np.ones((4, 2)), np.ones((4, 1)), verbose=0)
""")


def test_each_patch_is_taken_back(run_python):
    """One by one: what is replaced is there again afterwards, and says why it was replaced."""
    run_python("""
from kcool_bridge import process
process.install()
import keras, keras.utils.io_utils, keras.initializers
active = process.register().active()
import importlib, sys
from kcool_bridge.register import ABSENT

def read(patch):
    module, _, path = patch.target.partition(":")
    if module == "sys":
        return sys.modules.get(path[len("modules['"):-2], ABSENT)
    owner = importlib.import_module(module)
    *owners, name = path.split(".")
    for part in owners:
        owner = getattr(owner, part)
    return vars(owner).get(name, ABSENT)

before = {patch.target: read(patch) for patch in active}
assert len(before) == len(active), "a target is named twice"
process.register().undo()
changed = [target for patch in active for target in [patch.target] if read(patch) is not before[target]]
left = [patch.target for patch in active if patch.target not in changed]
# What was there already was left alone.
from kcool_bridge.register import attribute
for patch in active:
    assert patch.reason and len(patch.reason) > 10 and ":" in patch.target
    if patch.target in left:
        assert before[patch.target] is not ABSENT
assert len(changed) > 40, left
""")


@pytest.mark.parametrize("first, told", [
    ("import keras", "imported a Keras already"),
    ("import tensorflow as tf; tf.constant(1) + 1", "computing in eager mode"),
])
def test_what_comes_too_late_is_refused(run_python, first, told):
    run_python("""
%s
import kcool
kcool.use("bridge")
try:
    kcool.install()
except kcool.errors.StackConflict as error:
    assert %r in str(error) and "kcool run --on bridge" in str(error), error
else:
    raise SystemExit("it was taken")
from kcool_bridge import process
assert not process.is_installed()
import numpy, tensorflow as tf
assert not hasattr(numpy, "float") and tf.executing_eagerly()
""" % (first, told))


def test_a_tensorflow_that_has_only_been_imported_is_no_hindrance(run_python):
    run_python("""
import tensorflow
import kcool
kcool.use("bridge")
kcool.install()
import keras
assert keras.__version__ == "2.2.4" and sorted(kcool.stack()[:4]) == ["2.2.4", "bridge", "keras", "tensorflow"]
kcool.uninstall()
import keras
assert keras.__version__.startswith("3.")
""")


def test_what_is_missing_or_damaged_is_told(kcool, tmp_path):
    script = tmp_path / "script.py"
    script.write_text("import keras")
    status, _, complaints = kcool("run", "--on", "bridge", script, KCOOL_CACHE=str(tmp_path / "empty"))
    assert status == 1 and "kcool bridge install" in complaints and "Traceback" not in complaints
    status, _, complaints = kcool("run", "--on", "bridge", script, KCOOL_BRIDGE_KERAS="7.7")
    assert status == 1 and "KCOOL_BRIDGE_KERAS" in complaints and "Traceback" not in complaints
    status, _, complaints = kcool("run", "--on", "nothing", script)
    assert status == 1 and "bridge" in complaints


def test_names_and_versions_are_those_of_2018(on_bridge):
    found = json.loads(on_bridge("""
import importlib.metadata, json, sys
import keras, keras_applications, keras_preprocessing, tensorflow as tf
from tensorflow.keras.layers import Dense
print(json.dumps([keras.__version__, importlib.metadata.version("keras"), tf.__version__, tf.executing_eagerly(),
                  Dense is keras.layers.Dense, sys.argv[1:], __name__, tf.keras is keras, hasattr(tf, "Session")]))
""", "--epochs", "3"))
    assert found == ["2.2.4", "2.2.4", "1.15.5", False, True, ["--epochs", "3"], "__main__", True, True]


def test_a_module_is_run(kcool, tmp_path):
    (tmp_path / "net.py").write_text("import keras\nprint(keras.__version__, __name__)\n")
    assert kcool("run", "--on", "bridge", "-m", "net")[1] == "2.2.4 __main__\n"


def test_a_keras_in_the_scripts_folder_does_not_win(on_bridge, tmp_path):
    (tmp_path / "keras").mkdir()
    (tmp_path / "keras" / "__init__.py").write_text("__version__ = 'mine'\n")
    assert on_bridge("import keras; print(keras.__version__)") == "2.2.4\n"


def test_settings_of_another_keras_do_no_harm(on_bridge, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    (home / "keras.json").write_text('{"backend": "jax", "floatx": "float32", "image_data_format": "channels_last"}')
    assert on_bridge("import keras; print(keras.backend.backend())", KERAS_HOME=str(home)) == "tensorflow\n"


_CHILDREN = """
import multiprocessing, sys
import keras

def in_child(number):
    import keras, tensorflow as tf
    x = keras.backend.variable(number)
    return keras.__version__, tf.__version__, float(keras.backend.get_value(x * 2))

if __name__ == "__main__":
    with multiprocessing.get_context(sys.argv[1]).Pool(2) as pool:
        print(sorted(pool.map(in_child, [1, 2, 3])))
"""


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_children_are_bridges_too(on_bridge, method):
    assert on_bridge(_CHILDREN, method) == str([("2.2.4", "1.15.5", 2.0 * n) for n in (1, 2, 3)]) + "\n"


def test_a_subprocess_may_use_tensorflow_2(on_bridge):
    assert on_bridge("""
import subprocess, sys
import keras
print(subprocess.check_output([sys.executable, "-c", "import tensorflow as tf, keras; print(tf.executing_eagerly(), "
                               "keras.__version__[0])"]).decode().strip())
""", KCOOL_STACK="") == "True 3\n"
