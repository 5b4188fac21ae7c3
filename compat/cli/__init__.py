"""The command line: ``kcool doctor``, ``demo``, ``run``, ``bridge``, ``convert``, ``record`` and ``migrate``.

``python -m compat`` is the same. No framework is imported before a command needs one.
"""
import argparse
import os
import sys

from ..errors import KcoolError
from . import bridge, convert, migrate
from .convert import _positive

__all__ = ["main"]


def main(argv=None):
    """Runs one command.

    Args:
        argv: the arguments after the program's name; None for those of this process.

    Returns:
        The exit status: 0 all is well, 1 the command found or met a problem, 2 the call itself cannot be carried out,
        130 it was interrupted; ``migrate`` says in its help what its own mean.
    """
    try:
        arguments = _parser().parse_args(argv)
    except SystemExit as stop:
        return stop.code or 0
    _print_anything()
    try:
        status = arguments.run(arguments)
        _flush()
        return status
    except KcoolError as error:
        _flush()
        print("kcool %s: %s" % (arguments.command, error), file=sys.stderr)
        return 1
    except BrokenPipeError:
        # The reader, such as `head`, has seen enough; at its end Python would try once more to write the rest.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        print("\nkcool %s: interrupted" % arguments.command, file=sys.stderr)
        return 130


def _flush():
    print(end="", flush=True)  # a process may have no stdout at all; print knows


def _print_anything():
    """Paths may hold letters that the terminal's encoding has not; Python 3.6 cannot be told."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _parser():
    from .. import __version__

    parser = argparse.ArgumentParser(
        prog="kcool", description="Keras 2.2 code lives on: on TensorFlow 1, tf-keras and Keras 3.")
    parser.add_argument("--version", action="version", version="kcool " + __version__)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    commands.required = True
    _add_doctor(commands)
    _add_demo(commands)
    _add_run(commands)
    bridge.add_bridge(commands)
    convert.add_convert(commands)
    convert.add_record(commands)
    migrate.add_migrate(commands)
    return parser


def _add_doctor(commands):
    about = "say which stack kcool works on here, and why"
    doctor = commands.add_parser("doctor", help=about, description=about.capitalize() + ". Exit status: 0 when a "
                                 "supported stack is usable, else 1. Imports no framework.")
    doctor.add_argument("--json", action="store_true", help="print the findings as JSON")
    doctor.set_defaults(run=_doctor)


def _add_demo(commands):
    about = "run the four techniques on real digits and prove each one"
    demo = commands.add_parser("demo", help=about, description=about.capitalize() + ". Exit status: 0 when every proof "
                               "holds, 1 when one fails, 2 when the picture cannot be drawn.")
    demo.add_argument("--plot", metavar="FILE", help="draw the validation accuracy of raw and averaged weights into a "
                      "file, such as out.png (needs matplotlib)")
    demo.add_argument("--seed", type=_seed, default=7, metavar="N", help="for the first weights and the order of the "
                      "images (default: 7)")
    demo.set_defaults(run=_demo)


def _add_run(commands):
    about = "run a script or module written for Keras 2.2 and TensorFlow 1, unedited"
    run = commands.add_parser(
        "run", help=about, usage="kcool run [-h] [--on STACK] [--check-against STACK] (SCRIPT | -m MODULE) "
        "[ARGUMENTS ...]",
        description=about.capitalize() + ". Exit status: the program's own; 1 after an exception.")
    run.add_argument("--on", metavar="STACK", help="the stack to run on, such as bridge: the real Keras 2.2.4 on "
                     "today's TensorFlow (default: what KCOOL_STACK says, or the best that is here)")
    run.add_argument("--check-against", metavar="STACK", help="run it on that stack as well, in a process of its own, "
                     "and tell where histories and predictions part; exit status 3 where they do")
    run.add_argument("--tolerance", type=_positive, default=1e-4, metavar="X", help="for --check-against: the largest "
                     "difference, as a part of the largest value (default: 1e-4)")
    run.add_argument("--log", metavar="FILE", help="write what the program's models answer, for --check-against")
    run.add_argument("-m", dest="is_module", action="store_true", help="run a module, as python -m does")
    run.add_argument("target", metavar="SCRIPT", help="path of the script, or name of the module")
    run.add_argument("arguments", metavar="ARGUMENTS", nargs=argparse.REMAINDER, help="handed to the program")
    run.set_defaults(run=_run)


def _seed(text):
    if not text.isdecimal() or int(text) >= 2 ** 32:
        raise argparse.ArgumentTypeError("a whole number from 0 to 4294967295 is needed, not %r" % text)
    return int(text)


def _doctor(arguments):
    from .doctor import run

    return run(as_json=arguments.json)


def _demo(arguments):
    from .demo import run

    return run(seed=arguments.seed, plot=arguments.plot)


def _run(arguments):
    from .run import run

    if arguments.check_against:
        from .check import check

        program = (["-m"] if arguments.is_module else []) + [arguments.target] + arguments.arguments
        return check(program, arguments.on, arguments.check_against, arguments.tolerance)
    return run(arguments.target, arguments.is_module, arguments.arguments, arguments.on, arguments.log)
