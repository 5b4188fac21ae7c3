"""What happens around epochs and batches of training besides the training itself."""
from ._callbacks.callback_list import CallbackList
from ._callbacks.decisions import (
    EarlyStopping,
    LearningRateScheduler,
    ModelCheckpoint,
    ReduceLROnPlateau,
    TerminateOnNaN,
)
from ._callbacks.logs import BaseLogger, CSVLogger, History, ProgbarLogger, RemoteMonitor
from ._callbacks.tensorboard import TensorBoard
from .callback_base import Callback
from .engine.training_utils import standardize_input_data  # noqa: F401 - 2.2.4 had it here too
from .utils.generic_utils import Progbar  # noqa: F401 - 2.2.4 had it here too

__all__ = ["BaseLogger", "CSVLogger", "Callback", "CallbackList", "EarlyStopping", "History", "LambdaCallback",
           "LearningRateScheduler", "ModelCheckpoint", "ProgbarLogger", "ReduceLROnPlateau", "RemoteMonitor",
           "TensorBoard", "TerminateOnNaN"]


class LambdaCallback(Callback):
    """A callback made of functions.

    Args:
        on_epoch_begin, on_epoch_end: called as ``f(epoch, logs)``.
        on_batch_begin, on_batch_end: called as ``f(batch, logs)``.
        on_train_begin, on_train_end: called as ``f(logs)``.
        **kwargs: attributes.
    """

    def __init__(self, on_epoch_begin=None, on_epoch_end=None, on_batch_begin=None, on_batch_end=None,
                 on_train_begin=None, on_train_end=None, **kwargs):
        super(LambdaCallback, self).__init__()
        self.__dict__.update(kwargs)
        given = {"on_epoch_begin": on_epoch_begin, "on_epoch_end": on_epoch_end, "on_batch_begin": on_batch_begin,
                 "on_batch_end": on_batch_end, "on_train_begin": on_train_begin, "on_train_end": on_train_end}
        self.__dict__.update((name, function) for name, function in given.items() if function is not None)
