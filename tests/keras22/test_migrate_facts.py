"""What `kcool migrate` takes for granted about Keras 2.2.4 and Keras 3, against both."""
import os
import subprocess
import sys

import pytest

from kcool_modern.keras22.legacy import interfaces
from kcool_modern.migrate.facts import keras1

CHECKOUT = os.environ.get("KCOOL_CHECKOUT") or os.path.dirname(os.path.dirname(os.path.dirname(__file__)))


@pytest.mark.parametrize("layer, support", [
    ("Dense", "dense"), ("Dropout", "dropout"), ("Embedding", "embedding"), ("PReLU", "prelu"),
    ("MaxPooling1D", "pooling1d"), ("MaxPooling2D", "pooling2d"), ("LSTM", "recurrent"), ("Conv1D", "conv1d"),
    ("Conv2D", "conv2d"), ("Conv3D", "conv3d"), ("SeparableConv2D", "separable_conv2d"),
    ("GaussianNoise", "gaussiannoise")])
def test_keras_1_arguments_are_those_of_the_emulation(layer, support):
    seen = {}
    wrapped = getattr(interfaces, "legacy_%s_support" % support)(lambda self, **kwargs: seen.update(kwargs))
    for old, new in keras1.ARGUMENTS["keras.layers." + layer].items():
        seen.clear()
        wrapped(object(), **{old: next(iter(keras1.VALUES[old])) if old in keras1.VALUES else 3})
        assert list(seen) == [new], old


def test_names_and_parameters_are_those_of_keras_3(stack):
    """Names come and go; the lists are of the newest Keras that is tested."""
    if not stack.keras.startswith("3.15.") or stack.engine != "tensorflow":
        pytest.skip("the lists are written on another Keras")
    done = subprocess.run([sys.executable, os.path.join(CHECKOUT, "tools", "keras3_names.py"), "--check"],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True)
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
