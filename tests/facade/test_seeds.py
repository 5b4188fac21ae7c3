"""docs/seeds.md has a row for everything in the articles, and no row without a test that is there."""
import pytest

from tests.seeds import table
from tests.stacks import STACKS

IDS = ["%d" % row.number for row in table.ROWS]


def test_every_number_comes_once():
    assert sorted(row.number for row in table.ROWS) == list(range(1, 139))


@pytest.mark.parametrize("row", table.ROWS, ids=IDS)
def test_a_row_has_tests_that_are_there(row):
    assert row.tests and [test for test in row.tests if not table.defined(test)] == []
    assert len(set(row.tests)) == len(row.tests)


@pytest.mark.parametrize("row", table.ROWS, ids=IDS)
def test_a_row_runs_somewhere(row):
    assert any(table.runs_on(test, session) for test in row.tests for session in STACKS.values())


def test_every_session_belongs_to_one_column():
    for session in STACKS.values():
        assert [heading for heading, holds in table.GROUPS if holds(session)].__len__() == 1


def test_a_session_that_differs_from_the_table_is_told():
    session, passed = STACKS["jax-keras3.15"], table.Passed()
    passed.add("tests/keras22/test_tf1.py::test_options_for_gpus_reach_tensorflow", "skipped")
    passed.add(table.node("gan_in_one_step"), "passed")
    assert passed.departures(session) == []
    passed.add("tests/keras22/test_tf1.py::test_options_for_gpus_reach_tensorflow", "passed")
    passed.add(table.node("live_hyperparameter"), "skipped")
    told = passed.departures(session)
    assert len(told) == 2 and "does not run on jax" in told[1] and "live_hyperparameter" in told[0]
