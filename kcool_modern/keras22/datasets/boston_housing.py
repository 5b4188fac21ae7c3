"""Boston housing prices, a regression problem."""
import numpy as np

from ..utils.data_utils import get_file  # noqa: F401 - 2.2.4 had it here too
from ._files import fetch, shuffled

__all__ = ["load_data"]


def load_data(path="boston_housing.npz", test_split=0.2, seed=113):
    """Loads the Boston housing prices.

    Args:
        path: name in the cache.
        test_split: share of the test set, from 0 to below 1.
        seed: NumPy's global generator is seeded with it.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``.
    """
    assert 0 <= test_split < 1
    digest = "f553886a1f8d56431e820c5b82552d9d95cfcb96d1e678153f8839538947dff5"
    with np.load(fetch(path, "boston_housing.npz", digest)) as arrays:
        x, y = arrays["x"], arrays["y"]
    np.random.seed(seed)
    x, y = shuffled(x, y)
    cut = int(len(x) * (1 - test_split))
    return (np.array(x[:cut]), np.array(y[:cut])), (np.array(x[cut:]), np.array(y[cut:]))
