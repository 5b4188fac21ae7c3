"""Benchmarks take the same fixtures as the tests: `stack`, `keras`, `K`, four host devices."""
from tests.conftest import K, _four_devices, _seeded, keras, stack  # noqa: F401
