"""The base of all callbacks."""

__all__ = ["Callback"]


class Callback(object):
    """Something that is called while a model trains.

    The methods' ``logs`` is a dict of numbers: at the end of an epoch the loss, the metrics and the same of the
    validation (``val_`` before the name); around batches ``batch`` and ``size``, at their end the loss and the metrics
    too. What is put into it at the end of an epoch is seen by the callbacks that follow.

    Attributes:
        params: dict: ``verbose``, ``epochs``, ``batch_size``, ``metrics`` and so on.
        model: the model.
        validation_data: list of arrays, or None.
    """

    def __init__(self):
        self.validation_data = None
        self.model = None

    def set_params(self, params):
        """Takes the parameters of the training."""
        self.params = params

    def set_model(self, model):
        """Takes the model."""
        self.model = model

    def on_epoch_begin(self, epoch, logs=None):
        """Called before an epoch; the first one is 0."""

    def on_epoch_end(self, epoch, logs=None):
        """Called after an epoch and its validation."""

    def on_batch_begin(self, batch, logs=None):
        """Called before a batch; the first one of an epoch is 0."""

    def on_batch_end(self, batch, logs=None):
        """Called after a batch."""

    def on_train_begin(self, logs=None):
        """Called before the training."""

    def on_train_end(self, logs=None):
        """Called after the training."""
