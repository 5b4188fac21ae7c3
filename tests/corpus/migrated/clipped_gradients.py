"""Clipping: what an optimizer's clipnorm and clipvalue make of its gradients, held against the formulas."""
import json

import numpy as np
from compat import K
from compat.keras.layers import Dense
from compat.keras.models import Sequential
from compat.keras.optimizers import SGD

x, y = np.random.RandomState(75).randn(8, 3), 5 * np.random.RandomState(76).randn(8, 2)


def step(**kwargs):
    """The change of each weight by one step of size 1."""
    start = np.random.RandomState(77)
    model = Sequential([Dense(4, activation='tanh', input_shape=(3,)), Dense(2)])
    model.set_weights([start.randn(*w.shape) for w in model.get_weights()])
    before = model.get_weights()
    model.compile(SGD(1., **kwargs), 'mse')
    model.train_on_batch(x, y)
    return [one - other for one, other in zip(before, model.get_weights())], model.optimizer


def length(arrays):
    return float(np.sqrt(sum((one ** 2).sum() for one in arrays)))


def error_of(action):
    try:
        action()
        return ''
    except Exception as error:
        return type(error).__name__


free, _ = step()
by_norm, optimizer = step(clipnorm=1.)
by_value, _ = step(clipvalue=0.1)
both, _ = step(clipnorm=1., clipvalue=0.1)
alone = [one / max(1., length([one])) for one in free]
print(json.dumps({
    'free': length(free), 'lengths': [length([one]) for one in free], 'by norm': length(by_norm),
    'all of them by one factor': max(float(np.abs(a - b / length(free)).max()) for a, b in zip(by_norm, free)) < 1e-5,
    'each by its own': max(float(np.abs(a - b).max()) for a, b in zip(by_norm, alone)),
    'by value': max(float(np.abs(a - np.clip(b, -0.1, 0.1)).max()) for a, b in zip(by_value, free)) < 1e-5,
    'both': [one.tolist() for one in both], 'config': float(optimizer.get_config()['clipnorm']),
    'refused': [error_of(lambda: SGD(clip=1.)), error_of(lambda: SGD(clipnorm=-1.))], 'lr': float(K.get_value(
        optimizer.lr))}))
