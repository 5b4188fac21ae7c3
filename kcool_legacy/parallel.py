"""Data parallel training of a template model on the devices of one machine.

The recipe is Keras 2.2's ``keras.utils.multi_gpu_model`` (Keras 2.0.9, 2017) with the ``ParallelModelCheckpoint`` that
articles of its time put beside it: build a template, wrap it, train the wrapper, save the template. Keras dropped both
with 2.4 in favour of ``tf.distribute``, whose scope has to be opened *before* the model is built, which turns a program
that wraps a finished model inside out.

On this side GPUs are served by ``keras.utils.multi_gpu_model`` itself. Devices that are named, CPUs among them, are
served by a graph of the same make built here: the batch is cut, the template is called once per device, the outputs
are put together, and TensorFlow's gradients do the rest on the template's own weights.

TensorFlow 1 orders no write of a variable behind the reads of the same step, so that one device may compute with a
kernel that is already the next step's. Here, on GPUs too, all writes of the optimizer wait until the loss, the metrics
and every value to be written are known.

Known differences of the graph built here from the one that Keras builds: the parts of a batch differ by at most one
row, where Keras gives the remainder to the last device; a device that would get no row repeats one, whose output is
cut off (a sum over an empty part is not a number, which BatchNormalization would keep for ever). As with Keras, the
devices race for BatchNormalization's moving statistics. `cpu_relocation` has no effect with `devices`; with GPUs
Keras then trains a re-initialized copy of the model, ``layers[-2]``, instead of the model.
"""
import keras
import tensorflow as tf
from keras import backend as K
from keras.utils.generic_utils import object_list_uid

from kcool.dispatch import resolve
from kcool.errors import NotAModel, NotBuilt, WrongShape
from kcool_common import parallel as device_names

from .write_order import with_writes_last

__all__ = ["ParallelModelCheckpoint", "multi_gpu_model"]


def multi_gpu_model(model, gpus=None, cpu_merge=True, cpu_relocation=False, devices=None):
    """A model that trains `model` on several devices, each taking an equal part of every batch.

    Args:
        model: the template, a built functional or sequential model with any number of inputs and outputs. Its weights
            are the ones that are trained: read, save, load and set them there at any moment.
        gpus: number of GPUs, at least 2, or a list of their ids, or None for all that are visible.
        cpu_merge: whether outputs are put together on the CPU, else on the first device.
        cpu_relocation: handed on to Keras with GPUs; with `devices` the template's weights stay on their device.
        devices: a list of names such as ``["cpu:0", "cpu:1"]`` or ``["gpu:0", "gpu:2"]``, instead of `gpus`.

    Returns:
        A `Model` with the template's inputs and output names; compile and train it as usual. ``layers[-2]`` is the
        template if that has one output.

    Raises:
        WrongDevices: fewer than two, unknown or duplicate devices.
        NotAModel, NotBuilt: `model` is no functional model, or has no graph yet.
        WrongShape: an output has no batch axis.

    Example:
        >>> parallel = multi_gpu_model(template, gpus=2)
        >>> parallel.compile("sgd", "mse")
        >>> parallel.fit(x, y, batch_size=64)
        >>> template.save_weights("trained.h5")
    """
    stack = resolve("parallel", model).stack
    _check(model, stack)
    names = device_names.chosen(gpus, devices, _present(), stack)
    if devices is not None:
        return with_writes_last(_replicated(model, names, "cpu:0" if cpu_merge else names[0]))
    ids = [int(name.split(":")[1]) for name in names]
    return with_writes_last(keras.utils.multi_gpu_model(model, ids, cpu_merge=cpu_merge, cpu_relocation=cpu_relocation))


def _check(model, stack):
    if not isinstance(model, keras.models.Model):
        raise NotAModel("`multi_gpu_model` takes a model. Received: %r." % (model,), found=str(stack),
                        supported="functional and sequential models", do="wrap the layer into a model")
    outputs = getattr(model, "outputs", None)
    if not outputs:
        raise NotBuilt("`multi_gpu_model` needs the template's graph, and %r has none." % model.name, found=str(stack),
                       supported="functional models, and sequential models that know their input shape",
                       do="give the first layer an input_shape, or call model.build(input_shape) first")
    scalars = [name for name, output in zip(model.output_names, outputs) if K.ndim(output) == 0]
    if scalars:
        raise WrongShape("`multi_gpu_model` puts outputs together along the batch axis, which is missing in: %s."
                         % ", ".join(scalars), found=str(stack), supported="outputs of shape (batch, ...)",
                         do="return one value per sample and let the loss take the mean")


def _present():
    if hasattr(tf, "Session"):
        found = K.get_session().list_devices()
    else:
        found = tf.config.experimental.list_logical_devices()
    # XLA lists its view of a device under a type of its own.
    return [device_names.normalized(device.name) for device in found if "xla" not in device.name.lower()]


