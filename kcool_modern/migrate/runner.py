"""Many files: in processes of their own where there are enough of them, in the order in which they were found."""
import contextlib
import gc
import itertools
import multiprocessing
import os

from .job import migrate_file

__all__ = ["migrate_files", "processes"]

#: Fewer files than this are done before another process has started.
_WORTH_IT = 12
_CHUNK = 4
#: Files between two rounds of the garbage collector.
_COLLECT = 16


def processes(jobs):
    """The number of processes for ``--jobs``; None or 0 for one per core."""
    return jobs or (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


def migrate_files(paths, options, jobs=None):
    """Migrates files.

    Args:
        paths: an iterable.
        options: a `config.Options`.
        jobs: how many processes; None for one per core.

    Yields:
        A `job.Report` for each path, in their order.
    """
    paths = list(paths)
    jobs = min(processes(jobs), len(paths))
    if jobs < 2 or len(paths) < _WORTH_IT:
        yield from _in_turn(paths, options)
        return
    context = multiprocessing.get_context("fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn")
    with context.Pool(jobs, _start, (options,)) as pool:
        yield from pool.imap(_migrate, paths, _CHUNK)


def _in_turn(paths, options):
    with _garbage_now_and_then() as collect:
        for path in paths:
            yield migrate_file(path, options)
            collect()


@contextlib.contextmanager
def _garbage_now_and_then():
    """Trees point to their own parents; Python's collector would look for such circles all the time."""
    was_on = gc.isenabled()
    gc.disable()
    counter = itertools.count(1)
    try:
        yield lambda: gc.collect() if next(counter) % _COLLECT == 0 else None
    finally:
        if was_on:
            gc.enable()


_options = _collect = None


def _start(options):
    global _options, _collect
    _options, _collect = options, _garbage_now_and_then().__enter__()


def _migrate(path):
    report = migrate_file(path, _options)
    _collect()
    return report
