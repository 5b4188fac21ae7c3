"""Migrates damaged files: what was Python stays Python, and nothing crashes.

    python -m tests.migrate.fuzz [COUNT] [SEED]      50,000 inputs take about twenty minutes on one core

Inputs are files of the corpus with lines taken out, doubled, swapped and cut, names exchanged, and brackets, quotes and
line ends put in. A mutant that is Python has to be Python afterwards, and the same after a second run.
"""
import ast
import glob
import os
import random
import sys
import warnings

from kcool_modern.migrate.config import Options
from kcool_modern.migrate.job import FAILED, migrate_bytes

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
NAMES = (b"K", b"keras", b"tf", b"Dense", b"model", b"lr", b"x", b"self", b"compile", b"Model", b"np", b"ops",
         b"compat")
PIECES = (b"(", b")", b"[", b"]", b",", b"\\\n", b"\r\n", b"\r", b"\t", b"\x0c", b"'", b'"""', b"#", b";", b":", b"=",
          b"*", b"lambda x: ", b"\xc3\xa9", b"\xff", b"\0", b" if True else ", b"print ", b"await ", b"**kw",
          b"*args, ", b"\n", b"import keras as K\n", b"from keras.layers import *\n", b"K = None\n", b"del K\n",
          b"global K\n", b":=")


def seeds():
    """The lines of every file of the corpus and of the rules' examples."""
    from kcool_modern.migrate.rules import all_rules

    found = []
    for path in sorted(glob.glob(os.path.join(ROOT, "corpus", "scripts", "*.py"))):
        with open(path, "rb") as file:
            found.append(file.read())
    return found + [rule.before.encode() for rule in all_rules() if rule.before]


def mutant(chance, texts):
    """A damaged text."""
    text = chance.choice(texts)
    lines = text.splitlines(True)
    begin = chance.randrange(len(lines))
    lines = lines[:12] + lines[begin:begin + chance.randrange(1, 40)]
    for _ in range(chance.choice((0, 1, 1, 2, 3, 6))):
        i = chance.randrange(len(lines))
        kind = chance.randrange(7)
        if kind == 0:
            del lines[i]
        elif kind == 1:
            lines.insert(i, chance.choice(lines))
        elif kind == 2:
            j = chance.randrange(len(lines))
            lines[i], lines[j] = lines[j], lines[i]
        elif kind == 3:
            at = chance.randrange(len(lines[i]) + 1)
            lines[i] = lines[i][:at] + chance.choice(PIECES) + lines[i][at:]
        elif kind == 4:
            lines[i] = lines[i].replace(chance.choice(NAMES), chance.choice(NAMES))
        elif kind == 5:
            lines[i] = lines[i][:chance.randrange(len(lines[i]) + 1)] + b"\n"
        else:
            lines[i] = b"    " + lines[i]
        if not lines:
            return b""
    return b"".join(lines)


def check(data, target):
    """What is wrong with the migration of a text, or None; and whether it could be read."""
    options = Options(to=target, facade="compat")
    report, new = migrate_bytes("fuzz.py", data, options)
    if report.state == FAILED:
        return "failed by itself" if report.findings[0].code == "K905" else None, False
    if any("would be no Python" in one.message for one in report.findings):
        return "gave up", True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(new)
    except (SyntaxError, ValueError) as error:
        return "no Python any more: %s" % error, True
    again, newer = migrate_bytes("fuzz.py", new, options)
    return None if newer == new else "a second run changes it", True


def main(arguments):
    """Returns how many inputs were treated wrongly."""
    count = int(arguments[0]) if arguments else 50000
    chance, texts, wrong, read = random.Random(int(arguments[1]) if len(arguments) > 1 else 0), seeds(), 0, 0
    for number in range(count):
        data, target = mutant(chance, texts), chance.choice(("facade", "keras3"))
        problem, was_read = check(data, target)
        read += was_read
        if problem:
            wrong += 1
            print("%d (%s): %s\n%s\n---" % (number, target, problem, data.decode("utf-8", "replace")), flush=True)
    print("%d inputs, %d of them Python, %d treated wrongly" % (count, read, wrong))
    return wrong


if __name__ == "__main__":
    sys.exit(min(1, main(sys.argv[1:])))
