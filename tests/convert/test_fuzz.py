"""Mutated real files: whatever comes of them is a converted model or a `KcoolError`, and it comes soon.

KCOOL_FUZZ is the number of inputs for each test (default 60); 100000 takes hours.
"""
import json
import os
import time

import pytest

from compat.errors import KcoolError

hypothesis = pytest.importorskip("hypothesis", reason="needs hypothesis")
h5py = pytest.importorskip("h5py")
st = hypothesis.strategies

COUNT = int(os.environ.get("KCOOL_FUZZ", "60"))
NAMES = ("dense_plain", "lstm", "shared_model", "masked_merges", "time_distributed", "stacked_cells", "residual")
LONGEST = 5.0
ODD = st.one_of(st.none(), st.booleans(), st.integers(-3, 3), st.sampled_from([2 ** 31, 2 ** 70, 1e308, -0.0]),
                st.text(max_size=4), st.just([]), st.just({}), st.lists(st.integers(-2, 5), max_size=3),
                st.just([None, 3]),
                st.sampled_from(["Dense", "Model", "Sequential", "lstm_1", "relu", "channels_first"]))
settings = hypothesis.settings(max_examples=COUNT, deadline=None, database=None, derandomize=True,
                               suppress_health_check=list(hypothesis.HealthCheck))


def _survives(path):
    # A second time counts: the first may have been the one that warmed up.
    assert _seconds(path) < LONGEST or _seconds(path) < LONGEST


def _seconds(path):
    import keras

    from kcool_modern.convert.conversion import converted

    begin = time.process_time()
    try:
        converted(path)
    except KcoolError as error:
        assert str(error)
    finally:
        keras.backend.clear_session()
    return time.process_time() - begin


def _places(value, found, at=()):
    """All places of a JSON value, as paths."""
    if at:
        found.append(at)
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        _places(child, found, at + (key,))
    return found


@settings
@hypothesis.given(data=st.data())
def test_odd_values_in_the_architecture(zoo, tmp_path_factory, data):
    path = str(tmp_path_factory.mktemp("fuzz") / "model.h5")
    with open(zoo(data.draw(st.sampled_from(NAMES)))[0], "rb") as old, open(path, "wb") as new:
        new.write(old.read())
    with h5py.File(path, "r+") as f:
        attribute = data.draw(st.sampled_from(["model_config", "model_config", "training_config"]))
        if attribute not in f.attrs:
            attribute = "model_config"
        config = json.loads(f.attrs[attribute])
        for _ in range(data.draw(st.integers(1, 3))):
            place = data.draw(st.sampled_from(_places(config, [])))
            target = config
            for key in place[:-1]:
                target = target[key]
            if data.draw(st.booleans()):
                target[place[-1]] = data.draw(ODD)
            else:
                del target[place[-1]]
            if not config:
                break
        f.attrs[attribute] = json.dumps(config).encode()
    _survives(path)


@settings
@hypothesis.given(data=st.data())
def test_odd_bytes(zoo, tmp_path_factory, data):
    path = str(tmp_path_factory.mktemp("fuzz") / "model.h5")
    with open(zoo(data.draw(st.sampled_from(NAMES)))[0], "rb") as file:
        content = bytearray(file.read())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        piece = data.draw(st.binary(min_size=1, max_size=8))
        content[at:at + len(piece)] = piece
    cut = data.draw(st.one_of(st.none(), st.integers(0, len(content))))
    with open(path, "wb") as file:
        file.write(bytes(content[:cut]))
    _survives(path)
