"""Source of Python 2: recognized, and on request made Python 3 by fissix."""
import importlib
import sys

__all__ = ["explained", "modernized"]

_FIXES = ("apply basestring buffer dict except exec execfile exitfunc filter funcattrs getcwdu has_key idioms import "
          "imports imports2 input intern isinstance itertools itertools_imports long map metaclass methodattrs ne next "
          "nonzero numliterals operator paren print raise raw_input reduce reload renames repr standarderror sys_exc "
          "throw tuple_params types unicode urllib xrange xreadlines zip").split()
_UNWANTED = {"idioms", "buffer", "import"}  # matters of taste; `import x` may mean a file beside or not


def explained(error):
    """A SyntaxError as (code, line, message, hint)."""
    line = error.lineno or 1
    # Under the name that the command has it by: one file would be two modules.
    facade = "compat" if "compat.cli" in sys.modules else "kcool"
    told = importlib.import_module(facade + ".cli.run")._python_2(error)
    if told is not None:
        what = told.asked.partition(" has ")[2].rstrip(".") or "syntax of Python 2"
        return "K901", line, "written for Python 2: %s" % what, "kcool migrate --py2, which makes it Python 3 first"
    return "K902", line, "no Python 3: %s" % error.msg, "python -m py_compile says more"


def modernized(text):
    """Makes Python 2 source Python 3 with the fixers of fissix; Python 3 source is given back as it is.

    Raises:
        SyntaxError: it is neither.
    """
    try:
        compile(text, "?", "exec", dont_inherit=True)
        return text
    except SyntaxError as error:
        first = error
    from fissix import pygram, refactor
    from fissix.pgen2.parse import ParseError
    from fissix.pgen2.tokenize import TokenError

    fixers = ["fissix.fixes.fix_" + one for one in _FIXES if one not in _UNWANTED]
    tool = refactor.RefactoringTool(fixers)
    ends = text.endswith(("\n", "\r"))
    for grammar in (None, pygram.python_grammar_no_print_statement):
        if grammar is not None:
            tool.driver.grammar = grammar
        try:
            tree = tool.refactor_string(text if ends else text + "\n", "?")
        except (ParseError, TokenError, IndentationError):
            continue
        new = str(tree)
        return new if ends else new[:-1]
    raise first
