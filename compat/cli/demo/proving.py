"""The order of the demo: look, set up, prove one technique after the other, tell."""
import importlib
import time
import traceback
from collections import OrderedDict, namedtuple

from ... import __version__
from ...dispatch import load, resolve
from ...errors import KcoolError, TechniqueUnavailable
from ...stack import require, stack
from . import digits, host, network, picture, report

__all__ = ["Problem", "TECHNIQUES", "run"]

#: The techniques in the order in which they are proved. Data parallel comes last: on JAX it changes the whole process.
TECHNIQUES = ("ema", "function", "surgery", "parallel")

#: What every proof is given. ``keras``: the facade's. ``data``: `digits.Digits`. ``network``: `network.Network`.
#: ``seed``: a number.
Problem = namedtuple("Problem", "keras data network seed")


def run(seed, plot=None):
    """Runs the demo.

    Args:
        seed: number for the first weights and the order of the images.
        plot: path of a picture to draw, or None.

    Returns:
        0 when every proof holds, 1 when one fails, 2 when the picture cannot be drawn.
    """
    if plot is not None and not picture.possible(plot):
        return 2
    chosen = stack()
    require(chosen)
    data = digits.read()
    print(report.head(__version__, chosen, data, seed), flush=True)
    rows, curve = _prove_all(host.prepare(chosen), chosen, data, seed)
    print(report.table(rows))
    drawn = plot is None or _draw(plot, curve, chosen)
    if any(row.ok is False for row in rows):
        return 1
    return 0 if drawn else 2


def _prove_all(keras, chosen, data, seed):
    _load_as_an_import_would()
    problem = Problem(keras, data, network.build(keras, load("K"), seed), seed)
    results = OrderedDict((name, _prove(name, problem, chosen)) for name in TECHNIQUES)
    return [row for row, _ in results.values()], results["ema"][1]


def _load_as_an_import_would():
    """User code imports its techniques before it builds a model; an error here comes again, in the technique's row."""
    for technique in TECHNIQUES:
        try:
            load(resolve(technique).technique.exports[0])
        except (KcoolError, ImportError):
            pass


def _prove(name, problem, chosen):
    """One row of the table, and whatever else the proof has to tell."""
    started = time.time()
    implementation = "none on %s" % chosen.name
    try:
        found = resolve(name, problem.network.model)
        implementation = "%s on %s" % (found.module, found.stack.name)
        proof = importlib.import_module("." + name, __package__ + ".proofs").prove(problem)
    except TechniqueUnavailable as error:
        return report.Row(name, implementation, ("unavailable (see below)",), None, None, str(error)), None
    except Exception as error:  # a broken technique must not hide the state of the others
        traceback.print_exc()
        lines = ("%s (see below)" % type(error).__name__,)
        return report.Row(name, implementation, lines, _since(started), False, str(error)), None
    note = None if proof.holds else "what was computed in two ways differs, or the proof could not have failed"
    return report.Row(name, implementation, proof.lines, _since(started), bool(proof.holds), note), proof.extra


def _since(started):
    return time.time() - started


def _draw(path, curve, chosen):
    """Whether the picture stands where it should."""
    if curve is None:
        print("%s was not drawn: there is no training to show." % path)
        return False
    try:
        picture.draw(path, curve, str(chosen))
    except OSError as error:  # a full disk, say
        print("%s was not drawn: %s" % (path, error))
        return False
    print("%s: validation accuracy of raw and averaged weights over training" % path)
    return True
