"""Event files for TensorBoard."""
import itertools
import json
import os
import warnings

import numpy as np

from .. import backend as K
from ..callback_base import Callback

__all__ = ["TensorBoard"]


class TensorBoard(Callback):
    """Writes logs, and what else is asked for, to event files.

    On other backends than TensorFlow only the logs are written.

    Args:
        log_dir: str, the directory.
        histogram_freq: int, after every so many epochs histograms of weights and of layers' outputs on the validation
            data; 0 for none.
        batch_size: int, rows of the validation data that are taken at a time.
        write_graph: bool, whether the graph of the model is written.
        write_grads: bool, whether histograms of gradients come with those of the weights.
        write_images: bool, whether the weights are written as images with their histograms.
        embeddings_freq: int, after every so many epochs what layers give for `embeddings_data`; 0 for none.
        embeddings_layer_names: list of str; all `Embedding` layers by default.
        embeddings_metadata: dict from layer name to file name, or one file name for all.
        embeddings_data: array, or list of one per input.
        update_freq: ``epoch``, ``batch``, or int: write the logs after so many samples.
    """

    def __init__(self, log_dir="./logs", histogram_freq=0, batch_size=32, write_graph=True, write_grads=False,
                 write_images=False, embeddings_freq=0, embeddings_layer_names=None, embeddings_metadata=None,
                 embeddings_data=None, update_freq="epoch"):
        super(TensorBoard, self).__init__()
        _tensorflow()
        self.log_dir, self.batch_size, self.write_grads = log_dir, batch_size, write_grads
        self.histogram_freq, self.write_graph, self.write_images = histogram_freq, write_graph, write_images
        self.embeddings_freq, self.embeddings_data = embeddings_freq, embeddings_data
        self.embeddings_layer_names, self.embeddings_metadata = embeddings_layer_names, embeddings_metadata or {}
        self.update_freq = 1 if update_freq == "batch" else update_freq
        self.samples_seen = self.samples_seen_at_last_write = 0
        self.merged = None
        if K.backend() != "tensorflow":
            for name in ("histogram_freq", "write_graph", "write_images", "embeddings_freq"):
                self._give_up(name)

    def _give_up(self, name):
        value = getattr(self, name)
        if value:
            nothing = type(value)(0)
            warnings.warn("You are not using the TensorFlow backend. %s was set to %s" % (name, nothing), stacklevel=4)
            setattr(self, name, nothing)

    def set_model(self, model):
        """See `Callback`."""
        self.model = model
        if self.histogram_freq and self.merged is None:
            self.merged = _Summaries(model, self.write_grads, self.write_images)
        tf = _tensorflow()
        with tf.Graph().as_default():
            # A writer of TensorFlow 1: scripts add their own summaries to it. It can only be made in a graph.
            self.writer = tf.compat.v1.summary.FileWriter(self.log_dir)
        if self.write_graph:
            self.writer.add_graph(_graph_of(model))
        if self.embeddings_freq and self.embeddings_data is not None:
            self._embeddings = _Embeddings(self)

    def on_epoch_end(self, epoch, logs=None):
        """See `Callback`."""
        if not self.validation_data and self.histogram_freq:
            raise ValueError("If printing histograms, validation_data must be provided, and cannot be a generator.")
        if self.embeddings_data is None and self.embeddings_freq:
            raise ValueError("To visualize embeddings, embeddings_data must be provided.")
        if self.histogram_freq and epoch % self.histogram_freq == 0:
            for summary in self.merged.of_batches(self.validation_data, self.batch_size):
                self.writer.add_summary(summary, epoch)
        if self.embeddings_freq and epoch % self.embeddings_freq == 0:
            self._embeddings.save(epoch)
        self._write_logs(logs or {}, epoch if self.update_freq == "epoch" else self.samples_seen)

    def on_batch_end(self, batch, logs=None):
        """See `Callback`."""
        if self.update_freq == "epoch":
            return
        self.samples_seen += logs["size"]
        if self.samples_seen - self.samples_seen_at_last_write >= self.update_freq:
            self._write_logs(logs, self.samples_seen)
            self.samples_seen_at_last_write = self.samples_seen

    def on_train_end(self, logs=None):
        """See `Callback`."""
        self.writer.close()

    def _write_logs(self, logs, index):
        for name, value in logs.items():
            if name not in ("batch", "size"):
                summary = _tensorflow().compat.v1.Summary()
                summary.value.add(tag=name, simple_value=np.asarray(value).item())
                self.writer.add_summary(summary, index)
        self.writer.flush()


