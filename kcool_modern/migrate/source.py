"""A file as text that can be written back byte for byte: encoding, byte order mark, line ends and positions."""
import codecs
import io
import re
import tokenize

__all__ = ["Positions", "Source", "Unreadable"]

_LINE = re.compile(r"\r\n|\r|\n")


class Unreadable(Exception):
    """The bytes are no text.

    Args:
        line: where, from 1.
        why: one sentence.
        do: what to do about it.
    """

    def __init__(self, line, why, do):
        super().__init__(why)
        self.line, self.why, self.do = line, why, do


class Source:
    """The text of a file, and how it was written down.

    Args:
        data: the bytes of the file.

    Attributes:
        text: str, without the byte order mark and with the line ends that the file has.
        newline: the line end of most lines.

    Raises:
        Unreadable: the encoding is unknown, or the bytes do not follow it.
    """

    def __init__(self, data):
        self.bom = data.startswith(codecs.BOM_UTF8)
        self.encoding = self._encoding(data)
        try:
            self.text = data[3 if self.bom else 0:].decode(self.encoding)
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise Unreadable(line, "byte 0x%02x is not %s" % (data[error.start], self.encoding),
                             "declare the encoding in the first line: # -*- coding: latin-1 -*-") from None
        if self.encode(self.text) != data:
            raise Unreadable(1, "the text does not give the same bytes again in %s" % self.encoding,
                             "save the file as UTF-8")
        if "\0" in self.text:
            raise Unreadable(self.text.count("\n", 0, self.text.index("\0")) + 1, "there is a null byte",
                             "remove it; Python cannot read the file either")
        self._ends = None
        self.newline = self._newline()

    def _encoding(self, data):
        try:
            found = tokenize.detect_encoding(io.BytesIO(data).readline)[0]
        except (SyntaxError, UnicodeDecodeError) as error:
            raise Unreadable(1, str(error), "declare the encoding that the file has: # -*- coding: utf-8 -*-") from None
        return "utf-8" if found == "utf-8-sig" else found

    def _newline(self):
        ends = _LINE.findall(self.text)
        return max(("\n", "\r\n", "\r"), key=ends.count)

    def encode(self, text):
        """The bytes of a text, written down as this file is."""
        return (codecs.BOM_UTF8 if self.bom else b"") + text.encode(self.encoding)


class Positions:
    """Places in a text: from the lines and UTF-8 columns of `ast` to indices, and back to lines and columns."""

    def __init__(self, text):
        self._text = text
        self.starts = [0] + [match.end() for match in _LINE.finditer(text)]
        self._ascii = text.isascii()

    def index(self, line, column):
        """The index of a place that `ast` gives: a line from 1, a column in bytes of UTF-8."""
        start = self.starts[line - 1]
        if self._ascii:
            return start + column
        end = self.starts[line] if line < len(self.starts) else len(self._text)
        return start + len(self._text[start:end].encode("utf-8")[:column].decode("utf-8", "replace"))

    def span(self, node):
        """Start and end of a node."""
        return (self.index(node.lineno, node.col_offset), self.index(node.end_lineno, node.end_col_offset))

    def line(self, number):
        """The text of a line, from 1, without its end."""
        end = self.starts[number] if number < len(self.starts) else len(self._text)
        return self._text[self.starts[number - 1]:end].rstrip("\r\n")
