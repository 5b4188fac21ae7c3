"""Small deterministic problems with answers in float64 NumPy, for every test that compares training with the truth."""
import numpy as np


class LeastSquares(object):
    """Linear regression by plain SGD on the mean squared error: convex, so every weight of every step has a formula.

    Attributes:
        x, y: float32 arrays (samples, 5) and (samples, 2); samples is a multiple of `batch_size`.
        kernel, bias: the initial weights, float32 (5, 2) and (2,).
        rate, batch_size: of the SGD; batches are taken in order.
    """

    def __init__(self, batches=6, batch_size=16, rate=0.1, seed=7):
        random = np.random.RandomState(seed)
        samples = batches * batch_size
        self.batch_size, self.batches, self.rate = batch_size, batches, rate
        self.x = random.normal(size=(samples, 5)).astype("float32")
        self.kernel = random.normal(size=(5, 2)).astype("float32")
        self.bias = random.normal(size=(2,)).astype("float32")
        target = random.normal(size=(5, 2))
        self.y = (self.x.dot(target) + 0.1 * random.normal(size=(samples, 2))).astype("float32")

    def batch(self, step):
        """The arrays ``(x, y)`` of a step; after the last batch the first comes again."""
        start = step % self.batches * self.batch_size
        return self.x[start:start + self.batch_size], self.y[start:start + self.batch_size]

    def weights(self, steps):
        """``[kernel, bias]`` in float64 after each of the steps, beginning with the initial ones: steps + 1 entries."""
        kernel, bias = self.kernel.astype("float64"), self.bias.astype("float64")
        seen = [[kernel, bias]]
        for step in range(steps):
            x, y = (array.astype("float64") for array in self.batch(step))
            slope = 2.0 * (x.dot(kernel) + bias - y) / y.size
            kernel, bias = kernel - self.rate * x.T.dot(slope), bias - self.rate * slope.sum(axis=0)
            seen.append([kernel, bias])
        return seen


def averages(weights, momentum):
    """The exponential moving average of a list of weight lists, started at the first: its last value, in float64."""
    average = [np.asarray(w, "float64") for w in weights[0]]
    for latest in weights[1:]:
        average = [momentum * a + (1.0 - momentum) * np.asarray(w, "float64") for a, w in zip(average, latest)]
    return average
