"""What is the same for a moving average on every stack: the order of its calls, and its file.

Nothing here knows a framework; both sides derive from it.
"""
import contextlib
import hashlib
import os
import re
import warnings
import zipfile
import zlib

import numpy as np

from kcool.dispatch import stack_of
from kcool.errors import KcoolWarning, NotAModel, NotBuilt, NotCompiled, WrongOrder, WrongShape, WrongValue

__all__ = ["Averaging"]


class Averaging:
    """What an average of weights is to its user: the calls, their order, its file. A subclass knows one side's models.

    A subclass has ``_average_of(model, momentum)``, which makes the carrier of the averages (``weights``,
    ``variables``, ``names()``, ``read()``, ``write(arrays)``, ``read_weights()``, ``write_weights(arrays)``,
    ``inject(before_training)``), and ``_is_compiled(model)``.
    """

    def __init__(self, model, momentum=0.9999):
        """Prepares the averages; the model still trains without them.

        Args:
            model: a built Keras model.
            momentum: share of the old average that every update keeps, 0 <= momentum < 1.

        Raises:
            NotAModel, NotBuilt: `model` is no model, or has no weights yet.
            WrongValue: `momentum` is not in its range.
        """
        self._stack = _stack_of_model(model)
        self._momentum = _checked_momentum(momentum, self._stack)
        self.model = model
        _require_weights(model, self._stack)
        self._average = self._average_of(model, self._momentum)
        self.old_weights = []
        self._given = None
        self._started = self._injected = False

    @classmethod
    def applied_to(cls, model):
        """The ExponentialMovingAverage whose averages are in weights of `model` now, or None.

        It may have been made for another model that shares layers with this one.
        """
        _stack_of_model(model, "ExponentialMovingAverage.applied_to(model)")
        return next((ema for ema in map(_applied_on, model.weights) if ema is not None), None)

    @property
    def momentum(self):
        """The share of the old average that every update keeps; part of the compiled step, so it cannot be set."""
        return self._momentum

    @property
    def ema_weights(self):
        """The averages, in the order that the model's weights had when this object was made."""
        return self._average.variables

    def inject(self):
        """Makes the model update the averages after each of its optimizer's updates.

        The averages start from the weights as they are now, or from what `load` read. Compiling again later is fine.

        Raises:
            NotCompiled: the model has to be compiled first.
            WrongOrder: injected already, or the model has other weights than when this object was made.
        """
        if self._injected:
            raise self._wrong_order("inject()", "the average is injected already", "train; one injection lasts")
        if not self._is_compiled(self.model):
            raise NotCompiled("ExponentialMovingAverage.inject() needs a compiled model.", found=str(self._stack),
                              do="call model.compile(...) first")
        self._require_same_weights("inject()")
        if not self._started:
            self.initialize()
        self._average.inject(self._before_training)
        self._injected = True

    def initialize(self):
        """Lets the averages start again from the weights as they are now. While the averages are applied this accepts
        them as the model's weights: the ones that were set aside are dropped."""
        self._require_same_weights("initialize()")
        self._require_not_applied_by_another("initialize()")
        self.old_weights = self._average.read_weights()
        self._average.write(self.old_weights)
        self._mark_applied(False)
        self._started = True

    def apply_ema_weights(self):
        """Sets the model's weights aside, in `old_weights`, and gives it the averages.

        Raises:
            WrongOrder: applied already, also to another model that shares weights with this one; there are no averages
                yet; or the model's weights are not those it had.
        """
        self._require_not_applied("apply_ema_weights()")
        if not self._started:
            raise self._wrong_order("apply_ema_weights()", "there are no averages yet", "call inject() and train first")
        self._require_same_weights("apply_ema_weights()")
        old = self._average.read_weights()
        self._give(self._average.read(), old, old)

    def reset_old_weights(self, force=False):
        """Gives the model its own weights back, bit by bit.

        Args:
            force: give them back also if the weights were changed while the averages were applied, by `set_weights` or
                by training another model that shares them. The changes are lost. (`initialize` keeps them.)

        Raises:
            WrongOrder: the averages are not applied, or the weights were changed and `force` is false.
        """
        if not self._is_applied():
            raise self._wrong_order("reset_old_weights()", "the averages are not applied",
                                    "call apply_ema_weights() first")
        if not force and self._is_changed():
            raise self._wrong_order(
                "reset_old_weights()", "the weights were changed while the averages were applied",
                "call initialize() to go on from the weights as they are now, or reset_old_weights(force=True) to give "
                "them up for those set aside")
        self._average.write_weights(self.old_weights)
        self._mark_applied(False)

    @contextlib.contextmanager
    def applied(self):
        """The model has the averages inside the ``with`` block and its own weights after it, whatever happens there.

        A KcoolWarning tells of weights that were changed inside the block: those changes are undone.
        """
        self.apply_ema_weights()
        try:
            yield self
        finally:
            if self._is_applied():
                self._leave()

    def _leave(self):
        changed = True
        try:
            changed = self._is_changed()
        finally:
            self.reset_old_weights(force=True)
        if changed:
            # Through contextlib's __exit__, to the line of the block.
            warnings.warn(KcoolWarning(
                "ExponentialMovingAverage.applied(): the weights were changed inside the block. They were given up for "
                "the weights set aside. Call initialize() inside the block to keep such changes."), stacklevel=4)

    def save(self, path):
        """Writes the averages to one .npz file; an old file is replaced only when the new one is complete.

        Args:
            path: the file's exact name. If the averages are applied, the weights set aside are written as well.

        Raises:
            WrongOrder: there are no averages yet.
            WrongValue: `path` is a folder.
        """
        if not self._started:
            raise self._wrong_order("save()", "there are no averages yet", "call inject() first")
        if os.path.isdir(path):
            raise WrongValue("save(%r): the path is a folder." % (path,), found=str(self._stack),
                             do="give the name of a file in it: %r" % os.path.join(os.fspath(path), "ema.npz"))
        _write_file(os.fspath(path), self._content())

    def load(self, path):
        """Reads what `save` wrote, checks all of it, and takes it over. Call it before or after `inject`.

        A file written while the averages were applied brings that back: the model gets the averages, and
        `reset_old_weights` the weights that had been set aside.

        Args:
            path: the file's exact name.

        Raises:
            WrongValue: not a file of `save`, or one with another momentum.
            WrongShape: it belongs to a model with other weights, or with the same ones in another order.
            WrongOrder: the averages are applied now, so loading would lose the weights set aside.
        """
        self._require_not_applied("load()")
        self._require_same_weights("load()")
        averages, old = self._checked(_read_file(os.fspath(path), self._stack), path)
        present = self._average.read_weights()
        if old is not None:
            self._give(averages, present, _as_typed(old, present))
        self._average.write(averages)
        self._started = True

    def _give(self, averages, present, old):
        try:
            self._average.write_weights(_as_typed(averages, present))
            self._given = self._digest()
        except BaseException:
            self._average.write_weights(present)
            raise
        self.old_weights = old
        self._mark_applied(True)

    def _digest(self):
        digest = hashlib.sha256()
        for array in self._average.read_weights():
            digest.update(array.tobytes())
        return digest.digest()

    def _is_changed(self):
        return self._digest() != self._given

    # --- order ---

    # The mark is on each variable, not on the model: models share variables, and a variable must not hold two averages
    # at once. An attribute needs no id, which Python would use again, and lives and dies with its variable; as long as
    # one does, the object that can bring the old weights back is not lost either.
    def _mark_applied(self, applied):
        for weight in self._average.weights:
            if applied:
                weight.__dict__[_MARK] = self
            else:
                weight.__dict__.pop(_MARK, None)

    def _is_applied(self):
        return _applied_on(self._average.weights[0]) is self

    def _applied_now(self):
        return next((ema for ema in map(_applied_on, self._average.weights) if ema is not None), None)

    def _require_not_applied(self, call):
        if self._is_applied():
            raise self._wrong_order(call, "the averages are applied already", "call reset_old_weights() first")
        self._require_not_applied_by_another(call)

    def _require_not_applied_by_another(self, call):
        if self._applied_now() not in (None, self):
            raise self._wrong_order(
                call, "weights of the model hold the averages of another ExponentialMovingAverage",
                "call ExponentialMovingAverage.applied_to(model).reset_old_weights() first")

    def _before_training(self):
        if self._applied_now() is not None:
            raise self._wrong_order(
                "training the model", "weights of it are averages, and reset_old_weights() would undo the training",
                "ema = ExponentialMovingAverage.applied_to(model), then ema.reset_old_weights() to train on from the "
                "weights set aside, or ema.initialize() to train on from the averages")

    def _require_same_weights(self, call):
        if {id(weight) for weight in self.model.weights} != {id(weight) for weight in self._average.weights}:
            raise self._wrong_order(call, "the model has gained or lost weights since the average was made",
                                    "make a new ExponentialMovingAverage(model)")

    def _wrong_order(self, call, why, do):
        return WrongOrder("%s: %s. Nothing was changed." % (call, why), found=str(self._stack), do=do)

    # --- files ---

    # A file has the weights in the order of the layers: that of `ema_weights` depends on `trainable` in Keras 2.
    def _content(self):
        order = _layer_order(self.model, self._average.weights)
        averages, names, weights = self._average.read(), self._average.names(), self._average.read_weights()
        content = {"kcool_ema": np.array(_FORMAT), "momentum": np.array(self.momentum, "float64"),
                   "names": np.array([names[i] for i in order]),
                   "shapes": np.array([str(tuple(weights[i].shape)) for i in order]),
                   "dtypes": np.array([weights[i].dtype.name for i in order])}
        content.update(("ema_%d" % place, averages[i]) for place, i in enumerate(order))
        if self._is_applied():
            content.update(("old_%d" % place, _storable(self.old_weights[i])) for place, i in enumerate(order))
        return content

    def _checked(self, content, path):
        try:
            form, momentum, names = int(content["kcool_ema"]), float(content["momentum"]), list(content["names"])
            dtypes, averages = list(content["dtypes"]), [content["ema_%d" % i] for i in range(len(names))]
            old = [content["old_%d" % i] for i in range(len(names))] if "old_0" in content else None
        except KeyError as missing:
            raise WrongValue("%s is not a file of ExponentialMovingAverage.save." % path,
                             found="no entry %s" % missing, do="give the file that save() wrote")
        self._require_settings(form, momentum, path)
        saved = [(_leaf(name), str(dtype), average.shape) for name, dtype, average in zip(names, dtypes, averages)]
        if old is not None and [array.shape for array in old] != [array.shape for array in averages]:
            raise WrongValue("%s is damaged." % path, found="weights set aside of other shapes than the averages",
                             do="give the file that save() wrote")
        places = self._places(names, saved, path)
        return [averages[place] for place in places], None if old is None else [old[place] for place in places]

    def _require_settings(self, form, momentum, path):
        if form != _FORMAT:
            raise WrongValue(
                "load(%r): the file does not say that its weights are in the order of the layers." % path,
                found="format %d" % form, supported="format %d" % _FORMAT,
                do="with the kcool that wrote it: load() it, apply_ema_weights() and save the model (the older order "
                   "depended on which layers were frozen)")
        if momentum != self.momentum:
            raise WrongValue(
                "load(%r): the averages were made with momentum %r, not %r." % (path, momentum, self.momentum),
                found=str(self._stack), do="ExponentialMovingAverage(model, momentum=%r)" % momentum)

    def _places(self, names, saved, path):
        """Where in the file the average of each weight is: by the place in the layers, or by names that are the same.
        If both fit and do not agree, neither is sure."""
        order, own = _layer_order(self.model, self._average.weights), self._average.names()
        here = [(_leaf(name), weight.dtype.name, weight.shape)
                for name, weight in zip(own, self._average.read_weights())]
        by_layer = sorted(range(len(order)), key=order.__getitem__)
        ways = [way for way in (by_layer, _by_name(names, own))
                if way and len(saved) == len(here) and [saved[place] for place in way] == here]
        if ways and ways[0] == ways[-1]:
            return ways[0]
        in_layers = [own[i] for i in order]
        problem = _difference(names, saved, in_layers, [here[i] for i in order])
        if sorted(map(repr, saved)) == sorted(map(repr, here)):
            raise WrongShape(
                "load(%r): the weights are in another order than those of the model. Nothing was changed." % path,
                found=problem or "%s in the file where the model has %s" % next(
                    pair for pair in zip(names, in_layers) if pair[0] != pair[1]),
                do="make the layers in the order, and with the names, they had in the model that was saved")
        raise WrongShape("load(%r): the averages belong to another model. Nothing was changed." % path,
                         found=problem, do="load them into the model they were saved for")


