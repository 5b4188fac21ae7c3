"""Which devices a parallel model shall use. Plain Python without a framework: both sides of kcool ask here."""
from kcool.errors import WrongDevices

__all__ = ["chosen", "normalized"]


def normalized(name):
    """``"/job:localhost/replica:0/task:0/device:GPU:1"``, ``"/gpu:1"`` and ``"GPU:1"`` are all ``"gpu:1"``."""
    parts = str(name).lower().replace("/", "").split(":")
    return ":".join(parts[-2:]).replace("device:", "")


def chosen(gpus, devices, present, stack):
    """Checks the device arguments of `multi_gpu_model`.

    Args:
        gpus: None, the number of GPUs, or a list of their ids.
        devices: None, or a list of device names.
        present: normalized names of the devices that this process has.
        stack: the `Stack`, for messages.

    Returns:
        A list of at least two normalized names, without duplicates, all of them present.

    Raises:
        WrongDevices: they cannot be used.
    """
    if gpus is not None and devices is not None:
        raise _wrong("`multi_gpu_model` takes `gpus` or `devices`, not both. Received: gpus=%r, devices=%r." % (
            gpus, devices), present, stack, "leave one of them out")
    names = _of_gpus(gpus, present) if devices is None else _of_devices(devices, present, stack)
    given = "gpus=%r" % (gpus,) if devices is None else "devices=%r" % (list(devices),)
    if len(names) < 2:
        raise _wrong("`multi_gpu_model` needs at least 2 devices. Received: %s." % given, present, stack)
    absent = [name for name in names if name not in present]
    if absent:
        raise _wrong("`multi_gpu_model` was called with %s, and this process has no %s." % (given, ", ".join(absent)),
                     present, stack)
    if len(set(names)) < len(names):
        raise _wrong("`multi_gpu_model` was given the same device twice: %s." % given, present, stack)
    return names


def _of_gpus(gpus, present):
    if gpus is None:
        return [name for name in present if not name.startswith("cpu")]
    kind = next((name.split(":")[0] for name in present if name.startswith(("gpu", "tpu"))), "gpu")
    ids = gpus if isinstance(gpus, (list, tuple)) else range(int(gpus))
    return ["%s:%d" % (kind, int(index)) for index in ids]


def _of_devices(devices, present, stack):
    if isinstance(devices, str) or not hasattr(devices, "__iter__"):
        raise _wrong("`devices` of `multi_gpu_model` must be a list of names. Received: %r." % (devices,),
                     present, stack)
    return [normalized(name) for name in devices]


def _wrong(asked, present, stack, do=None):
    kinds = [name.split(":")[0] for name in present]
    counts = ", ".join("%d %s" % (kinds.count(kind), kind.upper()) for kind in sorted({"cpu", "gpu"} | set(kinds)))
    return WrongDevices(asked, found="%s (%s)" % (counts, stack), supported=", ".join(present) or None,
                        do=do or "call it with devices=[...], two or more of the names above")
