"""Writes the generated tables of the documentation, or checks that they are what the code says.

    python tools/tables.py            write
    python tools/tables.py --check    exit 1 where a table is out of date
"""
import re
import runpy
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HERE))

from compat.techniques import TECHNIQUES, unavailable  # noqa: E402
from kcool_modern.migrate.explain import GROUPS, page  # noqa: E402
from kcool_modern.migrate.rules import all_rules  # noqa: E402
from tests.seeds import table as seeds_table  # noqa: E402
from tests.stacks import STACKS  # noqa: E402

_TABLE = "<!-- table: {0} -->\n{1}\n<!-- end of table -->"


def grid(header, rows):
    """A Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def stacks():
    """What every session of the matrix installs."""
    return grid(["session", "Python", "installed", "family"],
                [[f"`{row.name}`", row.python, ", ".join(f"`{pin}`" for pin in row.pins), f"`{row.stack}`"]
                 for row in STACKS.values()])


def techniques():
    """Which technique can be had on which stack; what cannot is a numbered note."""
    notes, rows = [], []
    for technique in TECHNIQUES.values():
        page = f"[{technique.name}](docs/techniques/{technique.name}.md)"
        cells = [_cell(technique, row, notes) for row in STACKS.values()]
        rows.append([page, ", ".join(f"`{name}`" for name in technique.exports), *cells])
    table = grid(["technique", "names", *(row.name for row in STACKS.values())], rows)
    return table + "\n\n" + "\n".join(f"{i}. {note}" for i, note in enumerate(notes, 1))


def _cell(technique, row, notes):
    missing = unavailable(technique, row.stack, row.keras)
    if missing is None:
        return "yes"
    note = f"`{technique.name}` — {missing.reason}. Instead: {missing.nearest}."
    if note not in notes:
        notes.append(note)
    return f"no ({notes.index(note) + 1})"


def keras22():
    """Names of Keras 2.2.4 that differ on Keras 3, or are refused."""
    status = runpy.run_path(str(HERE / "kcool_modern" / "keras22" / "_status.py"))
    rows = [[f"`keras.{name}`", "close", difference] for name, difference in sorted(status["CLOSE"].items())]
    rows += [[f"`keras.{name}`", "refused", f"{reason}; {do}"]
             for name, (reason, do) in sorted(status["REFUSED"].items())]
    return grid(["name", "status", "difference"], rows)


def seeds():
    """What the articles describe: a table for each."""
    parts = []
    for article in seeds_table.ARTICLES:
        rows = [[str(row.number), row.where, row.what, *_shown(row), row.note] for row in article.ROWS]
        header = ["", "where", "what", "shown by", *(heading for heading, _ in seeds_table.GROUPS), "notes"]
        parts.append(f"## {article.TITLE}\n\n" + grid(header, rows))
    return "\n\n".join(parts)


def _shown(row):
    """The tests of a row, and for each group of stacks whether one of them runs on every stack of it."""
    tests = ", ".join(_link(test) for test in row.tests)
    return [tests, *(_runs(row, [one for one in STACKS.values() if holds(one)]) for _, holds in seeds_table.GROUPS)]


def _runs(row, sessions):
    running = [one.name for one in sessions if any(seeds_table.runs_on(test, one) for test in row.tests)]
    return "yes" if len(running) == len(sessions) else ", ".join(f"`{name}`" for name in running)


def _link(test):
    if "/" not in test:
        return f"[{test}](../tests/corpus/scripts/{test}.py)"
    path, name = test.split("::")
    return f"[{name}](../{path})"


def rules():
    """The rules of `kcool migrate`, by group."""
    parts = []
    for digit, group in GROUPS.items():
        rows = [[f"[{rule.code}](rules/{rule.code}.md)", rule.title, ", ".join(f"`{one}`" for one in rule.targets),
                 "rewrites" if rule.after_differs else "says so"]
                for rule in all_rules() if rule.code[1] == digit]
        parts.append(f"**K{digit}xx, {group}**\n\n" + grid(["code", "what", "for", ""], rows))
    return "\n\n".join(parts)


TABLES = {"rules": rules, "keras22": keras22, "seeds": seeds, "stacks": stacks, "techniques": techniques}


def filled(text):
    """A page with all its generated tables written anew."""
    for name, make in TABLES.items():
        start, end = re.escape(f"<!-- table: {name} -->"), re.escape("<!-- end of table -->")
        pattern = re.compile(f"{start}.*?{end}", re.DOTALL)
        text = pattern.sub(lambda _, name=name, make=make: _TABLE.format(name, make()), text)
    return text


def write_rule_pages(check):
    """Writes a page for every rule of `kcool migrate`; returns those that were out of date."""
    folder, stale = HERE / "docs" / "rules", []
    texts = {folder / (rule.code + ".md"): page(rule) for rule in all_rules()}
    for path in sorted({*texts, *folder.glob("K*.md")}):
        before = path.read_text(encoding="utf-8") if path.exists() else None
        if before != texts.get(path):
            stale.append(path.relative_to(HERE))
            if not check and path in texts:
                folder.mkdir(exist_ok=True)
                path.write_text(texts[path], encoding="utf-8")
            elif not check:
                path.unlink()
    return stale


def main(arguments):
    """Writes or checks every page; returns the exit code."""
    stale = write_rule_pages("--check" in arguments)
    for path in [HERE / "README.md", *sorted((HERE / "docs").rglob("*.md"))]:
        before = path.read_text(encoding="utf-8")
        after = filled(before)
        if after != before:
            stale.append(path.relative_to(HERE))
            if "--check" not in arguments:
                path.write_text(after, encoding="utf-8")
    for path in stale:
        print(("out of date: " if "--check" in arguments else "wrote ") + str(path))
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