_FORMAT = 2
_MARK = "_kcool_applied_ema"
_OWN = "_trainable_weights", "_trainable_variables", "_non_trainable_weights", "_non_trainable_variables"


def _applied_on(weight):
    return weight.__dict__.get(_MARK)


def _stack_of_model(model, call="ExponentialMovingAverage(model)"):
    stack = stack_of(model)
    if not hasattr(model, "train_on_batch"):
        raise NotAModel("%s: a model was expected. Received: %r of type %s." % (call, model, type(model).__name__),
                        found=str(stack), do="pass the model that is trained")
    return stack


def _checked_momentum(momentum, stack):
    try:
        value = float(momentum)
    except (TypeError, ValueError):
        value = float("nan")
    if not 0 <= value < 1:
        raise WrongValue("ExponentialMovingAverage(model, momentum=%r): the momentum is out of range." % (momentum,),
                         found=str(stack), supported="0 <= momentum < 1", do="use 0.999 or 0.9999")
    return value


def _require_weights(model, stack):
    try:
        built = bool(model.weights)
    except ValueError:
        built = False
    if not built:
        raise NotBuilt("ExponentialMovingAverage(model): the model has no weights yet.", found=str(stack),
                       do="give the first layer an input shape, or call model.build(input_shape)")


def _layer_order(model, weights):
    """The indices of `weights`, layer by layer and within each layer as they were made, whatever is trainable."""
    index, order = {id(weight): i for i, weight in enumerate(weights)}, []
    for weight in _walked(model, set()) + list(weights):
        if id(weight) in index:
            order.append(index.pop(id(weight)))
    return order


