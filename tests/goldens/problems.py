"""Small deterministic problems: data, initial weights and batches, in NumPy alone.

The real Keras 2.2.4 writes its numbers for them (`write`), and every other stack is held to these numbers. Models are
described by functions of a ``keras`` namespace, so that each stack builds its own from the same lines.
"""
import numpy as np

STEPS, BATCH = 12, 16


def rng(name):
    """A generator whose stream depends on the name alone."""
    return np.random.RandomState(sum(ord(c) * 31 ** i for i, c in enumerate(name)) % (2 ** 31))


def weights_like(shapes, name):
    """Initial values: uniform with Glorot's scale for matrices, small for vectors; variances stay positive."""
    random = rng(name)
    values = []
    for shape in shapes:
        limit = np.sqrt(6.0 / (np.prod(shape[:-1]) + shape[-1])) if len(shape) > 1 else 0.1
        values.append(random.uniform(-limit, limit, shape).astype("float32"))
    return values


def vectors(name, features=8, classes=3):
    """``x`` float32 (STEPS * BATCH, features), one-hot ``y`` float32 (STEPS * BATCH, classes)."""
    random = rng(name)
    x = random.normal(size=(STEPS * BATCH, features)).astype("float32")
    y = np.eye(classes, dtype="float32")[(x.dot(random.normal(size=(features, classes)))).argmax(1)]
    return x, y


def images(name, side=6, classes=3):
    """``x`` float32 (STEPS * BATCH, side, side, 2), one-hot ``y``."""
    x, y = vectors(name, side * side * 2, classes)
    return x.reshape(-1, side, side, 2), y


def batches(x, y):
    """The training steps, in order."""
    for step in range(STEPS):
        rows = slice(step * BATCH, (step + 1) * BATCH)
        yield x[rows], y[rows]


def mlp(keras):
    """Two hidden layers, softmax."""
    layers = keras.layers
    x = inputs = layers.Input((8,))
    x = layers.Dense(10, activation="tanh")(x)
    x = layers.Dense(7, activation="relu")(x)
    return keras.models.Model(inputs, layers.Dense(3, activation="softmax")(x))


def residual_mlp(keras):
    """A residual block between two dense layers; the block's input feeds two paths."""
    layers = keras.layers
    inputs = layers.Input((8,))
    stem = layers.Dense(6, activation="tanh", name="stem")(inputs)
    inner = layers.Dense(6, activation="relu", name="inner")(stem)
    joined = layers.Add(name="joined")([stem, inner])
    return keras.models.Model(inputs, layers.Dense(3, activation="softmax", name="head")(joined))


def cnn(keras):
    """Convolution, batch normalisation in training mode, global pooling, softmax."""
    layers = keras.layers
    x = inputs = layers.Input((6, 6, 2))
    x = layers.Conv2D(4, 3, padding="same")(x)
    x = layers.BatchNormalization()(x)
    x = layers.Activation("relu")(x)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.models.Model(inputs, layers.Dense(3, activation="softmax")(x))


def sgd(keras):
    """Plain SGD."""
    return keras.optimizers.SGD(0.1)


def momentum(keras):
    """SGD with Nesterov momentum."""
    return keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True)


def rmsprop(keras):
    """RMSprop; TF 2.11 changed its formula to sqrt(v + epsilon) and kept the old one under `legacy`."""
    return getattr(keras.optimizers, "legacy", keras.optimizers).RMSprop(0.005)


def adam(keras):
    """Adam."""
    return keras.optimizers.Adam(0.01)


#: name -> (model, data, optimizer)
TRAININGS = {
    "mlp_sgd": (mlp, vectors, sgd),
    "mlp_momentum": (mlp, vectors, momentum),
    "mlp_rmsprop": (mlp, vectors, rmsprop),
    "mlp_adam": (mlp, vectors, adam),
    "residual_adam": (residual_mlp, vectors, adam),
    "cnn_sgd": (cnn, images, sgd),
}


def build(name, keras):
    """The compiled model of a training problem with its initial weights, and its batches."""
    make, data, optimizer = TRAININGS[name]
    model = make(keras)
    model.compile(optimizer=optimizer(keras), loss="categorical_crossentropy")
    start(model, name)
    return model, list(batches(*data(name)))


def start(model, name):
    """Sets the initial weights of trainable weights; moving statistics keep Keras's start (0 and 1)."""
    fresh = iter(weights_like([tuple(int(n) for n in w.shape) for w in model.trainable_weights], name))
    # Layer by layer: in Keras 2.2 model.weights and model.get_weights() come in different orders.
    for layer in model.layers:
        trainable = len(layer.trainable_weights)
        layer.set_weights([next(fresh) for _ in range(trainable)] + layer.get_weights()[trainable:])
