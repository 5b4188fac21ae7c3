"""``kcool migrate``: rewrites old Keras source, and says everything that it did not rewrite.

No framework is imported, and LibCST only inside of the command.
"""
import argparse
import contextlib
import importlib.util
import io
import os
import sys

from ..errors import KcoolError, NotFound, StackNotFound, StackNotSupported, WrongValue

__all__ = ["add_migrate", "migrate"]

_NEEDS = ("libcst", "pathspec", "rich", "nbformat", "jinja2")
_USAGE, _UNREADABLE = 2, 3
_FORMATS = ("text", "json", "sarif", "github", "html")


class _Look(object):
    """How a report looks."""

    def __init__(self, diff, colour, verbose, written):
        self.diff, self.colour, self.verbose, self.written = diff, colour, verbose, written


def add_migrate(commands):
    """Adds ``kcool migrate`` to the parser."""
    about = "rewrite source for Keras 2.2 and TensorFlow 1, and say what was not rewritten"
    parser = commands.add_parser(
        "migrate", help=about, description=about.capitalize() + ". Without --write nothing changes: a diff and a "
        "report are shown. Exit status: 0 nothing to do, 1 files changed or would change, 2 something needs a person "
        "(or the call cannot be carried out), 3 a file could not be read or written.")
    parser.add_argument("paths", metavar="PATH", nargs="*", help="files, notebooks and folders; - for the standard "
                        "input, whose new text goes to the standard output")
    parser.add_argument("--to", choices=("facade", "keras3"), help="facade: code for both stacks, through compat "
                        "(default); keras3: Keras 3's own API where a rule is certain, compat for the rest")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--write", action="store_true", help="change the files")
    what.add_argument("--check", action="store_true", help="only say which files would change, for CI")
    parser.add_argument("--select", metavar="CODES", help="only these rules: codes or their beginnings, with commas")
    parser.add_argument("--ignore", metavar="CODES", help="all rules but these")
    parser.add_argument("--exclude", metavar="PATTERN", action="append", help="leave paths out, as .gitignore would; "
                        "may be repeated")
    parser.add_argument("--facade", choices=("compat", "kcool"), help="the name to import kcool by (default: compat, "
                        "or kcool where the project has a compat of its own)")
    parser.add_argument("--py2", action="store_true", help="make source of Python 2 Python 3 first, by fissix")
    parser.add_argument("--output-format", choices=_FORMATS, default="text", metavar="FORMAT",
                        help="%s (default: text)" % ", ".join(_FORMATS))
    parser.add_argument("-o", "--output", metavar="FILE", help="where the report goes (default: standard output)")
    parser.add_argument("-j", "--jobs", type=_jobs, metavar="N", help="processes (default: one per core)")
    parser.add_argument("--no-progress", action="store_true", help="no progress bar")
    parser.add_argument("-v", "--verbose", action="store_true", help="tell every place, not only those that were left")
    parser.add_argument("--list-rules", action="store_true", help="list the rules")
    parser.add_argument("--explain", metavar="CODE", help="say what a rule does and why")
    parser.set_defaults(run=migrate, parser=parser)


def _jobs(text):
    if not text.isdecimal():
        raise argparse.ArgumentTypeError("a whole number is needed, not %r" % text)
    return int(text)


def migrate(arguments):
    """Carries out the command; returns the exit status."""
    try:
        tells = arguments.list_rules or arguments.explain
        if not (arguments.paths or tells):
            arguments.parser.print_usage(sys.stderr)
            raise WrongValue("No paths were given.", do="kcool migrate src/")
        _check_requirements()
        if tells:
            return _tell(arguments)
        options = _options(arguments)
        if arguments.paths == ["-"]:
            return _pass_through(arguments, options)
        _check_paths(arguments.paths)
        return _migrate(arguments, options)
    except KcoolError as error:
        print("kcool migrate: %s" % error, file=sys.stderr)
        return _UNREADABLE if isinstance(error, NotFound) else _USAGE


def _check_requirements():
    if sys.version_info < (3, 9):
        raise StackNotSupported("kcool migrate needs a later Python; the code that it writes does not.",
                                found="Python %d.%d" % sys.version_info[:2], supported="Python 3.9 and later",
                                do="python3.12 -m pip install 'kcool[migrate]'")
    missing = [name for name in _NEEDS if importlib.util.find_spec(name) is None]
    if missing:
        raise StackNotFound("kcool migrate needs packages that are not installed.", found="no " + ", ".join(missing),
                       do='pip install "kcool[migrate]"')


def _check_paths(paths):
    for path in paths:
        if path == "-":
            raise WrongValue("- cannot be mixed with other paths.", do="kcool migrate - < file.py")
        if not os.path.lexists(path):
            raise NotFound("There is no file or folder %s." % path)


def _options(arguments):
    from kcool_modern.migrate.config import Options, from_pyproject

    first = arguments.paths[0]
    settings = from_pyproject(os.getcwd() if first == "-" else first)
    for key in ("to", "facade"):
        if getattr(arguments, key):
            settings[key] = getattr(arguments, key)
    for key in ("select", "ignore"):
        if getattr(arguments, key) is not None:
            settings[key] = [one.strip() for one in getattr(arguments, key).split(",") if one.strip()]
    settings["exclude"] = settings.get("exclude", []) + (arguments.exclude or [])
    return Options(write=arguments.write, py2=arguments.py2, **settings)


def _pass_through(arguments, options):
    """The standard input to the standard output, the report to the standard error."""
    from kcool_modern.migrate.job import migrate_bytes
    from kcool_modern.migrate.report import writer

    data = getattr(sys.stdin, "buffer", sys.stdin).read()
    report, new = migrate_bytes("<stdin>", data, options)
    if not arguments.check:
        sys.stdout.buffer.write(new)
        sys.stdout.flush()
    told = writer(arguments.output_format, sys.stderr, _Look(False, False, arguments.verbose, True))
    told.add(report)
    told.end()
    return report.exit_code


def _migrate(arguments, options):
    from kcool_modern.migrate.discovery import files_below
    from kcool_modern.migrate.report import writer
    from kcool_modern.migrate.runner import migrate_files

    paths = list(files_below(arguments.paths, options.exclude))
    if not paths:
        print("kcool migrate: no .py or .ipynb files below %s, but for what Git ignores or --exclude names" % ", ".join(
            arguments.paths), file=sys.stderr)
    with _stream(arguments.output) as stream:
        shows_diff = not (arguments.write or arguments.check)
        told = writer(arguments.output_format, stream,
                      _Look(shows_diff, _wants_colour(stream), arguments.verbose, arguments.write))
        for report in _watched(migrate_files(paths, options, arguments.jobs), len(paths), arguments):
            told.add(report)
        told.end()
    return told.count.exit_code


@contextlib.contextmanager
def _stream(path):
    if not path:
        yield sys.stdout
        return
    with io.open(path, "w", encoding="utf-8", newline="") as stream:
        yield stream


def _wants_colour(stream):
    return stream.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"


def _watched(reports, total, arguments):
    """The reports, with a progress bar where somebody looks on and the report goes elsewhere."""
    if arguments.no_progress or not sys.stderr.isatty() or (sys.stdout.isatty() and not arguments.output):
        return reports
    from rich.console import Console
    from rich.progress import track

    return track(reports, "migrate", total=total, console=Console(stderr=True))


def _tell(arguments):
    from kcool_modern.migrate.explain import explanation, listing

    print(explanation(arguments.explain.upper()) if arguments.explain else listing())
    return 0
