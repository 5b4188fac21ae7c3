"""``kcool run``: a script or module written for Keras 2.2 and TensorFlow 1, unedited, on what is installed here.

On Keras 3 the names `keras` and `tensorflow` are given to the emulation while it runs; on the bridge to the real Keras
2.2.4 and TensorFlow 1's names; on a stack of Keras 2.2 it is run as it is. As far as the program can tell, it was
started by ``python``.
"""
import contextlib
import importlib.machinery
import io
import os
import re
import runpy
import sys
import threading
import tokenize
import types

from .. import dispatch
from ..errors import NotFound, PythonTwo, TechniqueUnavailable
from ..stack import require, stack, use
from .check import log_program

__all__ = ["install", "run", "uninstall"]

# What Python 2 had and Python 3 does not parse: (what the line shows, what it is called).
_PYTHON_2 = tuple((re.compile(pattern), what) for pattern, what in (
    (r"^\s*(.*[:;]\s*)?print\b\s*([^(=.\s]|$|\(.*\)\s*[%,]|>>)", "the print statement"),
    (r"^\s*(.*[:;]\s*)?exec\s+[^(=]", "the exec statement"),
    (r"^\s*except\b[^:(]*,[^:]*:", "`except Error, name`"),
    (r"^\s*(.*[:;]\s*)?raise\s+[\w.]+\s*,", "`raise Error, message`"),
    (r"<>", "the operator <>"),
    (r"`[^`]*`", "backquotes"),
    (r"\b0[0-7]+\b", "an octal number without 0o"),
    (r"\b\d+[lL]\b", "a long integer"),
    (r"\b[uU][rR]['\"]", "a ur'...' string"),
    (r"\b(def\s+\w+\s*\(|lambda\b)[^:]*\(", "a tuple among the parameters"),
))
_BREAK_OF_INDENT = "tabs and spaces mixed"


def run(target, is_module, arguments, on=None, log=None):
    """Runs a program with the hook installed and takes the hook down afterwards.

    Args:
        target: path of a script, or a dotted module name.
        is_module: whether `target` is a module.
        arguments: what follows it on the command line.
        on: the name of the stack to run on; None for the one that kcool chooses.
        log: path of a file for what the program's models answer, or None.

    Returns:
        The exit status: 0, or 1 after an exception, whose traceback was printed. SystemExit passes through.
    """
    source = None if is_module else _read(target)
    _leave_compat_to_the_user("" if is_module else os.path.dirname(os.path.realpath(target)))
    try:
        code = None if is_module else _compile(source, target)
    except SyntaxError as error:
        if isinstance(error, PythonTwo):
            raise
        return _report(error)
    with _without_the_first_folder():
        use(on) if on else stack()
    install()
    end_log = log_program(log) if log else None
    before = set(threading.enumerate())
    try:
        with _as_python_would(target, is_module, arguments):
            try:
                if is_module:
                    runpy.run_module(target, run_name="__main__", alter_sys=True)
                else:
                    _run_script(code, target)
            finally:
                _wait_for_threads(before)
                if end_log is not None:
                    end_log()
    except Exception as error:
        return _report(error)
    finally:
        uninstall()
    return 0


def install():
    """Makes ``import keras`` mean Keras 2.2.4 in this process; nothing is to be done where it is that already.

    Raises:
        TechniqueUnavailable: neither Keras 2.2 nor Keras 3 serves this process.
    """
    chosen = stack()
    require(chosen)
    if chosen.family == "bridge":
        dispatch._prepare(chosen)
    if chosen.dialect == "legacy":
        return
    if chosen.family != "keras3":
        raise TechniqueUnavailable(
            "Keras 2.2.4's API is emulated on Keras 3 only.", found=str(chosen), supported="keras3, legacy",
            do="pip install --upgrade keras, and unset TF_USE_LEGACY_KERAS")
    dispatch._prepare(chosen)
    from kcool_modern import hook

    hook.install()


def uninstall():
    """Takes back what `install` did."""
    if "kcool_modern.hook" in sys.modules:
        sys.modules["kcool_modern.hook"].uninstall()
    if "kcool_bridge.process" in sys.modules:
        sys.modules["kcool_bridge.process"].uninstall()


# --- as python would -------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _as_python_would(target, is_module, arguments):
    argv, path, main = sys.argv, list(sys.path), sys.modules["__main__"]
    sys.argv = [target] + list(arguments)
    if not getattr(sys.flags, "safe_path", False):
        # The first entry is the folder of `kcool` itself, or the one that `python -m kcool` was called in.
        sys.path[0] = os.getcwd() if is_module else os.path.dirname(os.path.realpath(target))
    try:
        yield
    finally:
        sys.argv, sys.path[:], sys.modules["__main__"] = argv, path, main


