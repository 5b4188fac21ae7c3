"""One file from beginning to end: read, convert, prove, write, and what there is to say about it."""
import json
import os
import time
from collections import OrderedDict

import keras

from kcool import __version__
from kcool.errors import KcoolError
from kcool_common.recordings import reference

from . import numerics, proof
from .conversion import converted
from .legacy_python import found_python
from .output import require_free, written
from .repairs import REPAIRS

__all__ = ["run_job", "Options"]

UNPROVEN = ("not proven: no old answers were compared. Either record them on the old stack, kcool record MODEL.h5 -o "
            "reference.npz, and convert with --verify reference.npz, or name its interpreter: --legacy-python PATH, or "
            "let the real Keras 2.2.4 answer here: kcool bridge install, then --verify bridge")

RANDOM = "not proven: no two answers are equal, as %s was called with training=True and draws random numbers"


class Options:
    """How to convert; attributes are those of the command line.

    Attributes:
        customs, lambdas: dicts, see `conversion.converted`.
        custom_texts: ``MODULE:NAME`` for the old interpreter.
        verify: path of a recording, or None.
        legacy_python: path of an interpreter, None to look for one, or False for none.
        tolerance: float.
        dry_run, overwrite: bool.
        architecture: JSON text for a file of weights alone, or None.
    """

    def __init__(self, customs=None, lambdas=None, custom_texts=(), verify=None, legacy_python=None, tolerance=1e-5,
                 dry_run=False, overwrite=False, architecture=None):
        self.customs, self.lambdas, self.custom_texts = dict(customs or {}), dict(lambdas or {}), tuple(custom_texts)
        self.verify, self.legacy_python, self.tolerance = verify, legacy_python, tolerance
        self.dry_run, self.overwrite, self.architecture = dry_run, overwrite, architecture


def run_job(path, output, options):
    """Converts one file.

    Args:
        path: of the old file.
        output: path of the new one.
        options: `Options`.

    Returns:
        An ordered dict of plain values, the report.

    Raises:
        KcoolError: it was not converted; nothing was written.
    """
    begin = time.time()
    if not options.dry_run:
        require_free(output, options.overwrite)
    # Before any other interpreter sees the file, which would carry out what is in its Lambda layers.
    made = converted(path, options.customs, options.lambdas, architecture=options.architecture)
    recorded, remark = (None, RANDOM % ", ".join(made.random)) if made.random else _recorded(path, options)
    evidence = []

    def check(model):
        evidence.append(proof.prove(made, recorded, options.tolerance, model))

    if not options.dry_run:
        # What is proven is the file.
        written(made, output, _customs_for_loading(options), check if recorded else None)
    elif recorded:
        check(made.model)
    return _report(path, output, made, evidence[0] if evidence else None, remark, options, time.time() - begin)


def _customs_for_loading(options):
    found = dict(options.customs)
    found.update((function.__name__, function) for function in options.lambdas.values())
    return found


def _recorded(path, options):
    """The old answers, or None and why there are none."""
    if options.verify:
        return reference(options.verify), None
    python = options.legacy_python
    if python is None:
        python = found_python()
        if python is None:
            return None, UNPROVEN
        try:
            return proof.recorded_by(python, path, options.custom_texts, options.architecture), None
        except KcoolError as error:
            # Nobody asked for this interpreter.
            return None, "%s (%s was tried: %s)" % (UNPROVEN, python, error.found)
    if python is False:
        return None, UNPROVEN
    return proof.recorded_by(python, path, options.custom_texts, options.architecture), None


def _report(path, output, made, evidence, remark, options, seconds):
    needs = numerics.needs_kcool(json.dumps(keras.saving.serialize_keras_object(made.model), default=str))
    repairs = [OrderedDict((("code", code), ("what", REPAIRS[code]), ("where", [
        OrderedDict((("layer", one.layer), ("detail", one.detail))) for one in entries])))
        for code, entries in made.repairs.by_code().items()]
    return OrderedDict((
        ("file", os.fspath(path)), ("output", None if options.dry_run else os.fspath(output)), ("status", "converted"),
        ("kcool", __version__), ("keras", keras.__version__), ("written_by", made.version), ("layers", made.layers),
        ("parameters", made.parameters), ("repairs", repairs), ("needs_kcool_to_load", needs),
        ("proof", None if evidence is None else OrderedDict((
            ("difference", evidence.difference), ("tolerance", options.tolerance), ("recorded_by", evidence.by),
            ("sets_of_inputs", evidence.sets)))),
        ("remark", remark), ("seconds", round(seconds, 2))))
