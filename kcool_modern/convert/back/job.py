"""One file on the way back, from beginning to end: read, rebuild, ask, write, ask again."""
import json
import os
import time
from collections import OrderedDict, namedtuple

import keras
import numpy as np

from kcool import __version__
from kcool.errors import NotFound, UnreadableModel
from kcool_common import recorder

from ... import keras22
from .. import objects, proof  # noqa: F401 - objects: what kcool's own layers are called, for load_model
from ..arguments import Context
from ..job import asked, reported, reported_proof
from ..output import moved_when_whole, require_free
from ..repairs import Repairs
from .graph import rebuilt

__all__ = ["run_job"]

OURS = "2.2.4 as kcool has it"
UNPROVEN = ("the real Keras 2.2.4 was not asked. Either name its interpreter: --legacy-python PATH, or let it answer "
            "here: kcool bridge install, then --verify bridge")
#: What `proof.prove` looks at.
_Asked = namedtuple("_Asked", "model tensors")


def run_job(path, output, options):
    """Converts one file of Keras 3 to one of Keras 2.2.4.

    Args:
        path: of the ``.keras`` file.
        output: path of the new ``.h5`` file.
        options: `job.Options`.

    Returns:
        An ordered dict of plain values, the report.

    Raises:
        KcoolError: it was not converted; nothing was written.
    """
    begin = time.time()
    if not options.dry_run:
        require_free(output, options.overwrite, ".h5")
    model, repairs = _loaded(path), Repairs()
    old = rebuilt(model, Context(path, repairs))
    if getattr(model, "optimizer", None) is not None:
        repairs.add("H207", model.name)
    evidence, remark = _compared(model, _answers(old), options), UNPROVEN
    if not options.dry_run:
        with moved_when_whole(output) as half:
            old.save(half, include_optimizer=False)
            evidence = _compared(model, _answers(keras22.models.load_model(half, compile=False)), options)
            recorded, remark = asked(half, options, UNPROVEN)
            if recorded is not None:
                evidence = _compared(model, recorded, options)
    return OrderedDict((
        ("file", os.fspath(path)), ("output", None if options.dry_run else os.fspath(output)), ("status", "converted"),
        ("kcool", __version__), ("keras", keras.__version__), ("written_by", keras.__version__),
        ("layers", _count(old)), ("parameters", model.count_params()),
        ("repairs", reported(repairs)), ("needs_kcool_to_load", False), ("proof", reported_proof(evidence, options)),
        ("remark", remark), ("seconds", round(time.time() - begin, 2))))


def _loaded(path):
    if not os.path.isfile(path):
        raise NotFound("There is no file %s." % path, do="name a .keras file")
    try:
        return keras.saving.load_model(path)
    except Exception as error:
        raise UnreadableModel("%s cannot be loaded." % path, found="%s: %s" % (
            type(error).__name__, " ".join(str(error).split())[:300]), supported="a .keras file of stock layers",
            do="keras.saving.load_model(%r) in Python" % os.fspath(path)) from error


def _count(model):
    return sum(_count(layer) if hasattr(layer, "layers") else 1 for layer in model.layers)


def _answers(old):
    found = recorder.record(old, OURS, np.random.RandomState(20181122), keras22)
    return dict(found, meta=json.loads(str(found["meta"])))


def _compared(model, recorded, options):
    return proof.prove(_Asked(model, {}), recorded, options.tolerance)
