"""Importing the facade: cheap, without a framework, by either name, and beside a user's own `compat`."""
import copy
import os
import pickle
import zipfile

import pytest

import compat

FRAMEWORKS = ("tensorflow", "keras", "tf_keras", "jax", "torch", "numpy")
_LOADED = "import sys; print([n for n in %r if n in sys.modules])" % (FRAMEWORKS,)


def test_import_brings_in_no_framework(run_python):
    assert run_python("import compat; compat.techniques; " + _LOADED).strip() == "[]"


def test_detection_brings_in_no_framework(run_python):
    source = "import compat\ntry:\n    compat.stack()\nexcept compat.errors.StackNotFound:\n    pass\n"
    assert run_python(source + _LOADED).strip() == "[]"


@pytest.mark.parametrize("first, second", [("compat", "kcool"), ("kcool", "compat")])
def test_both_names_are_one_package(run_python, first, second):
    run_python("""
import {0}, {1}
from compat.errors import KcoolError as a
from kcool.errors import KcoolError as b
assert compat is kcool and a is b and compat.stack is kcool.stack
""".format(first, second))


@pytest.mark.parametrize("name", ["compat", "kcool"])
def test_the_package_can_be_loaded_again(run_python, name):
    run_python("""
import importlib, {0}
before = {0}.resolve
assert importlib.reload({0}) is {0}
assert {0}.resolve is before and callable({0}.stack)
""".format(name))


def test_both_names_are_one_package_in_a_zip_file(run_python, tmp_path):
    packed = str(tmp_path / "packed.zip")
    home = os.path.dirname(os.path.dirname(os.path.abspath(compat.__file__)))
    with zipfile.ZipFile(packed, "w") as archive:
        for folder in ("compat", "kcool"):
            for name in sorted(os.listdir(os.path.join(home, folder))):
                if name.endswith(".py"):
                    archive.write(os.path.join(home, folder, name), folder + "/" + name)
    run_python("""
import sys
sys.path.insert(0, {0!r})
import kcool, compat
assert kcool is compat and compat.__file__.startswith({0!r})
""".format(packed))


def test_a_compat_of_the_users_own_is_left_alone(run_python, tmp_path, monkeypatch):
    (tmp_path / "compat.py").write_text("mine = True\n")
    run_python("""
import sys
sys.path.insert(0, {0!r})
import kcool, compat
assert compat.mine and not hasattr(kcool, "mine")
from kcool.errors import KcoolError
assert KcoolError is kcool.errors.KcoolError
""".format(str(tmp_path)))


def test_every_public_name_is_listed():
    names = {"ExponentialMovingAverage", "function", "gradients", "get_outputs_of", "replace_layer", "insert_layer",
             "GradientReversal", "single_loss_gan",
             "multi_gpu_model", "ParallelModelCheckpoint", "distribute", "AccumOptimizer", "SoftSGD",
             "LRMultiplier", "SetLearningRate", "TransformGradients", "ClipGradientsEach", "CentralizeGradients",
             "AddGradientNoise", "process_safe", "load_model", "K", "keras", "tf", "stack", "use", "resolve",
             "stack_of", "errors", "probe", "techniques", "dispatch", "install",
             "uninstall"}
    assert set(compat.__all__) == names
    assert names <= set(dir(compat))


def test_unknown_names_are_attribute_errors():
    with pytest.raises(AttributeError, match="no_such_name"):
        compat.no_such_name


@pytest.mark.parametrize("again", [copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))])
@pytest.mark.parametrize("name", ["NotConnected", "UnknownTechnique"])
def test_errors_survive_copying(name, again):
    error = getattr(compat.errors, name)("asked", found="found", do="do")
    assert type(again(error)) is type(error)
    assert str(again(error)) == str(error) == "asked\n  Found: found\n  What to do: do"


@pytest.mark.parametrize("asking", [compat.resolve, compat.dispatch.load])
def test_a_technique_that_there_is_not(asking, monkeypatch):
    monkeypatch.setattr(compat.dispatch._stack, "_chosen", compat.dispatch._stack.Stack(
        "legacy", "keras", "2.2.4", "tensorflow", "1.15.5", "3.7.16", (), False))
    with pytest.raises(compat.errors.UnknownTechnique, match="'emma'") as caught:
        asking("emma")
    assert isinstance(caught.value, KeyError) and "ExponentialMovingAverage" in caught.value.do


def test_error_texts_have_their_parts():
    text = str(compat.errors.KcoolError("asked", found="found", supported="supported", do="do"))
    assert text.splitlines() == ["asked", "  Found: found", "  Supported: supported", "  What to do: do"]


def test_every_error_is_a_kcool_error_and_documented():
    for name in compat.errors.__all__:
        cls = getattr(compat.errors, name)
        assert issubclass(cls, (compat.errors.KcoolError, compat.errors.KcoolWarning))
        assert cls.__doc__
