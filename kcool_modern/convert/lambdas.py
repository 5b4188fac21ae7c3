"""Lambda layers of a file: what there is to say about them, without ever carrying out what they hold.

A Lambda of Keras 2 is Python bytecode, in the form of the Python that wrote it. It is not decoded in this process. For
the error that lists the layers, another process is asked to tell the instructions: it may come to harm, has little time
and memory, and carries nothing out.
"""
import base64
import binascii
import subprocess
import sys

from kcool.errors import NotConverted

from .legacy_python import BRIDGE, found_python

__all__ = ["require_functions"]

_LINES, _SECONDS = 30, 10
_CHILD = """
import dis, marshal, sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_CPU, (2, 2))
    resource.setrlimit(resource.RLIMIT_AS, (1 << 29, 1 << 29))
except Exception:
    pass
code = marshal.loads(sys.stdin.buffer.read())
if type(code) is not type((lambda: 0).__code__) or code.co_argcount > len(code.co_varnames):
    sys.exit(1)
print("%d.%d" % sys.version_info[:2])
dis.dis(code)
"""


def require_functions(kind, config, context, python=None):
    """Raises `NotConverted` for all Lambda layers that nobody has named a function for.

    Args:
        kind, config: the architecture, as data.
        context: `arguments.Context`.
        python: path of an interpreter like the one that wrote the file, if it is known; else one is looked for.
    """
    missing = [one for one in _lambdas({"class_name": kind, "config": config})
               if one.get("name") not in context.lambdas and not _named(one, context)]
    if not missing:
        return
    pythons = list(dict.fromkeys(one for one in (python or found_python(), sys.executable) if one and one != BRIDGE))
    raise NotConverted(
        "%d Lambda layers of %s hold code that only the Python that wrote them can read." % (
            len(missing), context.path),
        found="\n    ".join(_told(one, pythons) for one in missing),
        do=" ".join("--lambda %s=MODULE:FUNCTION" % one.get("name") for one in missing)
        + ": the same written with keras.ops")


def _lambdas(entry):
    """The configurations of all Lambda layers in an entry, however deep."""
    found, todo = [], [entry]
    while todo:
        one = todo.pop()
        if isinstance(one, list):
            todo += reversed(one)
        elif isinstance(one, dict):
            config = one.get("config")
            if one.get("class_name") == "Lambda" and isinstance(config, dict):
                found.append(dict(config, name=one.get("name") or config.get("name")))
            else:
                todo += [config] + [one[key] for key in ("layers", "layer", "backward_layer") if key in one]
    return found


def _named(config, context):
    """Whether the file only names a function, and that one is there."""
    return config.get("function_type") == "function" and config.get("function") in context.customs


def _told(config, pythons):
    name, arguments = config.get("name"), config.get("arguments") or {}
    if config.get("function_type") == "function":
        return "%s: the function %r, of which the file holds the name alone; arguments: %r" % (
            name, config.get("function"), arguments)
    text = "%s: bytecode; arguments: %r" % (name, arguments)
    code = _code(config.get("function"))
    for python in pythons if code else ():
        lines = _instructions(code, python)
        if lines:
            return "\n".join([text + "; as Python %s reads it:" % lines[0]] + ["    " + line for line in lines[1:]])
    return text


def _code(function):
    """The marshalled bytes of a function in a configuration, or None."""
    text = function[0] if isinstance(function, list) and function else None
    if not isinstance(text, str):
        return None
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        # Keras before 2.1 wrote the bytes as they are.
        return text.encode("raw_unicode_escape")


def _instructions(code, python):
    """The version of an interpreter and the instructions as it reads them; [] if it cannot."""
    try:
        done = subprocess.run([python, "-I", "-S", "-c", _CHILD], input=code, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, timeout=_SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return []
    lines = done.stdout.decode("utf-8", "replace").split("\n") if not done.returncode else []
    lines = [line.rstrip()[:150] for line in lines if line.strip()]
    return lines[:_LINES + 1] + (["..."] if len(lines) > _LINES + 1 else [])
