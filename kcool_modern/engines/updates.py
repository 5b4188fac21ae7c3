"""Whether a training step made an update: with loss scaling or gradient accumulation not every step does."""


def counter_of(optimizer):
    """The variable that tells real updates from skipped ones.

    Args:
        optimizer: a Keras optimizer, or None where a model trains by other means.

    Returns:
        ``(variable, every)``: ``variable // every`` grows by one with each real update. ``(None, 1)`` if the optimizer
        makes an update in every step, so that nothing has to be asked.
    """
    inner = optimizer
    while hasattr(inner, "inner_optimizer"):  # LossScaleOptimizer drops the step when a gradient overflows
        inner = inner.inner_optimizer
    every = getattr(inner, "gradient_accumulation_steps", None) or 1
    if inner is optimizer and every == 1:
        return None, 1
    # The public counter of later Keras 3 is divided by the accumulation steps already; the private one counts batches.
    return (inner._iterations if hasattr(inner, "_iterations") else inner.iterations), every
