"""Where the packages of the bridge lie, and whether they are what they were when they were packed.

A folder per Keras below kcool's own cache. It appears whole or not at all, and is compared with its pinned hashes every
time that it is used.
"""
import base64
import contextlib
import csv
import hashlib
import os
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

from kcool.errors import CacheDamaged, StackNotFound, WrongValue

from .pins import DEFAULT, PINS

__all__ = ["check", "chosen", "folder", "installed", "remove", "root", "unpack", "verified"]


def root():
    """The folder of all caches of the bridge: below ``KCOOL_CACHE``, or the platform's folder for caches."""
    return Path(os.environ.get("KCOOL_CACHE") or _platform_cache()) / "bridge"


def _platform_cache():
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "kcool" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "kcool"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kcool"


def folder(version=DEFAULT):
    """The folder of one Keras, whether or not it is there.

    Raises:
        WrongValue: the bridge knows no such Keras.
    """
    if version not in PINS:
        raise WrongValue("The bridge knows no Keras %s." % version, supported=", ".join(PINS),
                         do="kcool bridge install; where KCOOL_BRIDGE_KERAS names that one: unset it")
    return root() / ("keras-" + version)


def installed():
    """The versions of Keras whose folders are there, the one that is used without being named first."""
    found = [version for version in PINS if folder(version).is_dir()]
    return [version for version in found if version == DEFAULT] + [v for v in reversed(found) if v != DEFAULT]


def chosen():
    """The version that a bridge uses: ``KCOOL_BRIDGE_KERAS``, else 2.2.4, else the one that is there.

    Raises:
        StackNotFound: none is installed.
    """
    version = os.environ.get("KCOOL_BRIDGE_KERAS") or next(iter(installed()), DEFAULT)
    _require_folder(version)
    return version


def verified(version=DEFAULT):
    """The folder of one Keras, after every file in it was compared with its hash.

    Returns:
        A `Path`.

    Raises:
        StackNotFound: it is not installed.
        CacheDamaged: a file is missing, changed, or does not belong there.
    """
    place = _require_folder(version)
    problem = check(place, PINS[version])
    if problem:
        raise CacheDamaged(
            "The bridge's copy of Keras %s is not what was installed: %s." % (version, problem), found=str(place),
            supported="the files of %s, unchanged" % ", ".join(wheel.file for wheel in PINS[version]),
            do="kcool bridge install" + _option(version))
    return place


def _require_folder(version):
    place = folder(version)
    if not place.is_dir():
        raise StackNotFound(
            "The bridge to Keras %s is not installed." % version, found="no folder %s" % place,
            supported="Keras " + ", ".join(PINS), do="kcool bridge install" + _option(version))
    return place


def _option(version):
    return "" if version == DEFAULT else " --keras " + version


# --- what is in a folder ---------------------------------------------------------------------------------------------


def check(place, wheels):
    """Compares a folder with what is pinned.

    Args:
        place: a `Path`.
        wheels: the `pins.Wheel` that were unpacked there.

    Returns:
        What is wrong, as a phrase; None when all is as it was.
    """
    expected = set()
    for wheel in wheels:
        name = _metadata_folder(wheel) + "/RECORD"
        record = _read(place / name)
        if record is None or hashlib.sha256(record).hexdigest() != wheel.record:
            return "%s is %s" % (name, "missing" if record is None else "changed")
        expected.add(name)
        for path, hashed in _listed(record):
            expected.add(path)
            content = _read(place / path)
            if content is None or hashed and _digest(content) != hashed:
                return "%s is %s" % (path, "missing" if content is None else "changed")
    foreign = sorted(_files(place) - expected)
    return "%s does not belong there" % foreign[0] if foreign else None


def _metadata_folder(wheel):
    return "-".join(wheel.file.split("-")[:2]) + ".dist-info"


def _read(path):
    try:
        return path.read_bytes()
    except OSError:
        return None


def _listed(record):
    for path, hashed, _ in csv.reader(record.decode("utf-8").splitlines()):
        if not path.endswith(".dist-info/RECORD"):
            yield path, hashed


def _digest(content):
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


def _files(place):
    # Python keeps what it compiled beside the sources.
    return {path.relative_to(place).as_posix() for path in place.rglob("*")
            if path.is_file() and "__pycache__" not in path.parts}


# --- coming and going ------------------------------------------------------------------------------------------------


def unpack(version, files):
    """Makes the folder of one Keras from wheels, at once: nobody ever sees a part of it.

    Several processes may do so at a time; the first one wins. A damaged folder is replaced.

    Args:
        version: a release in `PINS`.
        files: paths of its wheels, in any order.

    Returns:
        The folder, a `Path`.

    Raises:
        WrongValue: a file is not one of the pinned wheels, or one of them is missing.
    """
    place = folder(version)
    chosen = _matched(version, files)
    root().mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=".new-", dir=root()))
    try:
        fresh = scratch / "fresh"
        for path in chosen:
            # A pure wheel is an archive of what belongs on the search path. Its hash is known, so its names are.
            with zipfile.ZipFile(path) as wheel:
                wheel.extractall(fresh)
        _put(fresh, place, scratch, PINS[version])
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return place


def _matched(version, files):
    by_hash = {hashlib.sha256(Path(path).read_bytes()).hexdigest(): path for path in files}
    missing = [wheel.file for wheel in PINS[version] if wheel.sha256 not in by_hash]
    unknown = [str(path) for hashed, path in by_hash.items() if hashed not in {w.sha256 for w in PINS[version]}]
    if missing or unknown:
        raise WrongValue(
            "These are not the wheels that the bridge to Keras %s is made of." % version,
            found="; ".join(["not known: " + path for path in unknown] + ["missing: " + name for name in missing]),
            supported=", ".join("%s (SHA-256 %s...)" % (wheel.file, wheel.sha256[:12]) for wheel in PINS[version]),
            do="pip download --no-deps " + " ".join("%s==%s" % wheel[:2] for wheel in PINS[version]))
    return [by_hash[wheel.sha256] for wheel in PINS[version]]


def _put(fresh, place, scratch, wheels):
    for attempt in range(10):
        with contextlib.suppress(OSError):
            os.rename(fresh, place)
            return
        # A folder is there: somebody else's, just now, or a damaged one.
        if check(place, wheels) is None:
            return
        with contextlib.suppress(OSError):
            os.rename(place, scratch / ("old-%d" % attempt))
    raise CacheDamaged("The folder %s cannot be replaced." % place, do="remove it, then: kcool bridge install")


def remove(version=DEFAULT):
    """Removes the folder of one Keras; says whether there was one."""
    place = folder(version)
    if not place.is_dir():
        return False
    scratch = Path(tempfile.mkdtemp(prefix=".old-", dir=root()))
    try:
        os.rename(place, scratch / "old")
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    with contextlib.suppress(OSError):
        root().rmdir()  # only when nothing is left in it
    return True
