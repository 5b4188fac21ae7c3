"""``kcool convert`` and ``kcool record``: trained models of Keras 2 move to Keras 3 and prove that they did not change.

The framework is imported inside of the commands only.
"""
from __future__ import print_function

import argparse
import glob
import importlib
import os
import sys
from collections import OrderedDict

from .. import dispatch
from ..errors import KcoolError, NotFound, TechniqueUnavailable, WrongValue
from ..stack import require, stack
from .convert_report import progress, reported, show, write_report

__all__ = ["add_convert", "add_record", "convert", "record"]

_STATUS_BAD = 2
_BRIDGE = "bridge"
#: What is written -> how files that can be read end, and how new ones do.
_ENDINGS = {"keras3": ((".h5", ".hdf5"), ".keras"), "h5-keras2": ((".keras",), ".h5")}


# --- arguments --------------------------------------------------------------------------------------------------------

def add_convert(commands):
    """Adds ``kcool convert`` to the parser."""
    about = "turn saved models of Keras 2 (.h5) into .keras files of Keras 3, or back, and compare their answers"
    parser = commands.add_parser(
        "convert", help=about, description=about.capitalize() + ". Exit status: 0 converted (the summary says whether "
        "it is proven), 2 a file cannot be converted, 3 the answers differ. Nothing is written then.")
    parser.add_argument("files", metavar="MODEL.h5", nargs="+", help="files, folders (all .h5 and .hdf5 in them) or "
                        "patterns")
    parser.add_argument("--to", choices=sorted(_ENDINGS), default="keras3", help="keras3 (the default), or h5-keras2: "
                        "the way back, from .keras files of stock layers to .h5 files that Keras 2.2.4 reads")
    parser.add_argument("-o", "--output", metavar="PATH", help="the new file, or a folder for several (default: beside "
                        "the old file)")
    parser.add_argument("--custom", metavar="MODULE:NAME", action="append", default=[], help="a Keras 3 class or "
                        "function for a name in the file; may be repeated")
    parser.add_argument("--lambda", metavar="LAYER=MODULE:FUNCTION", dest="lambdas", action="append", default=[],
                        help="the function of a Lambda layer, written with keras.ops; may be repeated")
    parser.add_argument("--architecture", metavar="JSON", help="for a file of weights alone: a file with what "
                        "model.to_json() gave, or MODULE:FUNCTION of the old code that builds the model")
    parser.add_argument("--verify", metavar="REFERENCE.npz", help="old answers, from `kcool record`; or "
                        "the word bridge: the real Keras 2.2.4 of `kcool bridge install` answers here")
    parser.add_argument("--legacy-python", metavar="PATH", help="an interpreter with Keras 2, to ask for the old "
                        "answers (default: $KCOOL_LEGACY_PYTHON, or one that is found)")
    parser.add_argument("--no-legacy-python", action="store_true", help="do not look for one")
    parser.add_argument("--legacy-custom", metavar="MODULE:NAME", action="append", default=[], help="the same as "
                        "--custom, for the old interpreter")
    parser.add_argument("--tolerance", type=_positive, default=1e-5, metavar="X", help="largest difference, as a part "
                        "of the largest answer (default: 1e-5)")
    parser.add_argument("--dry-run", action="store_true", help="convert and compare, write nothing")
    parser.add_argument("--overwrite", action="store_true", help="replace files that are there")
    parser.add_argument("--jobs", type=_whole, default=1, metavar="N", help="how many files at a time (default: 1)")
    parser.add_argument("--json", metavar="FILE", help="write a report; - for the output, instead of the summary")
    parser.set_defaults(run=convert)


def add_record(commands):
    """Adds ``kcool record`` to the parser."""
    about = "record the answers of a saved model on the old stack, for kcool convert --verify"
    parser = commands.add_parser("record", help=about, description=about.capitalize() + ".")
    parser.add_argument("file", metavar="MODEL.h5")
    parser.add_argument("-o", "--output", metavar="REFERENCE.npz", required=True)
    parser.add_argument("--custom", metavar="MODULE:NAME", action="append", default=[])
    parser.add_argument("--architecture", metavar="JSON", help="for a file of weights alone: a file with what "
                        "model.to_json() gave")
    parser.set_defaults(run=record)


def _whole(text):
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("a whole number from 1 is needed, not %r" % text)
    return int(text)


def _positive(text):
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError("a number above 0 is needed, not %r" % text)
    return value


# --- commands ---------------------------------------------------------------------------------------------------------

def record(arguments):
    """Runs ``kcool record``; returns the exit status."""
    chosen = stack()
    if chosen.family not in ("legacy", "bridge", "keras2"):
        print("kcool record: %s" % TechniqueUnavailable(
            "Old answers come from an old stack.", found=str(chosen), supported="Keras 2.2-2.3, tf.keras, tf-keras",
            do="kcool record there; or kcool convert --legacy-python PATH here"), file=sys.stderr)
        return _STATUS_BAD
    from kcool_common import recorder

    dispatch._prepare(chosen)
    options = [text for custom in arguments.custom for text in ("--custom", custom)]
    options += ["--architecture", arguments.architecture] if arguments.architecture else []
    try:
        return recorder.main([arguments.file, arguments.output] + options)
    except Exception as error:
        print("kcool record: %s" % NotFound("The answers of %s cannot be recorded." % arguments.file, found="%s: %s" % (
            type(error).__name__, error), do="load the file in Python on this stack first"), file=sys.stderr)
        return _STATUS_BAD


