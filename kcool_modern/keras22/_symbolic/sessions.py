"""What is left of sessions: ``run``."""
import keras

from . import phase, record
from .engines import engine
from .functions import evaluate
from .spec import is_symbol, is_variable, map_structure

__all__ = ["Session", "clear_graph", "get_session", "manual_variable_initialization", "set_session"]


class _Current(object):
    session = None


class Session(object):
    """Computes parts of the graph. Variables have their values from the start: nothing has to be initialised."""

    def run(self, fetches, feed_dict=None, options=None, run_metadata=None):
        """The values of tensors; updates among them are carried out.

        Args:
            fetches: tensors, variables and updates in any depth of lists, tuples and dicts.
            feed_dict: dict from symbolic tensor to array.
        """
        found = evaluate(map_structure(_known, fetches), feed_dict or {})
        return map_structure(lambda leaf: None if leaf is _NOTHING else leaf, found)

    def _make_callable_from_options(self, options):
        """Private to TensorFlow; old code asks for it to tell how new TensorFlow is."""
        from kcool.errors import NotEmulated
        raise NotEmulated("Session._make_callable_from_options is not served.", do="use K.function")

    def list_devices(self):
        """The devices of the engine."""
        return engine().devices()

    def as_default(self):
        """A context; there is one session only."""
        return self

    def close(self):
        """Nothing is held."""

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        pass


_NOTHING = object()


def _known(fetch):
    if is_symbol(fetch) or is_variable(fetch):
        return fetch
    if fetch is None or getattr(fetch, "is_initializer", False):
        return _NOTHING
    raise TypeError("A session computes tensors of the graph, variables and updates, not %r." % (fetch,))


def get_session():
    """The session."""
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
    engine().clear()
    keras.backend.clear_session(free_memory=False)
