"""Live hyper-parameters: warm-up, cosine and piecewise-linear learning rates, and a number inside of a loss.

Each is a backend variable that a callback sets. The compiled step sees the new value at the next batch.
"""
import numpy as np
from common import arguments, digits, measured, pyplot

from compat import K, keras


class Rate(keras.callbacks.Callback):
    """Sets the learning rate before every batch; `rates` is what was set. A subclass says what: ``at(batch)``."""

    def on_train_begin(self, logs=None):
        self.rates, self.base = [], float(K.get_value(self.model.optimizer.lr))
        batches = -(-self.params["samples"] // self.params["batch_size"])
        self.total = batches * self.params["epochs"]

    def on_batch_begin(self, batch, logs=None):
        self.rates.append(self.at(len(self.rates)))
        K.set_value(self.model.optimizer.lr, self.rates[-1])


class WarmUp(Rate):
    """From nothing to the full rate over a share of the training, and full from there on."""

    share = 0.25

    def at(self, batch):
        return self.base * min(1.0, (batch + 1) / (self.share * self.total))


class Cosine(Rate):
    """Half a cosine, from the full rate to nothing."""

    def at(self, batch):
        return self.base * 0.5 * (1 + np.cos(np.pi * batch / self.total))


class PiecewiseLinear(Rate):
    """Straight lines between points, given as shares of the training and of the rate."""

    points = [(0.0, 0.0), (0.2, 1.0), (0.6, 0.3), (1.0, 0.01)]

    def at(self, batch):
        shares, rates = zip(*self.points)
        return self.base * np.interp(batch / self.total, shares, rates)


class Constant(Rate):
    """The full rate."""

    def at(self, batch):
        return self.base


given = arguments(__doc__, plot=True)
(x, y), (x_test, y_test) = digits()
one_hot, one_hot_test = np.eye(10)[y], np.eye(10)[y_test]
smoothing = K.variable(0.0)


def smoothed(y_true, y_pred):
    """Cross entropy with part of the truth spread over all classes; how much is a variable."""
    truth = (1 - smoothing) * y_true + smoothing / 10
    return K.categorical_crossentropy(truth, y_pred)


def network():
    model = keras.models.Sequential([
        keras.layers.Dense(48, activation="relu", input_shape=(64,)),
        keras.layers.Dense(10, activation="softmax")])
    model.compile(keras.optimizers.SGD(lr=0.1, momentum=0.9), smoothed, metrics=["accuracy"])
    return model


used, accuracies = {}, {}
for schedule in (Constant(), WarmUp(), Cosine(), PiecewiseLinear()):
    name, model = type(schedule).__name__, network()
    model.fit(x, one_hot, batch_size=32, epochs=5, verbose=0, callbacks=[schedule])
    used[name], accuracies[name] = schedule.rates, model.evaluate(x_test, one_hot_test, verbose=0)[1]
    print("%-16s accuracy %.3f; learning rate %.4f at first, %.4f in the middle, %.4f at last" % (
        name, accuracies[name], schedule.rates[0], schedule.rates[len(schedule.rates) // 2], schedule.rates[-1]))

# The loss of the same weights on the same data, with another number in it: nothing is compiled again.
chances, off = np.clip(model.predict(x_test).astype("float64"), 1e-7, 1), []
for value in (0.0, 0.3):
    K.set_value(smoothing, value)
    loss = model.evaluate(x_test, one_hot_test, verbose=0)[0]
    expected = -(((1 - value) * one_hot_test + value / 10) * np.log(chances)).sum(1).mean()
    off.append(abs(loss - expected))
    print("loss with label smoothing %.1f: %.4f, by hand %.4f" % (value, loss, expected))

if given.plot:
    plt = pyplot()
    figure, axes = plt.subplots(figsize=(7, 3))
    for name, rates in used.items():
        axes.plot(rates, label="%s, accuracy %.3f" % (name, accuracies[name]))
    axes.set_xlabel("batch")
    axes.set_ylabel("learning rate")
    axes.legend()
    figure.tight_layout()
    figure.savefig(given.plot, dpi=100)
measured(accuracy=min(accuracies[name] for name in ("WarmUp", "Cosine", "PiecewiseLinear")), loss_off=max(off),
         warm=used["WarmUp"][0] * len(used["WarmUp"]), batches=len(used["WarmUp"]), end=used["Cosine"][-1])