def convert(arguments):
    """Runs ``kcool convert``; returns the exit status."""
    try:
        endings, ending = _ENDINGS[arguments.to]
        files = _files(arguments.files, endings)
        pairs = _outputs(files, arguments.output, ending)
        for option in ("verify", "architecture"):
            if getattr(arguments, option) not in (None, _BRIDGE) and len(files) > 1:
                raise WrongValue("--%s is for one file." % option, found="%d files" % len(files),
                                 do="convert them one by one")
        options = _options(arguments)
    except KcoolError as error:
        print("kcool convert: %s" % error, file=sys.stderr)
        return _STATUS_BAD
    reports, status = _reports(pairs, options, arguments)
    if len(reports) > 1 and arguments.json != "-":
        print("%d of %d files converted" % (sum(one["status"] == "converted" for one in reports), len(reports)))
    write_report(arguments.json, reports)
    return status


def _reports(pairs, options, arguments):
    """The reports in the order of the files, and the highest exit status."""
    from kcool_modern.convert.batch import outcome_of, outcomes

    if len(pairs) == 1:
        # It needs no process of its own: nothing comes after it that it could stop.
        found = [(0,) + outcome_of(pairs[0][0], pairs[0][1], options)]
    else:
        found = outcomes(pairs, options, arguments.jobs)
    reports, status = {}, 0
    with progress(len(pairs)) as step:
        for index, outcome, code in found:
            reports[index] = reported(pairs[index][0], outcome)
            status = max(status, code)
            if arguments.json != "-":
                show(reports[index])
            step()
    return [reports[index] for index in sorted(reports)], status


def _files(names, endings):
    found = []
    for name in names:
        if os.path.isdir(name):
            inside = [os.path.join(name, one) for one in sorted(os.listdir(name))
                      if os.path.splitext(one)[1].lower() in endings]
            if not inside:
                raise NotFound("There are no %s files in %s." % (endings[0], name), do="name files, or another folder")
            found += inside
        elif os.path.exists(name) or not glob.has_magic(name):
            found.append(name)
        else:
            inside = sorted(glob.glob(name, recursive=True))
            if not inside:
                raise NotFound("No file fits %s." % name, do="put patterns in quotes, or name files")
            found += inside
    return list(OrderedDict.fromkeys(found))


def _outputs(files, output, ending):
    if output is None:
        pairs = [(path, os.path.splitext(path)[0] + ending) for path in files]
    elif len(files) == 1 and not os.path.isdir(output):
        pairs = [(files[0], output)]
    else:
        if not os.path.isdir(output):
            raise WrongValue("Several files need a folder to go to.", found=output, do="mkdir -p %s" % output)
        pairs = [(path, os.path.join(output, os.path.splitext(os.path.basename(path))[0] + ending)) for path in files]
    taken = {}
    for path, target in pairs:
        if target in taken:
            raise WrongValue("%s and %s would both become %s." % (taken[target], path, target),
                             do="convert them into folders of their own")
        taken[target] = path
    return pairs


def _options(arguments):
    chosen = stack()
    require(chosen)
    if arguments.to == "h5-keras2":
        _require_plain(arguments)
    if chosen.family != "keras3":
        raise TechniqueUnavailable("kcool convert reads and writes files of Keras 3, with Keras 3.", found=str(chosen),
                                   supported="keras3", do="pip install 'kcool[keras3]', in an environment of its own")
    dispatch.resolve("load_model")  # it is the same in memory, and the table says which Keras it takes
    dispatch._prepare(chosen)
    sys.path.insert(0, os.getcwd())
    customs = dict(_named(text, "--custom") for text in arguments.custom)
    lambdas = {}
    for text in arguments.lambdas:
        layer, _, where = text.rpartition("=")
        if not layer:
            raise WrongValue("--lambda %s cannot be read." % text, do="--lambda LAYER=MODULE:FUNCTION")
        lambdas[layer] = _named(where, "--lambda")[1]
    from kcool_modern.convert.architecture import read_architecture
    from kcool_modern.convert.job import Options

    on_bridge = arguments.verify == _BRIDGE
    python = False if arguments.no_legacy_python else arguments.legacy_python
    return Options(customs, lambdas, arguments.legacy_custom, None if on_bridge else arguments.verify,
                   _BRIDGE if on_bridge else python, arguments.tolerance,
                   arguments.dry_run, arguments.overwrite,
                   read_architecture(arguments.architecture) if arguments.architecture else None, arguments.to)


def _require_plain(arguments):
    """The way back takes stock layers, and no recording can be there before its file is."""
    given = [option for option in ("custom", "lambdas", "legacy_custom", "architecture") if getattr(arguments, option)]
    given += ["verify"] if arguments.verify not in (None, _BRIDGE) else []
    if given:
        raise WrongValue("--to h5-keras2 and --%s do not go together." % given[0].replace("lambdas", "lambda").replace(
            "_", "-"), supported="stock layers; --legacy-python PATH, --verify bridge", do="leave it out")


def _named(text, option):
    module, _, name = text.partition(":")
    if not module or not name:
        raise WrongValue("%s %s cannot be read." % (option, text), do="%s MODULE:NAME" % option)
    try:
        return name, getattr(importlib.import_module(module), name)
    except Exception as error:  # the module is the user's
        raise WrongValue("%s %s cannot be imported." % (option, text),
                         found="%s: %s" % (type(error).__name__, error), do="python -c 'import %s'" % module)
