"""A few hundred damaged files; `python -m tests.migrate.fuzz` tries as many as one likes."""
from . import fuzz


def test_damaged_files(capsys):
    assert fuzz.main(["300", "1"]) == 0, capsys.readouterr().out
