"""The learning phase of Keras 2.2 as something that a function can be fed: 0 for inference, 1 for training."""

__all__ = ["LEARNING_PHASE", "is_phase"]


class _LearningPhase(object):
    """What ``K.learning_phase()`` gives on Keras 3."""

    def __repr__(self):
        return "K.learning_phase()"

    def __bool__(self):
        raise TypeError("K.learning_phase() has no value of its own: feed it to a function as 0 or 1, "
                        "or let `call` take a `training` argument")


LEARNING_PHASE = _LearningPhase()


def is_phase(value):
    """Whether an entry of a function's inputs stands for the learning phase.

    Keras 2 under TF 2 gives a plain 0 or 1 for ``K.learning_phase()``; among symbolic inputs it can mean nothing else.
    """
    return value is LEARNING_PHASE or (isinstance(value, int) and value in (0, 1))
