"""The facade under a name of its own.

Many projects have a module called ``compat``, which then hides ours. ``import kcool`` leads to the facade all the same:
to the very package that ``import compat`` gives where that is ours, else to a copy that lives under this name only.
"""
import importlib.util
import os
import sys

_HOME = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "compat")
_INIT = os.path.join(_HOME, "__init__.py")


def _compat_is_ours():
    if "compat" in sys.modules:
        origin = getattr(sys.modules["compat"], "__file__", None)
    else:
        spec = importlib.util.find_spec("compat")
        origin = spec and spec.origin
    # In a zip file there are paths, but no files to compare.
    return origin == _INIT or bool(origin) and os.path.exists(origin) and os.path.samefile(origin, _INIT)


if _compat_is_ours():
    import compat  # noqa: F401  (it enters itself in sys.modules as kcool, which is what the importer then hands out)
else:
    _spec = importlib.util.spec_from_file_location("kcool", _INIT, submodule_search_locations=[_HOME])
    sys.modules["kcool"] = importlib.util.module_from_spec(_spec)
    _spec.loader.exec_module(sys.modules["kcool"])
