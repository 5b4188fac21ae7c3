"""Hands out techniques: per process, or per object when a model says which Keras it belongs to."""
import importlib
import os
import sys
from collections import namedtuple

from . import stack as _stack
from .errors import NotAModel, TechniqueUnavailable, UnknownTechnique
from .techniques import _BY_EXPORT, NAMESPACES, TECHNIQUES, technique_of, unavailable

__all__ = ["Implementation", "load", "resolve", "stack_of"]

#: Who serves a technique. ``technique``: its row. ``stack``: the `Stack`. ``module``: dotted name, not yet imported.
Implementation = namedtuple("Implementation", "technique stack module")


def resolve(technique, obj=None):
    """Says who implements a technique.

    Args:
        technique: the name of a row of `techniques.TECHNIQUES`, such as ``"ema"``, or a name that a row exports.
        obj: a model, layer or tensor. Its own Keras overrides the process-wide choice: a process can hold models of
            tf-keras and of Keras 3 at once.

    Returns:
        An `Implementation`; no framework is imported by this call.

    Raises:
        UnknownTechnique: no such technique.
        TechniqueUnavailable: not on this stack; the message names the nearest equivalent.
        NotAModel: `obj` belongs to no Keras.
    """
    row = _row(technique)
    chosen = _stack.stack() if obj is None else stack_of(obj)
    missing = unavailable(row, chosen.name, chosen.keras)
    if missing:
        raise TechniqueUnavailable(
            "%s (%s) cannot be had here: %s." % (row.name, ", ".join(row.exports), missing.reason),
            found=str(chosen), do=missing.nearest,
            supported="every stack but " + ", ".join(
                name + (" before %s" % entry.before if entry.before else "")
                for entry in row.unavailable for name in entry.stacks))
    return Implementation(row, chosen, getattr(row, chosen.dialect))


def _row(technique):
    row = TECHNIQUES.get(technique) or technique_of(technique)
    if row is None:
        raise UnknownTechnique("kcool has no technique %r." % (technique,), supported=", ".join(TECHNIQUES),
                               do="name one of these, or what it exports: " + ", ".join(_BY_EXPORT))
    return row


def load(name):
    """The object behind a public name of the facade, from the implementation that this process uses.

    Args:
        name: a name that a technique exports, or ``K``, ``keras`` or ``tf``.

    Returns:
        The implementation's own object: loading it twice gives the same one.
    """
    chosen = _stack.stack()
    _stack.require(chosen)
    if name in NAMESPACES:
        return _namespace(name, chosen)
    row = _row(name)
    if unavailable(row, chosen.name, chosen.keras):
        return _refusal(name)
    _prepare(chosen)
    return getattr(importlib.import_module(resolve(row.name).module), name)


def stack_of(obj):
    """The `Stack` that an object's class comes from, decided by where its classes are defined.

    Args:
        obj: a model, layer, tensor or optimizer.

    Raises:
        NotAModel: none of its classes is defined by a Keras.
    """
    for cls in type(obj).__mro__:
        root, _, rest = cls.__module__.partition(".")
        if root == "tf_keras":
            return _described("keras2/tf_keras", obj)
        keras = _stack.probe.find("keras") if root == "keras" else None
        if keras is not None:
            return _of_keras_package(keras)
        if root == "tensorflow" and ".keras" in "." + rest:
            return _described("keras2/tf.keras", obj)
    raise NotAModel("A Keras model or layer was expected. Received: %r of type %s." % (obj, type(obj).__name__),
                    found=str(_stack.stack()), supported="objects of keras, tf.keras or tf_keras")


def _of_keras_package(keras):
    release = _stack.probe.release(keras.version)
    if _stack._is_bridge():
        return _described("bridge")
    if release.major >= 3:
        return _described("keras3/" + _stack._running_backend())
    return _described("legacy" if release.release[:2] < (2, 4) else "keras2/tf.keras")


def _described(name, obj=None):
    chosen = _stack.stack()
    if chosen.name == name:
        return chosen
    found = _stack.installed()
    family, _, part = name.partition("/")
    flavour = "keras" if family != "keras2" else part
    engine = part if family == "keras3" else "tensorflow"
    source = {"tf_keras": "tf_keras", "tf.keras": "tensorflow"}.get(flavour, "keras")
    if family == "keras2" and chosen.dialect == "legacy":
        raise NotAModel(
            "%r was built with tf.keras, which the legacy stack cannot serve." % (obj,), found=str(chosen),
            supported="models of the standalone Keras: `import keras`, not `from tensorflow import keras`",
            do="build the model with compat.keras")
    return _stack.Stack(family, flavour, found[source].version, engine, found[engine].version, chosen.python,
                        ("the object's class is defined by %s" % source,), chosen.insisted)


def _namespace(name, chosen):
    attribute, emulation = NAMESPACES[name]
    _prepare(chosen)
    if chosen.family == "keras3":
        # From here on plain models are watched: `K` then knows the tensors that their layers hold.
        importlib.import_module(technique_of("function").modern)
        return importlib.import_module(emulation)
    if attribute is None:
        return importlib.import_module("tensorflow")
    # tensorflow.keras is a lazy attribute of tensorflow, so it has to be walked to, not imported.
    root, _, rest = (chosen.module + attribute).partition(".")
    found = importlib.import_module(root)
    for part in rest.split(".") if rest else ():
        found = getattr(found, part)
        # TF 2.14-2.21 put a lazy loader in place of tf.keras; once touched, the module itself stands in sys.modules.
        dir(found)
        found = sys.modules.get(found.__name__, found)
    return found


def _prepare(chosen):
    # Keras 3 reads its backend from the environment at import and knows no other way to be told.
    if chosen.family == "keras3" and "keras" not in sys.modules:
        os.environ["KERAS_BACKEND"] = chosen.engine
    if chosen.family == "bridge":
        importlib.import_module("kcool_bridge.process").install(chosen.keras)


def _refusal(name):
    """A stand-in that raises TechniqueUnavailable when it is called, so that importing the name does no harm."""
    def refused(*args, **kwargs):
        resolve(name)
    refused.__name__ = refused.__qualname__ = name
    refused.__doc__ = "Not on this stack: calling it says why and what to use instead."
    return refused
