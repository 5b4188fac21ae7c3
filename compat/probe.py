"""Which frameworks are installed, read from files and metadata.

Importing a framework to learn its version takes five to nine seconds; looking beside the package for its metadata
folder takes about a millisecond. A module that is imported already answers for itself.
"""
import importlib.util
import os
import re
import sys
from collections import namedtuple

from packaging.version import InvalidVersion, Version

__all__ = ["Found", "find", "release"]

#: ``module``: import name. ``version``: text as its metadata spells it. ``where``: folder of the package.
#: ``imported``: whether this process has it in ``sys.modules``.
Found = namedtuple("Found", "module version where imported")

# One import name is shipped by several distributions (tensorflow-cpu, keras-nightly, Keras-2.2.4 with a capital).
_DISTRIBUTIONS = {
    "keras": r"keras(_nightly)?",
    "tf_keras": r"tf_keras(_nightly)?",
    "tensorflow": r"(intel_)?(tensorflow|tf_nightly)(_cpu|_gpu|_intel|_macos|_rocm|_cpu_aws)?",
    "jax": r"jax",
    "torch": r"torch",
}
_METADATA = r"%s-(?P<version>[^-]+?)(-py[0-9.]+)?\.(dist-info|egg-info|egg)$"
_IN_SOURCE = re.compile(r"""^_{0,2}version_{0,2}\s*(?::\s*\w+\s*)?=\s*['"]([^'"]+)['"]""", re.MULTILINE | re.IGNORECASE)


def find(module):
    """Looks for one framework without importing it.

    Args:
        module: one of ``keras``, ``tf_keras``, ``tensorflow``, ``jax``, ``torch``.

    Returns:
        A `Found`, or None when it is not installed or its version cannot be read.
    """
    loaded = _loaded(module)
    folder = _folder(module, loaded)
    version = _loaded_version(loaded)
    if version is None and folder is not None:
        version = _metadata_version(module, folder) or _source_version(folder) or _recorded_version(module, folder)
    if version is None:
        return None
    return Found(module, version, folder, loaded is not None)


def release(version):
    """The `Version` behind a text, or version 0 when the text is no version."""
    try:
        return Version(version)
    except InvalidVersion:
        return Version("0")


def _loaded(module):
    loaded = sys.modules.get(module)
    bridge = sys.modules.get("kcool_bridge.tensorflow1")
    if bridge is not None and module == "tensorflow":
        return bridge.real()
    hook = sys.modules.get("kcool_modern.hook")
    # The emulation goes by the name of the package that it stands on.
    return hook.native_keras() if hook is not None and module == "keras" and hook.is_installed() else loaded


def _folder(module, loaded):
    if loaded is not None:
        paths = getattr(loaded, "__path__", None)
        return list(paths)[0] if paths else None
    try:
        spec = importlib.util.find_spec(module)
    except (ImportError, ValueError):
        return None
    if spec is None or not spec.submodule_search_locations:
        return None
    return list(spec.submodule_search_locations)[0]


def _loaded_version(loaded):
    version = getattr(loaded, "__version__", None)
    return version if isinstance(version, str) else None


def _metadata_version(module, folder):
    pattern = re.compile(_METADATA % _DISTRIBUTIONS[module], re.IGNORECASE)
    # Several frameworks of one name can lie side by side after a careless upgrade: the newest wins, as with pip.
    versions = [match.group("version") for match in map(pattern.match, _beside(folder)) if match]
    return max(versions, key=release) if versions else None


def _source_version(folder):
    for name in ("version.py", os.path.join("src", "version.py"), "__init__.py"):
        match = _IN_SOURCE.search(_text(folder, name)[:100000])
        if match:
            return match.group(1)
    return None


def _recorded_version(module, folder):
    # Builds by makers of hardware have names of their own, such as nvidia-tensorflow; each lists the files it brought.
    pattern = re.compile(_METADATA % r"[^-]+", re.IGNORECASE)
    for match in filter(None, map(pattern.match, _beside(folder))):
        if "\n%s/__init__.py," % module in "\n" + _text(os.path.dirname(folder), match.group(), "RECORD"):
            return match.group("version")
    return None


def _beside(folder):
    try:
        return sorted(os.listdir(os.path.dirname(folder)))
    except OSError:
        return []


def _text(*path):
    try:
        with open(os.path.join(*path), encoding="utf-8", errors="replace") as source:
            return source.read()
    except OSError:
        return ""
