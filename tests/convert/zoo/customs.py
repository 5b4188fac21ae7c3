"""Models with classes and functions of a user's, and their counterparts on Keras 3."""
from .listing import listing

__all__ = ["MODELS", "lambdas_of_keras_3", "of_keras_2", "of_keras_3"]

MODELS, _model = listing()


def of_keras_2(keras):
    """What the models need on an old stack, by the names in their files."""
    K = keras.backend

    class Scaled(keras.layers.Layer):
        def __init__(self, factor=1.0, **kwargs):
            super(Scaled, self).__init__(**kwargs)
            self.factor, self.supports_masking = factor, True

        def build(self, input_shape):
            self.scale = self.add_weight(name="scale", shape=(input_shape[-1],), initializer="ones")
            self.shift = self.add_weight(name="shift", shape=(input_shape[-1],), initializer="zeros", trainable=False)
            super(Scaled, self).build(input_shape)

        def call(self, inputs):
            return self.factor * inputs * self.scale + self.shift

        def compute_output_shape(self, input_shape):
            return input_shape

        def get_config(self):
            return dict(super(Scaled, self).get_config(), factor=self.factor)

    def squared_relu(x):
        return K.square(K.relu(x))

    return {"Scaled": Scaled, "squared_relu": squared_relu}


def of_keras_3(keras):
    """The same, ported."""
    class Scaled(keras.layers.Layer):
        def __init__(self, factor=1.0, **kwargs):
            super().__init__(**kwargs)
            self.factor, self.supports_masking = factor, True

        def build(self, input_shape):
            self.scale = self.add_weight(name="scale", shape=(input_shape[-1],), initializer="ones")
            self.shift = self.add_weight(name="shift", shape=(input_shape[-1],), initializer="zeros", trainable=False)

        def call(self, inputs):
            return self.factor * inputs * self.scale + self.shift

        def compute_output_shape(self, input_shape):
            return input_shape

        def get_config(self):
            return dict(super().get_config(), factor=self.factor)

    def squared_relu(x):
        return keras.ops.square(keras.ops.relu(x))

    return {"Scaled": Scaled, "squared_relu": squared_relu}


def lambdas_of_keras_3(keras):
    """The functions of Lambda layers, by the names of the layers."""
    def minus_the_last(xs):
        return xs[0] - xs[1][:, -1, :1]

    def halves(x):
        return 0.5 * x

    def power(x, exponent):
        return x ** exponent

    return {"last": minus_the_last, "half": halves, "cube": power}


@_model
def custom_layer_and_function(keras):
    L, own = keras.layers, of_keras_2(keras)
    return keras.models.Sequential([
        L.Dense(4, activation=own["squared_relu"], input_shape=(6,)), own["Scaled"](2.0),
        L.Dense(3), L.Activation(own["squared_relu"])])


@_model
def custom_layer_in_wrappers(keras):
    L, own = keras.layers, of_keras_2(keras)
    return keras.models.Sequential([
        L.Embedding(7, 4, mask_zero=True), L.TimeDistributed(own["Scaled"](0.5)), own["Scaled"](3.0),
        L.LSTM(3), L.Dense(2, activation=own["squared_relu"])])


@_model
def lambdas(keras):
    L = keras.layers

    def power(x, exponent):
        return x ** exponent

    one, two = L.Input((4,)), L.Input((5, 3))
    x = L.Lambda(lambda xs: xs[0] - xs[1][:, -1, :1], output_shape=(4,), name="last")([one, two])
    y = L.TimeDistributed(L.Lambda(lambda x: 0.5 * x, name="half"))(two)
    x = L.Lambda(power, arguments={"exponent": 3}, name="cube")(L.Dense(3)(x))
    return keras.models.Model([one, two], [x, y])
