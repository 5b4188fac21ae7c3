"""Writes what the scripts print on the real Keras 2.2.4 / TensorFlow 1.15 into `keras224.json`.

    python tests/corpus/record.py            on the real stack: all scripts, each in a process of its own
    python tests/corpus/record.py NAME ...   some of them; the others' numbers stay

The real stack writes variables while the same step still reads them (docs/design.md), so that two runs of one script
may differ. Each script runs there behind a few lines that put the writes of a step after everything else in it.
"""
import ast
import json
import os
import runpy
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


#: Modules of TensorFlow that came through the backend of Keras 2.2: ``K.tf``.
_THROUGH_THE_BACKEND = ("tf", "control_flow_ops", "tensor_array_ops", "moving_averages")


def needs_tensorflow(name):
    """Whether a script itself reaches for TensorFlow: by an import, or through the backend of Keras."""
    with open(script(name), encoding="utf-8") as file:
        nodes = list(ast.walk(ast.parse(file.read())))
    modules = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    modules += [node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module]
    reached = [node.attr for node in nodes
               if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "K"]
    return any(one.split(".")[0] == "tensorflow" for one in modules) or any(
        one in _THROUGH_THE_BACKEND for one in reached)


def last_line(printed):
    """The numbers that a script printed."""
    return json.loads(printed.strip().splitlines()[-1])


def order_writes():
    """Makes the real backend write what K.update describes after all other values of a step are there."""
    import tensorflow as tf
    from keras import backend as K

    plain = K.function

    class Average(object):
        """TensorFlow's own, but for when it writes; its two variables are made once, for all functions."""

        def __init__(self, x, value, momentum):
            self.x, self.value, self.decay = x, value, 1. - momentum
            self.biased = tf.Variable(tf.zeros(K.int_shape(x)), trainable=False, name="average/biased")
            self.steps = tf.Variable(0., trainable=False, name="average/local_step")

        def write(self):
            writes = [tf.assign_sub(self.biased, (self.biased - self.value) * self.decay),
                      tf.assign_add(self.steps, 1.)]
            with tf.control_dependencies(writes):
                mended = self.biased.read_value() / (1. - tf.pow(1. - self.decay, self.steps.read_value()))
            return tf.assign_sub(self.x, self.x - mended)

    def function(inputs, outputs, updates=None, **kwargs):
        pairs = [one for one in updates or [] if isinstance(one, tuple)]
        averages = [one for one in updates or [] if isinstance(one, Average)]
        others = [one for one in updates or [] if not isinstance(one, (tuple, Average))]
        values = [new for _, new in pairs] + [one.value for one in averages]
        with tf.control_dependencies(list(outputs) + others + [tf.convert_to_tensor(value) for value in values]):
            averages = [average.write() for average in averages]
            with tf.control_dependencies(averages):
                writes = [tf.assign(variable, new) for variable, new in pairs]
        return plain(inputs, outputs, updates=others + averages + writes, **kwargs)

    K.moving_average_update = Average
    K.update = lambda x, new_x: (x, tf.convert_to_tensor(new_x, x.dtype.base_dtype))
    K.update_add = lambda x, increment: (x, x + increment)
    K.update_sub = lambda x, decrement: (x, x - decrement)
    K.function = function


def run_here(path):
    """Runs a script in this process, on the real stack, without its races."""
    order_writes()
    runpy.run_path(path, run_name="__main__")


def main(wanted):
    """Runs scripts and writes the file; returns how many failed."""
    sys.path.insert(0, os.path.dirname(os.path.dirname(HERE)))
    from tests.corpus.forks import Forks

    found, failed = {}, []
    if os.path.exists(PATH):
        with open(PATH) as file:
            found = json.load(file)
    with Forks() as forks:
        for name in wanted or names():
            with tempfile.TemporaryDirectory() as folder:
                status, printed, errors = forks.run(script(name), folder)
            if status:
                failed.append(name)
                print("%s failed:\n%s" % (name, errors[-3000:]), flush=True)
                continue
            found[name] = last_line(printed)
            print(name, flush=True)
    with open(PATH, "w") as file:
        json.dump({name: found[name] for name in names() if name in found}, file, indent=0, sort_keys=True)
        file.write("\n")
    return len(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
