"""Moving averages that ride on the training step of Keras 3 models on JAX.

The averages travel as a fifth part of the state that Keras hands through its compiled step, are given up to it
(donated) like the other four and taken off again before Keras sees the state: its variables, files, metrics and logs
know nothing of them.
"""
import contextlib

import jax
import keras
import numpy as np

from kcool.errors import TechniqueUnavailable

from ..averages import Carrier
from ..updates import sign_of_update

_OPTIMIZER = 2


class Average(Carrier):
    """The averages of one model's weights."""

    def __init__(self, model, momentum):
        if getattr(keras.config, "is_nnx_enabled", bool)():
            raise TechniqueUnavailable(
                "ExponentialMovingAverage(model): with NNX, Keras calls the train_step of the class, not of the model.",
                found=f"Keras {keras.__version__}, NNX enabled",
                do="run without NNX: KERAS_NNX_ENABLED=false")
        super().__init__(model, momentum)
        self._key = f"average {id(self)}"
        self._attach()
        self._arrays = [_average_of(weight.value) for weight in self.weights]
        self.variables = [_Slot(self, index) for index in range(len(self.weights))]

    def write(self, arrays):
        """Sets the averages from NumPy arrays."""
        self._arrays = [jax.device_put(np.asarray(array, old.dtype), old.sharding)
                        for array, old in zip(arrays, self._arrays)]

    def read_weights(self):
        """The model's weights as NumPy arrays."""
        self._attach()
        return super().read_weights()

    def write_weights(self, arrays):
        """Sets the model's weights from NumPy arrays."""
        self._attach()
        super().write_weights(arrays)

    def inject(self, before_training):
        """Makes the model's training step update the averages, from its next batch on.

        Args:
            before_training: called before each fit or train_on_batch; may raise.
        """
        model, step, make = self.model, self.model.train_step, self.model.make_train_function

        def train_step(state, data):
            averages, state = self._taken_off(state)
            sign = sign_of_update(model.optimizer)
            before = self._read(sign, state)
            logs, state = step(state, data)
            return logs, self._put_on(self._follow(averages, state, sign, before), state)

        def make_train_function(force=False):
            before_training()
            if model.train_function is None or force:
                with self._sharding():
                    make(force=True)
                model.train_function = self._carried(model.train_function)

        self._attach()
        self.ride_on(train_step, make_train_function)
        if model.train_function is not None:
            make_train_function(force=True)

    def _carried(self, function):
        def train_function(state, iterator):
            logs, state = function(self._put_on(self._arrays, state), iterator)
            self._arrays, state = self._taken_off(state)
            return logs, state

        return train_function

    def _put_on(self, averages, state):
        others = state[4] if len(state) > 4 else {}
        return tuple(state[:4]) + ({**others, self._key: averages},)

    def _taken_off(self, state):
        others = dict(state[4])
        averages = others.pop(self._key)
        return averages, tuple(state[:4]) + ((others,) if others else ())

    def _read(self, sign, state):
        if sign is None:
            return None
        ids = [id(variable) for variable in self.model.optimizer.variables]
        return [state[_OPTIMIZER][ids.index(id(variable))] for variable in sign.variables]

    def _follow(self, averages, state, sign, before):
        model = self.model
        latest = {id(v): value for v, value in zip(model.trainable_variables, state[0])}
        latest.update((id(v), value) for v, value in zip(model.non_trainable_variables, state[1]))
        values = [latest[id(weight)] for weight in self.weights]
        if sign is None:
            return self._update(averages, values)
        made = sign.made(before, self._read(sign, state))
        return jax.lax.cond(made, self._update, lambda old, _: old, averages, values)

    def _update(self, averages, values):
        return [average + self.alpha * (value.astype(average.dtype) - average)
                if jax.numpy.issubdtype(average.dtype, jax.numpy.inexact) else value
                for average, value in zip(averages, values)]

    @contextlib.contextmanager
    def _sharding(self):
        """Under a distribution Keras tells the compiler where the parts of the state lie: adds the fifth part."""
        name = "_get_state_sharding_spec"
        spec, shadowed = getattr(self.model, name, None), self.model.__dict__.get(name)

        def with_averages():
            return self._put_on([array.sharding for array in self._arrays], spec())

        object.__setattr__(self.model, name, with_averages)
        try:
            yield
        finally:
            object.__delattr__(self.model, name)
            if shadowed is not None:
                object.__setattr__(self.model, name, shadowed)

    def _attach(self):
        # In the middle of fit the values are in Keras' running state, not in the variables.
        self.model.jax_state_sync()


class _Slot:
    """One average. JAX arrays are given up to every step, so this looks the present one up when it is asked."""

    def __init__(self, average, index):
        self._average = average
        self._index = index

    @property
    def value(self):
        return self._average._arrays[self._index]

    shape = property(lambda self: self.value.shape)
    dtype = property(lambda self: self.value.dtype)

    def numpy(self):
        return np.array(self.value)

    def __array__(self, dtype=None, copy=None):
        return np.array(self.value, dtype=dtype)

    def __repr__(self):
        return f"<average {self._average.names()[self._index]}, shape {self.shape}, {self.dtype}>"


def _average_of(value):
    wide = jax.numpy.float32 if value.dtype in (jax.numpy.float16, jax.numpy.bfloat16) else value.dtype
    return jax.device_put(jax.numpy.array(value, dtype=wide, copy=True), value.sharding)
