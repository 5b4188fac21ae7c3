"""What is the same for a moving average on every stack: its calls and their order.

Nothing here knows a framework; both sides derive from it.
"""
import contextlib
import os
import warnings

from kcool.errors import KcoolWarning, NotCompiled, WrongOrder, WrongValue

from .ema_checks import checked_momentum, require_weights, stack_of_model
from .ema_file import layout_of, read_file, write_file
from .ema_layers import state_of
from .ema_marks import applied_on, checksums, holder, mark

__all__ = ["Averaging"]


class Averaging:
    """What an average of weights is to its user: the calls and their order. A subclass knows one side's models.

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
        self._stack = stack_of_model(model)
        self._momentum = checked_momentum(momentum, self._stack)
        self.model = model
        require_weights(model, self._stack)
        self._average = self._average_of(model, self._momentum)
        self.old_weights = []
        self._given = None
        self._started = self._injected = False

    @classmethod
    def applied_to(cls, model):
        """The ExponentialMovingAverage whose averages are in weights of `model` now, or None.

        It may have been made for another model that shares layers with this one.
        """
        stack_of_model(model, "ExponentialMovingAverage.applied_to(model)")
        return applied_on(model.weights)

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
        mark(self._average.weights, None)
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

        State that layers write themselves in `predict` (a counter, a stateful layer) is given back as well, unasked.

        Args:
            force: give them back also if trainable weights were changed while the averages were applied, by
                `set_weights` or by training another model that shares them. The changes are lost. (`initialize` keeps
                them.)

        Raises:
            WrongOrder: the averages are not applied, or trainable weights were changed and `force` is false.
        """
        if not self._is_applied():
            raise self._wrong_order("reset_old_weights()", "the averages are not applied",
                                    "call apply_ema_weights() first")
        changed = [] if force else self._changed()
        if changed:
            raise self._wrong_order(
                "reset_old_weights()", "weights were changed while the averages were applied, by set_weights or by "
                "training another model that shares them (%s)" % _some(changed),
                "call initialize() to go on from the weights as they are now, or reset_old_weights(force=True) to give "
                "them up for those set aside, which are safe in old_weights")
        self._average.write_weights(self.old_weights)
        mark(self._average.weights, None)

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
            changed = self._changed()
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
        write_file(os.fspath(path), self._layout(self._average.read_weights()), self.momentum, self._average.read(),
                   self.old_weights if self._is_applied() else None)

    def load(self, path, by_name=None):
        """Reads what `save` wrote, checks all of it, and takes it over. Call it before or after `inject`.

        A file written while the averages were applied brings that back: the model gets the averages, and
        `reset_old_weights` the weights that had been set aside.

        Args:
            path: the file's exact name.
            by_name: which average belongs to which weight is told by the order of the layers and by the names that
                were given to layers (names that Keras numbers do not count). If the two disagree, true goes by the
                names, false by the order, and None raises.

        Raises:
            WrongValue: not a file of `save`, or one with another momentum.
            WrongShape: it belongs to a model with other weights, or with the same ones in another order.
            WrongOrder: the averages are applied now, so loading would lose the weights set aside.
        """
        self._require_not_applied("load()")
        self._require_same_weights("load()")
        present = self._average.read_weights()
        averages, old = read_file(os.fspath(path), self._layout(present), self.momentum, by_name, self._stack)
        if old is not None:
            self._give(averages, present, _as_typed(old, present))
        self._average.write(averages)
        self._started = True

    def _give(self, averages, present, old):
        given = _as_typed(averages, present)
        self._given = checksums(given)
        try:
            self._average.write_weights(given)
        except BaseException:
            self._average.write_weights(present)
            raise
        self.old_weights = old
        mark(self._average.weights, self)

    def _layout(self, arrays):
        return layout_of(self.model, self._average.weights, self._average.names(), arrays)

    def _changed(self):
        """Names of the weights that are not what `apply_ema_weights` made them; those of a layer's own doing aside."""
        found = checksums(self._average.read_weights())
        changed = [i for i, pair in enumerate(zip(found, self._given)) if pair[0] != pair[1]]
        state = state_of(self.model) if changed else ()
        return [self._average.names()[i] for i in changed
                if id(self._average.weights[i]) not in state and self.old_weights[i].dtype.kind not in "iub"]

    # --- order ---

    def _is_applied(self):
        return holder(self._average.weights[0]) is self

    def _require_not_applied(self, call):
        if self._is_applied():
            raise self._wrong_order(call, "the averages are applied already", "call reset_old_weights() first")
        self._require_not_applied_by_another(call)

    def _require_not_applied_by_another(self, call):
        if applied_on(self._average.weights) not in (None, self):
            raise self._wrong_order(
                call, "weights of the model hold the averages of another ExponentialMovingAverage",
                "call ExponentialMovingAverage.applied_to(model).reset_old_weights() first")

    def _before_training(self):
        if applied_on(self._average.weights) is not None:
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


def _as_typed(arrays, likes):
    return [array.astype(like.dtype) for array, like in zip(arrays, likes)]


def _some(names, most=4):
    return ", ".join(names[:most] + ["..."] * (len(names) > most))
