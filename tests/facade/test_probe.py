"""Versions are read from files beside the package, for every way in which packages have been laid out."""
import importlib
import sys

import pytest

from compat import probe


@pytest.fixture
def site(tmp_path, monkeypatch):
    """An empty package folder that alone is searched; `site(module, metadata_folder)` adds a package to it."""
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    for name in ("keras", "tf_keras", "tensorflow", "jax", "torch"):
        monkeypatch.delitem(sys.modules, name, raising=False)

    def add(module, metadata=None, source=""):
        (tmp_path / module).mkdir(exist_ok=True)
        (tmp_path / module / "__init__.py").write_text(source)
        if metadata:
            (tmp_path / metadata).mkdir()
        importlib.invalidate_caches()
        return str(tmp_path / module)

    return add


@pytest.mark.parametrize("module, metadata, version", [
    ("keras", "Keras-2.2.4.dist-info", "2.2.4"),
    ("keras", "keras-3.15.1.dist-info", "3.15.1"),
    ("keras", "keras_nightly-2.5.0.dev2021032900.dist-info", "2.5.0.dev2021032900"),
    ("keras", "Keras-2.2.4-py3.6.egg-info", "2.2.4"),
    ("tensorflow", "tensorflow_cpu-2.21.0.dist-info", "2.21.0"),
    ("tensorflow", "tensorflow_gpu-1.15.5.dist-info", "1.15.5"),
    ("tensorflow", "tf_nightly_cpu-2.22.0.dev1.dist-info", "2.22.0.dev1"),
    ("tensorflow", "intel_tensorflow-1.15.2.dist-info", "1.15.2"),
    ("tf_keras", "tf_keras-2.21.0.dist-info", "2.21.0"),
    ("torch", "torch-2.15.0+cpu.dist-info", "2.15.0+cpu"),
])
def test_version_from_metadata(site, module, metadata, version):
    folder = site(module, metadata)
    assert probe.find(module) == probe.Found(module, version, folder, False)


@pytest.mark.parametrize("neighbour", [
    "Keras_Applications-1.0.8.dist-info", "Keras_Preprocessing-1.1.2.dist-info", "tensorflow_estimator-2.0.1.dist-info",
    "keras_tuner-1.4.0.dist-info", "keras-3.0.0",
])
def test_neighbours_with_similar_names_are_not_taken(site, neighbour):
    site("keras", neighbour)
    assert probe.find("keras") is None


def test_newest_of_several_leftovers(site):
    site("keras", "keras-2.9.0.dist-info")
    site("keras", "keras-2.15.0.dist-info")
    assert probe.find("keras").version == "2.15.0"


def test_version_from_source_when_there_is_no_metadata(site):
    site("keras", source="from x import y\n__version__ = '2.2.4'\n")
    assert probe.find("keras").version == "2.2.4"


@pytest.mark.parametrize("brought, version", [("tensorflow", "1.15.5+nv22.1"), ("my_tensorflow", None)])
def test_a_distribution_of_another_name_that_lists_the_package(site, tmp_path, brought, version):
    metadata = "nvidia_tensorflow-1.15.5+nv22.1.dist-info"
    site("tensorflow", metadata)
    (tmp_path / metadata / "RECORD").write_text("bin/tool,,\n%s/__init__.py,sha256=x,1\n" % brought)
    found = probe.find("tensorflow")
    assert (found and found.version) == version


def test_a_package_that_cannot_be_read(site, tmp_path):
    site("keras")
    (tmp_path / "keras" / "version.py").mkdir()
    assert probe.find("keras") is None


def test_absent(site):
    assert probe.find("keras") is None


def test_a_plain_module_of_that_name_is_no_framework(site, tmp_path):
    (tmp_path / "torch.py").write_text("")
    assert probe.find("torch") is None


def test_an_imported_module_answers_for_itself(site, monkeypatch):
    site("keras", "keras-3.15.1.dist-info", source="__version__ = '3.9.9'")
    monkeypatch.setitem(sys.modules, "keras", importlib.import_module("keras"))
    found = probe.find("keras")
    assert (found.version, found.imported) == ("3.9.9", True)


def test_looking_imports_nothing(site):
    site("keras", "keras-3.15.1.dist-info", source="raise RuntimeError('imported')")
    assert probe.find("keras").version == "3.15.1"
    assert "keras" not in sys.modules


def test_text_that_is_no_version_sorts_first():
    assert probe.release("unknown") < probe.release("0.0.1")
