"""The pins: every stack that kcool is tested on, in one table.

The noxfile makes its sessions from it, the test suite prints it in its header, and README's "tested with" table is
generated from it (``python tools/tables.py``).
"""
from collections import OrderedDict, namedtuple


#: ``name``: nox session. ``python``: interpreter. ``pins``: what pip installs. ``stack``: the name that
#: `compat.stack()` must give there. ``env``: variables of the session.
class Pinned(namedtuple("Pinned", "name python pins stack env")):
    """One row."""

    @property
    def keras(self):
        """The version of Keras among the pins, such as ``3.15``; None where it is that of TensorFlow."""
        found = [pin.split("==")[1].replace(".*", "") for pin in self.pins if pin.startswith("keras==")]
        return found[0] if found else None


_OLD = ("h5py<3", "numpy<1.19")


def _pinned(name, python, pins, stack, **env):
    return Pinned(name, python, tuple(pins), stack, env)


STACKS = OrderedDict((row.name, row) for row in (
    _pinned("tf1.12-keras2.2.4", "3.6", ("tensorflow==1.12.3", "keras==2.2.4", "protobuf<3.20") + _OLD, "legacy"),
    _pinned("tf1.15-keras2.2.4", "3.7", ("tensorflow==1.15.5", "keras==2.2.4", "protobuf<3.21") + _OLD, "legacy"),
    _pinned("tf1.15-keras2.3.1", "3.7", ("tensorflow==1.15.5", "keras==2.3.1", "protobuf<3.21") + _OLD, "legacy"),
    _pinned("tf2.0-keras2.3.1", "3.7", ("tensorflow==2.0.4", "keras==2.3.1", "protobuf<3.21") + _OLD, "legacy"),
    _pinned("tf2.21-bridge2.2.4", "3.12", ("tensorflow-cpu==2.21.*", "keras==3.15.*", "scipy", "pyyaml"), "bridge",
            KCOOL_STACK="bridge"),
    _pinned("tf2.5", "3.9", ("tensorflow-cpu==2.5.3", "protobuf<3.21"), "keras2/tf.keras"),
    _pinned("tf2.15", "3.11", ("tensorflow-cpu==2.15.1",), "keras2/tf.keras"),
    _pinned("tf2.21-tf_keras", "3.12", ("tensorflow==2.21.*", "tf-keras==2.21.*"), "keras2/tf_keras",
            TF_USE_LEGACY_KERAS="1"),
    _pinned("tf2.16-keras3.0", "3.10", ("tensorflow-cpu==2.16.2", "keras==3.0.5"), "keras3/tensorflow"),
    _pinned("tf2.21-keras3.15", "3.12", ("tensorflow-cpu==2.21.*", "keras==3.15.*"), "keras3/tensorflow"),
    _pinned("jax-keras3.15", "3.12", ("jax[cpu]", "keras==3.15.*"), "keras3/jax", KERAS_BACKEND="jax"),
    _pinned("torch-keras3.15", "3.11", ("torch", "keras==3.15.*"), "keras3/torch", KERAS_BACKEND="torch"),
))


#: Older Keras, whose files `kcool convert` reads: on these kcool itself does not run.
OLDER_KERAS = tuple(
    _pinned("tf1.15-keras" + old, "3.7", ("tensorflow==1.15.5", "keras==" + old, "protobuf<3.21") + _OLD, "legacy")
    for old in ("2.0.8", "2.1.6"))


def folders(row):
    """The folders of tests that a session runs; beside the emulation of Keras 2.2.4 the corpus runs on the real one."""
    found = ["tests/facade", "tests/techniques"]
    if row.stack.startswith("keras3"):
        found += ["tests/keras22", "tests/corpus", "tests/examples"]
        # Damaged files and the command line do not depend on the backend.
        return found + (["tests/convert"] if row.stack == "keras3/tensorflow" else [
            "tests/convert/test_%s.py" % name for name in ("zoo", "trainings", "operations", "back")])
    if row.stack == "bridge":
        # A process that is a bridge finds one Keras; the facade's tests make up many, and have sessions of their own.
        return ["tests/techniques", "tests/bridge", "tests/corpus"]
    return found + ["tests/corpus"] if row.name == "tf1.15-keras2.2.4" else found


#: Variables that every stack session gets: no GPU, quiet start, enough host devices for the data parallel tests.
COMMON_ENV = {
    "CUDA_VISIBLE_DEVICES": "-1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "XLA_FLAGS": "--xla_force_host_platform_device_count=4",
    "PYTHONHASHSEED": "0",
}
