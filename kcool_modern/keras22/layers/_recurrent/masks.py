"""Dropout masks that stay the same over all time steps."""
from ... import backend as K
from ..._symbolic.context import computation
from ..._symbolic.phase import current_phase

__all__ = ["_generate_dropout_mask", "dropout_masks", "forget_masks"]


def _generate_dropout_mask(ones, rate, training=None, count=1):
    """Masks of zeros and ``1 / (1 - rate)`` in training, of ones otherwise.

    Args:
        ones: tensor of ones in the shape of a mask.
        rate: the share of zeros.
        training: None, bool or number.
        count: how many masks.

    Returns:
        A mask, or a list of them if `count` is above 1.
    """
    made = [K.in_train_phase(lambda: K.dropout(ones, rate), ones, training=training) for _ in range(count)]
    return made if count > 1 else made[0]


def dropout_masks(like, rate, training, count):
    """A list of `count` masks in the shape of a tensor; empty where nothing is dropped."""
    if not 0 < rate < 1:
        return []
    ones = K.ones_like(like)
    masks = [_generate_dropout_mask(ones, rate, training) for _ in range(count)]
    describes = getattr(computation(), "describes", True)
    return [] if current_phase(training) is False and not describes else masks


def forget_masks(cell):
    """Makes a cell, and the cells that it stacks, draw new masks: they keep the first ones of every call."""
    for name in ("_dropout_mask", "_recurrent_dropout_mask"):
        if vars(cell).get(name) is not None:
            setattr(cell, name, None)
    for inner in getattr(cell, "cells", ()):
        forget_masks(inner)