def _replicated(model, names, merge_device):
    count, outputs = len(names), []
    # Keras 2.3.1 on TF 2.0 is eager outside its own calls, where devices would be forgotten.
    with model.inputs[0].graph.as_default():
        for index, name in enumerate(names):
            with _device(_computing_on(name)), _name_scope("replica_%d" % index):
                parts = _parts(model.inputs, index, count)
                outputs.append(_listed(model(parts if len(parts) > 1 else parts[0])))
                _drop_losses_of_repeated_rows(model, parts, index, count)
        with _device("/" + merge_device):
            merged = [_Merge(count, name=name)(list(parts) + [model.inputs[0]])
                      for name, parts in zip(_output_names(model), zip(*outputs))]
    return keras.models.Model(model.inputs, merged)


_device = tf.device if hasattr(tf, "Session") else tf.compat.v1.device
_name_scope = tf.name_scope if hasattr(tf, "Session") else tf.compat.v1.name_scope


def _computing_on(name):
    """A device function: everything goes to one device, except variables and what reads and writes them."""
    def place(operation):
        bound = operation.type in ("Variable", "VariableV2", "VarHandleOp") or any(
            tensor.dtype == tf.resource or tensor.dtype._is_ref_dtype for tensor in operation.inputs)
        return "" if bound else "/" + name
    return place


def _parts(inputs, index, count):
    # The cut is made where the input is, so that only the part travels.
    parts = []
    for tensor in inputs:
        with _device(tensor.device):
            parts.append(keras.layers.Lambda(_part, output_shape=K.int_shape(tensor)[1:],
                                             arguments={"index": index, "count": count})(tensor))
    return parts


def _part(tensor, index, count):
    start, stop = _bounds(tensor, index, count)
    rows = tf.shape(tensor)[0]
    return tensor[tf.minimum(start, tf.maximum(rows - 1, 0)):tf.maximum(stop, start + 1)]


def _drop_losses_of_repeated_rows(model, parts, index, count):
    start, stop = _bounds(model.inputs[0], index, count)
    # Keras keeps the same tensor at the model and at its layers, and counts it once.
    counted = {}
    for layer in _with_sublayers(model):
        losses = layer._per_input_losses.get(object_list_uid(parts), [])
        for loss in losses:
            if id(loss) not in counted:
                counted[id(loss)] = loss * tf.cast(tf.minimum(stop - start, 1), loss.dtype)
        losses[:] = [counted[id(loss)] for loss in losses]


def _with_sublayers(layer):
    return [layer] + [below for sublayer in getattr(layer, "layers", []) for below in _with_sublayers(sublayer)]


def _bounds(tensor, index, count):
    rows = tf.shape(tensor)[0]
    return rows * index // count, rows * (index + 1) // count


def _listed(tensors):
    return tensors if isinstance(tensors, list) else [tensors]


def _output_names(model):
    names = model.output_names
    return ["%s_%d" % (name, names[:i + 1].count(name)) if names.count(name) > 1 else name
            for i, name in enumerate(names)]


class _Merge(keras.layers.Layer):
    """Puts the devices' outputs together along the batch axis, without repeated rows.

    Inputs: one output per device, then an input of the template, whose rows say how many of theirs count.
    """

    def __init__(self, count, **kwargs):
        super(_Merge, self).__init__(**kwargs)
        self.count = count
        self.supports_masking = True

    def call(self, inputs, mask=None):
        return self._joined(inputs[:-1], inputs[-1])

    def compute_mask(self, inputs, mask=None):
        if mask is None or mask[0] is None:
            return None
        return self._joined(mask[:-1], inputs[-1])

    def compute_output_shape(self, input_shape):
        return (None,) + tuple(input_shape[0][1:])

    def _joined(self, parts, whole):
        bounds = [_bounds(whole, index, self.count) for index in range(self.count)]
        return tf.concat([part[:stop - start] for part, (start, stop) in zip(parts, bounds)], axis=0)


class ParallelModelCheckpoint(keras.callbacks.ModelCheckpoint):
    """A `ModelCheckpoint` that saves the template while a parallel model trains.

    Args:
        model: the template that was given to `multi_gpu_model`.
        filepath, monitor, verbose, save_best_only, save_weights_only, mode: as in `ModelCheckpoint`.
        period: number of epochs between two looks at the model.

    Raises:
        NotAModel: `model` belongs to no Keras.

    Example:
        >>> parallel.fit(x, y, callbacks=[ParallelModelCheckpoint(template, "best.h5", "loss", save_best_only=True)])
    """

    def __init__(self, model, filepath, monitor="val_loss", verbose=0, save_best_only=False, save_weights_only=False,
                 mode="auto", period=1):
        resolve("parallel", model)
        self.single_model = model
        super(ParallelModelCheckpoint, self).__init__(
            filepath, monitor=monitor, verbose=verbose, save_best_only=save_best_only,
            save_weights_only=save_weights_only, mode=mode, period=period)

    def set_model(self, model):
        """Keras hands the parallel model over; the template takes its place."""
        super(ParallelModelCheckpoint, self).set_model(self.single_model)
