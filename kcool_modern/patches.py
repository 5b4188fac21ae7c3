"""The register of everything that kcool changes in a framework: what, why, where, and how it is taken back.

A patch is applied once and can be undone at any time; a framework whose patches are undone is as it was.
"""
from collections import OrderedDict, namedtuple

__all__ = ["Patch", "active", "apply", "undo"]

#: ``target``: dotted name of what is replaced. ``reason``: one sentence. ``versions``: where it applies.
Patch = namedtuple("Patch", "target reason versions")

_applied = OrderedDict()  # type: OrderedDict


def apply(patch, owner, attribute, wrap):
    """Replaces an attribute of a class or module, unless this patch stands already.

    Args:
        patch: the `Patch` that says what this is.
        owner: the class or module.
        attribute: its attribute.
        wrap: gives the new value from the old one.
    """
    if patch not in _applied:
        original = getattr(owner, attribute)
        _applied[patch] = (owner, attribute, original)
        setattr(owner, attribute, wrap(original))


def active():
    """The patches that stand now, oldest first."""
    return list(_applied)


def undo(patch=None):
    """Takes one patch back, or all of them, newest first; those that do not stand are passed over."""
    for standing in [p for p in reversed(_applied) if patch is None or p == patch]:
        owner, attribute, original = _applied.pop(standing)
        setattr(owner, attribute, original)