def _walked(layer, seen):
    if id(layer) in seen:
        return []
    seen.add(id(layer))
    weights = []
    weights = [weight for name in _OWN for weight in _listed(layer, name)]
    for child in _children(layer):
        weights += _walked(child, seen)
    return weights + _listed(layer, "weights")


def _children(layer):
    children = [child for name in ("layers", "cells", "_layers") for child in _listed(layer, name)]
    children += [getattr(layer, name, None) for name in ("layer", "forward_layer", "backward_layer", "cell")]
    if hasattr(layer, "_flatten_layers"):
        children += layer._flatten_layers(include_self=False, recursive=False)
    return [child for child in children if hasattr(type(child), "weights")]


def _listed(layer, name):
    try:
        several = getattr(layer, name, None)
    except ValueError:  # the weights of a part that is not built
        several = None
    return list(several) if isinstance(several, (list, tuple)) else []


def _by_name(saved, own):
    """Where in the file each weight of the model is, if all full names are the same and each is there once."""
    return [saved.index(name) for name in own] if sorted(saved) == sorted(own) and len(set(own)) == len(own) else None


def _difference(names, saved, own, here):
    if len(saved) != len(here):
        return "%d weights in the file, %d in the model" % (len(saved), len(here))
    for there, found, name, wanted in zip(names, saved, own, here):
        if found != wanted:
            return "%s is %s in the model and %s (%s) in the file" % (name, wanted, found, there)
    return None


