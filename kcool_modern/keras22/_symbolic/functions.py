"""``K.function``: a part of the graph as a compiled function of arrays."""
import weakref

import numpy as np

from .engines import engine
from .phase import LEARNING_PHASE
from .record import unique
from .run import Plan
from .spec import flat, is_symbol, is_variable, map_structure
from .updates import Updates, flat_updates, within
from .variable import reading, settle

__all__ = ["Function", "evaluate"]


class Function(object):
    """Computes outputs from inputs and carries updates out.

    Args:
        inputs: placeholders and other symbols that are fed.
        outputs: symbols and variables.
        updates: see `Updates`. Every output and every new value is computed before anything is written.
        name: for messages.
        feed_dict: values for further symbols; read at every call.
        fetches: tensors and updates that are computed as well.
        options, run_metadata: TensorFlow's; only the graph is written into the latter, if the former asks for it.
    """

    def __init__(self, inputs, outputs, updates=(), name=None, feed_dict=None, fetches=(), options=None,
                 run_metadata=None):
        self.inputs, self.name = list(inputs), name
        self.feed_dict = {} if feed_dict is None else feed_dict
        self.options, self.run_metadata = options, run_metadata
        self.outputs = [output if is_symbol(output) else reading(output) for output in outputs]
        self._listed = list(updates) + (list(fetches) if isinstance(fetches, (list, tuple)) else [fetches])
        self._followers, self._variants = [], {}
        self._variant(tuple(filter(_is_fed, self.inputs + list(self.feed_dict))))

    @property
    def plan(self):
        """How the outputs come from all the inputs."""
        return self._variant(tuple(filter(_is_fed, self.inputs + list(self.feed_dict))))[0]

    def follow(self, followers):
        """Lets further variables follow what the function writes, from its next call on.

        Args:
            followers: list of `updates.Follower`.
        """
        self._followers += followers
        self._variants.clear()

    def _variant(self, fed):
        key = tuple(map(id, fed))
        if key not in self._variants:
            self._variants[key] = self._made(list(fed))
        return self._variants[key]

    def _made(self, fed):
        updates = Updates(self._listed, self._followers)
        listed = [one for one in flat_updates(self._listed) if is_symbol(one)]
        plan = Plan(fed, self.outputs + updates.targets + listed)
        known = {(id(variable), id(value)) for variable, _, value in updates.items}
        for found in within(plan.nodes):
            if (id(found.variable), id(found.value)) not in known:
                updates.items.append((found.variable, found.kind, found.value))
        plan.targets = self.outputs + updates.targets
        missing = unique(plan.missing)
        if missing:
            raise engine().MissingFeed("The function%s needs values for %s, which are not among its inputs %s." % (
                "" if self.name is None else " " + self.name, ", ".join(map(repr, missing)), self.inputs))
        return plan, engine().compile(plan, updates)

    def __call__(self, inputs):
        """Takes a list of arrays, one per input; gives a list of arrays, one per output.

        None feeds nothing; a symbolic tensor stands for its value.
        """
        if not isinstance(inputs, (list, tuple)):
            raise TypeError("`inputs` should be a list or tuple, not %r." % type(inputs).__name__)
        if len(inputs) != len(self.inputs):
            raise ValueError("This function takes %d arrays, not %d." % (len(self.inputs), len(inputs)))
        settle()
        training, fed, arrays = False, [], []
        for symbol, value in list(zip(self.inputs, inputs)) + list(self.feed_dict.items()):
            if value is None:
                continue
            value = evaluate(value) if is_symbol(value) or is_variable(value) else value
            if symbol is LEARNING_PHASE:
                training = bool(np.asarray(value))
            elif is_symbol(symbol):
                fed.append(symbol)
                arrays.append(value)
        compute = self._variant(tuple(fed))[1]
        found = compute(arrays, training)
        self._describe_run(compute, training)
        return found

    def _describe_run(self, compute, training):
        if self.run_metadata is not None:
            self.run_metadata.Clear()
            if getattr(self.options, "output_partition_graphs", False):
                self.run_metadata.partition_graphs.add().CopyFrom(compute.graph_def(training))


def _is_fed(symbol):
    return is_symbol(symbol) and symbol is not LEARNING_PHASE


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
    if not (plan.missing or plan.differentiates or within(plan.nodes)):
        return engine().values(plan, list(feeds.values()), training)
    # Gradients and updates are computed by compiled functions only; they are kept.
    known = _functions.setdefault(symbols[0], {})
    key = tuple(map(id, symbols + list(feeds)))
    if key not in known:
        known[key] = Function(list(feeds) + [LEARNING_PHASE], symbols)
    return known[key](list(feeds.values()) + [training])
