"""Writes what the scripts print on the real Keras 2.2.4 / TensorFlow 1.15 into `keras224.json`.

    python tests/corpus/record.py            on the real stack: all scripts, each in a process of its own
    python tests/corpus/record.py NAME ...   some of them; the others' numbers stay

The real stack writes variables while the same step still reads them (docs/design.md), so that two runs of one script
may differ. Each script runs there behind a few lines that put the writes of a step after everything else in it.
"""
import json
import os
import runpy
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
PATH = os.path.join(HERE, "keras224.json")


def script(name):
    """The path of a script."""
    return os.path.join(HERE, "scripts", name + ".py")


def names():
    """The names of all scripts."""
    return sorted(one[:-3] for one in os.listdir(os.path.join(HERE, "scripts")) if one.endswith(".py"))


def last_line(printed):
    """The numbers that a script printed."""
    return json.loads(printed.strip().splitlines()[-1])


def order_writes():
    """Makes the real backend write what K.update describes after all other values of a step are there."""
    import tensorflow as tf
    from keras import backend as K

    plain, average = K.function, K.moving_average_update

    class Average(object):
        def __init__(self, x, value, momentum):
            self.arguments = x, value, momentum

    def function(inputs, outputs, updates=None, **kwargs):
        pairs = [one for one in updates or [] if isinstance(one, tuple)]
        averages = [one for one in updates or [] if isinstance(one, Average)]
        others = [one for one in updates or [] if not isinstance(one, (tuple, Average))]
        values = [new for _, new in pairs] + [one.arguments[1] for one in averages]
        with tf.control_dependencies(list(outputs) + others + [tf.convert_to_tensor(value) for value in values]):
            averages = [average(*one.arguments) for one in averages]
            with tf.control_dependencies(averages):
                writes = [tf.assign(variable, new) for variable, new in pairs]
        return plain(inputs, outputs, updates=others + averages + writes, **kwargs)

    K.moving_average_update = Average
    K.update = lambda x, new_x: (x, tf.convert_to_tensor(new_x, x.dtype.base_dtype))
    K.update_add = lambda x, increment: (x, x + increment)
    K.update_sub = lambda x, decrement: (x, x - decrement)
    K.function = function


def main(wanted):
    """Runs scripts and writes the file."""
    found = {}
    if os.path.exists(PATH):
        with open(PATH) as file:
            found = json.load(file)
    for name in wanted or names():
        with tempfile.TemporaryDirectory() as folder:
            printed = subprocess.run([sys.executable, os.path.abspath(__file__), "--one", name], check=True, cwd=folder,
                                     stdout=subprocess.PIPE, universal_newlines=True).stdout
        found[name] = last_line(printed)
        print(name)
    with open(PATH, "w") as file:
        json.dump({name: found[name] for name in names() if name in found}, file, indent=0, sort_keys=True)
        file.write("\n")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        order_writes()
        runpy.run_path(script(sys.argv[2]), run_name="__main__")
    else:
        main(sys.argv[1:])
