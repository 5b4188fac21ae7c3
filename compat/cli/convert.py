"""``kcool convert`` and ``kcool record``: trained models of Keras 2 move to Keras 3 and prove that they did not change.

The framework is imported inside of the commands only.
"""
from __future__ import print_function

import argparse
import glob
import importlib
import json
import os
import sys
from collections import OrderedDict

from .. import dispatch
from ..errors import DifferentResult, KcoolError, NotFound, TechniqueUnavailable, WrongValue
from ..stack import require, stack

__all__ = ["add_convert", "add_record", "convert", "record"]

_STATUS_BAD, _STATUS_DIFFERENT = 2, 3

# Keras 3.0 cannot read back some of the layers that it has written, and calls recurrent ones in another way (46 of 259
# tests fail there); versions between the two were not tried.
_OLDEST = (3, 15)


# --- arguments --------------------------------------------------------------------------------------------------------

def add_convert(commands):
    """Adds ``kcool convert`` to the parser."""
    about = "turn saved models of Keras 2 (.h5) into .keras files of Keras 3, and compare their answers"
    parser = commands.add_parser(
        "convert", help=about, description=about.capitalize() + ". Exit status: 0 converted (the summary says whether "
        "it is proven), 2 a file cannot be converted, 3 the answers differ. Nothing is written then.")
    parser.add_argument("files", metavar="MODEL.h5", nargs="+", help="files, folders (all .h5 and .hdf5 in them) or "
                        "patterns")
    parser.add_argument("-o", "--output", metavar="PATH", help="the new file, or a folder for several (default: beside "
                        "the old file)")
    parser.add_argument("--custom", metavar="MODULE:NAME", action="append", default=[], help="a Keras 3 class or "
                        "function for a name in the file; may be repeated")
    parser.add_argument("--lambda", metavar="LAYER=MODULE:FUNCTION", dest="lambdas", action="append", default=[],
                        help="the function of a Lambda layer, written with keras.ops; may be repeated")
    parser.add_argument("--verify", metavar="REFERENCE.npz", help="old answers, from `kcool record`")
    parser.add_argument("--legacy-python", metavar="PATH", help="an interpreter with Keras 2, to ask for the old "
                        "answers (default: $KCOOL_LEGACY_PYTHON, or one that is found)")
    parser.add_argument("--no-legacy-python", action="store_true", help="do not look for one")
    parser.add_argument("--legacy-custom", metavar="MODULE:NAME", action="append", default=[], help="the same as "
                        "--custom, for the old interpreter")
    parser.add_argument("--tolerance", type=_positive, default=1e-5, metavar="X", help="largest difference, as a part "
                        "of the largest answer (default: 1e-5)")
    parser.add_argument("--dry-run", action="store_true", help="convert and compare, write nothing")
    parser.add_argument("--overwrite", action="store_true", help="replace files that are there")
    parser.add_argument("--json", metavar="FILE", help="write a report; - for the output, instead of the summary")
    parser.set_defaults(run=convert)


def add_record(commands):
    """Adds ``kcool record`` to the parser."""
    about = "record the answers of a saved model on the old stack, for kcool convert --verify"
    parser = commands.add_parser("record", help=about, description=about.capitalize() + ".")
    parser.add_argument("file", metavar="MODEL.h5")
    parser.add_argument("-o", "--output", metavar="REFERENCE.npz", required=True)
    parser.add_argument("--custom", metavar="MODULE:NAME", action="append", default=[])
    parser.set_defaults(run=record)


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
    if chosen.family not in ("legacy", "keras2"):
        print("kcool record: %s" % TechniqueUnavailable(
            "Old answers come from an old stack.", found=str(chosen), supported="Keras 2.2-2.3, tf.keras, tf-keras",
            do="kcool record there; or kcool convert --legacy-python PATH here"), file=sys.stderr)
        return _STATUS_BAD
    from kcool_common import recorder

    customs = [text for custom in arguments.custom for text in ("--custom", custom)]
    try:
        return recorder.main([arguments.file, arguments.output] + customs)
    except Exception as error:
        print("kcool record: %s" % NotFound("The answers of %s cannot be recorded." % arguments.file, found="%s: %s" % (
            type(error).__name__, error), do="load the file in Python on this stack first"), file=sys.stderr)
        return _STATUS_BAD


def convert(arguments):
    """Runs ``kcool convert``; returns the exit status."""
    try:
        files = _files(arguments.files)
        pairs = _outputs(files, arguments.output)
        if arguments.verify and len(files) > 1:
            raise WrongValue("--verify is for one file.", found="%d files" % len(files), do="convert them one by one")
        options = _options(arguments)
    except KcoolError as error:
        print("kcool convert: %s" % error, file=sys.stderr)
        return _STATUS_BAD
    reports, status = [], 0
    for path, output in pairs:
        report, code = _converted(path, output, options)
        reports.append(report)
        status = max(status, code)
        if arguments.json != "-":
            _show(report)
    if len(reports) > 1 and arguments.json != "-":
        print("%d of %d files converted" % (sum(r["status"] == "converted" for r in reports), len(reports)))
    _write_report(arguments.json, reports)
    return status


