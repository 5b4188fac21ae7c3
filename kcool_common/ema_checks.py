"""What a moving average can be made of: a built model and a momentum below one."""
from kcool.dispatch import stack_of
from kcool.errors import NotAModel, NotBuilt, WrongValue

__all__ = ["checked_momentum", "require_weights", "stack_of_model"]


def stack_of_model(model, call="ExponentialMovingAverage(model)"):
    """The Stack of a model; raises NotAModel for anything else."""
    stack = stack_of(model)
    if not hasattr(model, "train_on_batch"):
        raise NotAModel("%s: a model was expected. Received: %r of type %s." % (call, model, type(model).__name__),
                        found=str(stack), do="pass the model that is trained")
    return stack


def checked_momentum(momentum, stack):
    """`momentum` as a float in [0, 1); raises WrongValue."""
    try:
        value = float(momentum)
    except (TypeError, ValueError):
        value = float("nan")
    if not 0 <= value < 1:
        raise WrongValue("ExponentialMovingAverage(model, momentum=%r): the momentum is out of range." % (momentum,),
                         found=str(stack), supported="0 <= momentum < 1", do="use 0.999 or 0.9999")
    return value


def require_weights(model, stack):
    """Raises NotBuilt if the model has no weights yet."""
    try:
        built = bool(model.weights)
    except ValueError:
        built = False
    if not built:
        raise NotBuilt("ExponentialMovingAverage(model): the model has no weights yet.", found=str(stack),
                       do="give the first layer an input shape, or call model.build(input_shape)")
