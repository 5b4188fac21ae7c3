"""Benchmarks take the same fixtures as the tests: `stack`, `keras`, `K`, four host devices."""
import pytest

from tests.conftest import K, _four_devices, _seeded, keras, stack  # noqa: F401


@pytest.fixture(scope="session", autouse=True)
def _devices_first(_four_devices):  # noqa: F811
    """Devices have to be there before the first benchmark makes a tensor."""
