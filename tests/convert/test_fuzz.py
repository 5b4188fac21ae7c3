"""Mutated real files, a few; `fuzz.py` runs as many as one likes."""
import shutil
import time

import pytest

hypothesis = pytest.importorskip("hypothesis", reason="needs hypothesis")
pytest.importorskip("h5py")
fuzz = pytest.importorskip("tests.convert.fuzz")
st = hypothesis.strategies

settings = hypothesis.settings(max_examples=25, deadline=None, database=None, derandomize=True,
                               suppress_health_check=list(hypothesis.HealthCheck))
CHANCES = st.randoms(use_true_random=False)


def _survives(survives, path):
    # A second time counts: the first may have been the one that warmed up.
    assert min(_seconds(survives, path) for _ in range(2)) < fuzz.LONGEST


def _seconds(survives, path):
    begin = time.process_time()
    survives(path)
    return time.process_time() - begin


@settings
@hypothesis.given(name=st.sampled_from(fuzz.NAMES), chance=CHANCES)
def test_odd_values_in_the_architecture(zoo, tmp_path_factory, name, chance):
    path = str(tmp_path_factory.mktemp("fuzz") / "model.h5")
    shutil.copy(zoo(name)[0], path)
    fuzz.odd_values(path, chance)
    _survives(fuzz.convert, path)


@settings
@hypothesis.given(name=st.sampled_from(fuzz.NAMES), chance=CHANCES)
def test_odd_bytes(zoo, tmp_path_factory, name, chance):
    path = tmp_path_factory.mktemp("fuzz") / "model.h5"
    with open(zoo(name)[0], "rb") as file:
        path.write_bytes(fuzz.odd_bytes(file.read(), chance))
    _survives(fuzz.read, str(path))
    _survives(fuzz.convert, str(path))