def _as_typed(arrays, likes):
    return [array.astype(like.dtype) for array, like in zip(arrays, likes)]


def _storable(array):
    # NumPy files know no bfloat16; float32 holds its values exactly.
    return array.astype("float32") if array.dtype.itemsize == 2 and array.dtype.kind not in "iu" else array


def _leaf(name):
    """``dense_1/kernel:0`` and ``sequential/dense_4/kernel`` are both a ``kernel``; numbers are given as names come."""
    return re.sub(r"(_\d+)?(:\d+)?$", "", name.split("/")[-1])


def _write_file(path, content):
    temporary = "%s.%d.part" % (path, os.getpid())
    try:
        with open(temporary, "wb") as stream:
            np.savez(stream, **content)
        os.replace(temporary, path)
    except BaseException as error:
        if os.path.exists(temporary):
            os.remove(temporary)
        if getattr(error, "filename", None) == temporary:
            error.filename, error.filename2 = path, None
        raise


def _read_file(path, stack):
    with open(path, "rb") as stream:
        try:
            with np.load(stream, allow_pickle=False) as content:
                return {name: content[name] for name in content.files}
        except (ValueError, EOFError, AttributeError, zipfile.BadZipFile, zlib.error) as reason:
            raise WrongValue("%s is not a file of ExponentialMovingAverage.save." % path,
                             found="%s (%s)" % (reason, stack), do="give the file that save() wrote")
