"""The comparison has to refuse what differs."""
import pytest

from tests.examples import compare

FOUND = {"fit": [{"loss": [0.5, 0.4], "acc": [0.1, 0.2]}], "evaluate": [], "train_on_batch": [], "lines": ["ab", "3.5"],
         "batches": [[0.7, 0.3]]}
VALUES = compare.numbers(FOUND)


def record(spread=0.0):
    return [[name, value, spread] for name, value in VALUES]


def moved(name, value):
    return [[key, value if key == name else old] for key, old in VALUES]


def test_equal_numbers_agree():
    assert [name for name, _ in VALUES[4:]] == ["first batch of fit 1", "loss of fit 1", "line 1", "line 2"]
    assert compare.judge(VALUES, record())[0]
    assert compare.judge(moved("loss of fit 1", 0.5 * (1 + 9e-4)), record(1e-4))[0]


@pytest.mark.parametrize("name, value", [("loss of fit 1", 0.5 * (1 + 2e-5)), ("first batch of fit 1", float("nan")),
                                         ("line 1", "ac"), ("line 2", 3.6), ("number of fit", 2)])
def test_a_number_out_of_bounds_differs(name, value):
    assert not compare.judge(moved(name, value), record())[0]


def test_missing_numbers_and_those_that_say_nothing_differ():
    assert not compare.judge(VALUES[:-1], record())[0]
    assert not compare.judge(VALUES, record(spread=1.0))[0]


def test_the_spread_is_the_largest_of_the_other_runs():
    assert compare.spreads([["a", 2.0]], [[["a", 2.0]], [["a", 2.2]], [["a", 1.9]]]) == pytest.approx([0.2 / 2.2])
