"""Notebooks: cells change, and nothing else in the file."""
import json

import nbformat
import pytest

from kcool_modern.migrate.config import Options
from kcool_modern.migrate.job import FAILED, NOTHING, migrate_file


def notebook(*cells, **more):
    return dict({"cells": list(cells), "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"},
                                                         "zeta": 1, "alpha": [1, 2]},
                 "nbformat": 4, "nbformat_minor": 2}, **more)


def code(text, **more):
    return dict({"cell_type": "code", "execution_count": 3, "metadata": {"collapsed": True},
                 "outputs": [{"name": "stdout", "output_type": "stream", "text": ["import keras\n"]}],
                 "source": text.splitlines(True)}, **more)


def words(text):
    return {"cell_type": "markdown", "metadata": {}, "source": text.splitlines(True)}


def migrated(path, content, **options):
    text = content if isinstance(content, str) else json.dumps(content, indent=1, ensure_ascii=False) + "\n"
    with open(str(path), "w", encoding="utf-8", newline="") as file:
        file.write(text)
    report = migrate_file(str(path), Options(write=True, **options))
    with open(str(path), encoding="utf-8", newline="") as file:
        return report, file.read(), text


def sources(text):
    return ["".join(cell["source"]) for cell in json.loads(text)["cells"]]


def test_code_cells_are_one_program(in_folder):
    report, after, before = migrated(in_folder / "a.ipynb", notebook(
        words("# import keras"), code("from keras.layers import Dense"), code("x = Dense(output_dim=3)\nprint(x)")))
    assert sources(after) == ["# import keras", "from compat.keras.layers import Dense",
                              "x = Dense(units=3)\nprint(x)"]
    assert [(one.cell, one.line) for one in report.findings] == [(1, 1), (2, 1)]
    nbformat.validate(nbformat.reads(after, as_version=4))


def test_everything_else_stays_byte_for_byte(in_folder):
    _, after, before = migrated(in_folder / "a.ipynb", notebook(code(u"import keras  # \u00e9\n"), words(u"\u4f60")))
    assert after == before.replace('"import keras  # ', '"from compat import keras  # ')


@pytest.mark.parametrize("layout", [
    {"indent": 1}, {"indent": 2}, {"indent": 4}, {"indent": 1, "ensure_ascii": False}, {}])
@pytest.mark.parametrize("end", ["", "\n"])
def test_the_layout_of_the_file_stays(in_folder, layout, end):
    before = json.dumps(notebook(code(u"import keras  # \u00e9")), **layout) + end
    _, after, _ = migrated(in_folder / "a.ipynb", before)
    assert after == before.replace("import keras  #", "from compat import keras  #")


def test_a_second_run_changes_nothing(in_folder):
    _, after, _ = migrated(in_folder / "a.ipynb", notebook(code("import keras"), code("keras.Model(input=1)")))
    report, again, _ = migrated(in_folder / "a.ipynb", after)
    assert again == after and not report.written


@pytest.mark.parametrize("line", ["%matplotlib inline", "!pip install keras", "    !ls", "files = !ls", "keras.Model?",
                                  "%%time", "x = %timeit f()", "?print"])
def test_lines_of_ipython_stay(in_folder, line):
    text = ("if 1:\n" if line.startswith(" ") else "") + line + "\nimport keras"
    if line.startswith(" "):
        text = "import keras\n" + text.replace("\nimport keras", "")
    _, after, _ = migrated(in_folder / "a.ipynb", notebook(code(text)))
    assert sources(after) == [text.replace("import keras", "from compat import keras")]


def test_cells_of_other_languages_stay(in_folder):
    report, after, before = migrated(in_folder / "a.ipynb", notebook(code("%%bash\nimport keras\nprint 1")))
    assert after == before and report.state == NOTHING


def test_new_imports_go_to_the_cell_of_the_old_ones(in_folder):
    _, after, _ = migrated(in_folder / "a.ipynb", notebook(
        code("import numpy as np"), code("from keras import backend as K"), code("y = K.sum(K.dot(a, b))")),
        to="keras3")
    assert sources(after) == ["import numpy as np", "from keras import ops", "y = ops.sum(ops.dot(a, b))"]


def test_notebooks_of_version_3(in_folder):
    old = {"metadata": {"name": ""}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [{"metadata": {}, "cells": [
        {"cell_type": "code", "collapsed": False, "input": "import keras\nkeras.layers", "language": "python",
         "metadata": {}, "outputs": []}]}]}
    report, after, _ = migrated(in_folder / "a.ipynb", old)
    assert json.loads(after)["worksheets"][0]["cells"][0]["input"] in (
        "from compat import keras\nkeras.layers", ["from compat import keras\n", "keras.layers"])


@pytest.mark.parametrize("content", ["", "{", "[]", "import keras\n"])
def test_what_is_no_notebook(in_folder, content):
    report, after, before = migrated(in_folder / "a.ipynb", content)
    assert report.state == FAILED and report.findings[0].code == "K902" and after == before


def test_python_2_in_a_cell(in_folder):
    report, after, before = migrated(in_folder / "a.ipynb", notebook(code("import keras"), code("print 'acc'")))
    assert report.state == FAILED and report.findings[0].code == "K901" and after == before
