"""Mutated real files: whatever comes of one is what was in it, or a `KcoolError`, and it comes soon.

    python -m tests.convert.fuzz --read 85000 --convert 15000 --jobs 2

Files of the zoo get odd bytes, are cut, or get odd values in the JSON of their architecture. `--read`: so many are read
to the last array. `--convert`: so many become models. A file is read in a fork, within limits, as `kcool convert` has
it read by another process; those that come through are converted. A conversion that dies or takes longer than 5 s
leaves its input behind and fails the run. The tests draw from the same mutations (`test_fuzz.py`).
"""
import argparse
import json
import multiprocessing
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback

import h5py

from compat.errors import KcoolError

from . import goldens

__all__ = ["LONGEST", "NAMES", "convert", "odd_bytes", "odd_values", "read"]

NAMES = ("dense_plain", "lstm", "shared_model", "masked_merges", "time_distributed", "stacked_cells", "residual")
LONGEST = 5.0  # seconds of processor time for one input
REFUSED = 7  # exit status of a fork
ODD = (None, True, False, 0, 1, -1, 3, 2 ** 31, 2 ** 70, 1e308, -0.0, "", "x", "\x00", [], {}, [None, 3], [0], [[]],
       [1, -2], "Dense", "Model", "Sequential", "lstm_1", "relu", "channels_first", "float64")


# --- mutations --------------------------------------------------------------------------------------------------------

def odd_bytes(content, chance):
    """The bytes of a file with some pieces replaced, and perhaps cut; `chance` is a `random.Random`."""
    content = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(content))
        piece = bytes(chance.randrange(256) for _ in range(chance.randint(1, 8)))
        content[at:at + len(piece)] = piece
    return bytes(content[:chance.randrange(len(content))] if chance.random() < 0.5 else content)


def odd_values(path, chance):
    """Puts odd values into the JSON of a file, in place."""
    with h5py.File(path, "r+") as f:
        attribute = chance.choice(["model_config", "model_config", "training_config"])
        if attribute not in f.attrs:
            attribute = "model_config"
        config = json.loads(f.attrs[attribute])
        for _ in range(chance.randint(1, 3)):
            places = _places(config, [])
            if not places:
                break
            place = chance.choice(places)
            target = config
            for key in place[:-1]:
                target = target[key]
            if chance.random() < 0.5:
                target[place[-1]] = chance.choice(ODD)
            else:
                del target[place[-1]]
        f.attrs[attribute] = json.dumps(config).encode()


def _places(value, found, at=()):
    """All places of a JSON value, as paths."""
    if at:
        found.append(at)
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        _places(child, found, at + (key,))
    return found


# --- what has to survive them -----------------------------------------------------------------------------------------

def read(path):
    """Reads a file to its last array, in a fork; True, or False where an error says why not."""
    from kcool_modern.convert.source import LIMITS
    from kcool_modern.convert.trial import within_limits

    child = os.fork()
    if not child:
        try:
            error = within_limits(path, LIMITS)
            os._exit(0 if error is None else REFUSED if str(error) and error.do else 1)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    status = os.waitpid(child, 0)[1]
    # What ends by a signal (its time, a bad address) is an error in the main process.
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) in (0, REFUSED), "a traceback"
    return status == 0


def convert(path):
    """Converts a file; True, or False where a `KcoolError` says why not."""
    import keras

    from kcool_modern.convert.conversion import converted_here

    if not read(path):
        return False
    try:
        converted_here(path)
    except KcoolError as error:
        assert str(error) and error.do
        return False
    finally:
        keras.backend.clear_session()
    return True


# --- a long run -------------------------------------------------------------------------------------------------------

def _overdue(*_):
    raise TimeoutError("longer than %s s" % LONGEST)


def _work(number, reads, converts, folder, results):
    """One process: its inputs follow from its number alone."""
    chance, slowest, good = random.Random(number), 0.0, [0, 0]
    path = os.path.join(folder, "input-%d.h5" % number)
    files = [goldens.unpacked(name, folder)[0] for name in NAMES]
    contents = []
    for file in files:
        with open(file, "rb") as opened_file:
            contents.append(opened_file.read())
    signal.signal(signal.SIGVTALRM, _overdue)
    for kind, (survives, count) in enumerate(((read, reads), (convert, converts))):
        if count:
            _inputs(chance, path, contents, survives, 1)  # what is loaded once does not count
        for _ in range(count):
            begin = time.process_time()
            good[kind] += _inputs(chance, path, contents, survives, LONGEST)
            slowest = max(slowest, time.process_time() - begin)
    results.put((number, good, slowest, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))


def _inputs(chance, path, contents, survives, longest):
    with open(path, "wb") as file:
        content = chance.choice(contents)
        values = chance.random() < (0.7 if survives is convert else 0.3)
        file.write(content if values else odd_bytes(content, chance))
    if values:
        odd_values(path, chance)
    signal.setitimer(signal.ITIMER_VIRTUAL, longest if longest > 1 else 0)
    try:
        return survives(path)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def main(arguments=None):
    """Runs; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--read", type=int, default=1000)
    parser.add_argument("--convert", type=int, default=100)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args(arguments)
    context = multiprocessing.get_context("spawn")
    folder, results = tempfile.mkdtemp(), context.Queue()
    running = [context.Process(target=_work, args=(
        chosen.seed + number, chosen.read // chosen.jobs, chosen.convert // chosen.jobs, folder, results))
        for number in range(chosen.jobs)]
    for process in running:
        process.start()
    for process in running:
        process.join()
    failed = [process for process in running if process.exitcode]
    while not results.empty():
        number, good, slowest, memory = results.get()
        print("process %d: %d of %d read, %d of %d converted, slowest input %.1f s, at most %d MB" % (
            number, good[0], chosen.read // chosen.jobs, good[1], chosen.convert // chosen.jobs, slowest, memory >> 10))
    if failed:
        print("FAILED: the inputs are in %s; exit codes %s" % (folder, [process.exitcode for process in failed]))
        return 1
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
