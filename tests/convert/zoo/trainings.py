"""Trainings: every optimizer of Keras 2.2.4, cut in two by saving and loading; 20 steps follow."""
import numpy as np

__all__ = ["OPTIMIZERS", "batches", "compiled"]

BEFORE, AFTER = 5, 20

OPTIMIZERS = {
    "sgd": ("SGD", {"lr": 0.1}),
    "momentum": ("SGD", {"lr": 0.05, "momentum": 0.9, "nesterov": True}),
    "sgd_decay": ("SGD", {"lr": 0.2, "decay": 0.1}),
    "sgd_clipnorm": ("SGD", {"lr": 0.2, "clipnorm": 0.3}),
    "sgd_clipvalue": ("SGD", {"lr": 0.2, "clipvalue": 0.05}),
    "rmsprop": ("RMSprop", {"lr": 0.005, "epsilon": 0.01}),
    "adagrad": ("Adagrad", {"lr": 0.05, "epsilon": 0.01}),
    "adadelta": ("Adadelta", {}),
    "adam": ("Adam", {"lr": 0.01}),
    "adam_amsgrad": ("Adam", {"lr": 0.02, "amsgrad": True}),
    "adamax": ("Adamax", {}),
    "nadam": ("Nadam", {"lr": 0.01}),
}


def compiled(keras, name):
    """A small model with one of the optimizers."""
    L = keras.layers
    model = keras.models.Sequential([L.Dense(6, activation="tanh", input_shape=(5,)), L.Dense(4, activation="tanh"),
                                     L.Dense(3, activation="softmax")])
    kind, arguments = OPTIMIZERS[name]
    random = np.random.RandomState(5)
    model.set_weights([random.normal(size=w.shape, scale=0.5) for w in model.get_weights()])
    model.compile(getattr(keras.optimizers, kind)(**arguments), "categorical_crossentropy", metrics=["accuracy"])
    return model


def batches(count):
    """The first batches of the data, each a pair."""
    random = np.random.RandomState(9)
    turn = random.normal(size=(5, 3))
    for _ in range(count):
        x = random.normal(size=(16, 5)).astype("float32")
        yield x, np.eye(3, dtype="float32")[x.dot(turn).argmax(1)]
