"""What surgery costs: building the tail of ResNet50, beside what this Keras needs for the same tail by its own means.

On Keras 3 that is ``Model(middle, model.output)``; stacks that cannot build a model from a middle tensor are measured
against calling the whole model once more, which is what a cut by hand has to do there.
"""
import statistics
import time

import pytest

from compat import get_outputs_of

ROUNDS = 7


def _timed(call):
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def _rival(keras, model, middle):
    try:
        keras.Model(middle, model.output)
        return "keras.Model(middle, output)", lambda: keras.Model(middle, model.output)
    except (ValueError, TypeError, AssertionError, AttributeError):
        return "model(Input)", lambda: model(keras.layers.Input((64, 64, 3)))


@pytest.mark.filterwarnings("ignore")
def test_build_time_of_a_resnet50_tail(keras, stack):
    model = keras.applications.ResNet50(weights=None, input_shape=(64, 64, 3))
    adds = [layer for layer in model.layers if type(layer).__name__ == "Add"]
    rounds = ROUNDS if stack.dialect != "legacy" else 2
    for place in (0, 7, 14):
        middle = adds[place].output
        name, rival = _rival(keras, model, middle)
        get_outputs_of(model, middle)
        pairs = [(_timed(lambda cut=middle: get_outputs_of(model, cut)), _timed(rival)) for _ in range(rounds)]
        ours, theirs = (statistics.median(column) for column in zip(*pairs))
        ratio = statistics.median(a / b for a, b in pairs)
        print("\n%s, cut after add %d of 16: get_outputs_of %.1f ms, %s %.1f ms, ratio %.2f"
              % (stack.name, place + 1, ours * 1e3, name, theirs * 1e3, ratio))
