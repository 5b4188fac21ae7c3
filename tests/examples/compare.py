"""The numbers of an example, and how far they may be from those of the real stack.

Before anything is trained only rounding differs. Training blows rounding up, each example in its own measure: it is
measured on the real stack itself, by a second run whose weights start a millionth off (`record.py`). A number may be
off by `FACTOR` times what that did to it, or to one before it.
"""
import math

__all__ = ["CHANCE", "judge", "numbers", "spreads"]

#: Relative.
EXACT, FACTOR = 1e-5, 20
#: The factor where four runs of the real stack say how far chance moves a number.
CHANCE = 4
#: What moves more than this by itself says nothing, relative.
LIMIT = 0.25
FITS, BATCHES, LINES = 4, 12, 30


def numbers(found):
    """What came out, as [name, value] pairs; a value is a number or, of a printed line, perhaps a text."""
    values = [["number of " + kind, len(found[kind])] for kind in ("fit", "evaluate", "train_on_batch", "lines")]
    for place, losses in enumerate(found["batches"][:FITS]):
        values += [["first batch of fit %d" % (place + 1), losses[0]]] if losses else []
    for place, history in enumerate(found["fit"][:FITS]):
        values += [["%s of fit %d" % (key, place + 1), history[key][0]]
                   for key in sorted(history) if key.endswith("loss") and history[key]]
    for kind in ("train_on_batch", "evaluate"):
        values += [["%s %d" % (kind, place + 1), losses[0]] for place, losses in enumerate(found[kind][:BATCHES])]
    return values + [["line %d" % (place + 1), _value(line)] for place, line in enumerate(found["lines"][:LINES])]


def spreads(base, others):
    """How far each number moved in other runs of the same stack, relative."""
    return [max(distance(value, other) for other in column)
            for (_, value), column in zip(base, zip(*[[value for _, value in run] for run in others]))]


def judge(values, record, factor=FACTOR, least=EXACT):
    """Whether numbers agree with a record (a list of [name, value, spread or None]), and in words how well."""
    if [name for name, _ in values] != [name for name, _, _ in record]:
        return False, "other results than on the real stack: %s" % sorted(
            {name for name, _ in values} ^ {name for name, _, _ in record})[:4]
    counts = [mine == other for (name, mine), (_, other, _) in zip(values, record) if name.startswith("number")]
    if not all(counts):
        return False, "another number of results than on the real stack"
    off, moved = [], 0.0
    for (name, mine), (_, other, spread) in list(zip(values, record))[len(counts):]:
        moved = max(moved, spread or 0.0)
        bound = max(least, factor * moved)
        if spread is not None and bound <= LIMIT:
            off.append((distance(mine, other) / bound, distance(mine, other), bound, name))
    if not off:
        return False, "nothing to compare"
    share, distant, bound, name = max(off)
    return share <= 1, "%d of %d numbers compared, %d out of bounds; furthest off %s: %.0e of %.0e" % (
        len(off), len(record) - len(counts), sum(one[0] > 1 for one in off), name, distant, bound)


def distance(a, b):
    """Relative distance; infinite between texts that differ."""
    if isinstance(a, str) or isinstance(b, str) or not math.isfinite(a - b):
        return 0.0 if str(a) == str(b) else math.inf
    return abs(a - b) / max(abs(b), 1e-3)


def _value(line):
    try:
        return float(line)
    except ValueError:
        return line
