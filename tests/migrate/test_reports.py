"""The formats of the report."""
import json
from html.parser import HTMLParser

import pytest

from compat.cli import main

TEXT = u"from keras.layers import Dense\nfrom keras import backend as K\nx = Dense(output_dim=3)\n" \
       u"y = K.gradients(x, '<b>&')\n"


@pytest.fixture
def report(in_folder):
    (in_folder / "old.py").write_text(TEXT)
    (in_folder / "other.py").write_text(u"import os\n")
    (in_folder / "bad.py").write_text(u"print 'acc'\n")

    def make(name, *arguments):
        status = main(["migrate", ".", "--to", "keras3", "--output-format", name, "-o", "report.out"] + list(arguments))
        assert status == 3
        return (in_folder / "report.out").read_text()

    return make


def test_json(report):
    found = json.loads(report("json"))
    files = {one["path"].split("/")[-1]: one for one in found["files"]}
    assert files["old.py"]["state"] == "changed" and files["other.py"]["state"] == "nothing"
    assert files["bad.py"]["findings"][0]["code"] == "K901"
    left = [one for one in files["old.py"]["findings"] if one["status"] == "left"]
    assert [(one["code"], one["line"], one["column"]) for one in left] == [("K401", 4, 5)]
    assert found["exit_code"] == 3 and found["counts"]["files"] == 3


def test_sarif(report):
    found = json.loads(report("sarif"))
    (run,) = found["runs"]
    rules = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert found["version"] == "2.1.0" and {one["ruleId"] for one in run["results"]} <= rules
    (left,) = [one for one in run["results"] if one["ruleId"] == "K401"]
    place = left["locations"][0]["physicalLocation"]
    assert left["level"] == "error" and place["region"] == {"startLine": 4, "startColumn": 5}
    assert place["artifactLocation"]["uri"] == "old.py"


def test_github(report):
    lines = report("github").splitlines()
    start = "::error file=old.py,line=4,col=5,title=K401::K.gradients is not in Keras 3"
    assert any(line.startswith(start) and "%0A" in line for line in lines)
    assert any(line.startswith("::warning file=old.py,line=3") for line in lines)


def test_html(report):
    text = report("html")

    class Tags(HTMLParser):
        open, words = [], []

        def handle_starttag(self, tag, attributes):
            if tag not in ("meta", "br"):
                self.open.append(tag)

        def handle_endtag(self, tag):
            assert self.open.pop() == tag

        def handle_data(self, data):
            self.words.append(data)

    parser = Tags()
    parser.feed(text)
    words = " ".join(parser.words)
    assert not parser.open and "<script" not in text and "http" not in text.replace("https://github.com", "")
    assert "x = Dense(units=3)" in words and "'<b>&'" not in text
    for told in ("K401", "nothing of Keras found", "of work left, as a guess", "not read or not written"):
        assert told in words


def test_verbose_tells_every_place(report):
    assert "K201 changed: output_dim is units" in report("text", "--verbose", "--check")
