"""What `kcool migrate` costs: files per second on the sources of Keras 2.2.4, start-up, memory over many files.

Run: ``python -m pytest -s benchmarks/test_migrate.py``; ``KCOOL_KERAS224=FOLDER`` names an unpacked source
distribution, which is downloaded else. No framework is needed.
"""
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kcool_modern.migrate.config import Options
from kcool_modern.migrate.discovery import files_below
from kcool_modern.migrate.runner import migrate_files
from tests.conformance.run import download

ROUNDS = 5


@pytest.fixture(scope="session", autouse=True)
def _devices_first():
    """No devices here."""


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    given = os.environ.get("KCOOL_KERAS224")
    return given or str(download(Path(tmp_path_factory.mktemp("keras"))))


@pytest.mark.parametrize("target", ["facade", "keras3"])
@pytest.mark.parametrize("jobs", [1, 2])
def test_files_per_second(sources, target, jobs):
    paths, seconds = list(files_below([sources])), []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        assert len(list(migrate_files(paths, Options(to=target, facade="compat"), jobs))) == len(paths)
        seconds.append(time.perf_counter() - started)
    rate = len(paths) / statistics.median(seconds)
    print("\n--to %s, %d process%s: %.0f files/s (aim: at least 40 on two cores)" % (
        target, jobs, "" if jobs == 1 else "es", rate))


def test_over_parsing_alone(sources):
    """LibCST's parser by itself, in the same run."""
    import libcst

    paths = list(files_below([sources]))
    texts = [Path(path).read_bytes() for path in paths]
    started = time.perf_counter()
    for text in texts:
        libcst.parse_module(text)
    parsing = time.perf_counter() - started
    started = time.perf_counter()
    list(migrate_files(paths, Options(facade="compat"), 1))
    print("\nall of kcool migrate: %.2fx of what LibCST takes to parse the same files" % (
        (time.perf_counter() - started) / parsing))


def test_start():
    seconds = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-m", "kcool", "migrate", "--list-rules"], check=True,
                       stdout=subprocess.DEVNULL)
        seconds.append(time.perf_counter() - started)
    print("\nstart-up: %.2f s (aim: at most 0.5 s)" % statistics.median(seconds))


def test_memory_over_ten_thousand_files(sources, tmp_path):
    example = os.path.join(sources, "examples", "mnist_acgan.py")
    paths = []
    for number in range(100):
        paths.append(shutil.copy(example, str(tmp_path / ("m%d.py" % number))))
    peaks = []
    for _ in range(10):
        for _ in range(10):
            for _ in migrate_files(paths, Options(facade="compat"), 1):
                pass
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    print("\npeak memory after 1,000 files %.0f MB, after 10,000 files %.0f MB" % (peaks[0], peaks[-1]))
    assert peaks[-1] < peaks[0] * 1.1
