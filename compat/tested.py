"""The releases that kcool was tested with, and how to install one of them."""
from . import probe

__all__ = ["MODERN_PYTHON", "TESTED", "install_hint", "outside", "range_text"]

#: Tested range per family: (oldest, newest) release of Keras and of the engine; newest is compared by major.minor.
TESTED = {
    "legacy": {"keras": ("2.2.0", "2.3"), "tensorflow": ("1.12", "2.0")},
    "bridge": {"keras": ("2.2.0", "2.3"), "tensorflow": ("2.16", "2.21")},
    "keras2": {"keras": ("2.4", "2.21"), "tensorflow": ("2.5", "2.21")},
    "keras3": {"keras": ("3.0", "3.15"), "tensorflow": ("2.16", "2.21"), "jax": ("0.4.20", "0.12"),
               "torch": ("2.1", "2.15")},
}

#: The oldest Python that can read `kcool_modern`.
MODERN_PYTHON = "3.9"


def outside(chosen):
    """What puts a stack outside the tested range, as a phrase; None inside."""
    ranges = TESTED[chosen.family]
    for part, version in (("keras", chosen.keras), (chosen.engine, chosen.engine_version)):
        oldest, newest = (probe.release(text) for text in ranges[part])
        found = probe.release(version)
        if found < oldest:
            return "%s %s is older than %s" % (part, version, oldest)
        if found.release[:2] > newest.release[:2]:
            return "%s %s is newer than %s" % (part, version, newest)
    if chosen.family != "legacy" and probe.release(chosen.python) < probe.release(MODERN_PYTHON):
        return "Python %s is older than %s, which this family needs" % (chosen.python, MODERN_PYTHON)
    keras, engine = probe.release(chosen.keras), probe.release(chosen.engine_version)
    if chosen.family == "legacy" and engine.major >= 2 and keras.release[:2] < (2, 3):
        return "Keras %s needs TensorFlow 1; TensorFlow 2.0 needs Keras 2.3.1" % keras
    return None


def range_text(family):
    """The tested releases of a family, for people."""
    return ", ".join("%s %s-%s" % (part, low, high) for part, (low, high) in sorted(TESTED[family].items()))


def install_hint(name):
    """The command that installs a stack, inside its tested range."""
    if name == "legacy":
        return ('pip install "keras==2.2.4" "tensorflow==1.15.5" "h5py<3" "protobuf<3.21" "numpy<1.19"'
                '   (Python 3.7)')
    if name == "bridge":
        return 'pip install%s   (Python %s or later), then: kcool bridge install' % (
            _within("bridge", "tensorflow"), MODERN_PYTHON)
    if name == "keras2/tf.keras":
        return 'pip install "tensorflow>=2.5,<2.16"   (Python %s to 3.11)' % MODERN_PYTHON
    family, _, part = name.partition("/")
    keras = _within(family, "keras", "tf-keras" if family == "keras2" else "keras")
    wanted = keras + _within(family, part if family == "keras3" and part else "tensorflow")
    return "pip install%s   (Python %s or later)" % (wanted, MODERN_PYTHON)


def _within(family, part, package=None):
    newest = probe.release(TESTED[family][part][1])
    return ' "%s<%d.%d"' % (package or part, newest.major, newest.minor + 1)
