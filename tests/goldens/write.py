"""Writes the goldens on the real Keras 2.2.4 / TensorFlow 1.15, without its races.

    python -m tests.goldens.write            write them
    python -m tests.goldens.write --check    compare what would be written with what is there

An ordinary run of that stack is no golden: its updates race with the reads of the same step (docs/design.md). Here
every output and every new value is computed before the first variable is written. kcool is not imported: what judges
kcool must not lean on it.
"""
import os
import sys

import numpy as np

from . import problems

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "keras224.npz")


def use_ordered_updates():
    """Makes the real backend hand out updates as pairs, and write them after all values of the step are known."""
    import tensorflow as tf
    from keras import backend as K

    plain = K.function
    assign = tf.assign if hasattr(tf, "assign") else tf.compat.v1.assign

    def function(inputs, outputs, updates=None, **kwargs):
        pairs = [u for u in updates or [] if isinstance(u, tuple)]
        others = [u for u in updates or [] if not isinstance(u, tuple)]
        # Naming the graph serves Keras 2.3.1 on TF 2.0, which is eager outside its own calls.
        with outputs[0].graph.as_default(), tf.control_dependencies(list(outputs) + [new for _, new in pairs]):
            writes = [assign(variable, new) for variable, new in pairs]
        return plain(inputs, outputs, updates=others + writes, **kwargs)

    K.update = lambda x, new_x: (x, new_x)
    K.update_add = lambda x, increment: (x, x + increment)
    K.function = function


def training(name, keras):
    """Losses (STEPS,), and the trainable weights after each step, flat (STEPS, n)."""
    model, steps = problems.build(name, keras)
    losses, weights = [], []
    for x, y in steps:
        losses.append(model.train_on_batch(x, y))
        weights.append(np.concatenate([w.ravel() for w in keras.backend.batch_get_value(model.trainable_weights)]))
    return {"losses": np.array(losses, "float64"), "weights": np.array(weights, "float32")}


def inference(keras):
    """Inner values, outputs and gradients of the residual problem, with its initial weights."""
    K = keras.backend
    model, steps = problems.build("residual_adam", keras)
    x = steps[0][0]
    tensors = [model.get_layer(n).output for n in ("stem", "inner", "joined", "head")]
    values = K.function([model.input], tensors + K.gradients(K.sum(tensors[-1][:, 0]), [model.input, tensors[0]]))([x])
    return dict(zip(("stem", "inner", "joined", "head", "d_input", "d_stem"), values))


def numbers():
    """All goldens, as a dict from ``problem/quantity`` to array."""
    use_ordered_updates()
    import keras

    found = {}
    for name in sorted(problems.TRAININGS):
        found.update(("%s/%s" % (name, key), value) for key, value in training(name, keras).items())
    found.update(("residual/" + key, value) for key, value in inference(keras).items())
    return found


def main(arguments):
    """Writes or checks; returns the exit code."""
    found = numbers()
    if "--check" not in arguments:
        np.savez_compressed(PATH, **found)
        print("wrote %d goldens (%d bytes)" % (len(found), os.path.getsize(PATH)))
        return 0
    with np.load(PATH) as there:
        same = sorted(there.files) == sorted(found)
        worst = max(np.abs(there[k] - found[k]).max() for k in found) if same else None
    if not same or worst > 1e-6:
        print("the goldens cannot be written again: %s" % ("other names" if not same else "off by %.2e" % worst))
        return 1
    print("%d goldens written again, largest difference %.1e" % (len(found), worst))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