def _tensorflow():
    try:
        import tensorflow
    except ImportError:
        raise ImportError("You need the TensorFlow module installed to use TensorBoard.")
    return tensorflow


class _Summaries(object):
    """Histograms and images of a model's weights, gradients and outputs.

    Attributes:
        entries: list of ``(write, tag)``, what to make of each number that `function` gives.
        function: the function of the validation data.
    """

    def __init__(self, model, write_grads, write_images):
        self.model, self.entries, tensors = model, [], []

        def add(write, tag, tensor):
            known = [other for _, other in self.entries]
            # As names in a graph of TensorFlow 1.
            free = (name for name in itertools.chain([tag], ("%s_%d" % (tag, i) for i in itertools.count(1)))
                    if name not in known)
            self.entries.append((write, next(free)))
            tensors.append(tensor)

        for layer in model.layers:
            for weight in layer.weights:
                tag = _full_name(weight).replace(":", "_")
                add(_histogram, tag, weight)
                gradient = _gradient(model, weight) if write_grads else None
                if gradient is not None:
                    add(_histogram, tag + "_grad", gradient)
                if write_images:
                    add(_image, tag, weight)
            outputs = getattr(layer, "output", [])
            if isinstance(outputs, list):
                for i, output in enumerate(outputs):
                    add(_histogram, "%s_out_%d" % (layer.name, i), output)
            else:
                add(_histogram, layer.name + "_out", outputs)
        inputs = model.inputs + model.targets + model.sample_weights
        self.function = K.function(inputs + ([K.learning_phase()] if model.uses_learning_phase else []), tensors)

    def of_batches(self, data, batch_size):
        """Serialized summaries, one per batch.

        Args:
            data: list of arrays; the learning phase comes last if the model uses it.
        """
        whole = data[-1:] if self.model.uses_learning_phase else []
        sliced = data[:-1] if whole else data
        for start in range(0, len(sliced[0]), batch_size):
            values = self.function([x[start:start + batch_size] for x in sliced] + whole)
            yield b"".join(write(tag, value) for (write, tag), value in zip(self.entries, values))


def _full_name(weight):
    name = getattr(weight, "old_name", None) or weight.name
    return name if ":" in name else name + ":0"


def _gradient(model, weight):
    try:
        return model.optimizer.get_gradients(model.total_loss, [weight])[0]
    except ValueError:
        # The loss does not depend on it: moving averages.
        return None


# Summaries in serialized form may be joined: that merges them.


def _histogram(tag, value):
    # TensorFlow's own buckets; it refuses what is not finite.
    value = np.asarray(value)
    if not np.isfinite(value).all():
        warnings.warn("%s holds numbers that are not finite; no histogram is written." % tag, stacklevel=2)
        return b""
    return _tensorflow().raw_ops.HistogramSummary(tag=_clean(tag), values=value).numpy()


def _image(tag, value):
    value = np.squeeze(value)
    if value.ndim == 1:
        value = value.reshape(1, -1, 1, 1)
    elif value.ndim == 2:
        value = (value.T if value.shape[0] > value.shape[1] else value)[None, :, :, None]
    elif value.ndim == 3:
        # Every channel is an image.
        value = (np.moveaxis(value, 2, 0) if K.image_data_format() == "channels_last" else value)[..., None]
    else:
        return b""
    tf, pixels = _tensorflow(), _pixels(value[:3])
    summary = tf.compat.v1.Summary()
    for i, image in enumerate(pixels):
        entry = summary.value.add(tag="%s/image/%d" % (_clean(tag), i))
        entry.image.height, entry.image.width, entry.image.colorspace = image.shape
        entry.image.encoded_image_string = tf.io.encode_png(image).numpy()
    return summary.SerializeToString()


