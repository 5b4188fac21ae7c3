"""`kcool doctor` before folders laid out as pip lays out the frameworks. Importing any of them there is an error."""
import json
import os
import subprocess
import sys

import packaging
import pytest

import compat
from compat import cli

_HOME = os.path.dirname(os.path.dirname(os.path.abspath(compat.__file__)))
_OURS = ("compat", "kcool", "kcool_bridge", "kcool_common", "kcool_legacy", "kcool_modern")
_REFUSES = "raise RuntimeError('the doctor imported a framework')\n"
_ROUTES = "# TF_USE_LEGACY_KERAS is read here\n"
_ASKED = ("KCOOL_STACK", "KCOOL_CACHE", "TF_USE_LEGACY_KERAS", "KERAS_BACKEND", "PYTHONPATH", "PYTHONHOME")


class Site(object):
    """An interpreter that sees kcool, its dependency and the frameworks put here, and nothing else."""

    def __init__(self, folder):
        self.folder = folder
        for name in _OURS:
            os.symlink(os.path.join(_HOME, name), str(folder / name))
        os.symlink(os.path.dirname(packaging.__file__), str(folder / "packaging"))

    def put(self, module, version, **files):
        package = self.folder / module
        package.mkdir()
        (package / "__init__.py").write_text(files.pop("init", "") + _REFUSES)
        (self.folder / ("%s-%s.dist-info" % (module, version))).mkdir()
        return self

    def touch(self, path):
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text("")
        return self

    def keras_3(self, version="3.15.1"):
        return self.put("keras", version).touch("keras/src/backend/config.py")

    def run(self, *arguments, **variables):
        environ = {name: value for name, value in os.environ.items() if name not in _ASKED}
        environ.update({"PYTHONPATH": str(self.folder), "KERAS_HOME": str(self.folder / "settings")}, **variables)
        done = subprocess.run([sys.executable, "-S", "-m", "compat"] + list(arguments), env=environ,
                              cwd=str(self.folder), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              universal_newlines=True)
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode, done.stdout

    def findings(self, **variables):
        code, out = self.run("doctor", "--json", **variables)
        findings = json.loads(out)
        assert code == (0 if findings["usable"] else 1)
        return findings


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path)


def _imports(findings):
    return {row["statement"]: row["gives"] for row in findings["imports"]}


def _legacy(site):
    return site.put("keras", "2.2.4").put("tensorflow", "1.15.5").touch("tensorflow_core/python/keras/api/__init__.py")


def _both(site):
    return site.keras_3().put("tf_keras", "2.21.0").put("tensorflow", "2.21.0", init=_ROUTES)


def test_without_a_framework_it_says_what_to_install(site):
    code, out = site.run("doctor")
    assert code == 1
    text = " ".join(out.split())
    assert 'pip install "keras<3.16" "tensorflow<2.22" (Python 3.9 or later)' in text
    assert '"keras==2.2.4" "tensorflow==1.15.5" "h5py<3" "protobuf<3.21" "numpy<1.19" (Python 3.7)' in text
    assert set(_imports(site.findings()).values()) == {
        "nothing: keras is not installed", "nothing: TensorFlow is not installed", "nothing: tf-keras is not installed"}


def test_a_legacy_stack_is_explained(site):
    findings = _legacy(site).findings()
    assert findings["usable"] and findings["problem"] is None
    assert findings["stack"]["name"] == "legacy"
    assert [part["version"] for part in findings["frameworks"]] == ["2.2.4", "1.15.5"]
    assert [part["where"] for part in findings["frameworks"]] == [
        str(site.folder / "keras"), str(site.folder / "tensorflow")]
    assert _imports(findings) == {
        "import keras": "Keras 2.2.4", "tf.keras": "the Keras 2 inside TensorFlow 1.15.5",
        "import tf_keras": "nothing: tf-keras is not installed"}
    techniques = {row["name"]: row for row in findings["techniques"]}
    assert techniques["ema"]["available"] and techniques["ema"]["module"] == "kcool_legacy.ema"
    assert not techniques["distribute"]["available"] and techniques["distribute"]["nearest"]


