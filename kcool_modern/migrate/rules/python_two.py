"""K901."""
from ..rule import Rule


class PythonTwo(Rule):
    """A file is written for Python 2.

    No parser of Python 3 reads it, so nothing can be said about it. `--py2` makes it Python 3 first, by the fixers of
    fissix (`print`, `xrange`, `iteritems`, `except Error, e` ...), and goes on from there. Integer division is not
    among them: look for `/` between whole numbers.
    """

    code = "K901"
    pains = ("python 2",)
    before = "print 'acc: %s' % acc\n"
