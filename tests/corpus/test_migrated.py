"""The scripts as `kcool migrate --to facade` writes them: the same numbers, without `kcool run`, on both stacks.

What the tool changes is kept by `migration`. By default every sixth script runs; ``KCOOL_MIGRATED=all`` runs all.
"""
import os

import pytest

from . import migration, record
from .test_corpus import GOLDENS, TOLERANCE, forks, runs_here, same  # noqa: F401  (fixtures)

NAMES = record.names() if os.environ.get("KCOOL_MIGRATED") == "all" else record.names()[::6]


@pytest.mark.parametrize("name", NAMES)
def test_a_migrated_script_gives_the_numbers_of_the_real_stack(runs_here, forks, name, tmp_path):  # noqa: F811
    runs_here(name)
    script, folder = tmp_path / "source" / (name + ".py"), tmp_path / "run"
    script.parent.mkdir()
    folder.mkdir()
    script.write_bytes(migration.migrated(name).encode("utf-8"))
    status, printed, errors = forks.run(str(script), str(folder), migrated=True)
    assert status == 0, errors[-3000:]
    same(record.last_line(printed), GOLDENS[name], TOLERANCE.get(name, 1e-5), name)