def test_every_technique_of_the_table_is_listed(site):
    assert [row["name"] for row in _legacy(site).findings()["techniques"]] == list(compat.techniques.TECHNIQUES)


def test_every_reason_of_the_choice_is_told(site):
    findings = _both(site).findings()
    text = " ".join(site.run("doctor")[1].split())
    assert len(findings["reasons"]) >= 2
    for reason in findings["reasons"]:
        assert reason in text


@pytest.mark.parametrize("variables, name, gives", [
    ({}, "keras3/tensorflow", "Keras 3.15.1, the package keras"),
    ({"TF_USE_LEGACY_KERAS": "1"}, "keras2/tf_keras", "tf-keras 2.21.0, because TF_USE_LEGACY_KERAS is set"),
    ({"KCOOL_STACK": "keras2"}, "keras2/tf_keras", "Keras 3.15.1, the package keras"),
])
def test_variables_that_decide_are_shown_at_work(site, variables, name, gives):
    findings = _both(site).findings(**variables)
    assert findings["stack"]["name"] == name
    assert _imports(findings)["tf.keras"] == gives
    shown = {row["name"]: row["value"] for row in findings["variables"]}
    assert {key: shown[key] for key in variables} == variables
    assert shown["KERAS_BACKEND"] is None


def test_the_way_to_another_stack_leads_there(site):
    _both(site).put("jax", "0.12.0").put("torch", "2.9.0")
    findings = site.findings()
    others = [row for row in findings["selectable"] if not row["chosen"]]
    assert [row["name"] for row in others] == ["keras3/jax", "keras3/torch", "keras2/tf_keras"]
    for row in others:
        variable, _, value = row["how"].split(",")[0].partition("=")
        assert site.findings(**{variable: value})["stack"]["name"] == row["name"]


def test_a_backend_that_is_missing_is_seen_before_the_import_fails(site):
    site.keras_3().put("jax", "0.12.0")
    findings = site.findings()
    assert findings["stack"]["name"] == "keras3/jax"
    assert findings["usable"] == (sys.version_info >= (3, 9))
    assert _imports(findings)["import keras"] == (
        "Keras 3.15.1 on the backend tensorflow (Keras's default), which fails: tensorflow is not installed")
    assert _imports(site.findings(KERAS_BACKEND="jax"))["import keras"] == (
        "Keras 3.15.1 on the backend jax (KERAS_BACKEND)")


def test_settings_of_keras_are_read(site):
    settings = site.folder / "settings" / "keras.json"
    site.keras_3().put("jax", "0.12.0").put("tensorflow", "2.21.0", init=_ROUTES)
    settings.parent.mkdir()
    settings.write_text('{"backend": "jax"}')
    findings = site.findings()
    assert findings["variables"][-1]["name"] == str(settings) and findings["variables"][-1]["value"] == "backend: jax"
    assert findings["stack"]["name"] == "keras3/jax"
    settings.write_text('{"backend": "numpy"}')
    findings = site.findings()
    assert _imports(findings)["import keras"] == (
        "Keras 3.15.1 on the backend numpy (keras.json), which kcool does not serve")
    assert findings["reasons"][-1].endswith("(keras.json says numpy, which kcool does not serve)")
    settings.write_text("no json")
    assert site.findings()["variables"][-1]["value"] == "not readable as JSON settings"


def test_legacy_keras_asked_for_and_not_there(site):
    site.keras_3().put("tensorflow", "2.21.0", init=_ROUTES)
    assert _imports(site.findings(TF_USE_LEGACY_KERAS="1"))["tf.keras"].startswith("an ImportError")


def test_a_file_of_that_name_hides_the_package(site):
    site.put("tensorflow", "2.21.0", init=_ROUTES).touch("keras.py")
    gives = _imports(site.findings())["import keras"]
    assert gives.startswith(str(site.folder / "keras.py")) and "no keras that kcool knows" in gives


