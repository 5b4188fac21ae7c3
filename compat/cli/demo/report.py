"""What the demo prints: plain text of at most 100 columns."""
import textwrap
from collections import namedtuple

__all__ = ["Row", "head", "table"]

#: One line of the table. ``technique``, ``implementation``: text. ``lines``: what proves it, as lines of text.
#: ``seconds``: a number, or None. ``ok``: True, False, or None where the technique cannot be had. ``note``: more text
#: on a row that is not ok, or None.
Row = namedtuple("Row", "technique implementation lines seconds ok note")

WIDTH = 100
_TITLES = ("technique", "implementation", "what proves it", "time", "ok")
_MEANING = (
    ("ema", "averaged weights against a^n w0 + (1-a) sum a^(n-k) wk, added up in float64;"),
    ("", "accuracy is that of the last epoch, on the images for validation"),
    ("function", "a tensor from inside a layer's call against the same computation in NumPy"),
    ("surgery", "output of the cut-off tail, fed at the cut, against the output of the whole model"),
    ("parallel", "weights after training on two devices against weights after training on one"),
)


def head(version, stack, data, seed):
    """What is known before the framework starts.

    Args:
        version: kcool's own.
        stack: the chosen `Stack`.
        data: `digits.Digits`.
        seed: a number.

    Returns:
        Text.
    """
    return "\n".join((
        "kcool %s demo" % version,
        "Stack  " + str(stack),
        "Data   handwritten digits of 8x8 pixels (UCI): {:,} to train on, {:,} to validate; seed {}".format(
            len(data.pixels), len(data.val_pixels), seed),
        ""))


def table(rows):
    """The table, what its numbers mean, and one sentence that sums it up.

    Args:
        rows: a list of `Row`.

    Returns:
        Text.
    """
    cells = [_cells(row) for row in rows]
    widths = [max(len(line) for row in cells + [[[t] for t in _TITLES]] for line in row[column])
              for column in range(len(_TITLES))]
    lines = [_line(_TITLES, widths), _line(["-" * width for width in widths], widths)]
    for row in cells:
        height = max(map(len, row))
        padded = [cell + [""] * (height - len(cell)) for cell in row]
        lines += [_line(parts, widths) for parts in zip(*padded)]
    meanings = ["%-*s  %s" % (widths[0], name, meaning) for name, meaning in _MEANING]
    notes = [line for row in rows if row.note for line in [""] + _note(row)]
    return "\n".join(lines + [""] + meanings + notes + ["", _verdict(rows)])


def _cells(row):
    seconds = "-" if row.seconds is None else "%.1f s" % row.seconds
    return [[row.technique], [row.implementation], list(row.lines), [seconds],
            [{True: "yes", False: "NO", None: "-"}[row.ok]]]


def _note(row):
    text = "%s %s: %s" % (row.technique, "failed" if row.ok is False else "is unavailable", row.note)
    return [part for line in text.split("\n") for part in textwrap.wrap(
        line, WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)]


def _line(parts, widths):
    return "  ".join(part.ljust(width) for part, width in zip(parts, widths)).rstrip()


def _verdict(rows):
    failed = [row.technique for row in rows if row.ok is False]
    missing = [row.technique for row in rows if row.ok is None]
    if failed:
        return "FAILED: %s" % ", ".join(failed)
    held = "%d of %d proofs hold" % (sum(row.ok is True for row in rows), len(rows))
    return held + ("; not to be had on this stack: %s" % ", ".join(missing) if missing else "") + "."
