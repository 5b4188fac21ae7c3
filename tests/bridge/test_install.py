"""``kcool bridge install``, ``remove``, ``status``: whole or not at all, and never trusted without a look."""
import os
import shutil
import subprocess
import sys

import pytest

from kcool.errors import CacheDamaged, DownloadFailed, NotFound, StackNotFound, WrongValue
from kcool_bridge import cache as store
from kcool_bridge import fetch
from kcool_bridge.pins import DEFAULT, PINS


@pytest.fixture
def installed(cache, wheels):
    return fetch.install(files=wheels.values())[0]


def test_what_is_installed_is_sound(installed, cache):
    assert installed == cache / "keras-2.2.4" == store.verified()
    assert store.installed() == ["2.2.4"] and store.chosen() == "2.2.4"
    assert {path.name for path in installed.iterdir()} >= {"keras", "keras_applications", "keras_preprocessing"}
    assert sorted(path.name for path in cache.iterdir()) == ["keras-2.2.4"]


def test_nothing_is_done_where_it_is_sound(installed):
    before = (installed / "keras" / "losses.py").stat().st_ino
    assert fetch.install() == (installed, False)
    assert (installed / "keras" / "losses.py").stat().st_ino == before


def _change(path):
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")


@pytest.mark.parametrize("damage, told", [
    (lambda place: _change(place / "keras" / "losses.py"), "keras/losses.py is changed"),
    (lambda place: (place / "keras_preprocessing" / "text.py").unlink(), "keras_preprocessing/text.py is missing"),
    (lambda place: (place / "keras" / "numpy.py").write_text("", encoding="utf-8"), "does not belong there"),
    (lambda place: _change(place / "Keras-2.2.4.dist-info" / "RECORD"), "RECORD is changed"),
    (lambda place: shutil.rmtree(str(place / "Keras_Applications-1.0.8.dist-info")), "RECORD is missing"),
])
def test_damage_is_told_and_mended(installed, wheels, damage, told):
    damage(installed)
    with pytest.raises(CacheDamaged, match=told) as error:
        store.verified()
    assert error.value.do == "kcool bridge install"
    assert fetch.install(files=wheels.values()) == (installed, True)
    assert store.verified() == installed


def test_compiled_files_are_no_damage(installed):
    (installed / "keras" / "__pycache__").mkdir()
    (installed / "keras" / "__pycache__" / "losses.cpython-312.pyc").write_bytes(b"")
    assert store.verified() == installed


def test_wheels_that_are_not_the_pinned_ones(cache, wheels, tmp_path):
    other = tmp_path / wheels["keras"].name
    other.write_bytes(wheels["keras"].read_bytes() + b"\0")
    with pytest.raises(WrongValue, match="not known: .*missing: Keras-2.2.4"):
        fetch.install(files=[other, wheels["keras_applications"], wheels["keras_preprocessing"]])
    with pytest.raises(WrongValue, match="missing: Keras_Applications-1.0.8"):
        fetch.install(files=[wheels["keras"]])
    with pytest.raises(NotFound, match="no/such.whl"):
        fetch.install(files=["no/such.whl"])
    assert store.installed() == []


@pytest.mark.parametrize("version", ["2.1.6", "3.0.0", "../..", ""])
def test_a_keras_that_the_bridge_does_not_know(cache, version):
    with pytest.raises(WrongValue, match="knows no Keras"):
        fetch.install(version)


def test_without_a_network(cache, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(DownloadFailed) as error:
        fetch.install()
    assert "--from-file" in error.value.do and "again" in error.value.do
    assert "Keras-2.2.4-py2.py3-none-any.whl" in error.value.supported
    assert not cache.exists() or list(cache.iterdir()) == []


def test_an_index_with_another_file_of_that_name(cache, monkeypatch, tmp_path, wheels):
    for path in wheels.values():
        (tmp_path / path.name).write_bytes(path.read_bytes() + b"\0")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(DownloadFailed):
        fetch.install()
    assert store.installed() == []


def test_installing_at_the_same_time(cache, wheels):
    commands = [[sys.executable, "-m", "kcool", "bridge", "install", "--from-file", *map(str, wheels.values())]] * 4
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for command in commands]
    assert [(process.communicate()[1], process.returncode) for process in running] == [(b"", 0)] * 4
    assert store.verified() == cache / "keras-2.2.4"
    assert [path.name for path in cache.iterdir()] == ["keras-2.2.4"]


def test_an_installation_that_breaks_off_leaves_nothing(cache, wheels, monkeypatch):
    monkeypatch.setattr(os, "rename", lambda old, new: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        fetch.install(files=wheels.values())
    assert store.installed() == [] and list(cache.iterdir()) == []


def test_remove(installed, cache):
    assert store.remove() and not installed.exists() and not cache.exists()
    assert not store.remove()
    with pytest.raises(StackNotFound, match="not installed"):
        store.verified()


def test_the_commands(cache, wheels, kcool):
    status, printed, _ = kcool("bridge", "status")
    assert status == 0 and "kcool bridge install" in printed
    status, printed, _ = kcool("bridge", "install", "--from-file", *wheels.values())
    assert status == 0 and str(cache / "keras-2.2.4") in printed
    status, printed, _ = kcool("bridge", "status")
    assert status == 0 and "sound" in printed
    _change(cache / "keras-2.2.4" / "keras" / "losses.py")
    status, printed, _ = kcool("bridge", "status")
    assert status == 1 and "keras/losses.py is changed" in printed
    status, printed, _ = kcool("bridge", "remove")
    assert status == 0 and "removed" in printed
    status, _, complaints = kcool("bridge", "install", "--keras", "1.0")
    assert status == 1 and "2.3.1" in complaints and "Traceback" not in complaints


def test_the_pins_are_whole():
    assert DEFAULT in PINS
    for version, found in PINS.items():
        assert [wheel.package for wheel in found] == ["keras", "keras_applications", "keras_preprocessing"]
        assert found[0].version == version
        for wheel in found:
            assert len(wheel.sha256) == len(wheel.record) == 64 and wheel.version in wheel.file