def test_a_package_of_that_name_that_is_somebody_elses(site, tmp_path_factory):
    real = tmp_path_factory.mktemp("real")
    (real / "keras-3.15.1.dist-info").mkdir()
    (real / "keras-3.15.1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: keras\nVersion: 3.15.1\n")
    site.put("tensorflow", "2.21.0", init=_ROUTES).touch("keras/__init__.py")
    findings = site.findings(PYTHONPATH=os.pathsep.join([str(site.folder), str(real)]))
    assert [part["module"] for part in findings["frameworks"]] == ["tensorflow"]
    assert "no keras that kcool knows" in _imports(findings)["import keras"]


@pytest.mark.parametrize("spelling, takes", [
    ("1", True), ("true", True), ("True", True), ("TRUE", False), ("0", False), ("", False)])
def test_legacy_keras_is_read_as_tensorflow_reads_it(site, spelling, takes):
    findings = _both(site).findings(TF_USE_LEGACY_KERAS=spelling)
    assert (findings["stack"]["name"] == "keras2/tf_keras") == takes
    assert _imports(findings)["tf.keras"].startswith("tf-keras" if takes else "Keras 3")


def test_a_path_in_letters_that_the_terminal_has_not(site):
    own = site.folder / u"\u043a\u043e\u0434"
    own.mkdir()
    for path in list(site.folder.iterdir()):
        if path != own:
            path.rename(own / path.name)
    site.folder = own
    code, out = _legacy(site).run("doctor", PYTHONIOENCODING="ascii:backslashreplace" if sys.version_info < (3, 7)
                                  else "ascii")
    assert code == 0 and "\\u043a\\u043e\\u0434" in out


def test_a_version_outside_the_range_is_no_usable_stack(site):
    site.keras_3("3.99.0").put("tensorflow", "2.21.0", init=_ROUTES)
    findings = site.findings()
    assert not findings["usable"]
    assert "keras 3.99.0 is newer than 3.15" in findings["problem"]
    assert "KCOOL_STACK=keras3/tensorflow" in findings["problem"]
    assert findings["selectable"][0]["untested"] == "keras 3.99.0 is newer than 3.15"
    insisted = site.findings(KCOOL_STACK="keras3/tensorflow")
    assert insisted["usable"] and "untested" in insisted["problem"]
    assert "at your own risk" in site.run("doctor", KCOOL_STACK="keras3/tensorflow")[1]


def test_a_name_that_is_no_stack_is_told_with_those_that_are(site):
    code, out = _legacy(site).run("doctor", KCOOL_STACK="keras4")
    assert code == 1
    text = " ".join(out.split())
    assert "'keras4'" in text and ", ".join(compat.stack.__globals__["NAMES"]) in text
    assert "none can be chosen" in text


def test_a_module_of_ours_that_is_missing_is_told(site):
    _legacy(site)
    os.remove(str(site.folder / "kcool_legacy"))
    (site.folder / "kcool_legacy").mkdir()
    (site.folder / "kcool_legacy" / "__init__.py").write_text("")
    findings = site.findings()
    assert not findings["usable"] and "missing from this installation" in findings["problem"]
    assert findings["techniques"][0]["reason"] == "kcool_legacy.ema is missing from this installation"


@pytest.mark.parametrize("lay_out", [lambda site: site, _legacy, _both])
def test_the_text_is_plain_and_narrow(site, lay_out):
    lay_out(site)
    out = site.run("doctor")[1]
    assert all(32 <= ord(letter) < 127 or letter == "\n" for letter in out)
    for line in out.split("\n"):
        assert len(line) <= 100 or any(len(word) > 40 for word in line.split()), line


def test_what_it_says_here_is_what_kcool_does_here(capsys):
    try:
        chosen = compat.stack()
    except compat.errors.StackNotFound:
        chosen = None
    code = cli.main(["doctor", "--json"])
    findings = json.loads(capsys.readouterr().out)
    described = findings["stack"] and (findings["stack"]["name"], findings["stack"]["text"])
    assert described == (None if chosen is None else (chosen.name, str(chosen)))
    assert code == (0 if findings["usable"] else 1)
    assert findings["usable"] or findings["problem"]
