"""LibCST, loaded when the first call or import statement is rewritten: it takes half a second."""
import importlib

__all__ = ["cst"]


class _Module:
    def __getattr__(self, name):
        return getattr(importlib.import_module("libcst"), name)


cst = _Module()
