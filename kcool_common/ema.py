"""What is the same for a moving average on every stack: the order of its calls, and its file.

Nothing here knows a framework; both sides derive from it.
"""
import contextlib
import os
import re
import zipfile
import zlib

import numpy as np

from kcool.dispatch import stack_of
from kcool.errors import NotAModel, NotBuilt, NotCompiled, WrongOrder, WrongShape, WrongValue

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
        self._started = self._injected = False

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
            WrongOrder: applied already, there are no averages yet, or the model's weights are not those it had.
        """
        self._require_not_applied("apply_ema_weights()")
        if not self._started:
            raise self._wrong_order("apply_ema_weights()", "there are no averages yet", "call inject() and train first")
        self._require_same_weights("apply_ema_weights()")
        old = self._average.read_weights()
        self._give(self._average.read(), old)
        self.old_weights = old
        self._mark_applied(True)

    def reset_old_weights(self):
        """Gives the model its own weights back, bit by bit.

        Raises:
            WrongOrder: the averages are not applied.
        """
        if not self._is_applied():
            raise self._wrong_order("reset_old_weights()", "the averages are not applied",
                                    "call apply_ema_weights() first")
        self._average.write_weights(self.old_weights)
        self._mark_applied(False)

    @contextlib.contextmanager
    def applied(self):
        """The model has the averages inside the ``with`` block and its own weights after it, whatever happens there."""
        self.apply_ema_weights()
        try:
            yield self
        finally:
            if self._is_applied():
                self.reset_old_weights()

    def save(self, path):
        """Writes the averages to one .npz file; an old file is replaced only when the new one is complete.

        Args:
            path: the file's exact name. If the averages are applied, the weights set aside are written as well.
        """
        if not self._started:
            raise self._wrong_order("save()", "there are no averages yet", "call inject() first")
        _write_file(os.fspath(path), self._content())

    def load(self, path):
        """Reads what `save` wrote, checks all of it, and takes it over. Call it before or after `inject`.

        A file written while the averages were applied brings that back: the model gets the averages, and
        `reset_old_weights` the weights that had been set aside.

        Args:
            path: the file's exact name.

        Raises:
            WrongValue: not a file of `save`, or one with another momentum.
            WrongShape: it belongs to a model with other weights.
            WrongOrder: the averages are applied now, so loading would lose the weights set aside.
        """
        self._require_not_applied("load()")
        self._require_same_weights("load()")
        averages, old = self._checked(_read_file(os.fspath(path), self._stack), path)
        present = self._average.read_weights()
        self._average.write(averages)
        self._started = True
        if old is not None:
            self._give(averages, present)
            self.old_weights = [array.astype(now.dtype) for array, now in zip(old, present)]
            self._mark_applied(True)

    def _give(self, averages, present):
        try:
            self._average.write_weights([array.astype(now.dtype) for array, now in zip(averages, present)])
        except BaseException:
            self._average.write_weights(present)
            raise

    # --- order ---

    # The mark is on the model, around Keras' own __setattr__: two averages of one model must not be applied at once.
    def _mark_applied(self, applied):
        self.model.__dict__[_MARK] = self if applied else None

    def _is_applied(self):
        return self.model.__dict__.get(_MARK) is self

    def _require_not_applied(self, call):
        if self._is_applied():
            raise self._wrong_order(call, "the averages are applied already", "call reset_old_weights() first")
        self._require_not_applied_by_another(call)

    def _require_not_applied_by_another(self, call):
        if self.model.__dict__.get(_MARK) not in (None, self):
            raise self._wrong_order(call, "the model holds the averages of another ExponentialMovingAverage",
                                    "call that one's reset_old_weights() first")

    def _before_training(self):
        if self.model.__dict__.get(_MARK) is not None:
            raise self._wrong_order(
                "training the model", "its weights are the averages, and reset_old_weights() would undo the training",
                "call reset_old_weights() to train on from the weights set aside, or initialize() to train on from the "
                "averages")

    def _require_same_weights(self, call):
        if {id(weight) for weight in self.model.weights} != {id(weight) for weight in self._average.weights}:
            raise self._wrong_order(call, "the model has gained or lost weights since the average was made",
                                    "make a new ExponentialMovingAverage(model)")

    def _wrong_order(self, call, why, do):
        return WrongOrder("%s: %s. Nothing was changed." % (call, why), found=str(self._stack), do=do)

    # --- files ---

    def _content(self):
        weights = self._average.read_weights()
        content = {"kcool_ema": np.array(1), "momentum": np.array(self.momentum, "float64"),
                   "names": np.array(self._average.names()),
                   "shapes": np.array([str(tuple(weight.shape)) for weight in weights]),
                   "dtypes": np.array([weight.dtype.name for weight in weights])}
        content.update(("ema_%d" % i, array) for i, array in enumerate(self._average.read()))
        if self._is_applied():
            # NumPy files know no bfloat16; float32 holds its values exactly.
            content.update(("old_%d" % i, array.astype("float32") if array.dtype.itemsize == 2 and
                            array.dtype.kind not in "iu" else array) for i, array in enumerate(self.old_weights))
        return content

    def _checked(self, content, path):
        try:
            momentum, names, dtypes = float(content["momentum"]), list(content["names"]), list(content["dtypes"])
            averages = [content["ema_%d" % i] for i in range(len(names))]
            old = [content["old_%d" % i] for i in range(len(names))] if "old_0" in content else None
        except KeyError as missing:
            raise WrongValue("%s is not a file of ExponentialMovingAverage.save." % path,
                             found="no entry %s" % missing, do="give the file that save() wrote")
        if momentum != self.momentum:
            raise WrongValue(
                "load(%r): the averages were made with momentum %r, not %r." % (path, momentum, self.momentum),
                found=str(self._stack), do="ExponentialMovingAverage(model, momentum=%r)" % momentum)
        order = _order_of(names, self._average.names())
        self._require_fit(order, names, dtypes, averages, old, path)
        return [averages[i] for i in order], None if old is None else [old[i] for i in order]

    def _require_fit(self, order, names, dtypes, averages, old, path):
        own, weights = self._average.names(), self._average.read_weights()
        problem = None
        if len(order) != len(own):
            problem = "%d weights in the file, %d in the model" % (len(names), len(own))
        for i, name, weight in zip(order, own, weights):
            here = _leaf(name), weight.dtype.name, weight.shape
            there = _leaf(names[i]), str(dtypes[i]), averages[i].shape
            if here != there or (old is not None and old[i].shape != weight.shape):
                problem = problem or "%s is %s in the model and %s (%s) in the file" % (name, here, there, names[i])
        if problem:
            raise WrongShape("load(%r): the averages belong to another model. Nothing was changed." % path,
                             found=problem, do="load them into the model they were saved for")


_MARK = "_kcool_applied_ema"


def _stack_of_model(model):
    stack = stack_of(model)
    if not hasattr(model, "train_on_batch"):
        raise NotAModel("ExponentialMovingAverage(model): a model was expected. Received: %r of type %s."
                        % (model, type(model).__name__), found=str(stack), do="pass the model that is trained")
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



def _order_of(saved, own):
    """Where in the file each weight of the model is: by name if the names are the same, else by position."""
    if sorted(saved) == sorted(own) and len(set(own)) == len(own):
        return [saved.index(name) for name in own]
    return list(range(len(saved)))


def _leaf(name):
    """``dense_1/kernel:0`` and ``sequential/dense_4/kernel`` are both a ``kernel``; numbers are given as names come."""
    return re.sub(r"(_\d+)?(:\d+)?$", "", name.split("/")[-1])


def _write_file(path, content):
    temporary = "%s.%d.part" % (path, os.getpid())
    try:
        with open(temporary, "wb") as stream:
            np.savez(stream, **content)
        os.replace(temporary, path)
    except BaseException:
        if os.path.exists(temporary):
            os.remove(temporary)
        raise


def _read_file(path, stack):
    with open(path, "rb") as stream:
        try:
            with np.load(stream, allow_pickle=False) as content:
                return {name: content[name] for name in content.files}
        except (ValueError, EOFError, AttributeError, zipfile.BadZipFile, zlib.error) as reason:
            raise WrongValue("%s is not a file of ExponentialMovingAverage.save." % path,
                             found="%s (%s)" % (reason, stack), do="give the file that save() wrote")
