"""Calls whose arguments change, by LibCST: comments, line breaks and trailing commas of the others stay."""
from .lazily import cst

__all__ = ["Arguments", "change_call"]


class Arguments:
    """The arguments of a call, to be changed in place; `ast` nodes say which."""

    def __init__(self, call):
        self._call = call
        self._arguments = list(call.args)

    @property
    def code(self):
        """The call with the changed arguments, a node of LibCST."""
        return self._call.with_changes(args=self._arguments)

    def find(self, name):
        """The index of a keyword argument, or None."""
        return next((i for i, one in enumerate(self._arguments) if one.keyword and one.keyword.value == name), None)

    def text(self, index):
        """The source of an argument's value."""
        return cst.Module([]).code_for_node(self._arguments[index].value)

    def rename(self, old, new):
        """Gives a keyword argument another name."""
        i = self.find(old)
        self._arguments[i] = self._arguments[i].with_changes(keyword=cst.Name(new))

    def rename_at(self, index, new):
        """Gives a keyword argument another name, by its place."""
        self._arguments[index] = self._arguments[index].with_changes(keyword=cst.Name(new))

    def name(self, index, keyword):
        """Turns a positional argument into a keyword argument."""
        self._arguments[index] = self._arguments[index].with_changes(keyword=cst.Name(keyword), equal=_equal())

    def set(self, index, source):
        """Replaces the value of an argument."""
        self._arguments[index] = self._arguments[index].with_changes(value=cst.parse_expression(source))

    def remove(self, index):
        """Takes an argument out; where it was the last one, the one before ends as it did."""
        gone = self._arguments.pop(index)
        if index == len(self._arguments) and index:
            self._arguments[-1] = self._arguments[-1].with_changes(
                comma=gone.comma, whitespace_after_arg=gone.whitespace_after_arg)

    def add(self, name, source):
        """Adds a keyword argument at the end, laid out as the one before it."""
        value = cst.parse_expression(source)
        if not self._arguments:
            self._arguments.append(cst.Arg(value, keyword=cst.Name(name), equal=_equal()))
            return
        last = self._arguments[-1]
        space = self._arguments[-2].comma.whitespace_after if len(self._arguments) > 1 else cst.SimpleWhitespace(" ")
        if not _is_plain(space):
            space = cst.SimpleWhitespace(" ")
        self._arguments[-1] = last.with_changes(
            comma=cst.Comma(whitespace_after=space), whitespace_after_arg=cst.SimpleWhitespace(""))
        self._arguments.append(cst.Arg(value, keyword=cst.Name(name), equal=_equal(), comma=last.comma,
                                       whitespace_after_arg=last.whitespace_after_arg))


def _equal():
    return cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))


def _is_plain(space):
    return isinstance(space, cst.SimpleWhitespace) or not (
        space.first_line.comment or any(line.comment for line in space.empty_lines))


def change_call(steps):
    """A function for an `Edit` over a call.

    Args:
        steps: called with the `Arguments` of the call.
    """
    def change(text):
        # A call within brackets may go over several lines, which it may not by itself.
        outer = cst.parse_expression("(%s)" % text, cst.PartialParserConfig(default_newline="\n"))
        call = outer.with_changes(lpar=[], rpar=[])
        if not isinstance(call, cst.Call):
            raise ValueError("not a call: %r" % text[:80])
        arguments = Arguments(call)
        steps(arguments)
        code = cst.Module([]).code_for_node(outer.with_changes(args=arguments.code.args))
        return code[1:-1]

    return change
