"""Writes what `kcool migrate` knows of Keras 3: the names of its public modules, and parameters that have moved.

    python tools/keras3_names.py            write, on the newest Keras 3 that is tested
    python tools/keras3_names.py --check    exit 1 where a file is out of date
"""
import importlib
import inspect
import sys
import types
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HERE))

FACTS = HERE / "kcool_modern" / "migrate" / "facts"
_MODULES = ("layers", "models", "optimizers", "losses", "metrics", "callbacks", "activations", "initializers",
            "regularizers", "constraints", "utils", "preprocessing.sequence")
#: Nobody calls these by position, or calls them at all.
_SKIPPED = ("keras.layers.Layer", "keras.models.Input", "keras.utils.serialize", "keras.utils.deserialize",
            "keras.activations.deserialize", "keras.callbacks.CallbackList", "keras.utils.get_source")


def public_names(keras):
    """The names of the public modules: {dotted module: [names]}."""
    found, pending = {}, [(keras, "keras")]
    while pending:
        module, path = pending.pop()
        if path in found:
            continue
        found[path] = []
        for name in sorted(dir(module)):
            value = getattr(module, name) if not name.startswith("_") else None
            if isinstance(value, types.ModuleType):
                if value.__name__.startswith("keras") and name not in ("src", "api", "legacy"):
                    pending.append((value, "%s.%s" % (path, name)))
            elif callable(value):
                found[path].append(name)
    return {path: names for path, names in found.items() if names and not path.startswith("keras.src")}


def parameters(function):
    """The names of the parameters of a function or constructor."""
    function = function.__init__ if inspect.isclass(function) else function
    function = getattr(function, "_original_function", function)
    try:
        found = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return None
    return [one.name for one in found if one.name != "self" and one.kind not in (
        one.VAR_POSITIONAL, one.VAR_KEYWORD)]


def moved_parameters(keras):
    """Lines ``name: those that are where they were | the others`` for callables of both."""
    from kcool_modern.migrate import destinations
    from kcool_modern.migrate.facts import api, keras3_arguments

    for module in _MODULES:
        old_module = importlib.import_module("kcool_modern.keras22." + module)
        for name in sorted(api.keras22()["keras." + module]):
            path = "keras.%s.%s" % (module, name)
            new_path = destinations.keras3_path(path)
            if api.home(path) != path or not (new_path or "").startswith("keras.") or path.startswith(_SKIPPED):
                continue
            new_object = keras
            for part in new_path.split(".")[1:]:
                new_object = getattr(new_object, part)
            old, new = parameters(getattr(old_module, name)), parameters(new_object)
            if old is None or new is None:
                continue
            renamed = dict(keras3_arguments.of(keras3_arguments.RENAMED, path) or {}, lr="learning_rate")
            same = 0
            while same < min(len(old), len(new)) and renamed.get(old[same], old[same]) == new[same]:
                same += 1
            if same < len(old):
                yield "%s: %s | %s" % (path, " ".join(old[:same]), " ".join(old[same:]))


def main(arguments):
    """Writes or checks both files; returns the exit code."""
    import keras

    texts = {
        "keras3_names.txt": "# Functions and classes of Keras 3 that can be imported from each of its public modules.\n"
                            + "".join("%s: %s\n" % (path, " ".join(names))
                                      for path, names in sorted(public_names(keras).items())),
        "positional.txt": "# Parameters of Keras 2.2.4 by position; from the bar on Keras 3 has others there.\n"
                          + "".join(line + "\n" for line in moved_parameters(keras))}
    stale = 0
    for name, text in texts.items():
        path = FACTS / name
        if path.read_text(encoding="utf-8") != text:
            stale += 1
            print(("out of date: " if "--check" in arguments else "wrote ") + name)
            if "--check" not in arguments:
                path.write_text(text, encoding="utf-8")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
