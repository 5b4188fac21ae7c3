"""Data parallel training over several machines.

In Keras 2.2 days this took Horovod, TensorFlowOnSpark or a parameter server beside Keras, each with changes to the
program. TensorFlow 2 has it built in as ``tf.distribute.MultiWorkerMirroredStrategy``, which wants a cluster
description in the environment variable ``TF_CONFIG`` before the first operation runs.

Here the same program is started on every machine with its own index; the strategy is made from plain arguments, and
`Model.fit` does the rest. The engine keeps one copy of the weights per worker and sums gradients up over the network in
every step. Keras 3 cannot train under that strategy; there it gets one of ours, on the same connections.

Known differences from `multi_gpu_model`: model and optimizer are built inside the scope, in the same order on all
workers; `fit` gets the same data on all workers, each of which takes its share of every batch, so `batch_size` is
that of all workers together; no worker returns from `fit` before all are done. On Keras 2 every batch, the last one
of an epoch as well, has to be divisible by the number of workers: TensorFlow's strategy gives all parts equal weight.
"""
import importlib
import json
import os

from kcool.dispatch import resolve
from kcool.errors import WrongDevices, WrongOrder

__all__ = ["distribute"]


def distribute(workers=None, index=None):
    """The strategy under whose scope a model trains on several machines.

    Call it once, first thing in the program; it returns when all workers have come.

    Args:
        workers: addresses ``"host:port"``, the same list in the same order on every worker; by default from
            ``TF_CONFIG``.
        index: place of this worker in the list, from 0; by default from ``TF_CONFIG``.

    Returns:
        A ``tf.distribute.MultiWorkerMirroredStrategy``; on Keras 3 another ``tf.distribute.Strategy``.

    Raises:
        WrongDevices: no workers, an address without port, the same one twice, or an index outside the list.
        WrongOrder: TensorFlow has run operations already and cannot join a cluster any more.
        TechniqueUnavailable: this stack has no such engine.

    Example:
        >>> with distribute(["10.0.0.1:2222", "10.0.0.2:2222"], index=0).scope():
        ...     model = build()
        ...     model.compile("sgd", "mse")
        >>> model.fit(x, y, batch_size=64)
    """
    stack = resolve("distribute").stack
    workers, index = _cluster(workers, index, stack)
    engine = importlib.import_module("kcool_modern.engines.%s.distribute" % stack.engine)
    if engine.is_running():
        raise WrongOrder("`distribute` was called after TensorFlow had started to work.", found=str(stack),
                         supported="calling it before any model, tensor or variable is made",
                         do="move the call to the top of the program")
    return engine.strategy(workers, index, stack)


def _cluster(workers, index, stack):
    origin = "its arguments"
    if workers is None or index is None:
        config = _from_environment(stack)
        workers = config["cluster"]["worker"] if workers is None else workers
        index = config["task"]["index"] if index is None else index
        origin = "TF_CONFIG"
    workers = [workers] if isinstance(workers, str) else [str(worker) for worker in workers]
    wrong = _fault(workers, index)
    if wrong:
        raise WrongDevices("`distribute` cannot make a cluster of %s: %s." % (origin, wrong),
                           found="workers=%r, index=%r (%s)" % (workers, index, stack),
                           supported="distinct addresses 'host:port', and the place of this worker among them",
                           do="call distribute(workers=['host:port', ...], index=...), the same list on every worker")
    return workers, int(index)


def _fault(workers, index):
    if not workers:
        return "there are no workers"
    if len(set(workers)) < len(workers):
        return "an address comes up twice"
    for worker in workers:
        host, _, port = worker.rpartition(":")
        if not host or not port.isdigit() or "/" in host:
            return "%r is no 'host:port'" % worker
    if not str(index).isdigit() or int(index) >= len(workers):
        return "there is no worker number %s" % (index,)
    return None


def _from_environment(stack):
    try:
        config = json.loads(os.environ.get("TF_CONFIG") or "{}")
        config["cluster"]["worker"], config["task"]["index"]
        return config
    except (ValueError, KeyError, TypeError):
        raise WrongDevices("`distribute` needs the addresses of the workers and the index of this one.",
                           found="TF_CONFIG=%s (%s)" % (os.environ.get("TF_CONFIG"), stack),
                           supported="arguments, or TF_CONFIG with cluster.worker and task.index",
                           do="call distribute(workers=['host:port', ...], index=...)") from None
