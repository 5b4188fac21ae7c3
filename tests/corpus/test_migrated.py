"""The scripts as `kcool migrate --to facade` writes them: the same numbers, without `kcool run`, on both stacks.

`migrated/` is written by tests/migrate/test_corpus.py, which also says that it is up to date. By default every sixth
script runs; ``KCOOL_MIGRATED=all`` runs all of them.
"""
import os

import pytest

from . import record
from .test_corpus import GOLDENS, TOLERANCE, forks, runs_here, same  # noqa: F401  (fixtures)

MIGRATED = os.path.join(record.HERE, "migrated")
NAMES = record.names() if os.environ.get("KCOOL_MIGRATED") == "all" else record.names()[::6]


@pytest.mark.parametrize("name", NAMES)
def test_a_migrated_script_gives_the_numbers_of_the_real_stack(runs_here, forks, name, tmp_path):  # noqa: F811
    runs_here(name)
    status, printed, errors = forks.run(os.path.join(MIGRATED, name + ".py"), str(tmp_path), migrated=True)
    assert status == 0, errors[-3000:]
    same(record.last_line(printed), GOLDENS[name], TOLERANCE.get(name, 1e-5), name)
