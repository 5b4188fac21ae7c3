"""Which stack this process works on: what was found, which family serves it, and why that one.

A *stack* is a Keras on an engine. The order of say is: `use()`, then the variable ``KCOOL_STACK``, then what the
process has imported already, then Keras's own variables (``TF_USE_LEGACY_KERAS``, ``KERAS_BACKEND``), then what is
installed.
Versions are compared here and in `probe`, and nowhere else.
"""
import json
import os
import platform
import sys
import warnings
from collections import namedtuple

from . import probe
from .errors import StackConflict, StackNotFound, StackNotSupported, StackUntested, UnknownStack
from .tested import TESTED, install_hint, outside, range_text

__all__ = ["NAMES", "Stack", "candidates", "configured_backend", "installed", "keras_was_imported", "require", "stack",
           "tf_keras_wanted", "use"]

ENGINES = ("tensorflow", "jax", "torch")

#: Everything `use()` and ``KCOOL_STACK`` accept.
NAMES = ("legacy", "bridge", "keras2", "keras2/tf.keras", "keras2/tf_keras", "keras3") + tuple(
    "keras3/" + e for e in ENGINES)

_IMPORTS = {"legacy": "keras", "bridge": "keras", "keras2/tf.keras": "tensorflow.keras", "keras2/tf_keras": "tf_keras",
            "keras3": "keras"}


class Stack(namedtuple("Stack", "family flavour keras engine engine_version python reasons insisted")):
    """What was found and chosen.

    Attributes:
        family: ``legacy``, ``bridge``, ``keras2`` or ``keras3``.
        flavour: ``keras``, ``tf.keras`` or ``tf_keras``: which Keras of that family.
        keras: its version, as text.
        engine: ``tensorflow``, ``jax`` or ``torch``.
        engine_version: its version, as text.
        python: version of the interpreter, as text.
        reasons: the steps of the choice, in order, one sentence each.
        insisted: whether a person chose it by `use()` or ``KCOOL_STACK``.
    """

    __slots__ = ()

    @property
    def name(self):
        """The name that `use()` takes back, such as ``keras3/jax``."""
        suffix = {"legacy": "", "bridge": "", "keras2": "/" + self.flavour, "keras3": "/" + self.engine}[self.family]
        return self.family + suffix

    @property
    def module(self):
        """Dotted name of the Keras module to import."""
        return _IMPORTS.get(self.name) or _IMPORTS[self.family]

    @property
    def dialect(self):
        """``legacy`` where Keras itself is one of 2.2 or 2.3, so that `kcool_legacy` serves it; else ``modern``."""
        return "legacy" if self.family in ("legacy", "bridge") else "modern"

    @property
    def has_sessions(self):
        """Whether graphs run in sessions: TensorFlow 1, or the bridge."""
        return self.family == "bridge" or self.family == "legacy" and self.engine_version.startswith("1.")

    def __str__(self):
        keras = {"keras": "Keras", "tf.keras": "tf.keras", "tf_keras": "tf-keras"}[self.flavour]
        engine = {"tensorflow": "TensorFlow", "jax": "JAX", "torch": "PyTorch"}[self.engine]
        return "%s %s on %s %s, Python %s (%s)" % (
            keras, self.keras, engine, self.engine_version, self.python, self.name)


_asked = None
_chosen = None
_on_change = []  # type: list


def stack():
    """Says which stack this process works on; imports no framework.

    The first answer stands until `use()`: techniques that were handed out must not change sides.

    Returns:
        The chosen `Stack`.

    Raises:
        StackNotFound: nothing, or not what was asked for, is installed.
        UnknownStack: ``KCOOL_STACK`` holds a name that is not in `NAMES`.
        StackConflict: the process runs on another backend than was asked for.
    """
    global _chosen
    if _chosen is None:
        _chosen = _choose()
    return _chosen


def use(name):
    """Chooses the stack of this process, before techniques are used.

    Args:
        name: one of `NAMES`, or None to take the choice back.

    Returns:
        The chosen `Stack`.

    Raises:
        UnknownStack, StackNotFound, StackConflict: as in `stack()`; the former choice then stays.
    """
    global _asked, _chosen
    before = _asked, _chosen
    _asked, _chosen = name, None
    try:
        chosen = stack()
    except Exception:
        _asked, _chosen = before
        raise
    if before[1] is not None and before[1][:5] != chosen[:5]:
        for forget in _on_change:
            forget()
    return chosen


def require(chosen):
    """Raises unless the stack lies inside the tested range or a person insisted on it.

    Args:
        chosen: a `Stack`.

    Raises:
        StackNotSupported: it is older or newer than what is tested.
    """
    problem = outside(chosen)
    if problem is None:
        return
    if chosen.insisted:
        warnings.warn("%s is untested: %s." % (chosen, problem), StackUntested, stacklevel=4)
        return
    raise StackNotSupported(
        "kcool has not been tested on this stack: %s." % problem,
        found=str(chosen),
        supported="; ".join("%s: %s" % (family, range_text(family)) for family in sorted(TESTED)),
        do="install a tested version, or set KCOOL_STACK=%s to insist: it may work" % chosen.name,
    )


