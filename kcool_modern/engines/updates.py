"""Whether a training step made an update: with loss scaling or gradient accumulation not every step does."""
from collections import namedtuple

#: ``variables``: what to read before and after a step. ``made(before, after)``: whether the step made an update, from
#: the values (of any engine) read then.
Sign = namedtuple("Sign", "variables made")


def sign_of_update(optimizer):
    """Says how to tell a step that made an update from one that did not.

    Args:
        optimizer: a Keras optimizer, or None where a model trains by other means.

    Returns:
        A `Sign`; None if the optimizer makes an update in every step, so that nothing has to be asked.
    """
    if hasattr(optimizer, "dynamic_counter"):  # the LossScaleOptimizer of Keras 2
        return _keras2_sign(optimizer) if optimizer.dynamic else None
    inner = optimizer
    while hasattr(inner, "inner_optimizer"):  # that of Keras 3 drops the step when a gradient overflows
        inner = inner.inner_optimizer
    every = getattr(inner, "gradient_accumulation_steps", None) or 1
    if inner is optimizer and every == 1:
        return None
    # The public counter of later Keras 3 is divided by the accumulation steps already; the private one counts batches.
    counter = inner._iterations if hasattr(inner, "_iterations") else inner.iterations
    return Sign([counter], lambda before, after: after[0] // every > before[0] // every)


def _keras2_sign(optimizer):
    # Its iterations grow with dropped steps as well. But a dropped step sets the count of good steps to 0 and does not
    # raise the scale; a good one raises either.
    state = optimizer._loss_scale
    return Sign([state.counter, state.current_loss_scale],
                lambda before, after: (after[0] > before[0]) | (after[1] > before[1]))
