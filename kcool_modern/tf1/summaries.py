"""Summaries for TensorBoard."""
import os
import time

import tensorflow as tf

from .control import current_values
from .variables import add_to_collection, get_collection

__all__ = ["FileWriter", "audio", "histogram", "image", "merge", "merge_all", "scalar", "text"]

_v1 = tf.compat.v1.summary
Summary, Event = tf.compat.v1.Summary, tf.compat.v1.Event


def _summary(make, name, args, collections):
    made = current_values.recorded(make, args, name)
    for collection in collections or ["summaries"]:
        add_to_collection(collection, made)
    return made


def scalar(name, tensor, collections=None, family=None):
    """A number as a summary: a string tensor."""
    return _summary(_scalar, name, (name, tensor), collections)


def _scalar(name, value):
    return tf.raw_ops.ScalarSummary(tags=name, values=_real(value))


def histogram(name, values, collections=None, family=None):
    """A histogram of a tensor."""
    return _summary(_histogram, name, (name, values), collections)


def _histogram(name, values):
    return tf.raw_ops.HistogramSummary(tag=name, values=_real(values))


def image(name, tensor, max_outputs=3, collections=None, family=None):
    """Images of a tensor (batch, height, width, 1, 3 or 4)."""
    return _summary(_image, name, (name, tensor, max_outputs), collections)


def _image(name, tensor, count):
    return tf.raw_ops.ImageSummary(tag=name, tensor=tensor, max_images=count,
                                   bad_color=tf.constant([255, 0, 0, 255], tf.uint8))


def audio(name, tensor, sample_rate, max_outputs=3, collections=None, family=None):
    """Sounds of a tensor (batch, frames, channels) or (batch, frames)."""
    return _summary(_audio, name, (name, tensor, sample_rate, max_outputs), collections)


def _audio(name, tensor, rate, count):
    return tf.raw_ops.AudioSummaryV2(tag=name, tensor=tensor, sample_rate=tf.cast(rate, tf.float32), max_outputs=count)


def text(name, tensor, collections=None):
    """A string tensor as text."""
    return _summary(_text, name, (name, tensor), collections)


def _text(name, tensor):
    from tensorboard.plugins.text.metadata import create_summary_metadata
    return tf.raw_ops.TensorSummaryV2(tag=name, tensor=tf.convert_to_tensor(tensor),
                                      serialized_summary_metadata=create_summary_metadata(name, "").SerializeToString())


def merge(inputs, collections=None, name=None):
    """Several summaries in one."""
    inputs = list(inputs)
    made = current_values.recorded(_merged, (inputs,), name or "Merge")
    for collection in collections or []:
        add_to_collection(collection, made)
    return made


def _merged(inputs):
    return tf.raw_ops.MergeSummary(inputs=inputs)


def merge_all(key="summaries", scope=None, name=None):
    """All summaries of a collection in one, None if there are none."""
    found = get_collection(key)
    return merge(found) if found else None


def _real(value):
    return tf.cast(value, tf.float32) if tf.as_dtype(value.dtype).is_bool else value


class FileWriter:
    """Writes summaries into an event file of a directory.

    Args:
        logdir: str, the directory.
        graph: accepted; the emulation's graph is not written.
    """

    def __init__(self, logdir, graph=None, max_queue=10, flush_secs=120, graph_def=None, filename_suffix=None,
                 session=None):
        with tf.Graph().as_default():
            self._writer = _v1.FileWriter(os.fspath(logdir), max_queue=max_queue, flush_secs=flush_secs,
                                          filename_suffix=filename_suffix)

    def add_summary(self, summary, global_step=None):
        """Writes a summary, or its bytes."""
        if not isinstance(summary, (bytes, Summary)):
            summary = summary.item() if hasattr(summary, "item") else bytes(summary)
        if isinstance(summary, bytes):
            summary = Summary.FromString(summary)
        event = Event(summary=summary, wall_time=time.time())
        if global_step is not None:
            event.step = int(global_step)
        self._writer.add_event(event)

    def add_graph(self, graph=None, global_step=None, graph_def=None):
        """Nothing is written."""

    def add_run_metadata(self, run_metadata, tag, global_step=None):
        """Writes what a run left."""
        with tf.Graph().as_default():
            self._writer.add_run_metadata(run_metadata, tag, global_step)

    def add_event(self, event):
        """Writes an event."""
        self._writer.add_event(event)

    def get_logdir(self):
        """The directory."""
        return self._writer.get_logdir()

    def flush(self):
        """Writes what is waiting."""
        self._writer.flush()

    def close(self):
        """Closes the file."""
        self._writer.close()

    def reopen(self):
        """Opens it again."""
        self._writer.reopen()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()
