"""``K.function`` on tensors of Keras 2.2: what it is given is looked at first, so that errors name layers."""
from kcool.errors import NotATensor, NotConnected, WrongShape

from ..keras22._symbolic.functions import Function
from ..keras22._symbolic.phase import LEARNING_PHASE
from ..keras22._symbolic.record import unique
from ..keras22._symbolic.run import Plan
from ..keras22._symbolic.spec import is_backend_tensor, is_symbol, is_variable, static_shape
from ..keras22._symbolic.updates import Update

__all__ = ["compiled"]


def compiled(inputs, outputs, updates, name_of):
    """Makes ``compute(arrays, training)``.

    Args:
        inputs: symbolic tensors without the learning phase.
        outputs: symbolic tensors and variables.
        updates: results of ``K.update`` and its like, ``(variable, new value)`` pairs.
        name_of: the name of a tensor, for messages.
    """
    for position, tensor in enumerate(outputs):
        if not (is_symbol(tensor) or is_variable(tensor) or is_backend_tensor(tensor)):
            raise NotATensor("compat.function: outputs[%d] is no tensor: %r." % (position, tensor),
                             found="type %s" % type(tensor).__name__, supported="tensors of the graph, variables")
    for position, update in enumerate(updates):
        _require_update("updates[%d]" % position, update)
    new = [update[1] if isinstance(update, tuple) else update for update in updates]
    missing = unique(Plan(inputs, [one for one in list(outputs) + new if is_symbol(one)]).missing)
    if missing:
        raise NotConnected("compat.function: the outputs need inputs that are not given: %s."
                           % ", ".join(map(name_of, missing)),
                           found="given: %s" % (", ".join(map(name_of, inputs)) or "nothing"),
                           do="add the missing tensors to `inputs`, or check that all tensors belong to one model")
    function = Function(list(inputs) + [LEARNING_PHASE], outputs, updates)
    return lambda arrays, training: function(arrays + [training])


def _require_update(place, update):
    if isinstance(update, Update):
        return
    if not (isinstance(update, tuple) and len(update) == 2 and is_variable(update[0])):
        raise NotATensor("compat.function: %s is no update: %r." % (place, update),
                         supported="(variable, new value) pairs, results of K.update, K.update_add, K.update_sub")
    want, have = static_shape(update[0]), static_shape(update[1])
    if have is not None and (len(want) != len(have) or any(
            size is not None and size != wanted for wanted, size in zip(want, have))):
        raise WrongShape("compat.function: the new value of %s does not fit its variable." % place,
                         found="shape %s" % (have,), supported="shape %s" % (want,))
