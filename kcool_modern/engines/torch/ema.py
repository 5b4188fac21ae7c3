"""Moving averages that ride on the training step of Keras 3 models on PyTorch."""
import keras
import torch

from ..averages import Carrier
from ..updates import sign_of_update


class Average(Carrier):
    """The averages of one model's weights."""

    def __init__(self, model, momentum):
        super().__init__(model, momentum)
        self.variables = [_average_of(weight.value) for weight in self.weights]

    @staticmethod
    def array(variable):
        """A copy of an average, or of a source, as a NumPy array."""
        return keras.ops.convert_to_numpy(getattr(variable, "value", variable)).copy()

    def write(self, arrays):
        """Sets the averages from NumPy arrays."""
        for variable, array in zip(self.variables, arrays):
            variable.copy_(torch.as_tensor(array))

    def inject(self, before_training):
        """Makes the model's training step update the averages, from its next batch on.

        Args:
            before_training: called before each fit or train_on_batch; may raise.
        """
        model, step, make = self.model, self.model.train_step, self.model.make_train_function

        def train_step(*args, **kwargs):
            sign = sign_of_update(model.optimizer)
            before = _read(sign)
            logs = step(*args, **kwargs)
            if sign is None or bool(sign.made(before, _read(sign))):
                self._update()
            return logs

        def make_train_function(*args, **kwargs):
            before_training()
            return make(*args, **kwargs)

        self.ride_on(train_step, make_train_function)
        if model.train_function is not None:
            make(force=True)

    @torch.no_grad()
    def _update(self):
        averages, values = [], []
        for average, weight in zip(self.variables, self.weights):
            value = weight.value.detach()
            if not (average.is_floating_point() or average.is_complex()):
                average.copy_(value)
                continue
            averages.append(average)
            values.append(value.to(average.dtype))
        torch._foreach_lerp_(averages, values, self.alpha)


def _read(sign):
    return None if sign is None else [variable.value.detach().clone() for variable in sign.variables]


def _average_of(value):
    wide = torch.float32 if value.dtype in (torch.float16, torch.bfloat16) else value.dtype
    return value.detach().to(wide, copy=True)
