"""Small models and optimizers for the tests of what changes an optimizer, on every stack."""
import numpy as np

import compat

#: Optimizers that every Keras has.
ALL = ["SGD", "RMSprop", "Adagrad", "Adadelta", "Adam", "Adamax", "Nadam"]
_RATES = {"SGD": 0.1, "Adadelta": 1.0, "Adagrad": 0.1}
_MORE = {"SGD": {"momentum": 0.9, "nesterov": True}}


def made(keras, name):
    """A new optimizer whose steps are large enough to be seen."""
    return getattr(keras.optimizers, name)(_RATES.get(name, 0.02), **_MORE.get(name, {}))


def network(keras, optimizer, constraint=None, names=("low", "high")):
    """4 -> tanh dense (5) -> dense (2), always with the same weights."""
    x_in = keras.layers.Input((4,))
    hidden = keras.layers.Dense(5, activation="tanh", name=names[0], kernel_constraint=constraint)(x_in)
    model = keras.models.Model(x_in, keras.layers.Dense(2, name=names[1])(hidden))
    start = np.random.RandomState(3)
    model.set_weights([start.randn(*weight.shape) for weight in model.get_weights()])
    model.compile(optimizer, "mse")
    return ordered(model)


def ordered(model):
    """Takes the races out of a bare step of Keras 2.2 on TensorFlow 1; gives the model."""
    if compat.stack().dialect == "legacy":
        from kcool_legacy.write_order import with_writes_last
        with_writes_last(model)
    return model


def as_loaded(stack):
    """How far a model that is loaded and goes on may be from the one that was saved."""
    # The real load_model makes the training function before anything can put its writes in order.
    return dict(rtol=5e-2, atol=1e-2) if stack.dialect == "legacy" else dict(rtol=1e-5, atol=2e-6)


def batches(x, y, size):
    """The rows in batches."""
    return [(x[start:start + size], y[start:start + size]) for start in range(0, len(x), size)]


def weights_of(model):
    """All weights in one array."""
    return np.concatenate([weight.ravel() for weight in model.get_weights()])


def rate_of(K, optimizer, value=None):
    """The learning rate; set first if a value is given."""
    rate = getattr(optimizer, "lr", None)
    rate = optimizer.learning_rate if rate is None else rate
    if value is not None:
        if compat.stack().dialect != "legacy" and hasattr(rate, "assign"):
            rate.assign(value)
        else:
            K.set_value(rate, value)
    return float(rate.numpy() if compat.stack().dialect != "legacy" and hasattr(rate, "numpy") else K.get_value(rate))


def error_in_step(stack, error):
    """What an error that is raised while a step is traced comes out as."""
    # AutoGraph of tf.keras puts the text of errors with several arguments into an error of its own.
    return Exception if stack.family == "keras2" else error
