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
    "masked_batch_normalization": ("SGD", {"lr": 0.1}),
    "told_about_training": ("SGD", {"lr": 0.1}),
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
    model = _MODELS.get(name, _plain)(keras)
    kind, arguments = dict(OPTIMIZERS, **OF_TF_KERAS)[name]
    random = np.random.RandomState(5)
    names = [weight.name for layer in model.layers for weight in layer.weights]
    values = [random.normal(size=w.shape, scale=0.5) for w in model.get_weights()]
    model.set_weights([np.abs(value) if "variance" in name else value for name, value in zip(names, values)])
    model.compile(_optimizer(keras, kind, dict(arguments)), "categorical_crossentropy", metrics=["accuracy"])
    return model


def _plain(keras):
    L = keras.layers
    return keras.models.Sequential([L.Dense(6, activation="tanh", input_shape=(5,)), L.Dense(4, activation="tanh"),
                                    L.Dense(3, activation="softmax")])


def _told_about_training(keras):
    """Layers that use moving averages and drop nothing, in training too."""
    L = keras.layers
    entry = L.Input((5,))
    x = L.BatchNormalization()(L.Dense(6, activation="tanh")(entry), training=False)
    x = L.add([L.BatchNormalization()(L.Dense(6)(x)), L.BatchNormalization()(x, training=True)])
    return keras.models.Model(entry, L.Dense(3, activation="softmax")(L.Dropout(0.5)(x, training=False)))


def _masked_batch_normalization(keras):
    """Masked steps count in the statistics of a batch."""
    L = keras.layers
    return keras.models.Sequential([L.Dense(8, activation="relu", input_shape=(5,)), L.Reshape((4, 2)), L.Masking(),
                                    L.BatchNormalization(), L.SimpleRNN(4), L.Dense(3, activation="softmax")])


_MODELS = {"told_about_training": _told_about_training, "masked_batch_normalization": _masked_batch_normalization}


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
