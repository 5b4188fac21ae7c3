"""Data parallel training by ``keras.distribution.DataParallel`` on JAX.

Keras 3 on JAX compiles one step for all devices, so loss, metrics and gradients are those of the whole batch by
construction. What is left to do: lay out weights, optimizer and metrics on the devices although they were made before
and outside the distribution; spread batches that Keras cannot; and keep the template up to date while `fit` runs, as
Keras takes the state of a running epoch out of the variables.
"""
import functools
import inspect

import jax
from keras import callbacks as keras_callbacks
from keras import distribution as keras_distribution

from kcool_common.parallel import normalized

__all__ = ["Replicas", "parallel_class", "present"]


def present():
    """Normalized names of the devices of this process."""
    kinds = sorted({device.platform for device in jax.devices()} | {"cpu"})
    return [normalized("%s:%d" % (kind, device.id)) for kind in kinds for device in jax.devices(kind)]


@functools.lru_cache(maxsize=None)
def parallel_class(keras):
    """The parallel model of Keras 3 on JAX.

    Args:
        keras: the module.

    Returns:
        A subclass of `Model` that computes on the devices of the `Replicas` in its attribute `_replicas`.
    """

    class ParallelModel(keras.Model):
        def train_step(self, state, data):
            return super().train_step(state, self._replicas.spread(data))

        def test_step(self, state, data):
            return super().test_step(state, self._replicas.spread(data))

        def predict_step(self, state, data):
            return super().predict_step(state, self._replicas.spread(data))

    for name in ("compile", "fit", "evaluate", "predict", "train_on_batch", "test_on_batch", "predict_on_batch"):
        setattr(ParallelModel, name, _distributed(getattr(keras.Model, name)))
    return ParallelModel


def _distributed(method):
    signature = inspect.signature(method)

    @functools.wraps(method)
    def on_all_devices(self, *args, **kwargs):
        given = signature.bind(self, *args, **kwargs)
        if "callbacks" in signature.parameters:
            given.arguments["callbacks"] = _with_sync(given.arguments.get("callbacks"), self)
        self._replicas.lay_out(_state_of(self))
        with self._replicas.serving(given.arguments):
            return method(*given.args, **given.kwargs)

    return on_all_devices


def _state_of(model):
    optimizer = getattr(model, "optimizer", None)
    return model.variables + model.metrics_variables + (optimizer.variables if optimizer else [])


class Replicas:
    """The devices of a parallel model as a `DataParallel` distribution.

    Args:
        template: the model; the distribution itself needs nothing of it.
        devices: normalized device names.
        merge_device, keras: not used: outputs stay where they were computed until they are fetched.
    """

    def __init__(self, template, devices, merge_device, keras):
        self.distribution = _FittingDataParallel(devices=devices)

    def lay_out(self, variables):
        """Replicates variables on the devices; values assigned later follow."""
        for variable in variables:
            layout = getattr(variable, "_layout", None)
            if layout is None or layout.device_mesh is not self.distribution.device_mesh:
                variable._layout = self.distribution.whole(len(variable.shape))
                variable.assign(variable.value)

    def serving(self, arguments):
        """The context of one call of `fit`, `train_on_batch` or such, with these arguments."""
        self.distribution.even = self.distribution.divides_all(arguments)
        return self.distribution.scope()

    def spread(self, data):
        """The same batch with its rows on all devices, if they divide evenly; for use inside a compiled step."""
        return jax.tree_util.tree_map(self._spread, data)

    def _spread(self, x):
        if not self.distribution.divides(x.shape):
            return x
        return jax.lax.with_sharding_constraint(x, self.distribution.by_rows(x.shape).backend_layout)


class _FittingDataParallel(keras_distribution.DataParallel):
    """Sends a batch whole to every device where it cannot be spread; the stock class lets JAX raise there."""

    #: Whether all batches of the running call can be spread: Keras keeps the layout of the first one for the others.
    even = False

    def get_data_layout(self, data_shape):
        return self.by_rows(data_shape) if self.even and self.divides(data_shape) else self.whole(len(data_shape))

    def by_rows(self, shape):
        return super().get_data_layout(shape)

    def whole(self, rank):
        return keras_distribution.TensorLayout([None] * rank, self.device_mesh)

    def divides(self, shape):
        return len(shape) > 0 and shape[0] is not None and shape[0] % self.device_mesh.devices.size == 0

    def divides_all(self, arguments):
        shapes = [getattr(x, "shape", ()) for x in jax.tree_util.tree_leaves(arguments.get("x"))]
        if not shapes or not all(shapes) or arguments.get("validation_split"):
            return False
        size = arguments.get("batch_size") or 32
        return self.divides((size,)) and all(self.divides((shape[0] % size,)) for shape in shapes)


class _Sync(keras_callbacks.Callback):
    """Puts the state of the running epoch back into the variables before other callbacks look at them."""

    def on_train_batch_end(self, batch, logs=None):
        self.model.jax_state_sync()

    on_test_batch_end = on_predict_batch_end = on_train_batch_end


_BATCH_HOOKS = ["on_batch_begin", "on_batch_end"] + ["on_%s_batch_%s" % (phase, edge) for phase in
                                                     ("train", "test", "predict") for edge in ("begin", "end")]


def _with_sync(callbacks, model):
    if isinstance(callbacks, keras_callbacks.CallbackList):
        return callbacks
    callbacks = list(callbacks) if isinstance(callbacks, (list, tuple)) else [callbacks] if callbacks else []
    # Each sync touches every variable: it is left out where nobody would look.
    return [_Sync()] + callbacks if any(map(_looks_at_batches, callbacks)) else callbacks


def _looks_at_batches(callback):
    stock = keras_callbacks.Callback
    return any(hook in vars(callback) or getattr(type(callback), hook, None) is not getattr(stock, hook)
               for hook in _BATCH_HOOKS)
