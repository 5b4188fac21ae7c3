"""Writing the new file: whole or not at all, and read back before it gets its name."""
import contextlib
import glob
import os
import platform
import shutil
import tempfile

import keras
import numpy as np

from kcool.errors import DifferentResult, WrongValue
from kcool_common import recorder

__all__ = ["moved_when_whole", "require_free", "reset", "written"]


def require_free(path, overwrite, ending=".keras"):
    """Raises `WrongValue` if a file must not get this name."""
    if not str(path).endswith(ending):
        raise WrongValue("The output has to be a %s file." % ending, found=str(path), do="-o %s%s" % (
            os.path.splitext(str(path))[0], ending))
    folder = os.path.dirname(os.path.abspath(path))
    if not os.path.isdir(folder):
        raise WrongValue("There is no folder %s to write into." % folder, do="mkdir -p %s" % folder)
    if os.path.exists(path) and not overwrite:
        raise WrongValue("%s is there already." % path, do="--overwrite, or another name")


def written(converted, path, customs=None, check=None):
    """Saves a model beside `path`, reads it back as a user would, compares, and moves it there.

    Args:
        converted: `conversion.Converted`.
        path: of the new ``.keras`` file.
        customs: what a user has to hand to ``load_model``, by name.
        check: function of the model that was read back, which raises what is wrong with its answers; by default they
            are compared with those of the converted model.

    Raises:
        DifferentResult: what was read back is another model.
    """
    with moved_when_whole(path) as half:
        reset(converted.model)
        converted.model.save(half)
        loaded = keras.saving.load_model(half, custom_objects=customs or None)
        _require_same_numbers(converted.model, loaded, path)
        if check is not None:
            check(loaded)
        elif not converted.unsteady and recorder.has_random_inputs(loaded):
            _require_same_answers(converted, loaded, path)


@contextlib.contextmanager
def moved_when_whole(path):
    """A context whose value is the path of a new file of the same name; it is moved to `path` if nothing is raised."""
    folder, name = os.path.split(os.path.abspath(path))
    _remove_left_over(folder, name)
    with tempfile.TemporaryDirectory(prefix=".%s.%s-%d." % (name, platform.node(), os.getpid()), suffix=".part",
                                     dir=folder) as part:
        # In a folder of its own: the file gets the usual permissions.
        half = os.path.join(part, name)
        yield half
        _sync(half)
        os.replace(half, path)
        _sync(folder)


def _remove_left_over(folder, name):
    """Removes what processes of this machine that were killed have left of the same file."""
    for path in glob.glob(os.path.join(glob.escape(folder), ".%s.%s-*.part" % (
            glob.escape(name), glob.escape(platform.node())))):
        process = path[len(os.path.join(folder, ".%s.%s-" % (name, platform.node()))):].split(".")[0]
        if process.isdecimal() and not _is_alive(int(process)):
            shutil.rmtree(path, ignore_errors=True)


def _is_alive(process):
    if os.name != "posix":
        return True  # there, asking would be telling
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    return True


def reset(model):
    """Puts the states of stateful layers back to zeros."""
    for layer in model._flatten_layers():
        if getattr(layer, "stateful", False) and not isinstance(layer, keras.Model) and hasattr(layer, "reset_state"):
            layer.reset_state()


def _sync(path):
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError:
        pass  # folders cannot be synced everywhere
    finally:
        os.close(handle)


def _require_same_numbers(model, loaded, path):
    old, new = _variables(model), _variables(loaded)
    same = len(old) == len(new) and all(
        np.array_equal(keras.ops.convert_to_numpy(a), keras.ops.convert_to_numpy(b), equal_nan=True)
        for a, b in zip(old, new))
    if not same:
        raise DifferentResult("What was written to %s reads back with other numbers." % path,
                              found="Keras %s" % keras.__version__, do="report it; nothing was written")


def _require_same_answers(converted, loaded, path):
    inputs = recorder.small_inputs(converted.kind, converted.config, [x.shape for x in loaded.inputs])
    reset(converted.model)
    reset(loaded)
    first, second = (model.predict_on_batch(inputs if len(inputs) > 1 else inputs[0])
                     for model in (converted.model, loaded))
    for a, b in zip(_as_arrays(first), _as_arrays(second)):
        scale = np.abs(a[np.isfinite(a)]).max(initial=0.0)
        if not np.allclose(a, b, rtol=1e-5, atol=1e-6 * scale, equal_nan=True):
            raise DifferentResult("What was written to %s reads back with other answers." % path,
                                  found="Keras %s" % keras.__version__, do="report it; nothing was written")


def _variables(model):
    optimizer = getattr(model, "optimizer", None)
    return model.weights + (list(optimizer.variables) if optimizer is not None and optimizer.built else [])


def _as_arrays(values):
    return [keras.ops.convert_to_numpy(one) for one in (values if isinstance(values, (list, tuple)) else [values])]
