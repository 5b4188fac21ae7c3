"""What a call says: one module per format, each with ``Writer(stream, options, total)``."""
import importlib

__all__ = ["FORMATS", "writer"]

FORMATS = ("text", "json", "sarif", "github", "html")


def writer(name, stream, options):
    """The writer of a format: ``add(report)`` for every file, ``end()`` once."""
    return importlib.import_module(".as_" + name, __name__).Writer(stream, options)
