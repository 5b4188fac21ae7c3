"""`tests/corpus/migrated.json` is what `kcool migrate` changes in `tests/corpus/scripts`; the stacks' sessions run it.

    KCOOL_WRITE=1 python -m pytest tests/migrate/test_corpus.py    writes it anew
"""
import json
import os

import pytest

from kcool_modern.migrate.config import Options
from kcool_modern.migrate.job import migrate_bytes
from tests.corpus import migration, record


def _by_the_tool(name):
    with open(record.script(name), "rb") as file:
        old = file.read()
    report, new = migrate_bytes(name + ".py", old, Options(facade="compat"))
    assert report.exit_code in (1, 2), report
    return old.decode("utf-8"), new.decode("utf-8")


@pytest.fixture(scope="module", autouse=True)
def written():
    if os.environ.get("KCOOL_WRITE"):
        found = {name: migration.changes(*_by_the_tool(name)) for name in record.names()}
        with open(migration.PATH, "w") as file:
            json.dump(found, file, indent=0, sort_keys=True)
            file.write("\n")


@pytest.mark.parametrize("name", record.names())
def test_a_script_is_migrated_as_before(name):
    assert migration.migrated(name) == _by_the_tool(name)[1]


def test_nothing_else_is_there():
    assert sorted(migration.kept()) == record.names()
