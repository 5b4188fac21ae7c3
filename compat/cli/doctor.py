"""``kcool doctor``: everything that leads to the choice of a stack, found out without importing a framework."""
import importlib.util
import json
import os
import platform
import runpy
import sys
import textwrap
import warnings
from collections import OrderedDict

from .. import __version__
from ..errors import KcoolError, KcoolWarning, StackNotSupported
from ..stack import ENGINES, Stack, candidates, installed, outside, require, stack
from ..techniques import TECHNIQUES, unavailable
from . import bridge
from .imports import configured, meanings

__all__ = ["examine", "render", "run"]

WIDTH = 88
_REPAIR = "pip install --force-reinstall kcool"

_VARIABLES = (
    ("KCOOL_STACK", "chooses the stack for kcool"),
    ("TF_USE_LEGACY_KERAS", "makes tf.keras tf-keras, on a TensorFlow that takes Keras from outside"),
    ("KERAS_BACKEND", "chooses the backend of Keras"),
    ("KERAS_HOME", "folder of keras.json, instead of ~/.keras"),
)


def run(as_json=False):
    """Prints the findings.

    Args:
        as_json: as JSON instead of as text.

    Returns:
        0 when a supported stack is usable, else 1.
    """
    findings = examine()
    print(json.dumps(findings, indent=2) if as_json else render(findings))
    return 0 if findings["usable"] else 1


# --- finding out -----------------------------------------------------------------------------------------------------


def examine():
    """Finds out what `render` prints.

    Returns:
        An ordered dict of plain values: ``kcool``, ``python``, ``frameworks``, ``imports``, ``variables``, ``stack``
        (None when none can be chosen), ``reasons``, ``problem`` (text, or None), ``selectable``, ``techniques``,
        ``bridge`` (see `bridge.examine`), ``keras22`` (how the names of Keras 2.2 are served; None but on Keras 3),
        ``usable``.
    """
    found = installed()
    chosen, problem, usable = _choice()
    techniques = [_technique(row, chosen) for row in TECHNIQUES.values()] if chosen else []
    if usable and any(row["broken"] for row in techniques):
        problem, usable = "Modules of kcool are missing from this installation.\nWhat to do: " + _REPAIR, False
    return OrderedDict((
        ("kcool", __version__),
        ("python", _python()),
        ("frameworks", [OrderedDict(part._asdict()) for part in found.values()]),
        ("imports", [_labelled(("statement", "gives"), pair) for pair in meanings(found, os.environ)]),
        ("variables", _variables()),
        ("stack", _described(chosen)),
        ("reasons", list(chosen.reasons) if chosen else []),
        ("problem", problem),
        ("selectable", [_selectable(other, chosen) for other in _stacks(found)]),
        ("techniques", techniques),
        ("keras22", _emulation() if chosen and chosen.family == "keras3" and usable else None),
        ("bridge", bridge.examine(found)),
        ("usable", usable),
    ))


def _choice():
    """The stack or None, what speaks against it or None, and whether techniques can be used on it."""
    try:
        chosen = stack()
    except KcoolError as error:
        return None, str(error), False
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", KcoolWarning)
        try:
            require(chosen)
        except StackNotSupported as error:
            return chosen, str(error), False
    return chosen, str(caught[0].message) if caught else None, True


def _python():
    return OrderedDict((("version", platform.python_version()), ("implementation", platform.python_implementation()),
                        ("executable", sys.executable), ("platform", platform.platform())))


def _labelled(labels, values):
    return OrderedDict(zip(labels, values))


def _variables():
    labels = ("name", "value", "meaning")
    rows = [_labelled(labels, (name, os.environ.get(name), meaning)) for name, meaning in _VARIABLES]
    path = configured(os.environ)
    return rows + [_labelled(labels, (path, _content(path), "Keras's settings: its backend stands there"))]


def _content(path):
    try:
        with open(path, encoding="utf-8") as config:
            backend = json.load(config).get("backend")
    except OSError:
        return None
    except (ValueError, AttributeError):
        return "not readable as JSON settings"
    return "backend: %s" % backend


def _described(chosen):
    if chosen is None:
        return None
    described = OrderedDict((("name", chosen.name), ("text", str(chosen)), ("module", chosen.module)))
    described.update((key, value) for key, value in chosen._asdict().items() if key != "reasons")
    return described


def _stacks(found):
    """Every stack that the installed packages can form, as a `Stack` without reasons."""
    stacks = []
    for name, flavour, version in candidates(found):
        family = name.split("/")[0]
        for engine in ENGINES if family == "keras3" else ("tensorflow",):
            if engine in found:
                stacks.append(Stack(family, flavour, version, engine, found[engine].version,
                                    platform.python_version(), (), False))
    return stacks


def _selectable(other, chosen):
    return OrderedDict((("name", other.name), ("text", str(other)),
                        ("chosen", chosen is not None and chosen.name == other.name), ("untested", outside(other)),
                        ("how", "KCOOL_STACK=%s, or compat.use(%r)" % (other.name, other.name))))


def _technique(row, chosen):
    module = getattr(row, chosen.dialect)
    missing = unavailable(row, chosen.name, chosen.keras)
    reason, nearest = (missing.reason, missing.nearest) if missing else (None, None)
    broken = missing is None and importlib.util.find_spec(module) is None
    if broken:
        reason, nearest = "%s is missing from this installation" % module, _REPAIR
    return OrderedDict((("name", row.name), ("exports", list(row.exports)), ("note", row.note),
                        ("module", None if reason else module), ("available", reason is None), ("reason", reason),
                        ("nearest", nearest), ("broken", broken)))


