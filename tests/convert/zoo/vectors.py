"""Layers of vectors: dense, activations, normalization, noise, arguments."""

from .listing import listing, row

MODELS, _model = listing()


@_model
def dense_plain(keras):
    return keras.models.Sequential([keras.layers.Dense(5, activation="relu", input_shape=(6,)),
                                    keras.layers.Dense(3, activation="softmax")])


@_model
def dense_arguments(keras):
    L, R, C, starts = keras.layers, keras.regularizers, keras.constraints, keras.initializers
    return keras.models.Sequential([
        L.Dense(5, input_dim=6, kernel_regularizer=R.l1_l2(0.01, 0.02), bias_constraint=C.NonNeg(),
                kernel_constraint=C.MinMaxNorm(0.1, 2.0, axis=0),
                kernel_initializer=starts.RandomUniform(-0.1, 0.1, seed=3)),
        L.ActivityRegularization(0.1, 0.2),
        L.Dense(4, use_bias=False, activity_regularizer=R.l2(0.1), kernel_initializer="lecun_normal"),
        L.Dense(4, kernel_initializer=starts.VarianceScaling(2.0, "fan_avg", "normal"), bias_initializer="ones",
                kernel_constraint=C.UnitNorm(), bias_regularizer=R.l1(0.1)),
        L.Dense(4, kernel_initializer=starts.Orthogonal(0.5), bias_initializer=starts.Constant(0.3),
                kernel_constraint=C.max_norm(3.0)),
        L.Dense(4, kernel_initializer=starts.Identity(2.0), bias_initializer=starts.TruncatedNormal(seed=1))])


def _activations(name):
    def make(keras):
        L = keras.layers
        return row(keras, [L.Dense(5, activation=name), L.Activation(name), L.Dense(2)])

    MODELS["activation_" + name] = make


for _name in ("elu", "selu", "softplus", "softsign", "tanh", "sigmoid", "hard_sigmoid", "exponential", "linear"):
    _activations(_name)


@_model
def advanced_activations(keras):
    L = keras.layers
    return row(keras, [L.Dense(6), L.LeakyReLU(0.2), L.Dense(6), L.PReLU(), L.Dense(6), L.ELU(0.7), L.Dense(6),
                       L.ThresholdedReLU(0.3), L.Dense(6), L.ReLU(2.0, 0.1, 0.2), L.Dense(4), L.Softmax()])


@_model
def softmax_of_an_axis(keras):
    return row(keras, [keras.layers.Reshape((3, 4, 2)), keras.layers.Softmax(axis=2)], (24,))


@_model
def prelu_shared(keras):
    return row(keras, [keras.layers.PReLU(shared_axes=[1, 2])], (4, 4, 3))


@_model
def batch_normalization(keras):
    L = keras.layers
    return row(keras, [L.Dense(5), L.BatchNormalization(), L.Dense(4), L.BatchNormalization(scale=False),
                       L.BatchNormalization(center=False, epsilon=0.1), L.BatchNormalization(trainable=False)])


@_model
def batch_normalization_of_an_axis(keras):
    L = keras.layers
    return row(keras, [L.BatchNormalization(axis=1), L.BatchNormalization(axis=2), L.BatchNormalization()], (3, 4, 5))


@_model
def noise(keras):
    L = keras.layers
    return row(keras, [L.Dropout(0.5, seed=2), L.GaussianNoise(0.1), L.GaussianDropout(0.2), L.AlphaDropout(0.1),
                       L.Dense(3)])


@_model
def shapes(keras):
    L = keras.layers
    return row(keras, [L.Reshape((2, 3)), L.Permute((2, 1)), L.Flatten(), L.RepeatVector(3), L.Reshape((-1, 2)),
                       L.Dense(3)])


@_model
def input_layer_first(keras):
    model = keras.models.Sequential()
    model.add(keras.layers.InputLayer((6,)))
    model.add(keras.layers.Dense(3))
    return model


@_model
def built_later(keras):
    model = keras.models.Sequential([keras.layers.Dense(4, activation="tanh"), keras.layers.Dense(2)])
    model.build((None, 6))
    return model


@_model
def frozen(keras):
    L = keras.layers
    return keras.models.Sequential([L.Dense(4, input_shape=(6,), trainable=False), L.BatchNormalization(),
                                    L.Dense(2)])
