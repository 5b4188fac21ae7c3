"""Changes of a text: spans that are replaced, the inner ones before those around them."""

__all__ = ["Edit", "applied"]


class Edit:
    """One change.

    Args:
        start, end: the span, as indices into the text.
        change: the new text; or a function that gets the span's text, with all inner changes made, and gives the new.
    """

    __slots__ = ("start", "end", "change")

    def __init__(self, start, end, change):
        self.start, self.end, self.change = start, end, change

    def __repr__(self):
        return "Edit(%d, %d, %r)" % (self.start, self.end, self.change)


def applied(text, groups, dry=False):
    """Makes changes, each group as a whole or not at all.

    Args:
        text: str.
        groups: lists of `Edit`, the more important first. What overlaps with an earlier group, other than by lying
            inside of a function's span or around it, is not made.
        dry: only say which would be made.

    Returns:
        ``(new text, [whether each group was made])``.
    """
    taken, made = [], []
    for group in groups:
        fits = all(_fits(edit, other) for edit in group for other in taken)
        made.append(fits)
        if fits:
            taken += group
    if dry:
        return text, made
    order = sorted(range(len(taken)), key=lambda i: _rank(taken[i], i))
    return _built(text, [taken[i] for i in order]), made


def _rank(edit, i):
    """Insertions come before what begins there, in their order; of changes of one span the later is outside."""
    return edit.start, edit.end > edit.start, -edit.end, -i if edit.end > edit.start else i


def _fits(edit, other):
    if edit.end < other.start or other.end < edit.start:
        return True
    if (edit.start, edit.end) == (other.start, other.end):
        return edit.start == edit.end or callable(edit.change) and callable(other.change)
    if edit.end <= other.start or other.end <= edit.start:
        # They touch: one inserts where the other begins or ends, which has an order.
        return edit.start != edit.end or other.start != other.end
    if other.start <= edit.start and edit.end <= other.end:
        return callable(other.change)
    return edit.start <= other.start and other.end <= edit.end and callable(edit.change)


def _built(text, edits):
    """The text with changes that are sorted by their starts, the outer ones first."""
    parts, done, i = [], 0, 0
    while i < len(edits):
        edit, inner = edits[i], []
        i += 1
        while i < len(edits) and edits[i].start < edit.end and edits[i].end <= edit.end:
            inner.append(edits[i])
            i += 1
        parts += [text[done:edit.start], _changed(text, edit, inner)]
        done = edit.end
    return "".join(parts) + text[done:]


def _changed(text, edit, inner):
    if not callable(edit.change):
        return edit.change
    moved = [Edit(one.start - edit.start, one.end - edit.start, one.change) for one in inner]
    # Of those with the very same span the first one is the innermost.
    return edit.change(_built(text[edit.start:edit.end], moved))
