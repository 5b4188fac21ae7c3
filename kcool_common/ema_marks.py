"""What is remembered about weights while averages are in them: whose averages, and whether they still are.

The mark is on each variable, not on the model: models share variables, and a variable must not hold two averages at
once. An attribute needs no id, which Python would use again, and lives and dies with its variable; as long as one
does, the object that can bring the old weights back is not lost either.
"""
import zlib

__all__ = ["applied_on", "checksums", "holder", "mark"]

_MARK = "_kcool_applied_ema"


def holder(weight):
    """The object whose average `weight` holds, or None."""
    return weight.__dict__.get(_MARK)


def applied_on(weights):
    """The object whose average is in one of `weights`, or None."""
    return next((ema for ema in map(holder, weights) if ema is not None), None)


def mark(weights, ema):
    """Says that `weights` hold the averages of `ema`, or with None that they hold their own values."""
    for weight in weights:
        if ema is None:
            weight.__dict__.pop(_MARK, None)
        else:
            weight.__dict__[_MARK] = ema


def checksums(arrays):
    """One number for the bits of each array: no third copy of the model, and faster than a cryptographic digest."""
    return [zlib.crc32(array.reshape(-1).view("uint8")) for array in arrays]
