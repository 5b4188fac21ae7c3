"""Optimizers of later Keras that are given a behaviour more, without being rewritten or wrapped.

Keras writes its optimizers for classes that derive from them: a few methods decide what is done with gradients. An
optimizer that is adopted gets a class between its own and itself, and stays the object that it was: a learning rate
that is set on it, a callback, a strategy, a compiled step find what they look for.
"""
import importlib

import kcool
from kcool.errors import WrongOrder, WrongValue

from .kinds import is_keras22

__all__ = ["Adopted", "plain_keras", "register", "saving"]

_classes = {}  # type: dict


class Adopted:
    """Base of the public classes. Calling one gives the optimizer back, with a class that derives from both.

    On Keras 3 a name, a config without a module, or an optimizer of Keras 2.2 gives an object of that side instead.

    A subclass has ``_technique`` (the name of the modules), ``_behaviour`` (that of the classes in `engines`), and
    ``_take(...)``, which checks and keeps the arguments after the optimizer, and ``_arguments()``, which gives them.
    """

    def __new__(cls, *args, **kwargs):
        """Adopts an optimizer."""
        if "_adopts" in vars(cls):  # a copy of an adopted optimizer is on its way
            return super().__new__(cls)
        return _made(cls, *args, **kwargs)

    def __init__(self, *args, **kwargs):
        """The optimizer is complete; there is nothing left to do."""

    @classmethod
    def from_config(cls, config):
        """Makes an optimizer from what `get_config` gave."""
        public = next(one for one in cls.__mro__ if "_technique" in vars(one))
        config = dict(config)
        optimizer = config.pop("optimizer")
        if not (isinstance(optimizer, dict) and _is_of_keras22(optimizer)):
            optimizer = plain_keras().optimizers.deserialize(optimizer)
        return public(optimizer, **config)


def _made(public, optimizer, *args, **kwargs):
    if kcool.stack().family == "keras3" and (is_keras22(optimizer) or isinstance(optimizer, (str, dict))):
        symbolic = importlib.import_module("%s.symbolic.%s" % (__name__.rpartition(".")[0], public._technique))
        return getattr(symbolic, public.__name__)(optimizer, *args, **kwargs)
    if isinstance(optimizer, (str, dict)):
        optimizer = kcool.keras.optimizers.get(optimizer)
    behaviour = _behaviour(public, optimizer)
    kept = public._take(*args, **kwargs)
    own = type(optimizer)
    if (public, own) not in _classes:
        _classes[public, own] = _class(behaviour, public, own)
    optimizer.__class__ = _classes[public, own]
    for name, value in kept.items():
        object.__setattr__(optimizer, name, value)
    return optimizer


def _class(behaviour, public, own):
    def get_config(self):
        """The arguments of the constructor, the optimizer as its config."""
        # Not by `super` and `type(self)`: one adopted optimizer may be adopted again.
        twin = own.from_config(own.get_config(self))
        return dict(public._arguments(self), optimizer=plain_keras().optimizers.serialize(twin))

    return type(public.__name__, (behaviour, public, own), {
        "__module__": public.__module__, "__doc__": public.__doc__, "_adopts": own, "get_config": get_config})


def _behaviour(public, optimizer):
    asked, found = "%s(optimizer, ...)" % public.__name__, str(kcool.stack())
    engines = __name__.rpartition(".")[0] + ".engines."
    if hasattr(optimizer, "apply") and hasattr(optimizer, "stateless_apply"):
        home = "optimizers3"
    elif hasattr(optimizer, "_create_all_weights"):
        home = "optimizers_v2"
    elif hasattr(optimizer, "update_step") and hasattr(optimizer, "apply_gradients"):
        home = "optimizers2"
    else:
        raise WrongValue("%s: %r is no optimizer of Keras." % (asked, optimizer), found=found,
                         supported="objects of keras.optimizers; the names of those of compat.keras")
    if isinstance(optimizer, public):
        raise WrongOrder("%s: the optimizer is one already. Nothing was changed." % asked, found=found,
                         do="give all arguments in one call")
    if _is_used(optimizer):
        raise WrongOrder("%s: the optimizer has been trained with. Nothing was changed." % asked, found=found,
                         do="call it before model.compile, with a new optimizer")
    return getattr(importlib.import_module(engines + home), public._behaviour)


def _is_used(optimizer):
    if hasattr(optimizer, "_create_all_weights"):
        return bool(optimizer._weights)
    return bool(getattr(optimizer, "built", getattr(optimizer, "_built", False)))


def _is_of_keras22(config):
    return kcool.stack().family == "keras3" and "module" not in config


def plain_keras():
    """The Keras below: Keras 3, tf.keras or tf-keras."""
    return importlib.import_module("keras") if kcool.stack().family == "keras3" else kcool.keras


def saving():
    """Where that Keras has `get_custom_objects` and `get_registered_object`."""
    keras = plain_keras()
    return keras.saving if kcool.stack().family == "keras3" else keras.utils


def register(*classes):
    """Lets saved models find the classes by their names."""
    saving().get_custom_objects().update((one.__name__, one) for one in classes)
