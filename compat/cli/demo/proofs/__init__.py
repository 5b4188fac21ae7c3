"""One module per technique. Each has ``prove(problem)``, which gives a `Proof`.

A proof compares two things that were computed in different ways, and a *yardstick*: the same comparison with a mistake
made on purpose. It holds only when the first is within the tolerance and the second is far outside, so that a proof
which could not fail does not pass.
"""
from collections import namedtuple

__all__ = ["Proof", "TOLERANCE", "weighed"]

#: ``holds``: whether it does. ``lines``: the numbers, as lines of text. ``extra``: more for the demo, or None.
Proof = namedtuple("Proof", "holds lines extra")

#: Largest difference allowed between float32 results, relative to the size of the values.
TOLERANCE = 1e-5


def weighed(off, yardstick, size=1.0):
    """Whether a difference is small and the difference that a mistake makes is at least ten times what is allowed.

    Args:
        off: the difference found.
        yardstick: the difference that a mistake would make.
        size: the largest value compared; below 1 it counts as 1.
    """
    allowed = TOLERANCE * max(1.0, size)
    # A comparison with NaN is False, so a model that has diverged proves nothing.
    return off <= allowed and yardstick >= 10 * allowed
