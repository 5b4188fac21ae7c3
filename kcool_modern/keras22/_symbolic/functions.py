"""``K.function``: a part of the graph as a compiled function of arrays."""
import weakref

import numpy as np

from .engines import engine
from .phase import LEARNING_PHASE
from .record import unique
from .run import Plan
from .spec import flat, is_symbol, is_variable, map_structure
from .updates import Updates, within
from .variable import reading

__all__ = ["Function", "evaluate"]


class Function(object):
    """Computes outputs from inputs and carries updates out.

    Args:
        inputs: placeholders and other symbols that are fed.
        outputs: symbols and variables.
        updates: see `Updates`. Every output and every new value is computed before anything is written.
        name: for messages.
    """

    def __init__(self, inputs, outputs, updates=(), name=None):
        self.inputs, self.name = list(inputs), name
        self.fed = [symbol for symbol in self.inputs if is_symbol(symbol) and symbol is not LEARNING_PHASE]
        self.outputs = [reading(output) if is_variable(output) else output for output in outputs]
        self.updates = Updates(updates)
        listed = [one for one in _flat_updates(updates) if is_symbol(one)]
        self.plan = Plan(self.fed, self.outputs + self.updates.targets + listed)
        self._carry_fetched_updates()
        self._require_connected()
        self._compute = None

    def _carry_fetched_updates(self):
        listed = {(id(variable), id(value)) for variable, _, value in self.updates.items}
        for found in within(self.plan.nodes):
            if (id(found.variable), id(found.value)) not in listed:
                self.updates.items.append((found.variable, found.kind, found.value))
        self.plan.targets = self.outputs + self.updates.targets

    def _require_connected(self):
        missing = unique(self.plan.missing)
        if missing:
            raise ValueError("The function%s needs values for %s, which are not among its inputs %s." % (
                "" if self.name is None else " " + self.name, ", ".join(map(repr, missing)), self.inputs))

    def __call__(self, inputs):
        """Takes a list of arrays, one per input; gives a list of arrays, one per output."""
        if not isinstance(inputs, (list, tuple)):
            raise TypeError("`inputs` should be a list or tuple, not %r." % type(inputs).__name__)
        if len(inputs) != len(self.inputs):
            raise ValueError("This function takes %d arrays, not %d." % (len(self.inputs), len(inputs)))
        training, arrays = False, []
        for symbol, value in zip(self.inputs, inputs):
            if symbol is LEARNING_PHASE:
                training = bool(np.asarray(value))
            elif is_symbol(symbol):
                arrays.append(value)
        if self._compute is None:
            self._compute = engine().compile(self.plan, self.updates)
        return self._compute(arrays, training)


def _flat_updates(updates):
    for item in updates:
        if isinstance(item, list):
            for one in _flat_updates(item):
                yield one
        else:
            yield item


_functions = weakref.WeakKeyDictionary()  # type: weakref.WeakKeyDictionary


def evaluate(fetches, feeds=None, training=False):
    """The values of symbols and variables, in the structure of `fetches`.

    Args:
        fetches: symbols and variables in any depth of lists, tuples and dicts.
        feeds: dict from placeholder to array.
        training: bool.
    """
    feeds = dict(feeds or {})
    training = bool(feeds.pop(LEARNING_PHASE, training))
    symbols = unique(reading(leaf) if is_variable(leaf) else leaf for leaf in flat(fetches) if is_symbol(leaf))
    found = dict(zip(map(id, symbols), _values(symbols, feeds, training))) if symbols else {}
    return map_structure(lambda leaf: _value(leaf, found), fetches)


def _value(leaf, found):
    if is_symbol(leaf):
        return found[id(leaf)]
    return leaf.eval() if is_variable(leaf) else leaf


def _values(symbols, feeds, training):
    plan = Plan(list(feeds), symbols)
    if not (plan.missing or plan.random or plan.differentiates or within(plan.nodes)):
        return engine().values(plan, list(feeds.values()), training)
    # Compiled and kept: the random numbers of an operation go on from one evaluation to the next.
    known = _functions.setdefault(symbols[0], {})
    key = tuple(map(id, symbols + list(feeds)))
    if key not in known:
        known[key] = Function(list(feeds) + [LEARNING_PHASE], symbols)
    return known[key](list(feeds.values()) + [training])
