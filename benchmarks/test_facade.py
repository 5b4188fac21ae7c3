"""What the facade costs: importing it, and using a name through it once it is resolved.

Run: ``nox -s benchmarks-<stack> -- -k facade`` or ``python -m pytest -s benchmarks/test_facade.py``.
"""
import statistics
import subprocess
import sys
import time

import compat

ROUNDS = 21


def _seconds(*arguments):
    started = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True)
    return time.perf_counter() - started


def test_import_over_a_bare_interpreter():
    bare, ours = [], []
    for _ in range(ROUNDS):
        bare.append(_seconds("-c", "pass"))
        ours.append(_seconds("-c", "import compat"))
    over = statistics.median(b - a for a, b in zip(bare, ours))
    print("\nimport compat: +%.1f ms over a bare interpreter of %.1f ms (aim: at most 30 ms)"
          % (1e3 * over, 1e3 * statistics.median(bare)))


def test_a_resolved_name_costs_one_lookup():
    name = "get_outputs_of"
    target = getattr(compat, name)
    module = sys.modules[target.__module__]
    facade, direct = [], []
    for _ in range(ROUNDS):
        for samples, home in ((facade, compat), (direct, module)):
            started = time.perf_counter()
            for _ in range(100000):
                home.get_outputs_of  # noqa: B018
            samples.append(time.perf_counter() - started)
    ratio = statistics.median(a / b for a, b in zip(facade, direct))
    print("\ncompat.%s once resolved: %.2fx an attribute of its own module (%.0f ns)"
          % (name, ratio, statistics.median(facade) * 1e4))
