"""The callbacks of a training run."""
from .. import callbacks as cbks

__all__ = ["begin_training"]


def begin_training(model, callbacks, params):
    """Puts the loggers around the user's callbacks and tells them all that training begins.

    Args:
        model: gets a new ``history``.
        callbacks: list, or None.
        params: what the callbacks are told as ``params``; ``samples`` is missing where they are not known.

    Returns:
        The `CallbackList`, and the model that the callbacks act on.
    """
    stateful = model.stateful_metric_names
    model.history = cbks.History()
    chain = [cbks.BaseLogger(stateful_metrics=stateful)]
    if params["verbose"]:
        mode = "steps" if params.get("samples") is None or params["steps"] is not None else "samples"
        chain.append(cbks.ProgbarLogger(mode, stateful_metrics=stateful))
    chain = cbks.CallbackList(chain + (callbacks or []) + [model.history])
    callback_model = getattr(model, "callback_model", None) or model
    chain.set_model(callback_model)
    chain.set_params(params)
    chain.on_train_begin()
    callback_model.stop_training = False
    return chain, callback_model