def installed():
    """All frameworks found, as a dict from module name to `probe.Found`."""
    found = {name: probe.find(name) for name in ("keras", "tf_keras") + ENGINES}
    return {name: value for name, value in found.items() if value is not None}


# --- the choice ------------------------------------------------------------------------------------------------------


def _choose():
    found = installed()
    reasons = ["installed: " + (", ".join("%s %s" % (f.module, f.version) for f in found.values()) or "no framework")]
    name, insisted = _asked_for(reasons)
    possible = candidates(found)
    if name == "bridge" or name is None and _is_bridge():
        return _bridge(found, reasons, insisted)
    if name is not None:
        possible = [c for c in possible if c[0].startswith(name) or name.startswith(c[0])]
        if not possible:
            raise StackNotFound(
                "The stack %r was asked for and is not installed." % name,
                found=reasons[0], supported=", ".join(NAMES), do=install_hint(name))
    if not possible:
        raise StackNotFound(
            "kcool needs a Keras and found none that it can serve.",
            found=reasons[0] + " (Python %s)" % platform.python_version(),
            supported="; ".join("%s: %s" % (family, range_text(family)) for family in sorted(TESTED)),
            do="%s, or: %s" % (install_hint("keras3"), install_hint("legacy")))
    family_name, flavour, keras_version = _pick(possible, found, reasons, name)
    family = family_name.split("/")[0]
    engine = _engine(family, name, found, reasons)
    return Stack(family, flavour, keras_version, engine, found[engine].version, platform.python_version(),
                 tuple(reasons), insisted)


def _is_bridge():
    """Whether this process runs on the bridge already."""
    process = sys.modules.get("kcool_bridge.process")
    return process is not None and process.is_installed()


def _bridge(found, reasons, insisted):
    tensorflow = found.get("tensorflow")
    if tensorflow is None or probe.release(tensorflow.version) < probe.release(TESTED["bridge"]["tensorflow"][0]):
        raise StackNotFound(
            "The stack 'bridge' was asked for, and there is no TensorFlow that it can stand on.", found=reasons[0],
            supported=range_text("bridge"), do=install_hint("bridge"))
    from kcool_bridge import cache  # written for the Pythons of that TensorFlow

    version = cache.chosen()
    reasons.append("Keras %s is in the bridge's cache: %s" % (version, cache.folder(version)))
    return Stack("bridge", "keras", version, "tensorflow", tensorflow.version, platform.python_version(),
                 tuple(reasons), insisted)


def _asked_for(reasons):
    name, origin = (_asked, "use()") if _asked is not None else (os.environ.get("KCOOL_STACK"), "KCOOL_STACK")
    name = str(name or "").strip().lower() or None
    if name is None:
        return None, False
    if name not in NAMES:
        raise UnknownStack("%s names the stack %r, which is not known." % (origin, name), found=reasons[0],
                           supported=", ".join(NAMES), do="choose one of these names, or leave the choice to kcool")
    reasons.append("%s asks for %s" % (origin, name))
    return name, True


def candidates(found):
    """Every (name, flavour, Keras version) that the installed packages can form, in the order of preference."""
    possible = []
    keras, tensorflow = found.get("keras"), found.get("tensorflow")
    tf = probe.release(tensorflow.version) if tensorflow else None
    major = probe.release(keras.version).major if keras else None
    # Standalone Keras became a part of TensorFlow with 2.4: that version and later 2.x are tf.keras under another name.
    standalone = keras and (probe.release(keras.version).release[:2] < (2, 4))
    if major == 3 and any(engine in found for engine in ENGINES):
        possible.append(("keras3", "keras", keras.version))
    elif standalone and tf is not None:
        possible.append(("legacy", "keras", keras.version))
    if tf is not None and (2, 0) < tf.release[:2] < (2, 16) and major != 3:
        # From 2.6 on TensorFlow takes its Keras from the package keras, so an old one there leaves it without.
        from_package = tf.release[:2] >= (2, 6) and major == 2
        if not (from_package and standalone):
            version = keras.version if from_package else tensorflow.version
            possible.append(("keras2/tf.keras", "tf.keras", version))
    if "tf_keras" in found and tf is not None and tf.release[:2] >= (2, 15):
        possible.append(("keras2/tf_keras", "tf_keras", found["tf_keras"].version))
    if standalone and tf is not None and tf >= probe.release(TESTED["keras2"]["tensorflow"][0]):
        # A leftover: that Keras was made before this TensorFlow, which has a Keras of its own.
        possible.append(possible.pop(0))
    return possible


