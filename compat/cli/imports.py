"""What ``import keras``, ``tf.keras`` and ``import tf_keras`` would give here, read from files and variables.

Nothing is imported. What a package can do is read off the files it is made of, not off its version.
"""
import importlib.util
import os

from ..stack import ENGINES, configured_backend, tf_keras_wanted

__all__ = ["configured", "meanings"]

_NOTHING = "nothing: %s is not installed"


def meanings(found, environ):
    """Says what each way of importing a Keras would give.

    Args:
        found: what `installed()` gave: module name -> `probe.Found`.
        environ: the variables of the process, as a mapping.

    Returns:
        A list of (statement, meaning) pairs of text.
    """
    return [("import keras", _keras(found, environ)),
            ("tf.keras", _of_tensorflow(found, environ)),
            ("import tf_keras", _tf_keras(found))]


def configured(environ):
    """The path of Keras's own settings file, whether or not it is there."""
    home = environ.get("KERAS_HOME") or os.path.join(os.path.expanduser("~"), ".keras")
    return os.path.join(home, "keras.json")


def _keras(found, environ):
    keras = found.get("keras")
    if keras is None:
        return _shadow("keras") or _NOTHING % "keras"
    if not _is_keras_3(keras):
        return "Keras %s%s" % (keras.version, _unless_tensorflow(found))
    backend, origin = _backend(environ)
    if backend not in ENGINES:
        but = ", which kcool does not serve"
    else:
        but = "" if backend in found else ", which fails: %s is not installed" % backend
    return "Keras %s on the backend %s (%s)%s" % (keras.version, backend, origin, but)


def _of_tensorflow(found, environ):
    tensorflow = found.get("tensorflow")
    if tensorflow is None:
        return _shadow("tensorflow") or _NOTHING % "TensorFlow"
    if _has_keras_inside(tensorflow):
        return "the Keras 2 inside TensorFlow %s" % tensorflow.version
    if _chooses_keras(tensorflow) and tf_keras_wanted(environ):
        if "tf_keras" not in found:
            return "an ImportError: TF_USE_LEGACY_KERAS is set and tf_keras is not installed"
        return "tf-keras %s, because TF_USE_LEGACY_KERAS is set" % found["tf_keras"].version
    if "keras" not in found:
        return "an error: TensorFlow %s takes it from the package keras, which is not installed" % tensorflow.version
    return "Keras %s, the package keras" % found["keras"].version


def _tf_keras(found):
    if "tf_keras" not in found:
        return _shadow("tf_keras") or _NOTHING % "tf-keras"
    return "tf-keras %s%s" % (found["tf_keras"].version, _unless_tensorflow(found))


def _unless_tensorflow(found):
    return "" if "tensorflow" in found else ", which fails: TensorFlow is not installed"


def _is_keras_3(keras):
    return _has_file(keras, "src", "backend", "config.py")


def _has_keras_inside(tensorflow):
    # TensorFlow has had three homes for it; the last is a package beside the one that is imported.
    homes = (("keras",), ("_api", "v1", "keras"), (os.pardir, "tensorflow_core", "python", "keras", "api"))
    return any(_has_file(tensorflow, *home) for home in homes)


def _chooses_keras(tensorflow):
    path = os.path.join(tensorflow.where or "", "__init__.py")
    if not os.path.exists(path):
        return False
    with open(path, encoding="utf-8", errors="replace") as source:
        return "TF_USE_LEGACY_KERAS" in source.read()


def _has_file(found, *parts):
    return bool(found.where) and os.path.exists(os.path.join(found.where, *parts))


def _backend(environ):
    if environ.get("KERAS_BACKEND"):
        return environ["KERAS_BACKEND"], "KERAS_BACKEND"
    from_file = configured_backend()
    return (from_file, "keras.json") if from_file else ("tensorflow", "Keras's default")


def _shadow(module):
    """What hides a package of this name, or None: a file of the user's own, or a folder with no version to be read."""
    try:
        spec = importlib.util.find_spec(module)
    except (ImportError, ValueError):
        return None
    if spec is None:
        return None
    where = spec.origin or ", ".join(spec.submodule_search_locations or ())
    return "%s, which is no %s that kcool knows" % (where, module)
