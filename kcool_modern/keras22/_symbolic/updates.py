"""New values of variables: described in a graph, carried out by the functions that are told to."""
from collections import namedtuple

import keras

from ...engines.assignments import new_values
from .context import computation
from .engines import value_of
from .record import Recorded, record
from .spec import is_symbol, is_variable
from .tensor import Tensor
from .variable import reading

__all__ = ["Follower", "Pending", "Update", "Updates", "flat_updates", "update"]

#: A variable that follows another one: after every step it becomes ``function(its value, the other's new value)``.
Follower = namedtuple("Follower", "variable of function")

#: An update inside a computation: ``value`` is a tensor of the engine. A layer hands it over by ``add_update``.
Pending = namedtuple("Pending", "variable kind value")

_COMPUTE = {"set": lambda old, value: value, "add": lambda old, value: old + value,
            "subtract": lambda old, value: old - value}


class Update(Tensor):
    """The new value of a variable, as a tensor; a function that computes it also writes it.

    Attributes:
        variable: what is written.
        kind: ``set``, ``add`` or ``subtract``.
        value: symbolic tensor; the new value, or the difference.
    """


def update(variable, kind, value):
    """Describes an update; inside a computation gives a `Pending` one.

    Args:
        variable: a variable.
        kind: ``set``, ``add`` or ``subtract``, or a function of the variable and the value that gives an update.
        value: tensor, variable, array or number.
    """
    if not is_variable(variable):
        raise TypeError("Only variables can be updated, not %r." % (variable,))
    if computation() is not None:
        return Pending(variable, kind, record(_cast_like, (value, variable)))
    if callable(kind):
        return kind(variable, value)
    value = value if is_symbol(value) else record(_cast_like, (value, variable), name="value")
    made = record(_COMPUTE[kind], (variable, value), name="update_" + kind)
    made.__class__ = Update
    made.variable, made.kind, made.value = variable, kind, value
    made.op.update = made
    return made


def _cast_like(value, variable):
    return keras.ops.cast(keras.ops.convert_to_tensor(value), variable.dtype)


class Updates(object):
    """What a function writes.

    Args:
        listed: `Update`s, ``(variable, new value)`` pairs and tensors that are merely computed, in any depth of lists.
        followers: list of `Follower`.
    """

    def __init__(self, listed, followers=()):
        self.followers = list(followers)
        self.items = [one for one in map(_as_update, flat_updates(listed)) if one is not None]

    def __len__(self):
        return len(self.items)

    @property
    def targets(self):
        """The symbols whose values `new_values` takes."""
        return [value for _, _, value in self.items]

    def new_values(self, found):
        """Pairs of variable and new value, each variable once.

        Args:
            found: the values of `targets`.
        """
        values = {id(symbol): value for symbol, value in zip(self.targets, found)}
        changed = new_values(self.items, lambda x: value_of(x) if is_variable(x) else values[id(x)],
                             lambda value, variable: keras.ops.cast(value, variable.dtype))
        latest = {id(variable): value for variable, value in changed}
        return changed + [(one.variable, one.function(value_of(one.variable), latest.get(id(one.of), value_of(one.of))))
                          for one in self.followers]


def flat_updates(listed):
    """The items of lists in lists, one by one."""
    for item in listed:
        if isinstance(item, list):
            for one in flat_updates(item):
                yield one
        else:
            yield item


def _as_update(item):
    if isinstance(item, Update):
        return item.variable, item.kind, item.value
    if isinstance(item, (tuple, Pending)) and len(item) == 2:
        return item[0], "set", reading(item[1]) if is_variable(item[1]) else _symbolic(item[1], item[0])
    if item is None or is_symbol(item):
        return None
    raise TypeError("%r is no update: give results of K.update and its like, or (variable, new value) pairs." % (item,))


def _symbolic(value, variable):
    return value if is_symbol(value) else record(_cast_like, (value, variable), name="value")


def within(nodes):
    """The updates among the nodes of a plan: fetched like any tensor, as `Update`s."""
    operations = [node.operation for node in nodes]
    return [operation.update for operation in operations if isinstance(operation, Recorded)
            and getattr(operation, "update", None) is not None]