def _emulation():
    """How many names of Keras 2.2.4 there are, and which differ, from the files that `kcool run` goes by."""
    (folder,) = importlib.util.find_spec("kcool_modern").submodule_search_locations
    status = runpy.run_path(os.path.join(folder, "keras22", "_status.py"))
    with open(os.path.join(folder, "keras22", "names.txt"), encoding="utf-8") as lines:
        modules = [line.split(":")[1].split() for line in lines if not line.startswith("#")]
    return OrderedDict((("modules", len(modules)), ("names", sum(map(len, modules))),
                        ("close", OrderedDict(sorted(status["CLOSE"].items()))),
                        ("refused", OrderedDict(sorted((name, "%s; %s" % pair)
                                                       for name, pair in status["REFUSED"].items())))))


# --- telling ---------------------------------------------------------------------------------------------------------


def render(findings):
    """The findings as text of at most `WIDTH` columns, but for paths that are longer.

    Args:
        findings: what `examine` gave.

    Returns:
        One text, without a newline at its end.
    """
    python = findings["python"]
    sections = (
        ("Interpreter", ["%s %s, %s" % (python["implementation"], python["version"], python["executable"]),
                         python["platform"]]),
        ("Frameworks found", _framework_lines(findings["frameworks"])),
        ("What an import gives here", _pairs([(row["statement"], row["gives"]) for row in findings["imports"]])),
        ("Variables and settings", _variable_lines(findings["variables"])),
        ("Stack", _stack_lines(findings)),
        ("Stacks that can be chosen here", _selectable_lines(findings["selectable"])),
        ("Techniques", _technique_lines(findings)),
        ("Keras 2.2 on this stack (kcool run)", _emulation_lines(findings["keras22"])),
        ("The bridge to the real Keras 2.2 (kcool run --on bridge)", _bridge_lines(findings["bridge"])),
        ("Verdict", _verdict_lines(findings)),
    )
    blocks = ["kcool %s doctor" % findings["kcool"]]
    blocks += ["%s\n%s" % (title, "\n".join("  " + line for line in lines)) for title, lines in sections if lines]
    return "\n\n".join(blocks)


def _framework_lines(frameworks):
    if not frameworks:
        return ["none: looked for keras, tf_keras, " + ", ".join(ENGINES)]
    return _pairs([("%s %s" % (part["module"], part["version"]),
                    "%s%s" % (part["where"], " (imported)" if part["imported"] else "")) for part in frameworks])


def _variable_lines(variables):
    return _pairs([(row["name"], "%s   (%s)" % ("not set" if row["value"] is None else row["value"], row["meaning"]))
                   for row in variables[:-1]]) + _settings_lines(variables[-1])


def _settings_lines(settings):
    return ["%s: %s" % (settings["name"], "not there" if settings["value"] is None else settings["value"])]


def _stack_lines(findings):
    if findings["stack"] is None:
        return ["none can be chosen"]
    steps = [line for number, reason in enumerate(findings["reasons"], 1)
             for line in _wrapped(reason, "%d. " % number)]
    return [findings["stack"]["text"], "because:"] + steps


def _selectable_lines(selectable):
    lines = []
    for row in selectable:
        state = "chosen" if row["chosen"] else "choose it with " + row["how"]
        lines += _wrapped(row["text"], "* " if row["chosen"] else "- ")
        lines += _wrapped(state + ("; untested: %s" % row["untested"] if row["untested"] else ""), "  ")
    return lines


def _technique_lines(findings):
    lines = []
    for row in findings["techniques"]:
        if row["available"]:
            lines += _wrapped("%-28s %s" % (row["module"], ", ".join(row["exports"])), "%-11s " % row["name"])
        else:
            lines += _wrapped("not here: %s. Instead: %s" % (row["reason"], row["nearest"]), "%-11s " % row["name"])
    return lines


def _emulation_lines(found):
    if found is None:
        return []
    return (["%d names in %d modules of Keras 2.2.4: exact, but for" % (found["names"], found["modules"])]
            + ["%d that differ as docs/keras22.md says:" % len(found["close"])]
            + _wrapped(", ".join(found["close"]), "  ")
            + ["%d that are refused:" % len(found["refused"])] + _wrapped(", ".join(found["refused"]), "  "))


def _bridge_lines(found):
    if found["problem"]:
        return _wrapped(found["problem"])
    return [line for row in found["installed"] for line in _wrapped(
        "%s; to mend it: kcool bridge install --keras %s" % (row["problem"], row["keras"]) if row["problem"]
        else "sound, in " + found["folder"], "Keras %s: " % row["keras"])]


def _verdict_lines(findings):
    if findings["usable"] and findings["problem"] is None:
        return ["OK: inside the tested range. See it at work: kcool demo"]
    if findings["usable"]:
        return _wrapped("OK, at your own risk, because the stack was asked for: " + findings["problem"])
    return [line for part in findings["problem"].split("\n") for line in _wrapped(part.strip())]


def _pairs(rows):
    width = max(len(left) for left, _ in rows)
    return [line for left, right in rows for line in _wrapped(right, left.ljust(width) + "  ")]


def _wrapped(text, lead=""):
    return textwrap.wrap(text, WIDTH - 2, initial_indent=lead, subsequent_indent=" " * len(lead),
                         break_long_words=False, break_on_hyphens=False) or [lead]
