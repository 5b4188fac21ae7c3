"""How a file of the zoo lists its models."""


def listing():
    """An empty dict of models by name, and the decorator that puts a function into it."""
    models = {}

    def model(make):
        models[make.__name__] = make
        return make

    return models, model


def row(keras, layers, shape=(6,)):
    """A model of layers one after the other, made by calling them."""
    entry = keras.layers.Input(shape)
    x = entry
    for layer in layers:
        x = layer(x)
    return keras.models.Model(entry, x)
