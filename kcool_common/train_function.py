"""The training function of a Keras 2.2 model, real or emulated, extended where it stands."""

__all__ = ["extend_train_function"]


def extend_train_function(model, before_training, extend):
    """Extends the function that a model trains with: the one that is there, and each that is made later.

    It is extended and not made again, which would give the optimizer new, empty moments.

    Args:
        model: a compiled or not yet compiled model.
        before_training: called before each fit, fit_generator or train_on_batch; may raise.
        extend: called with each new training function.
    """
    make = model._make_train_function

    def _make_train_function():
        before_training()
        fresh = getattr(model, "train_function", None) is None
        make()
        if fresh:
            extend(model.train_function)

    vars(model)["_make_train_function"] = _make_train_function
    if getattr(model, "train_function", None) is not None:
        extend(model.train_function)
