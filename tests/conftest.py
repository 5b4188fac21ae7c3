"""What every test can ask for: the stack it runs on, its Keras and backend, and four host devices.

A test names no framework. It takes `stack`, `keras` and `K`, which are what `compat` gives a user.
"""
import os
import sys

import numpy as np
import pytest

import compat
from tests.seeds.table import Passed
from tests.stacks import STACKS

HOST_DEVICES = 4


def _found_stack():
    try:
        return compat.stack()
    except compat.errors.StackNotFound:
        return None


def pytest_report_header(config):
    return "stack: {}".format(_found_stack() or "none (no framework)")


def pytest_collection_modifyitems(config, items):
    """Tests of techniques need a framework: without one they fail instead of passing by absence."""
    if _found_stack() is None and any("tests/techniques/" in item.nodeid for item in items):
        raise pytest.UsageError("tests/techniques need a framework; run tests/facade, or run `nox`")


_passed = Passed()


def pytest_runtest_logreport(report):
    if report.when == "call" or report.skipped or report.failed:
        _passed.add(report.nodeid, report.outcome)


def pytest_sessionfinish(session):
    """A session of the matrix (nox names it) has to be what docs/seeds.md says of it."""
    departures = _passed.departures(STACKS[os.environ["KCOOL_SESSION"]]) if "KCOOL_SESSION" in os.environ else []
    if departures:
        print("\n" + "\n".join(departures))
        session.exitstatus = session.exitstatus or 1


@pytest.fixture(scope="session")
def stack():
    """The `compat.Stack` of this session."""
    return compat.stack()


def _new_session():
    K = compat.K  # on the bridge it decides what `tensorflow` is
    import tensorflow as tf

    config = tf.ConfigProto(device_count={"CPU": HOST_DEVICES}, intra_op_parallelism_threads=2)
    K.set_session(tf.Session(config=config))


@pytest.fixture
def fresh_graph(stack, _four_devices):
    """An empty graph where sessions run it: every new function costs more the more was put into the graph before."""
    if stack.has_sessions:
        compat.K.clear_session()
        _new_session()


@pytest.fixture(scope="session")
def _four_devices(stack):
    """Four CPU devices on one machine; on JAX the session's XLA_FLAGS make them."""
    if stack.has_sessions:
        _new_session()
    elif stack.engine == "tensorflow":
        import tensorflow as tf

        if hasattr(tf.config, "set_logical_device_configuration"):
            cpu = tf.config.list_physical_devices("CPU")[0]
            tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * HOST_DEVICES)
        else:
            config = tf.config.experimental
            cpu = config.list_physical_devices("CPU")[0]
            config.set_virtual_device_configuration(cpu, [config.VirtualDeviceConfiguration()] * HOST_DEVICES)


@pytest.fixture(scope="session")
def keras(_four_devices):
    """`compat.keras`."""
    return compat.keras


@pytest.fixture(scope="session")
def K(keras):
    """`compat.K`."""
    return compat.K


@pytest.fixture(autouse=True)
def _seeded():
    np.random.seed(7)


@pytest.fixture
def run_python():
    """Runs Python source in a fresh interpreter of this environment; returns its stdout, fails on a non-zero exit."""
    import subprocess

    def run(source, **env):
        variables = dict(os.environ, **env)
        done = subprocess.run([sys.executable, "-c", source], env=variables, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, universal_newlines=True)
        assert done.returncode == 0, done.stderr[-4000:]
        return done.stdout

    return run