def _pixels(images):
    """Numbers as shades of grey, in TensorFlow's scale: 0 is black, or medium grey where there are negative ones."""
    images = np.nan_to_num(images.astype("float32"))
    axes = (1, 2, 3)
    signed = images.min(axes, keepdims=True) < 0
    span = np.maximum(np.abs(images).max(axes, keepdims=True), 1e-30)
    return (images * np.where(signed, 127, 255) / span + np.where(signed, 128, 0)).astype("uint8")


def _clean(tag):
    return "".join(c if c.isalnum() or c in "_-./" else "_" for c in tag).lstrip("/")


def _graph_of(model):
    """What computes a model's outputs, as a graph of TensorFlow."""
    from .._symbolic.engines import tensorflow as engine
    from .._symbolic.run import Plan, Run
    tf = _tensorflow()
    inputs = list(model.inputs)
    with tf.__internal__.FuncGraph("model").as_default() as graph:
        feeds = [tf.compat.v1.placeholder(x.dtype, x.shape) for x in inputs]
        Run(Plan(inputs, list(model.outputs)), engine, feeds, False).execute()
    return graph


class _Embeddings(object):
    """What layers give for fixed data, saved as variables of a checkpoint that TensorBoard's projector reads.

    Args:
        owner: the `TensorBoard`.
    """

    def __init__(self, owner):
        from ..engine.training_utils import standardize_input_data
        model = owner.model
        self.model, self.log_dir, self.batch_size = model, owner.log_dir, owner.batch_size
        owner.embeddings_data = self.data = standardize_input_data(owner.embeddings_data, model.input_names)
        wanted = owner.embeddings_layer_names or [layer.name for layer in model.layers
                                                  if type(layer).__name__ == "Embedding"]
        self.layers = [layer for layer in model.layers if layer.name in wanted]
        self.function = K.function(list(model.inputs) + [K.learning_phase()], [layer.output for layer in self.layers])
        self._prepare_checkpoint()
        self._write_config(owner.embeddings_metadata)

    def save(self, epoch):
        """Computes and writes a checkpoint."""
        if not self.layers:
            return
        rows = len(self.data[0])
        parts = [self.function([x[start:start + self.batch_size] for x in self.data] + [0])
                 for start in range(0, rows, self.batch_size)]
        feeds = {feed: np.concatenate(values).reshape(rows, -1) for feed, values in zip(self.feeds, zip(*parts))}
        self.session.run(self.writes, feeds)
        with self.session.graph.as_default():
            self.saver.save(self.session, os.path.join(self.log_dir, "keras_embedding.ckpt"), epoch)

    def _prepare_checkpoint(self):
        v1 = _tensorflow().compat.v1
        with v1.Graph().as_default() as graph:
            # On the CPU: the numbers only pass through.
            self.session = v1.Session(graph=graph, config=v1.ConfigProto(device_count={"GPU": 0}))
            self.variables = [
                v1.Variable(np.zeros((len(self.data[0]), int(np.prod(layer.output.shape[1:]))), "float32"),
                            name=layer.name + "_embedding", use_resource=False) for layer in self.layers]
            self.feeds = [v1.placeholder("float32", variable.shape) for variable in self.variables]
            self.writes = [v1.assign(variable, feed) for variable, feed in zip(self.variables, self.feeds)]
            if self.layers:
                self.saver = v1.train.Saver(self.variables)

    def _write_config(self, metadata):
        text = ""
        for layer, variable in zip(self.layers, self.variables):
            path = metadata if isinstance(metadata, str) else metadata.get(layer.name)
            text += 'embeddings {\n  tensor_name: "%s"\n' % variable.name
            text += "" if path is None else "  metadata_path: %s\n" % json.dumps(path)
            text += "}\n"
        with open(os.path.join(self.log_dir, "projector_config.pbtxt"), "w") as config:
            config.write(text)
