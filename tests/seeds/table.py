"""All rows, and where the tests that they name run. docs/seeds.md is written from this (``python tools/tables.py``).

Where a test runs is not typed in, but follows from its folder, from the scripts' imports and from the table of
techniques. Every session holds that against what passed in it (`Passed`).
"""
import ast
import os

from compat.techniques import TECHNIQUES, unavailable
from tests.corpus import record
from tests.stacks import folders

from . import intermediate, layers_and_callbacks, note_functions, note_layers, note_training, reuse, series

__all__ = ["ARTICLES", "GROUPS", "Passed", "ROWS", "defined", "node", "runs_on"]

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ARTICLES = (intermediate, layers_and_callbacks, reuse, series, note_layers, note_functions, note_training)
ROWS = tuple(row for article in ARTICLES for row in article.ROWS)
CORPUS = "tests/corpus/test_corpus.py::test_a_script_gives_the_numbers_of_the_real_stack"

#: Columns of the table: heading, and which sessions it sums up, by what they install or by their stack.
GROUPS = (
    ("Keras 2.2.4", lambda row: "keras==2.2.4" in row.pins),
    ("2.2.4, bridge", lambda row: row.stack == "bridge"),
    ("2.3.1", lambda row: "keras==2.3.1" in row.pins),
    ("tf.keras", lambda row: row.stack.startswith("keras2")),
    ("3, TensorFlow", lambda row: row.stack == "keras3/tensorflow"),
    ("3, JAX", lambda row: row.stack == "keras3/jax"),
    ("3, PyTorch", lambda row: row.stack == "keras3/torch"),
)

#: Tests that skip themselves, by the beginning of their node: the families or stacks where they do not.
ONLY = (
    ("tests/keras22/test_tf1.py", ("keras3/tensorflow",)),
    ("tests/keras22/test_devices.py", ("keras3/tensorflow",)),
    ("tests/keras22/test_names.py::test_tensorflow", ("keras3/tensorflow",)),
    ("batch_normalization_frozen", ("legacy", "keras3")),
    ("tests/techniques/test_accumulation.py::test_an_update_in_a_switch", ("legacy", "bridge", "keras3")),
)


def node(test):
    """The pytest node of what a row names: a script of the corpus where there is no slash."""
    return test if "/" in test else "%s[%s]" % (CORPUS, test)


def runs_on(test, session):
    """Whether a test of a row runs in a session, a row of `tests.stacks.STACKS`, and is not skipped there."""
    path = node(test).split("::")[0]
    if os.path.dirname(path) not in folders(session):
        return False
    for beginning, places in ONLY:
        if test.startswith(beginning):
            return session.stack in places or session.stack.split("/")[0] in places
    if "/" not in test:
        return session.stack not in ("keras3/jax", "keras3/torch") or not record.needs_tensorflow(test)
    technique = TECHNIQUES.get(os.path.basename(path)[len("test_"):-len(".py")])
    return technique is None or unavailable(technique, session.stack, session.keras) is None


def defined(test):
    """Whether there is such a test, or such a script with numbers of the real stack."""
    if "/" not in test:
        return test in record.names()
    path, name = test.split("::")
    with open(os.path.join(ROOT, *path.split("/")), encoding="utf-8") as file:
        return any(isinstance(one, ast.FunctionDef) and one.name == name for one in ast.parse(file.read()).body)


class Passed(object):
    """What passed in a session, against what the table says of it."""

    def __init__(self):
        self._outcomes = {}

    def add(self, nodeid, outcome):
        """Notes the outcome of one test: ``passed``, ``skipped`` or ``failed``."""
        name = nodeid if nodeid.startswith(CORPUS) else nodeid.split("[")[0]
        self._outcomes.setdefault(name, set()).add(outcome)

    def departures(self, session):
        """What ran and is not as the table says, one line each."""
        tests = sorted({test for row in ROWS for test in row.tests})
        found = []
        for test in tests:
            outcomes = self._outcomes.get(node(test))
            if outcomes and ("passed" in outcomes) != runs_on(test, session):
                found.append("%s: %s, but docs/seeds.md says that it %s on %s" % (
                    test, " and ".join(sorted(outcomes)), "runs" if runs_on(test, session) else "does not run",
                    session.name))
        return found