def _pick(possible, found, reasons, name):
    if len(possible) == 1:
        reasons.append("only %s fits" % possible[0][0])
        if tf_keras_wanted(os.environ) and "tf_keras" not in found:
            reasons.append("TF_USE_LEGACY_KERAS is set, but tf_keras is not installed")
        return possible[0]
    by_name = {c[0]: c for c in possible}
    both = " (both %s are installed; override with KCOOL_STACK)" % " and ".join(sorted(by_name))
    if name is None and "keras3" in by_name and "keras2/tf_keras" in by_name:
        loaded = [n for n, here in (("keras3", keras_was_imported()), ("keras2/tf_keras", "tf_keras" in sys.modules))
                  if here]
        if len(loaded) == 1:
            reasons.append("%s is imported already%s" % (loaded[0], both))
            return by_name[loaded[0]]
        if tf_keras_wanted(os.environ):
            reasons.append("TF_USE_LEGACY_KERAS is set, so tf.keras is tf-keras" + both)
            return by_name["keras2/tf_keras"]
        reasons.append("keras3 is what `import keras` and tf.keras give" + both)
    else:
        reasons.append("%s comes first%s" % (possible[0][0], both))
    return possible[0]


def _engine(family, name, found, reasons):
    if family == "legacy":
        _require_tensorflow(found)
    if family != "keras3":
        return "tensorflow"
    asked = name.split("/")[1] if name and "/" in name else None
    running = _running_backend()
    if running:
        if running not in ENGINES or asked and asked != running:
            better = asked or [e for e in ENGINES if e in found][0]
            raise StackConflict(
                "%s was asked for, but this process has imported Keras on another backend." % (
                    "The stack %r" % name if name else "A stack"),
                found="keras %s on %s, from %s" % (found["keras"].version, running, found["keras"].where),
                supported="one backend per process: " + ", ".join(ENGINES),
                do="call compat.use('keras3/%s') or set KERAS_BACKEND=%s before the first `import keras`" % (
                    better, better))
        reasons.append("Keras is imported already, on %s" % running)
        return running
    for engine, reason in ((asked, "asked for"), (os.environ.get("KERAS_BACKEND") or None, "KERAS_BACKEND")):
        if engine is None:
            continue
        if engine not in ENGINES:
            raise UnknownStack("KERAS_BACKEND=%r is not a backend that kcool serves." % engine, found=reasons[0],
                               supported=", ".join(ENGINES), do="set KERAS_BACKEND to one of these")
        if engine not in found:
            raise StackNotFound("The backend %r (%s) is not installed." % (engine, reason), found=reasons[0],
                                supported=", ".join(e for e in ENGINES if e in found) + ", of what is installed",
                                do=install_hint("keras3/" + engine))
        reasons.append("backend %s: %s" % (engine, reason))
        return engine
    return _default_engine(found, reasons)


def _default_engine(found, reasons):
    configured = configured_backend()
    if configured in ENGINES and configured in found:
        reasons.append("backend %s: from keras.json" % configured)
        return configured
    engine = [e for e in ENGINES if e in found][0]
    reasons.append("backend %s: the first that is installed%s" % (
        engine, "" if configured is None else " (keras.json says %s, which %s)" % (
            configured, "is not" if configured in ENGINES else "kcool does not serve")))
    return engine


def _running_backend():
    """The backend of the Keras 3 that this process has imported, if any."""
    config = sys.modules.get("keras.src.backend.config")
    return config.backend() if config is not None and "keras" in sys.modules and hasattr(config, "backend") else None


def keras_was_imported():
    """Whether somebody asked for Keras, which `import tensorflow` of 2.16 and later ends with importing by itself."""
    names = list(sys.modules)  # in the order in which their imports ended
    return "keras" in names and not ("tensorflow" in names and names.index("keras") < names.index("tensorflow"))


def _require_tensorflow(found):
    # Keras 2 takes the variable first, then keras.json, which a Keras 3 in the same home may have written.
    told = os.environ.get("KERAS_BACKEND") or _keras_json().get("backend") or "tensorflow"
    if told != "tensorflow":
        raise StackNotSupported(
            "Keras %s is told to run on the backend %r." % (found["keras"].version, told),
            found="KERAS_BACKEND=%s, keras.json: %s" % (os.environ.get("KERAS_BACKEND"), _keras_json().get("backend")),
            supported="tensorflow, on the stacks of Keras 2", do="set KERAS_BACKEND=tensorflow")


def configured_backend():
    """The backend that keras.json names, whether or not kcool serves it; None if it names none."""
    backend = _keras_json().get("backend")
    return backend if isinstance(backend, str) else None


def _keras_json():
    home = os.environ.get("KERAS_HOME") or os.path.join(os.path.expanduser("~"), ".keras")
    try:
        with open(os.path.join(home, "keras.json")) as config:
            settings = json.load(config)
    except (OSError, ValueError):
        return {}
    return settings if isinstance(settings, dict) else {}


def tf_keras_wanted(environ):
    """Whether TF_USE_LEGACY_KERAS is set, in one of the spellings that TensorFlow compares it with."""
    return environ.get("TF_USE_LEGACY_KERAS") in ("true", "True", "1")


# --- the tested range ------------------------------------------------------------------------------------------------
