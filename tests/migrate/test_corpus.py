"""`tests/corpus/migrated` is what `kcool migrate` makes of `tests/corpus/scripts`; the stacks' sessions run it.

    KCOOL_WRITE=1 python -m pytest tests/migrate/test_corpus.py    writes it anew
"""
import os

import pytest

from kcool_modern.migrate.config import Options
from kcool_modern.migrate.job import migrate_bytes

CORPUS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "corpus")
NAMES = sorted(name for name in os.listdir(os.path.join(CORPUS, "scripts")) if name.endswith(".py"))


@pytest.mark.parametrize("name", NAMES)
def test_a_script_is_migrated_as_before(name):
    with open(os.path.join(CORPUS, "scripts", name), "rb") as file:
        report, new = migrate_bytes(name, file.read(), Options(facade="compat"))
    path = os.path.join(CORPUS, "migrated", name)
    if os.environ.get("KCOOL_WRITE"):
        with open(path, "wb") as file:
            file.write(new)
    with open(path, "rb") as file:
        assert file.read() == new
    assert report.exit_code in (1, 2)


def test_nothing_else_is_there():
    assert sorted(os.listdir(os.path.join(CORPUS, "migrated"))) == NAMES
