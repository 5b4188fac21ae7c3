"""Data parallel training of a template model on the devices of one machine.

The recipe is Keras 2.2's ``keras.utils.multi_gpu_model`` (Keras 2.0.9, 2017) with the ``ParallelModelCheckpoint`` that
articles of its time put beside it: build a template, wrap it, train the wrapper, save the template. Keras dropped both
with 2.4 in favour of ``tf.distribute``, whose scope has to be opened *before* the model is built, which turns a program
that wraps a finished model inside out.

On this side the devices are run by the engine's own machinery: ``tf.distribute.MirroredStrategy`` on TensorFlow,
``keras.distribution.DataParallel`` on JAX. Either computes only forward and backward pass of the template, one part
of the batch per device; loss, metrics and optimizer see the whole batch as if there were one device. So the weights
stay the template's own variables, the optimizer stays the user's own object, and sample weights, uneven batches and
regularizers need no correction: one step equals the step of the template alone.

Known differences: the parts of a batch differ by at most one row, where 2.2 gave the remainder to the last device;
batches with fewer rows than devices train as well. BatchNormalization normalizes each part by itself on TensorFlow,
as in 2.2, but its moving statistics take the mean over the parts, where in 2.2 the devices raced for them; on JAX it
normalizes the whole batch. `cpu_relocation` has no effect: in 2.2 it trained a re-initialized copy of the model
instead of the model.
"""
import functools
import importlib

from kcool.dispatch import resolve
from kcool.errors import NotAModel, NotBuilt, WrongShape
from kcool_common import parallel as device_names

from .kinds import is_keras22

__all__ = ["ParallelModelCheckpoint", "multi_gpu_model"]


def multi_gpu_model(model, gpus=None, cpu_merge=True, cpu_relocation=False, devices=None):
    """A model that trains `model` on several devices, each taking an equal part of every batch.

    Args:
        model: the template, a built functional or sequential model with any number of inputs and outputs. Its weights
            are the ones that are trained: read, save, load and set them there at any moment.
        gpus: number of GPUs, at least 2, or a list of their ids, or None for all that are visible.
        cpu_merge: whether outputs are put together on the CPU, else on the first device.
        cpu_relocation: kept for old calls; the template's weights stay on their device.
        devices: a list of names such as ``["cpu:0", "cpu:1"]`` or ``["gpu:0", "gpu:2"]``, instead of `gpus`.

    Returns:
        A `Model` with the template's inputs and output names; compile and train it as usual. ``layers[-2]`` is the
        template if that has one output.

    Raises:
        WrongDevices: fewer than two, unknown or duplicate devices.
        NotAModel, NotBuilt: `model` is no functional model, or has no graph yet.
        WrongShape: an output has no batch axis.
        TechniqueUnavailable: this stack has no data parallel engine.

    Example:
        >>> parallel = multi_gpu_model(template, gpus=2)
        >>> parallel.compile("sgd", "mse")
        >>> parallel.fit(x, y, batch_size=64)
        >>> template.save_weights("trained.weights.h5")
    """
    stack = resolve("parallel", model).stack
    _check(model, stack)
    engine = importlib.import_module("kcool_modern.engines.%s.parallel" % stack.engine)
    names = device_names.chosen(gpus, devices, engine.present(), stack)
    merge_device = "cpu:0" if cpu_merge else names[0]
    if is_keras22(model):
        from .symbolic.parallel import parallel_model
        return parallel_model(model, names, merge_device, stack.engine, output_names(model))
    keras = importlib.import_module(stack.module)
    parallel = _graph_around(model, engine.parallel_class(keras), keras)
    parallel._replicas = engine.Replicas(model, names, merge_device, keras)
    return parallel


