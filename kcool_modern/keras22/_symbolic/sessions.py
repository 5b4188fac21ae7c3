"""What is left of sessions: ``run``."""
import inspect

import keras

from . import names, phase, record, variable
from .engines import engine
from .functions import Function, evaluate
from .phase import LEARNING_PHASE
from .record import unique
from .spec import flat, is_symbol, is_variable, map_structure
from .variable import settle

__all__ = ["Session", "clear_graph", "get_session", "manual_variable_initialization", "set_session"]


class _Current(object):
    session = None


class Session(object):
    """Computes parts of the graph. Variables have their values from the start: nothing has to be initialised."""

    def __init__(self):
        self._functions = {}

    def run(self, fetches, feed_dict=None, options=None, run_metadata=None):
        """The values of tensors and variables; operations and updates among them are carried out.

        Args:
            fetches: tensors, variables and operations (which have ``symbols`` and ``perform()``) in any depth of lists,
                tuples and dicts.
            feed_dict: dict from symbolic tensor to array.
        """
        leaves = flat(fetches)
        operations = [leaf for leaf in leaves if _is_operation(leaf)]
        wanted = [_known(leaf) for leaf in leaves if not (leaf is None or _is_operation(leaf))]
        values = iter(self._values(wanted, [part for one in operations for part in one.symbols], _fed(feed_dict)))
        for operation in operations:
            operation.perform()
        return map_structure(lambda leaf: None if leaf is None or _is_operation(leaf) else next(values), fetches)

    def _values(self, wanted, parts, feeds):
        symbols = unique([leaf for leaf in wanted + parts if is_symbol(leaf)])
        if not symbols:
            return [leaf.eval() for leaf in wanted]
        key = tuple(tuple(map(id, one)) for one in (wanted, parts, feeds))
        if key not in self._functions:
            # What is computed once only is not worth a compiled function. The tensors are kept for their ids.
            self._functions[key] = wanted, symbols, list(feeds), None
            return evaluate(list(wanted) + symbols, feeds)[:len(wanted)]
        phases = [] if LEARNING_PHASE in feeds else [LEARNING_PHASE]
        function = self._functions[key][-1]
        if function is None:
            function = Function(list(feeds) + phases, wanted, fetches=symbols)
            self._functions[key] = wanted, symbols, list(feeds), function
        return function(list(feeds.values()) + [False] * len(phases))

    def make_callable(self, fetches, feed_list=None, accept_options=False):
        """A function of the values for `feed_list` that gives those of `fetches`."""
        return lambda *values: self.run(fetches, dict(zip(feed_list or [], values)))

    def _make_callable_from_options(self, options):
        # Old code looks for this name to tell TensorFlow 1.8 and later, which it is right to assume.
        raise NotImplementedError("Session._make_callable_from_options: tensors are not found by name here. Give the "
                                  "tensors themselves to session.make_callable(fetches, feed_list), or to K.function.")

    def list_devices(self):
        """The devices of the engine."""
        return engine().devices()

    def as_default(self):
        """A context; there is one session only."""
        return self

    def close(self):
        """Forgets the compiled functions."""
        self._functions.clear()

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        pass


def _is_operation(leaf):
    return hasattr(leaf, "perform") and hasattr(leaf, "symbols")


def _known(fetch):
    if is_symbol(fetch) or is_variable(fetch):
        return fetch
    raise TypeError("Fetch argument %r has invalid type %s: a session runs tensors, variables and operations of the "
                    "graph." % (fetch, type(fetch).__name__))


def _fed(feed_dict):
    feeds = {}
    for key, value in (feed_dict or {}).items():
        for symbol, one in zip(key, value) if isinstance(key, tuple) else [(key, value)]:
            if not is_symbol(symbol):
                raise TypeError("feed_dict: %r is no tensor of the graph." % (symbol,))
            feeds[symbol] = one
    return feeds


def get_session():
    """The session."""
    settle()
    if _Current.session is None:
        _Current.session = Session()
    return _Current.session


def set_session(session):
    """Makes an object the session that `get_session` gives."""
    _Current.session = session


def manual_variable_initialization(value):
    """Whether variables are initialised by hand; they are from the start, either way."""


def clear_graph():
    """Forgets the session, the learning phase that was set, and counters of names."""
    _Current.session = None
    phase.set_learning_phase(None)
    record.reset_names()
    names.reset_names()
    variable.forget()
    engine().clear()
    clear = keras.backend.clear_session
    # Early Keras 3 has no such argument, and frees no memory.
    clear(**({"free_memory": False} if "free_memory" in inspect.signature(clear).parameters else {}))
