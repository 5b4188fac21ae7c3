"""What the examples share: the digits that come with kcool, the command line, the picture, the numbers at the end."""
import argparse
import json
import os
import sys

import numpy as np

import compat


def digits(training=1297):
    """UCI's handwritten digits: ``(x, y), (x_test, y_test)``; x is (samples, 64) from 0 to 1, y the digit."""
    data = np.load(os.path.join(os.path.dirname(compat.__file__), "data", "digits.npz"))
    x = data["images"].reshape(-1, 64).astype("float32") / 16.0
    y = data["labels"].astype("int32")
    return (x[:training], y[:training]), (x[training:], y[training:])


def arguments(doc, plot=False):
    """The command line; prints what runs here, and makes everything that is drawn come from one seed."""
    parser = argparse.ArgumentParser(description=doc.strip().split("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    if plot:
        parser.add_argument("--plot", metavar="FILE", help="write a picture there")
    given = parser.parse_args()
    np.random.seed(given.seed)
    print("on", compat.stack())
    return given


def pyplot():
    """matplotlib without a window, or the end of the program."""
    try:
        import matplotlib
    except ImportError:
        sys.exit("--plot draws with matplotlib, which is not installed here: pip install matplotlib")
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    return plt


def measured(**numbers):
    """Prints the numbers of an example as its last line, in JSON."""
    print(json.dumps({name: round(float(value), 6) for name, value in sorted(numbers.items())}))