@contextlib.contextmanager
def _without_the_first_folder():
    # `python -m kcool` looks there first, and it may hold the source of an old Keras.
    path = list(sys.path)
    if not getattr(sys.flags, "safe_path", False):
        del sys.path[0]
    try:
        yield
    finally:
        sys.path[:] = path


def _run_script(code, path):
    main = types.ModuleType("__main__")
    main.__dict__.update(__file__=path, __builtins__=__builtins__, __cached__=None,
                         __loader__=importlib.machinery.SourceFileLoader("__main__", path))
    sys.modules["__main__"] = main
    exec(code, main.__dict__)


def _wait_for_threads(before):
    # Python itself lets them end before it does; they may still import.
    for thread in set(threading.enumerate()) - before:
        while thread.is_alive() and _has_work(thread):
            thread.join(0.05)


def _has_work(thread):
    """Whether Python would wait for a thread: for those of an executor until it has nothing to do, daemons or not."""
    module = sys.modules.get("concurrent.futures.thread")
    queue = getattr(module, "_threads_queues", {}).get(thread)
    if queue is None:
        return not thread.daemon
    frame, names = sys._current_frames().get(thread.ident), []
    while frame is not None:
        if frame.f_code.co_filename == module.__file__:
            names.append(frame.f_code.co_name)
        frame = frame.f_back
    return not queue.empty() or "run" in names or "_worker" not in names


def _leave_compat_to_the_user(folder):
    """Lets our `compat` answer to the name kcool only, where the program has a module of that name."""
    ours = sys.modules.get("compat")
    spec = importlib.machinery.PathFinder.find_spec("compat", [folder or os.getcwd()])
    if ours is None or spec is None or _is_ours(spec, ours):
        return
    for old in [name for name in sys.modules if name == "compat" or name.startswith("compat.")]:
        module = sys.modules.pop(old)
        new = "kcool" + old[len("compat"):]
        sys.modules[new] = module
        _rename(module, old, new)


def _is_ours(spec, ours):
    folders = list(spec.submodule_search_locations or ())
    return bool(folders) and os.path.realpath(folders[0]) == os.path.realpath(os.path.dirname(ours.__file__))


def _rename(module, old, new):
    # Relative imports that are still to come go by these names, and so does pickling.
    module.__name__ = new
    module.__package__ = "kcool" + module.__package__[len("compat"):]
    if module.__spec__ is not None:
        module.__spec__.name = new
    for value in vars(module).values():
        if getattr(value, "__module__", None) == old:
            try:
                value.__module__ = new
            except AttributeError:
                continue


# --- the source ------------------------------------------------------------------------------------------------------


def _read(path):
    try:
        with io.open(path, "rb") as script:
            return script.read()
    except (IOError, OSError) as error:
        raise NotFound("There is no script %s to run: %s." % (path, error.strerror or error),
                       do="kcool run SCRIPT [ARGUMENTS], or kcool run -m MODULE [ARGUMENTS]")


def _compile(source, path):
    try:
        return compile(source, path, "exec", dont_inherit=True)
    except SyntaxError as error:
        told = _python_2(error)
        if told is None:
            raise
        raise told


def _python_2(error):
    """The `PythonTwo` for a SyntaxError that Python 2 would not have raised, else None."""
    line = (error.text or _line(error.filename, error.lineno)).rstrip()
    if isinstance(error, TabError):
        what = _BREAK_OF_INDENT
    else:
        what = next((what for pattern, what in _PYTHON_2 if pattern.search(line)), None)
    if what is None:
        return None
    return PythonTwo(
        "%s is written for Python 2: line %s has %s." % (error.filename, error.lineno, what),
        found="%s   (Python %d.%d)" % (line.strip(), sys.version_info[0], sys.version_info[1]),
        supported="source that Python 3 can read",
        do="kcool migrate %s" % error.filename)


def _line(path, number):
    try:
        with tokenize.open(path) as source:
            return source.readlines()[number - 1]
    except (OSError, IndexError, SyntaxError, TypeError, ValueError):
        return ""


def _report(error):
    """Prints a program's exception as Python would: without the frames that are ours."""
    traceback = error.__traceback__
    while traceback is not None and _is_runner(traceback.tb_frame):
        traceback = traceback.tb_next
    error.__traceback__ = traceback
    sys.excepthook(type(error), error, traceback)
    told = _python_2(error) if isinstance(error, SyntaxError) else None
    if told is not None:
        print("kcool run: %s" % told, file=sys.stderr)
    return 1


def _is_runner(frame):
    path = frame.f_code.co_filename
    return path == __file__ or "runpy" in path
