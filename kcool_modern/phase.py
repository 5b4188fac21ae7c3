"""The learning phase of Keras 2.2 as something that a function can be fed: 0 for inference, 1 for training."""
import sys

__all__ = ["is_phase"]


def is_phase(value):
    """Whether an entry of a function's inputs stands for the learning phase.

    Keras 2 under TF 2 gives a plain 0 or 1 for ``K.learning_phase()``; among symbolic inputs it can mean nothing else.
    """
    symbols = sys.modules.get("kcool_modern.keras22._symbolic.phase")
    return symbols is not None and value is symbols.LEARNING_PHASE or isinstance(value, int) and value in (0, 1)
