"""The learning phase: a symbol, as in graph Keras, until `set_learning_phase` makes it a number."""
from .context import call_of_plain_layer, computation
from .tensor import Tensor

__all__ = ["LEARNING_PHASE", "current_phase", "learning_phase", "set_learning_phase"]

#: Stands for 1 in training and 0 otherwise; every compiled function has a trace for each.
LEARNING_PHASE = Tensor((), "bool", name="keras_learning_phase")
LEARNING_PHASE._uses_learning_phase = True


class _Chosen(object):
    value = None


def learning_phase():
    """The symbol, or the 0 or 1 that was set, or with which a plain layer of Keras 3 is being called."""
    if call_of_plain_layer() is not None:
        return int(bool(call_of_plain_layer().training))
    return LEARNING_PHASE if _Chosen.value is None else _Chosen.value


def set_learning_phase(value):
    """Fixes the learning phase of everything built from now on; None makes it a symbol again.

    Args:
        value: 0 for inference, 1 for training.
    """
    if value is not None and value not in (0, 1):
        raise ValueError("The learning phase is 0 (inference) or 1 (training), not %r." % (value,))
    _Chosen.value = value


def current_phase(training=None):
    """The learning phase as far as it is known now.

    Args:
        training: what the caller was told: None, a number, a bool, or `LEARNING_PHASE`.

    Returns:
        True or False; None if a graph is being described and the phase is open.
    """
    training = learning_phase() if training is None else training
    if training is LEARNING_PHASE:
        return None if computation() is None else bool(computation().training)
    return None if isinstance(training, Tensor) else bool(training)