def _check(model, stack):
    if not hasattr(model, "predict") or not hasattr(model, "layers"):
        raise NotAModel("`multi_gpu_model` takes a model. Received: %r." % (model,), found=str(stack),
                        supported="functional and sequential models", do="wrap the layer into a model")
    try:
        outputs = model.outputs
    except (AttributeError, ValueError):
        outputs = None
    if not outputs:
        raise NotBuilt("`multi_gpu_model` needs the template's graph, and %r has none." % model.name, found=str(stack),
                       supported="functional models, and sequential models that know their input shape",
                       do="start it with an Input, or call model.build(input_shape) first")
    scalars = [name for name, output in zip(output_names(model), outputs) if len(output.shape) == 0]
    if scalars:
        raise WrongShape("`multi_gpu_model` puts outputs together along the batch axis, which is missing in: %s."
                         % ", ".join(scalars), found=str(stack), supported="outputs of shape (batch, ...)",
                         do="return one value per sample and let the loss take the mean")


def output_names(model):
    """The template's output names, numbered where one comes up twice, as in Keras 2.2."""
    names = list(getattr(model, "output_names", None) or [model.layers[-1].name])
    return ["%s_%d" % (name, names[:i + 1].count(name)) if names.count(name) > 1 else name
            for i, name in enumerate(names)]


def _graph_around(model, parallel_class, keras):
    inputs = _inputs(model)
    merged = _flat(model(inputs))
    outputs = [keras.layers.Activation("linear", name=name, dtype=tensor.dtype)(tensor)
               for name, tensor in zip(output_names(model), merged)]
    return parallel_class(inputs, outputs if len(outputs) > 1 else outputs[0])


def _inputs(model):
    try:
        return model.input
    except (AttributeError, ValueError):  # a Sequential of Keras 3 that has not been called
        return model.inputs if len(model.inputs) > 1 else model.inputs[0]


def _flat(outputs):
    if isinstance(outputs, dict):
        return [outputs[key] for key in sorted(outputs)]
    return list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]


class ParallelModelCheckpoint:
    """A `ModelCheckpoint` that saves the template while a parallel model trains.

    Args:
        model: the template that was given to `multi_gpu_model`.
        filepath, monitor, verbose, save_best_only, save_weights_only, mode: as in `ModelCheckpoint`.
        period: number of epochs between two looks at the model.

    Raises:
        NotAModel: `model` belongs to no Keras.

    Example:
        >>> parallel.fit(x, y, callbacks=[ParallelModelCheckpoint(template, "best.keras", "loss", save_best_only=True)])
    """

    def __new__(cls, model, *args, **kwargs):
        """Makes the checkpoint of the template's own Keras."""
        # Each Keras of the process has a ModelCheckpoint of its own; the template says which is meant.
        module = resolve("parallel", model).stack.module
        return object.__new__(_checkpoint_class(cls, "kcool_modern.keras22" if is_keras22(model) else module))

    def __init__(self, model, filepath, monitor="val_loss", verbose=0, save_best_only=False, save_weights_only=False,
                 mode="auto", period=1):
        super().__init__(filepath, monitor=monitor, verbose=verbose, save_best_only=save_best_only,
                         save_weights_only=save_weights_only, mode=mode)
        self.single_model = model
        # Keras 2 still counts epochs by itself, as 2.2 did; Keras 3 does not.
        self._base_counts = hasattr(self, "period")
        self.period = period
        self._epochs_waited = 0

    def set_model(self, model):
        """Keras hands the parallel model over; the template takes its place."""
        super().set_model(self.single_model)

    def on_epoch_end(self, epoch, logs=None):
        """Saves the template every `period` epochs."""
        self._epochs_waited += 1
        if self._base_counts or self._epochs_waited >= self.period:
            self._epochs_waited = 0
            super().on_epoch_end(epoch, logs)


@functools.lru_cache(maxsize=None)
def _checkpoint_class(cls, module):
    keras = importlib.import_module(module)
    bases = (cls, keras.callbacks.ModelCheckpoint)
    return type(cls.__name__, bases, {"__module__": cls.__module__, "__doc__": cls.__doc__})
