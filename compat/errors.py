"""Every error of kcool: one class per reason, four parts per message.

A message says what was asked, what was found (with versions), what is supported and what to do next. Each class also
derives from the built-in that code of the Keras 2.2 days would have caught.
"""

__all__ = [
    "KcoolError",
    "StackNotFound",
    "StackNotSupported",
    "StackConflict",
    "UnknownStack",
    "UnknownTechnique",
    "TechniqueUnavailable",
    "NotEmulated",
    "NotFound",
    "DownloadFailed",
    "CacheDamaged",
    "PythonTwo",
    "DifferentResult",
    "UnreadableModel",
    "NotConverted",
    "NotAModel",
    "NotATensor",
    "NotBuilt",
    "NotCompiled",
    "NotConnected",
    "NoSuchLayer",
    "NameTaken",
    "WrongShape",
    "WrongValue",
    "WrongDevices",
    "WrongOrder",
    "WorkerFailed",
    "KcoolWarning",
    "MaskDropped",
    "StackUntested",
]


class KcoolError(Exception):
    """Base of all errors raised by kcool.

    Args:
        asked: what the caller asked for, with the dotted name or call.
        found: what was there instead, with versions.
        supported: what would have worked.
        do: the next step, as a command or a call.
    """

    def __init__(self, asked, found=None, supported=None, do=None):
        self.asked, self.found, self.supported, self.do = asked, found, supported, do
        parts = [asked]
        parts += ["%s: %s" % (label, text) for label, text in
                  (("Found", found), ("Supported", supported), ("What to do", do)) if text]
        super(KcoolError, self).__init__("\n  ".join(parts))

    # A KeyError would show its text in quotes.
    __str__ = Exception.__str__

    def __reduce__(self):
        return type(self), (self.asked, self.found, self.supported, self.do)


class StackNotFound(KcoolError, ImportError):
    """The framework that was asked for, or any framework at all, is not installed."""


class StackNotSupported(KcoolError, ImportError):
    """A framework is installed in a version outside the tested range."""


class StackConflict(KcoolError, RuntimeError):
    """The chosen stack contradicts what this process has imported already."""


class UnknownStack(KcoolError, ValueError):
    """A stack was named that kcool does not know."""


class UnknownTechnique(KcoolError, KeyError):
    """A technique was named that is not in the table."""


class TechniqueUnavailable(KcoolError, NotImplementedError):
    """A technique, or one use of it, has no counterpart on this stack."""


class NotEmulated(KcoolError, AttributeError):
    """A Keras 2.2.4 name that the emulation refuses to serve."""


class NotFound(KcoolError, IOError):
    """A file that was named is not there or cannot be read."""


class DownloadFailed(KcoolError, IOError):
    """Files could not be got from the package index."""


class CacheDamaged(KcoolError, IOError):
    """Files that kcool keeps in its cache are not what they were when they were put there."""


class PythonTwo(KcoolError, SyntaxError):
    """A source that only Python 2 can read."""


class DifferentResult(KcoolError, ValueError):
    """Old and new computation of the same thing are further apart than the tolerance."""


class UnreadableModel(KcoolError, ValueError):
    """A file that was given as a saved model is damaged, hostile, or something else."""


class NotConverted(KcoolError, ValueError):
    """A saved model holds something that has no equal on Keras 3; nothing was written."""


class NotAModel(KcoolError, TypeError):
    """An object was passed where a Keras model of a known stack is needed."""


class NotATensor(KcoolError, TypeError):
    """An object was passed where a tensor of a graph, or a list of them, is needed."""


class NotBuilt(KcoolError, ValueError):
    """The model or layer has no weights or no graph yet."""


class NotCompiled(KcoolError, RuntimeError):
    """The model has to be compiled first."""


class NotConnected(KcoolError, ValueError):
    """Some path of the graph needs a tensor that was not given."""


class NoSuchLayer(KcoolError, ValueError):
    """The model has no layer of that name."""


class NameTaken(KcoolError, ValueError):
    """The model has another layer of that name already."""


class WrongShape(KcoolError, ValueError):
    """A tensor or array does not have the shape or dtype that its place needs."""


class WrongValue(KcoolError, ValueError):
    """An argument or a file holds a value that cannot be used."""


class WrongDevices(KcoolError, ValueError):
    """The number or the names of devices cannot be used for data parallel training."""


class WrongOrder(KcoolError, RuntimeError):
    """Calls came in an order that would have lost something; nothing was changed."""


class WorkerFailed(KcoolError, RuntimeError):
    """A worker of `process_safe` did not give its batch.

    Attributes:
        batch: index of the batch, counted from 0; of a generator, how many came before it.
        epoch: how many times the data had been gone through before; None for a generator.
    """

    def __init__(self, asked, found=None, supported=None, do=None, batch=None, epoch=None):
        super(WorkerFailed, self).__init__(asked, found, supported, do)
        self.batch, self.epoch = batch, epoch

    def __reduce__(self):
        return type(self), (self.asked, self.found, self.supported, self.do, self.batch, self.epoch)


class KcoolWarning(UserWarning):
    """Base of all warnings issued by kcool."""


class MaskDropped(KcoolWarning):
    """A cut separates a mask from the layers that use it."""


class StackUntested(KcoolWarning):
    """The caller insisted on a stack outside the tested range."""
