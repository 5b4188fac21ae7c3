"""Which stack is chosen, from what is installed, imported and asked for."""
import json
import sys
from types import ModuleType

import pytest

from compat import dispatch, errors, probe
from compat.stack import NAMES, Stack

stack_module = sys.modules[Stack.__module__]
choose = stack_module._choose


@pytest.fixture(autouse=True)
def clean(monkeypatch, tmp_path):
    """No variables set, nothing imported, no choice made, no keras.json."""
    for name in ("KCOOL_STACK", "TF_USE_LEGACY_KERAS", "KERAS_BACKEND"):
        monkeypatch.delenv(name, raising=False)
    for name in ("keras", "tf_keras", "keras.src.backend.config", "kcool_bridge.process"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr(stack_module, "_asked", None)
    monkeypatch.setattr(stack_module, "_chosen", None)


@pytest.fixture
def have(monkeypatch):
    """`have(keras="3.15.1", ...)` says what is installed."""
    def install(**versions):
        found = {name: probe.Found(name, version, "/site/" + name, False) for name, version in versions.items()}
        monkeypatch.setattr(stack_module, "installed", lambda: found)
    return install


@pytest.mark.parametrize("versions, name, keras", [
    (dict(keras="2.2.4", tensorflow="1.15.5"), "legacy", "2.2.4"),
    (dict(keras="2.2.4", tensorflow="1.12.3"), "legacy", "2.2.4"),
    (dict(keras="2.3.1", tensorflow="2.0.4"), "legacy", "2.3.1"),
    (dict(keras="2.5.0.dev2021032900", tensorflow="2.5.3"), "keras2/tf.keras", "2.5.3"),
    (dict(tensorflow="2.5.3"), "keras2/tf.keras", "2.5.3"),
    (dict(keras="2.15.0", tensorflow="2.15.1"), "keras2/tf.keras", "2.15.0"),
    (dict(keras="3.0.5", tensorflow="2.16.2"), "keras3/tensorflow", "3.0.5"),
    (dict(keras="3.15.1", tensorflow="2.21.0"), "keras3/tensorflow", "3.15.1"),
    (dict(keras="3.15.1", jax="0.12.0"), "keras3/jax", "3.15.1"),
    (dict(keras="3.15.1", torch="2.15.0"), "keras3/torch", "3.15.1"),
    (dict(keras="3.15.1", tensorflow="2.21.0", jax="0.12", torch="2.15"), "keras3/tensorflow", "3.15.1"),
    (dict(keras="3.15.1", tf_keras="2.21.0", tensorflow="2.21.0"), "keras3/tensorflow", "3.15.1"),
    (dict(tf_keras="2.21.0", tensorflow="2.21.0"), "keras2/tf_keras", "2.21.0"),
])
def test_what_is_installed_decides(have, versions, name, keras):
    have(**versions)
    chosen = choose()
    assert (chosen.name, chosen.keras) == (name, keras)
    assert not chosen.insisted
    assert chosen.reasons


BOTH = dict(keras="3.15.1", tf_keras="2.21.0", tensorflow="2.21.0", jax="0.12.0")


@pytest.mark.parametrize("variables, name", [
    ({}, "keras3/tensorflow"),
    ({"TF_USE_LEGACY_KERAS": "1"}, "keras2/tf_keras"),
    ({"TF_USE_LEGACY_KERAS": "True"}, "keras2/tf_keras"),
    ({"TF_USE_LEGACY_KERAS": "0"}, "keras3/tensorflow"),
    ({"KERAS_BACKEND": "jax"}, "keras3/jax"),
    ({"KCOOL_STACK": "keras2"}, "keras2/tf_keras"),
    ({"KCOOL_STACK": "keras3/jax"}, "keras3/jax"),
    ({"KCOOL_STACK": "keras3", "TF_USE_LEGACY_KERAS": "1"}, "keras3/tensorflow"),
    ({"KCOOL_STACK": "keras3/jax", "KERAS_BACKEND": "tensorflow"}, "keras3/jax"),
])
def test_variables_override(have, monkeypatch, variables, name):
    have(**BOTH)
    for key, value in variables.items():
        monkeypatch.setenv(key, value)
    assert choose().name == name
    assert choose().insisted == ("KCOOL_STACK" in variables)


def test_what_is_imported_already_is_honoured(have, monkeypatch):
    have(**BOTH)
    monkeypatch.setitem(sys.modules, "tf_keras", ModuleType("tf_keras"))
    chosen = choose()
    assert chosen.name == "keras2/tf_keras"
    assert any("imported already" in reason for reason in chosen.reasons)


@pytest.mark.parametrize("imported, name", [
    (("keras", "tensorflow", "tf_keras"), "keras2/tf_keras"),  # `import tf_keras`; the first comes with the second
    (("tensorflow", "keras"), "keras3/tensorflow"),  # `import keras`
    (("keras", "tensorflow"), "keras3/tensorflow"),  # `import tensorflow`
    (("tensorflow", "keras", "tf_keras"), "keras3/tensorflow"),  # both were asked for: the default stands
])
def test_keras_that_came_with_tensorflow_was_not_asked_for(have, monkeypatch, imported, name):
    have(**BOTH)
    monkeypatch.delitem(sys.modules, "tensorflow", raising=False)
    for module in imported:
        monkeypatch.setitem(sys.modules, module, ModuleType(module))
    assert choose().name == name


def test_tf_keras_that_is_wanted_and_absent_is_said(have, monkeypatch):
    have(keras="3.15.1", tensorflow="2.21.0")
    monkeypatch.setenv("TF_USE_LEGACY_KERAS", "1")
    assert "TF_USE_LEGACY_KERAS is set, but tf_keras is not installed" in choose().reasons


@pytest.mark.parametrize("versions, name", [
    (dict(keras="2.3.1", tensorflow="2.5.3"), "keras2/tf.keras"),
    (dict(keras="2.3.1", tensorflow="2.15.1"), "legacy"),  # nothing works there, and `require` says so
    (dict(keras="2.3.1", tensorflow="2.21.0", tf_keras="2.21.0"), "keras2/tf_keras"),
    (dict(keras="2.3.1", tensorflow="2.0.4"), "legacy"),
])
def test_an_old_keras_left_behind_does_not_hide_what_works(have, monkeypatch, versions, name):
    have(**versions)
    assert choose().name == name
    monkeypatch.setenv("KCOOL_STACK", "legacy")
    assert choose().name == "legacy"


def test_the_choice_between_two_kerases_is_stated(have):
    have(**BOTH)
    assert any("both keras2/tf_keras and keras3" in reason and "KCOOL_STACK" in reason for reason in choose().reasons)


def test_keras_json_names_the_backend(have, tmp_path):
    (tmp_path / "keras.json").write_text(json.dumps({"backend": "jax"}))
    have(**BOTH)
    assert choose().name == "keras3/jax"


def test_keras_json_of_an_absent_backend_is_passed_over_and_said(have, tmp_path):
    (tmp_path / "keras.json").write_text(json.dumps({"backend": "tensorflow"}))
    have(keras="3.15.1", jax="0.12.0")
    chosen = choose()
    assert chosen.name == "keras3/jax"
    assert "keras.json says tensorflow" in " ".join(chosen.reasons)


def test_broken_keras_json_is_no_obstacle(have, tmp_path):
    (tmp_path / "keras.json").write_text("{")
    have(keras="3.15.1", jax="0.12.0")
    assert choose().name == "keras3/jax"


@pytest.mark.parametrize("versions", [
    {}, dict(tensorflow="1.15.5"), dict(keras="3.15.1"), dict(keras="2.2.4"), dict(jax="0.12.0"),
])
def test_nothing_to_serve(have, versions):
    have(**versions)
    with pytest.raises(errors.StackNotFound, match="pip install") as caught:
        choose()
    assert isinstance(caught.value, ImportError)


@pytest.mark.parametrize("variable, value", [("KCOOL_STACK", "keras4"), ("KERAS_BACKEND", "theano")])
def test_unknown_names_list_the_known_ones(have, monkeypatch, variable, value):
    have(**BOTH)
    monkeypatch.setenv(variable, value)
    with pytest.raises(errors.UnknownStack, match="jax"):
        choose()


@pytest.mark.parametrize("backend", ["theano", "jax"])
def test_keras_2_on_another_backend_is_refused(have, monkeypatch, tmp_path, backend):
    have(keras="2.2.4", tensorflow="1.15.5")
    (tmp_path / "keras.json").write_text(json.dumps({"backend": backend}))
    with pytest.raises(errors.StackNotSupported, match="KERAS_BACKEND=tensorflow"):
        choose()
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    assert choose().name == "legacy"


def test_names_of_stacks_are_forgiving_about_case_and_blanks(have, monkeypatch):
    have(**BOTH)
    monkeypatch.setenv("KCOOL_STACK", " Keras3/JAX ")
    assert choose().name == "keras3/jax"


@pytest.mark.parametrize("name", ["legacy", "keras3/torch", "keras2/tf.keras"])
def test_asking_for_what_is_absent(have, monkeypatch, name):
    have(**BOTH)
    monkeypatch.setenv("KCOOL_STACK", name)
    with pytest.raises(errors.StackNotFound, match="pip install"):
        choose()


def test_another_backend_is_running(have, monkeypatch):
    have(**BOTH)
    config = ModuleType("keras.src.backend.config")
    config.backend = lambda: "tensorflow"
    monkeypatch.setitem(sys.modules, "keras", ModuleType("keras"))
    monkeypatch.setitem(sys.modules, "keras.src.backend.config", config)
    monkeypatch.setenv("KCOOL_STACK", "keras3/jax")
    with pytest.raises(errors.StackConflict, match="KERAS_BACKEND=jax"):
        choose()


def test_a_backend_that_nobody_serves_is_running(have, monkeypatch):
    have(**BOTH)
    config = ModuleType("keras.src.backend.config")
    config.backend = lambda: "numpy"
    monkeypatch.setitem(sys.modules, "keras", ModuleType("keras"))
    monkeypatch.setitem(sys.modules, "keras.src.backend.config", config)
    with pytest.raises(errors.StackConflict, match="on numpy.*(\n.*)*KERAS_BACKEND=tensorflow"):
        choose()


@pytest.mark.parametrize("name", [3, "keras4", ["keras3"]])
def test_use_of_what_is_no_name(have, name):
    have(**BOTH)
    with pytest.raises(errors.UnknownStack, match="Supported: legacy"):
        stack_module.use(name)


@pytest.mark.parametrize("versions, problem", [
    (dict(keras="3.16.0", tensorflow="2.21.0"), "newer"),
    (dict(keras="3.15.1", tensorflow="2.30.0"), "newer"),
    (dict(keras="2.1.6", tensorflow="1.15.5"), "older"),
    (dict(keras="2.2.4", tensorflow="1.4.0"), "older"),
    (dict(keras="2.2.4", tensorflow="2.0.4"), "TensorFlow 1"),
    (dict(tensorflow="2.3.4"), "older"),
])
def test_outside_the_tested_range(have, monkeypatch, versions, problem):
    have(**versions)
    chosen = choose()
    monkeypatch.setattr(stack_module.platform, "python_version", lambda: "3.9.1")
    with pytest.raises(errors.StackNotSupported, match=problem) as caught:
        stack_module.require(chosen)
    assert "KCOOL_STACK=" + chosen.name in str(caught.value)
    monkeypatch.setenv("KCOOL_STACK", chosen.name)
    with pytest.warns(errors.StackUntested):
        stack_module.require(choose())


@pytest.mark.parametrize("python, fits", [("3.8.18", False), ("3.9.0", True), ("3.13.0", True)])
def test_the_modern_side_needs_a_python_that_can_read_it(have, monkeypatch, python, fits):
    monkeypatch.setattr(stack_module.platform, "python_version", lambda: python)
    have(tensorflow="2.5.3")
    assert (stack_module.outside(choose()) is None) == fits


def test_use_changes_and_takes_back(have):
    have(**BOTH)
    assert stack_module.use("keras3/jax").name == "keras3/jax"
    assert stack_module.stack().name == "keras3/jax"
    assert stack_module.use(None).name == "keras3/tensorflow"


def test_a_refused_use_leaves_the_choice(have):
    have(**BOTH)
    before = stack_module.use("keras3/jax")
    with pytest.raises(errors.UnknownStack):
        stack_module.use("keras4")
    assert stack_module.stack() is before


def test_every_name_is_understood(have, monkeypatch):
    have(**BOTH)
    for name in NAMES:
        monkeypatch.setenv("KCOOL_STACK", name)
        try:
            assert choose().name.startswith(name)
        except errors.StackNotFound:
            assert name in ("legacy", "bridge", "keras2/tf.keras", "keras3/torch")


def test_implementations_follow_the_stack(have):
    have(keras="2.2.4", tensorflow="1.15.5")
    assert dispatch.resolve("ema").module == "kcool_legacy.ema"
    with pytest.raises(errors.TechniqueUnavailable, match="multi_gpu_model"):
        dispatch.resolve("distribute")
    have(**BOTH)
    stack_module.use(None)
    assert dispatch.resolve("ExponentialMovingAverage").module == "kcool_modern.ema"


@pytest.mark.parametrize("home", ["builtins", "keras"])
def test_objects_that_belong_to_no_keras(have, monkeypatch, home):
    have(**BOTH)
    monkeypatch.setitem(sys.modules, "keras", ModuleType("keras"))  # a file of the user's own
    thing = type("Thing", (), {"__module__": home, "__repr__": lambda self: "<thing>"})()
    with pytest.raises(errors.NotAModel, match="Received: <thing>"):
        dispatch.stack_of(thing)


modern = pytest.mark.skipif(sys.version_info < (3, 9), reason="the bridge is for Pythons that TensorFlow 2.16 has")


@pytest.fixture
def bridge_installed(monkeypatch, tmp_path):
    """As if Keras 2.2.4 lay in the bridge's cache."""
    (tmp_path / "bridge" / "keras-2.2.4").mkdir(parents=True)
    monkeypatch.setenv("KCOOL_CACHE", str(tmp_path))
    monkeypatch.delenv("KCOOL_BRIDGE_KERAS", raising=False)


@modern
def test_the_bridge_is_chosen_by_name_only(have, monkeypatch, bridge_installed):
    have(keras="3.15.1", tensorflow="2.21.0")
    assert choose().name == "keras3/tensorflow"
    monkeypatch.setenv("KCOOL_STACK", "bridge")
    chosen = choose()
    assert (chosen.name, chosen.keras, chosen.engine_version, chosen.module) == ("bridge", "2.2.4", "2.21.0", "keras")
    assert chosen.insisted and chosen.dialect == "legacy" and chosen.has_sessions


@modern
def test_the_techniques_of_the_bridge_are_the_legacy_ones(have, monkeypatch, bridge_installed):
    have(keras="3.15.1", tensorflow="2.21.0")
    monkeypatch.setenv("KCOOL_STACK", "bridge")
    assert dispatch.resolve("ema").module == "kcool_legacy.ema"
    with pytest.raises(errors.TechniqueUnavailable, match="several machines"):
        dispatch.resolve("distribute")


@modern
@pytest.mark.parametrize("versions", [dict(keras="2.15.0", tensorflow="2.15.1"), dict(keras="3.15.1", jax="0.12.0")])
def test_the_bridge_needs_a_tensorflow_of_today(have, monkeypatch, bridge_installed, versions):
    have(**versions)
    monkeypatch.setenv("KCOOL_STACK", "bridge")
    with pytest.raises(errors.StackNotFound, match="no TensorFlow that it can stand on") as error:
        choose()
    assert "2.16" in error.value.supported and "kcool bridge install" in error.value.do


@modern
def test_a_bridge_that_is_not_installed(have, monkeypatch, tmp_path):
    have(keras="3.15.1", tensorflow="2.21.0")
    monkeypatch.setenv("KCOOL_CACHE", str(tmp_path))
    monkeypatch.setenv("KCOOL_STACK", "bridge")
    with pytest.raises(errors.StackNotFound, match="not installed") as error:
        choose()
    assert error.value.do == "kcool bridge install"


@modern
def test_a_newer_tensorflow_under_the_bridge_is_told(have, monkeypatch, bridge_installed):
    have(keras="3.15.1", tensorflow="2.30.0")
    monkeypatch.setenv("KCOOL_STACK", "bridge")
    with pytest.warns(errors.StackUntested, match="newer than 2.21"):
        stack_module.require(choose())
