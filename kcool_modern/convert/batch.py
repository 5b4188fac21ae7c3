"""Many files, one after the other or several at a time: each in a process that may die without stopping the run."""
import multiprocessing
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool

from kcool.errors import DifferentResult, KcoolError, UnreadableModel, WrongValue

__all__ = ["BAD", "DIFFERENT", "outcome_of", "outcomes"]

#: Exit statuses of a file that cannot be converted, and of one that answers differently.
BAD, DIFFERENT = 2, 3


def outcome_of(path, output, options):
    """Converts one file; nothing is raised.

    Args:
        path, output, options: see `job.run_job`.

    Returns:
        The report, or the error in its place, and the exit status.
    """
    if options.to == "keras3":
        from .job import run_job
    else:
        from .back.job import run_job

    try:
        return run_job(path, output, options), 0
    except DifferentResult as error:
        return error, DIFFERENT
    except KcoolError as error:
        return error, BAD
    except Exception as error:
        return WrongValue("%s could not be converted." % path, found="%s: %s" % (type(error).__name__, error),
                          do="look at the space and the rights of the folder of %s; else report it" % output), BAD


def outcomes(pairs, options, jobs=1):
    """Converts files in processes of their own.

    Args:
        pairs: list of (path, output).
        options: see `job.run_job`; it is sent to the processes.
        jobs: int, how many processes.

    Yields:
        (index, report or error, exit status), as they are ready.
    """
    left, at_once = list(range(len(pairs))), jobs
    while left:
        done = set()
        for index, found, status in _together(left, pairs, options, at_once):
            done.add(index)
            yield index, found, status
        left = [index for index in left if index not in done]
        if left and at_once > 1:
            # A process died, and with it what the others were at. One at a time, the file that does it is known.
            at_once = 1
        elif left:
            yield left[0], _killed(pairs[left[0]][0]), BAD
            left, at_once = left[1:], jobs


def _together(indexes, pairs, options, jobs):
    """Outcomes until all are there, or until a process dies."""
    # Frameworks do not survive a fork.
    with ProcessPoolExecutor(min(jobs, len(indexes)), multiprocessing.get_context("spawn")) as pool:
        todo, running, broken = list(indexes), {}, False
        while running or todo and not broken:
            while todo and len(running) < jobs and not broken:
                try:
                    running[pool.submit(_in_process, *pairs[todo[0]], options)] = todo[0]
                    del todo[0]
                except BrokenProcessPool:
                    broken = True
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                index = running.pop(future)
                if isinstance(future.exception(), BrokenProcessPool):
                    broken = True
                    continue
                yield (index,) + future.result()


def _in_process(path, output, options):
    import keras

    try:
        return outcome_of(path, output, options)
    finally:
        keras.utils.clear_session()


def _killed(path):
    return UnreadableModel("%s was not converted: the process that read it died." % path,
                        found="a damaged file, or too little memory", do="convert it by itself; nothing was written")
