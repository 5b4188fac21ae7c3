"""The machine as the demo needs it: quiet frameworks, two CPU devices, no GPU.

The problem is far too small for a GPU, whose reduced precision for products would also blur the comparisons.
"""
import importlib
import logging
import os
import warnings

from ...dispatch import _prepare, load

__all__ = ["DEVICES", "prepare"]

DEVICES = ("cpu:0", "cpu:1")

_TWO_HOST_DEVICES = "--xla_force_host_platform_device_count"


def prepare(stack):
    """Sets up the process and starts the framework.

    Args:
        stack: the chosen `Stack`.

    Returns:
        The facade's ``keras``.
    """
    _set_variables()
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        # TensorFlow 1 uses NumPy in ways that NumPy complains about at import.
        warnings.simplefilter("ignore", FutureWarning)
        # On the bridge it decides what the framework's name means.
        _prepare(stack)
        framework = importlib.import_module(stack.engine)
        if stack.engine == "tensorflow":
            _split_cpu(framework)
        elif stack.engine == "torch":
            # Between threads, layers as small as these spend most of their time waiting for each other.
            framework.set_num_threads(1)
        keras = load("keras")
    return keras


def _set_variables():
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
    # CUDA_VISIBLE_DEVICES is for TensorFlow and PyTorch; Keras has a variable of its own for Apple's GPUs.
    os.environ.update(CUDA_VISIBLE_DEVICES="-1", JAX_PLATFORMS="cpu", KERAS_TORCH_DEVICE="cpu")
    flags = os.environ.get("XLA_FLAGS", "")
    if _TWO_HOST_DEVICES not in flags:
        os.environ["XLA_FLAGS"] = ("%s %s=%d" % (flags, _TWO_HOST_DEVICES, len(DEVICES))).strip()


def _split_cpu(tf):
    if hasattr(tf, "Session"):
        _graph_session(tf)
    elif hasattr(tf.config, "set_logical_device_configuration"):
        cpu = tf.config.list_physical_devices("CPU")[0]
        tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration() for _ in DEVICES])
    else:
        config = tf.config.experimental
        cpu = config.list_physical_devices("CPU")[0]
        config.set_virtual_device_configuration(cpu, [config.VirtualDeviceConfiguration() for _ in DEVICES])


def _graph_session(tf):
    # For the single-device reference: with TensorFlow 1's older kind of variables a plain step may read a weight
    # that it has already written; with resource variables it does not. The parallel model needs neither.
    tf.enable_resource_variables()
    load("K").set_session(tf.Session(config=tf.ConfigProto(device_count={"CPU": len(DEVICES)})))
