"""Trainings: every optimizer of Keras 2.2.4, cut in two by saving and loading; 20 steps follow."""
import numpy as np

__all__ = ["OF_TF_KERAS", "OPTIMIZERS", "batches", "compiled"]

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
#: What only tf.keras has.
OF_TF_KERAS = {
    "rmsprop_momentum": ("RMSprop", {"lr": 0.005, "momentum": 0.8, "epsilon": 0.01}),
    "rmsprop_centered_momentum": ("RMSprop", {"lr": 0.005, "momentum": 0.8, "centered": True, "epsilon": 0.01}),
    "sgd_global_clipnorm": ("SGD", {"lr": 0.2, "global_clipnorm": 0.3}),
    "adam_schedule": ("Adam", {"lr": ("ExponentialDecay", (0.05, 4, 0.7))}),
    "adam_weight_decay": ("AdamW", {"lr": 0.01, "weight_decay": 0.1}),
}


def compiled(keras, name):
    """A small model with one of the optimizers."""
    L = keras.layers
    model = keras.models.Sequential([L.Dense(6, activation="tanh", input_shape=(5,)), L.Dense(4, activation="tanh"),
                                     L.Dense(3, activation="softmax")])
    kind, arguments = dict(OPTIMIZERS, **OF_TF_KERAS)[name]
    random = np.random.RandomState(5)
    model.set_weights([random.normal(size=w.shape, scale=0.5) for w in model.get_weights()])
    model.compile(_optimizer(keras, kind, dict(arguments)), "categorical_crossentropy", metrics=["accuracy"])
    return model


def batches(count):
    """The first batches of the data, each a pair."""
    random = np.random.RandomState(9)
    turn = random.normal(size=(5, 3))
    for _ in range(count):
        x = random.normal(size=(16, 5)).astype("float32")
        yield x, np.eye(3, dtype="float32")[x.dot(turn).argmax(1)]


def _optimizer(keras, kind, arguments):
    if not hasattr(keras.optimizers, kind):
        raise ValueError("there is no %s" % kind)
    if hasattr(keras.optimizers, "schedules"):
        # Some of these take `lr` and ignore it.
        arguments["learning_rate"] = rate = arguments.pop("lr", None)
        if rate is None:
            del arguments["learning_rate"]
        elif isinstance(rate, tuple):
            arguments["learning_rate"] = getattr(keras.optimizers.schedules, rate[0])(*rate[1])
    elif isinstance(arguments.get("lr"), tuple):
        raise ValueError("there are no schedules")
    return getattr(keras.optimizers, kind)(**arguments)
