"""The graph as a whole: functions, gradients, sessions."""
from .._symbolic.functions import Function
from .._symbolic.gradients import gradients
from .._symbolic.sessions import (
    clear_graph,
    get_session,
    manual_variable_initialization,
    set_session,
)
from .names import reset_uids

__all__ = ["Function", "clear_session", "function", "get_session", "gradients", "manual_variable_initialization",
           "set_session"]

_KNOWN = ("name", "feed_dict", "fetches", "options", "run_metadata")


def function(inputs, outputs, updates=None, **kwargs):
    """A part of the graph as a compiled function of arrays.

    Args:
        inputs: list of placeholders and other symbolic tensors that are fed.
        outputs: list of tensors.
        updates: list of updates and of ``(variable, new value)``; outputs are computed before them.
        **kwargs: ``name``; ``feed_dict``, values of further symbols; ``fetches``, tensors that are computed as well;
            ``options`` and ``run_metadata``.
    """
    for key in kwargs:
        if key not in _KNOWN:
            raise ValueError('Invalid argument "%s" passed to K.function with TensorFlow backend' % key)
    for what, value in (("inputs", inputs), ("outputs", outputs), ("updates", updates or [])):
        if not isinstance(value, (list, tuple)):
            raise TypeError("`%s` of a TensorFlow backend function should be a list or tuple." % what)
    return Function(inputs, outputs, updates or [], **kwargs)


def clear_session():
    """Forgets the graph: counters of names, the session, and a learning phase that was set."""
    clear_graph()
    reset_uids()
