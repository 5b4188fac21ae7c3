"""What holds for every file: it is Python afterwards, comments stay, a second run changes nothing."""
import ast
import glob
import io
import os
import tokenize
import warnings

import pytest

from kcool_modern.migrate.engine import migrate_text

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FILES = sorted(glob.glob(os.path.join(ROOT, "corpus", "scripts", "*.py"))
               + glob.glob(os.path.join(ROOT, "keras22", "*.py")) + glob.glob(os.path.join(ROOT, "goldens", "*.py")))


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        return file.read()


def comments(text):
    return [token.string for token in tokenize.generate_tokens(io.StringIO(text).readline)
            if token.type == tokenize.COMMENT]


@pytest.mark.parametrize("target", ["facade", "keras3"])
@pytest.mark.parametrize("path", FILES, ids=os.path.basename)
def test_a_file_of_the_corpus(path, target):
    text = read(path)
    outcome = migrate_text(text, target)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ast.parse(outcome.text)
    again = migrate_text(outcome.text, target)
    assert again.text == outcome.text
    assert comments(outcome.text) == comments(text)


@pytest.mark.parametrize("path", FILES[::4], ids=os.path.basename)
def test_line_ends_of_windows_make_no_difference(path):
    text = read(path)
    plain, windows = (migrate_text(one, "keras3").text for one in (text, text.replace("\n", "\r\n")))
    assert windows == plain.replace("\n", "\r\n")


@pytest.mark.parametrize("path", FILES[::4], ids=os.path.basename)
def test_without_rules_nothing_changes(path):
    text = read(path)
    assert migrate_text(text, "keras3", lambda code: False).text == text


@pytest.mark.parametrize("path", FILES[::4], ids=os.path.basename)
def test_facade_first_and_keras3_later_is_keras3_at_once(path):
    """Who begins with the facade has lost nothing."""
    text = read(path)
    at_once = migrate_text(text, "keras3").text
    later = migrate_text(migrate_text(text, "facade").text, "keras3").text
    assert ast.dump(ast.parse(later)).count("Call") == ast.dump(ast.parse(at_once)).count("Call")