def _files(names):
    found = []
    for name in names:
        if os.path.isdir(name):
            inside = [os.path.join(name, one) for one in sorted(os.listdir(name))
                      if os.path.splitext(one)[1].lower() in (".h5", ".hdf5")]
            if not inside:
                raise NotFound("There are no .h5 files in %s." % name, do="name files, or another folder")
            found += inside
        elif os.path.exists(name) or not glob.has_magic(name):
            found.append(name)
        else:
            inside = sorted(glob.glob(name, recursive=True))
            if not inside:
                raise NotFound("No file fits %s." % name, do="put patterns in quotes, or name files")
            found += inside
    return list(OrderedDict.fromkeys(found))


def _outputs(files, output):
    if output is None:
        pairs = [(path, os.path.splitext(path)[0] + ".keras") for path in files]
    elif len(files) == 1 and not os.path.isdir(output):
        pairs = [(files[0], output)]
    else:
        if not os.path.isdir(output):
            raise WrongValue("Several files need a folder to go to.", found=output, do="mkdir -p %s" % output)
        pairs = [(path, os.path.join(output, os.path.splitext(os.path.basename(path))[0] + ".keras")) for path in files]
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
    if chosen.family != "keras3":
        raise TechniqueUnavailable("kcool convert writes files of Keras 3, with Keras 3.", found=str(chosen),
                                   supported="keras3", do="pip install 'kcool[keras3]', in an environment of its own")
    if tuple(int(part) for part in chosen.keras.split(".")[:2]) < _OLDEST:
        raise TechniqueUnavailable(
            "kcool convert needs a later Keras.", found=str(chosen), supported="Keras %d.%d and later" % _OLDEST,
            do="pip install -U keras; the file that it writes says which Keras it is for")
    dispatch._prepare(chosen)
    sys.path.insert(0, os.getcwd())
    customs = dict(_named(text, "--custom") for text in arguments.custom)
    lambdas = {}
    for text in arguments.lambdas:
        layer, _, where = text.rpartition("=")
        if not layer:
            raise WrongValue("--lambda %s cannot be read." % text, do="--lambda LAYER=MODULE:FUNCTION")
        lambdas[layer] = _named(where, "--lambda")[1]
    from kcool_modern.convert.job import Options

    return Options(customs, lambdas, arguments.legacy_custom, arguments.verify,
                   False if arguments.no_legacy_python else arguments.legacy_python, arguments.tolerance,
                   arguments.dry_run, arguments.overwrite)


def _named(text, option):
    module, _, name = text.partition(":")
    if not module or not name:
        raise WrongValue("%s %s cannot be read." % (option, text), do="%s MODULE:NAME" % option)
    try:
        return name, getattr(importlib.import_module(module), name)
    except Exception as error:  # the module is the user's
        raise WrongValue("%s %s cannot be imported." % (option, text),
                         found="%s: %s" % (type(error).__name__, error), do="python -c 'import %s'" % module)


def _converted(path, output, options):
    from kcool_modern.convert.job import run_job

    try:
        return run_job(path, output, options), 0
    except DifferentResult as error:
        return _failure(path, error), _STATUS_DIFFERENT
    except KcoolError as error:
        return _failure(path, error), _STATUS_BAD
    except Exception as error:  # one file never stops the others
        return _failure(path, WrongValue("%s could not be converted." % path, found="%s: %s" % (
            type(error).__name__, error), do="look at the space and the rights of %s; else report it" % (
                os.path.dirname(os.path.abspath(output))))), _STATUS_BAD


def _failure(path, error):
    return OrderedDict((("file", path), ("output", None), ("status", "failed"), ("error", type(error).__name__),
                        ("asked", error.asked), ("found", error.found), ("supported", error.supported),
                        ("do", error.do), ("text", str(error))))


# --- what is said -----------------------------------------------------------------------------------------------------

def _show(report):
    if report["status"] == "failed":
        print("kcool convert: %s" % report["text"], file=sys.stderr)
        return
    print("%s -> %s" % (report["file"], report["output"] or "(dry run, nothing written)"))
    print("  %d layers, %d parameters, written by Keras %s" % (
        report["layers"], report["parameters"], report["written_by"]))
    for repair in report["repairs"]:
        print("  %s %s: %s" % (repair["code"], repair["what"], _places(repair["where"])))
    if report["needs_kcool_to_load"]:
        print("  to load it: import kcool_modern.convert.objects, then keras.saving.load_model")
    proof = report["proof"]
    if proof is None:
        print("  %s" % report["remark"])
    else:
        print("  proven: largest difference %.1e of the largest answer (tolerance %.0e; %d sets of inputs, %d inner "
              "tensors, answers of Keras %s)" % (proof["difference"], proof["tolerance"], proof["sets_of_inputs"],
                                                 proof["inner_tensors"], proof["recorded_by"]))


def _places(where):
    names = list(OrderedDict.fromkeys(one["layer"] for one in where))
    return ", ".join(names[:4]) + (" and %d more" % (len(names) - 4) if len(names) > 4 else "")


def _write_report(target, reports):
    if target is None:
        return
    text = json.dumps(reports, indent=2)
    if target == "-":
        print(text)
        return
    with open(target, "w") as file:
        file.write(text + "\n")
