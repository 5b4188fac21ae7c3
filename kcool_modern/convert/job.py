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

__all__ = ["Options", "asked", "reported", "reported_proof", "run_job"]

UNPROVEN = ("not proven: no old answers were compared. Either record them on the old stack, kcool record MODEL.h5 -o "
            "reference.npz, and convert with --verify reference.npz, or name its interpreter: --legacy-python PATH, or "
            "let the real Keras 2.2.4 answer here: kcool bridge install, then --verify bridge")

UNSTEADY = "not proven: no two answers are equal, as training=True lets %s draw random numbers or move its averages"


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
        to: ``keras3``, or ``h5-keras2`` for the way back (`back.job`).
    """

    def __init__(self, customs=None, lambdas=None, custom_texts=(), verify=None, legacy_python=None, tolerance=1e-5,
                 dry_run=False, overwrite=False, architecture=None, to="keras3"):
        self.customs, self.lambdas, self.custom_texts = dict(customs or {}), dict(lambdas or {}), tuple(custom_texts)
        self.verify, self.legacy_python, self.tolerance = verify, legacy_python, tolerance
        self.dry_run, self.overwrite, self.architecture, self.to = dry_run, overwrite, architecture, to


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
    recorded, remark = (None, UNSTEADY % ", ".join(made.unsteady)) if made.unsteady else _old_answers(path, options)
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


def _old_answers(path, options):
    """The old answers, or None and why there are none."""
    if options.verify:
        return reference(options.verify), None
    return asked(path, options, UNPROVEN)


def asked(path, options, unproven):
    """Asks an old stack, if there is one, what a file answers.

    Args:
        path: of an ``.h5`` file.
        options: `Options`.
        unproven: str, what there is to say if nobody was asked.

    Returns:
        A recording or None, and the remark for the report.

    Raises:
        NotFound: the interpreter that the user named cannot answer.
    """
    python = found_python() if options.legacy_python is None else options.legacy_python
    if not python:
        return None, unproven
    try:
        return proof.recorded_by(python, path, options.custom_texts, options.architecture), None
    except KcoolError as error:
        if options.legacy_python is not None:
            raise
        # Nobody asked for this interpreter.
        return None, "%s (%s was tried: %s)" % (unproven, python, error.found)


def _report(path, output, made, evidence, remark, options, seconds):
    needs = numerics.needs_kcool(json.dumps(keras.saving.serialize_keras_object(made.model), default=str))
    return OrderedDict((
        ("file", os.fspath(path)), ("output", None if options.dry_run else os.fspath(output)), ("status", "converted"),
        ("kcool", __version__), ("keras", keras.__version__), ("written_by", made.version), ("layers", made.layers),
        ("parameters", made.parameters), ("repairs", reported(made.repairs)), ("needs_kcool_to_load", needs),
        ("proof", reported_proof(evidence, options)),
        ("remark", remark), ("seconds", round(seconds, 2))))


def reported(repairs):
    """`repairs.Repairs` as plain values."""
    return [OrderedDict((("code", code), ("what", REPAIRS[code]), ("where", [
        OrderedDict((("layer", one.layer), ("detail", one.detail))) for one in entries])))
        for code, entries in repairs.by_code().items()]


def reported_proof(evidence, options):
    """A `proof.Proof`, or None, as plain values."""
    return None if evidence is None else OrderedDict((
        ("difference", evidence.difference), ("tolerance", options.tolerance), ("recorded_by", evidence.by),
        ("sets_of_inputs", evidence.sets)))
