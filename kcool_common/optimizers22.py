"""Optimizers of Keras 2.2, real or emulated, from the outside: what they ask the backend for while they make updates.

An optimizer of Keras 2.2 is a function, `get_updates`, that calls the backend: `K.gradients` for the gradients,
`K.zeros` for variables of its own, `K.update` for what it writes. With other functions in their places any optimizer,
a user's own too, can be given other gradients or be made to write something else, without being rewritten.
"""
import contextlib

from kcool.errors import WrongValue
from kcool.stack import stack

__all__ = ["Wrapping", "answering", "constrain", "in_graph", "Observed", "replaced", "unconstrained",
           "wrapped", "writing"]

_MAKERS = ("variable", "zeros", "ones", "eye", "random_uniform_variable", "random_normal_variable")


@contextlib.contextmanager
def replaced(module, **functions):
    """Other functions in the places of a module's own, inside the ``with`` block."""
    before = {name: getattr(module, name) for name in functions}
    for name, function in functions.items():
        setattr(module, name, function)
    try:
        yield
    finally:
        for name, function in before.items():
            setattr(module, name, function)


def writing(write):
    """What takes the places of `K.update` and its like: ``write(variable, new value)`` stands for all three."""
    return {"update": write,
            "update_add": lambda x, increment: write(x, x + increment),
            "update_sub": lambda x, decrement: write(x, x - decrement)}


def in_graph(K, function):
    """The function, called in the graph that Keras builds."""
    # Keras 2.3 on TensorFlow 2 enters its graph in each function of the backend, and arithmetic is none of them.
    return getattr(K, "symbolic", lambda same: same)(function)


@contextlib.contextmanager
def unconstrained(params):
    """The parameters lose their constraints inside the ``with`` block; gives them, by the parameter's id."""
    constraints = {id(param): param.constraint for param in params if getattr(param, "constraint", None) is not None}
    holders = [param for param in params if id(param) in constraints]
    for param in holders:
        constrain(param, None)
    try:
        yield constraints
    finally:
        for param in holders:
            constrain(param, constraints[id(param)])


def constrain(variable, constraint):
    """Gives a variable another constraint."""
    # TensorFlow's variables have a property of that name that cannot be set.
    setattr(variable, "_constraint" if hasattr(variable, "_constraint") else "constraint", constraint)


def answering(gradients):
    """What takes the place of `K.gradients`: the same list, whoever asks."""
    return lambda loss, variables: list(gradients)


class Observed(object):
    """What an optimizer made and wrote in its `get_updates`, once; and the same again with the same variables.

    Args:
        K: the backend.
        optimizer: an optimizer of Keras 2.2.
        loss, params: the arguments of `get_updates`.
        gradients: what `K.gradients` shall answer.

    Attributes:
        written: the variables that it writes.

    Raises:
        WrongValue: it writes something in another way than by `K.update`.
    """

    def __init__(self, K, optimizer, loss, params, gradients):
        self._K, self._optimizer, self._loss, self._params = K, optimizer, loss, params
        self._made = []
        pairs, updates = self._run(gradients, {name: self._keeping(getattr(K, name)) for name in _MAKERS})
        self.written = [variable for variable, _ in pairs]
        _require_backend_calls(optimizer, pairs, updates)

    def again(self, gradients):
        """Pairs of variable and new value, for other gradients; no variable is made."""
        made = iter(self._made)
        pairs, _ = self._run(gradients, {name: lambda *args, **kwargs: next(made) for name in _MAKERS})
        return pairs

    def _keeping(self, make):
        def keeping(*args, **kwargs):
            self._made.append(make(*args, **kwargs))
            return self._made[-1]
        return keeping

    def _run(self, gradients, makers):
        pairs = []

        def write(variable, value):
            pairs.append((variable, value))
            return value

        before = self._optimizer.updates
        functions = dict(writing(write), gradients=answering(gradients), **makers)
        with replaced(self._K, **functions):
            updates = self._optimizer.get_updates(loss=self._loss, params=self._params)
        self._optimizer.updates = before
        pairs.extend(update for update in updates if isinstance(update, tuple))
        return pairs, [update for update in updates if not isinstance(update, tuple)]


def _require_backend_calls(optimizer, pairs, updates):
    known = {id(value) for _, value in pairs}
    strangers = [update for update in updates if id(update) not in known]
    if strangers or not pairs:
        raise WrongValue(
            "%s writes in another way than by K.update: %r." % (type(optimizer).__name__, strangers[:1]),
            found=str(stack()), supported="the optimizers of keras.optimizers but TFOptimizer, and your own if their "
            "get_updates asks K.gradients (or get_gradients) and returns what K.update, K.update_add or K.update_sub "
            "gave", do="write the updates with K.update, or use one of these optimizers")


def wrapped(optimizer, optimizers, asked):
    """An optimizer by object, name or config; a WrongValue that tells `asked`, if it is none of these.

    Args:
        optimizers: the module `keras.optimizers`.
    """
    try:
        found = optimizers.get(optimizer)
    except (ValueError, TypeError):
        found = None
    if not hasattr(found, "get_updates"):
        raise WrongValue("%s: %r is no optimizer of Keras 2.2." % (asked, optimizer), found=str(stack()),
                         supported="a name such as 'adam', an object of keras.optimizers, or its config")
    return found


class Wrapping(object):
    """An optimizer that is another one with something changed; a base beside the `Optimizer` of a side.

    Attributes of the other optimizer (`lr`, `iterations`, `decay` ...) are attributes of this one, to read and to set.

    A subclass has ``_K`` (the backend), ``_optimizers`` (the module) and ``_get_updates(loss, params)``.

    Attributes:
        optimizer: the other one.
    """

    _own = frozenset(("optimizer", "updates", "weights"))

    def get_updates(self, loss, params):
        """The updates of one step, as `keras.optimizers.Optimizer` has them."""
        return in_graph(self._K, self._get_updates)(loss, params)

    def __getattr__(self, name):
        if name.startswith("__") or "optimizer" not in self.__dict__:
            raise AttributeError("%r object has no attribute %r" % (type(self).__name__, name))
        return getattr(self.optimizer, name)

    def __setattr__(self, name, value):
        inner = self.__dict__.get("optimizer")
        here = name in self._own or name in self.__dict__ or hasattr(type(self), name)
        if inner is not None and not here and hasattr(inner, name):
            setattr(inner, name, value)
        else:
            object.__setattr__(self, name, value)
