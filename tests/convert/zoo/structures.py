"""Graphs: merges, sharing, models within models, several inputs and outputs, odd names."""

from .listing import listing

MODELS, _model = listing()


@_model
def merges(keras):
    L = keras.layers
    a, b = L.Input((4, 3)), L.Input((4, 3))
    ends = [merge([a, b]) for merge in (L.add, L.subtract, L.multiply, L.average, L.maximum, L.minimum)]
    ends += [L.concatenate([a, b], axis=1), L.dot([a, b], 2), L.dot([a, b], (1, 1), normalize=True)]
    return keras.models.Model([a, b], ends)


@_model
def merges_that_broadcast(keras):
    L = keras.layers
    a, b = L.Input((4, 3)), L.Input((1, 3))
    return keras.models.Model([a, b], [L.add([a, b]), L.multiply([a, b])])


@_model
def shared_layer(keras):
    L = keras.layers
    a, b, shared = L.Input((4,)), L.Input((4,)), L.Dense(3, activation="tanh")
    return keras.models.Model([a, b], L.Dense(2)(L.concatenate([shared(a), shared(b), shared(b)])))


@_model
def layer_shared_in_depth(keras):
    L = keras.layers
    entry, shared = L.Input((4,)), L.Dense(4, activation="tanh")
    first = shared(entry)
    return keras.models.Model(entry, L.add([shared(L.Dense(4)(first)), first]))


@_model
def shared_model(keras):
    L = keras.layers
    inner = keras.models.Sequential([L.Dense(4, input_shape=(5,)), L.BatchNormalization(), L.Dense(3)])
    a, b = L.Input((5,)), L.Input((5,))
    return keras.models.Model([a, b], [L.dot([inner(a), inner(b)], 1, normalize=True), inner(a)])


@_model
def model_in_model(keras):
    L, M = keras.layers, keras.models
    deepest = M.Sequential([L.Dense(3, input_shape=(4,)), L.BatchNormalization()])
    entry = L.Input((4,))
    middle = M.Model(entry, [deepest(entry), L.BatchNormalization()(L.Dense(3)(entry))])
    outer = L.Input((4,))
    return M.Model(outer, L.concatenate(middle(outer)))


@_model
def sequential_in_sequential(keras):
    L, M = keras.layers, keras.models
    return M.Sequential([M.Sequential([L.Dense(4, input_shape=(5,)), L.BatchNormalization()]),
                         M.Sequential([L.Dense(3), L.Activation("relu")]), L.Dense(2)])


@_model
def model_partly_frozen(keras):
    L, M = keras.layers, keras.models
    inner = M.Sequential([L.Dense(4, input_shape=(5,)), L.BatchNormalization(), L.Dense(4), L.BatchNormalization()])
    inner.layers[0].trainable = False
    inner.layers[3].trainable = False
    return M.Sequential([inner, L.Dense(2)])


@_model
def model_frozen(keras):
    L, M = keras.layers, keras.models
    inner = M.Sequential([L.Dense(4, input_shape=(5,)), L.BatchNormalization(), L.Dense(4), L.BatchNormalization()])
    inner.trainable = False
    return M.Sequential([inner, L.Dense(2)])


@_model
def names_with_slashes(keras):
    L = keras.layers
    entry = L.Input((4,), name="in/put")
    x = L.Dense(3, name="block_1/dense")(entry)
    return keras.models.Model(entry, L.Dense(2, name="block_1_dense")(x))


@_model
def called_in_training_phase(keras):
    L = keras.layers
    entry = L.Input((4,))
    return keras.models.Model(entry, L.Dense(2)(L.Dropout(0.5)(entry, training=False)))


@_model
def told_about_training(keras):
    if keras.__name__ != "keras":
        raise ValueError("tf.keras moves averages in predict, too: no two answers are equal")
    L = keras.layers
    entry, shared = L.Input((4,)), L.BatchNormalization()
    always = L.BatchNormalization()(entry, training=True)
    both = L.add([shared(entry, training=False), shared(L.Dense(4)(entry)), shared(always, training=True)])
    return keras.models.Model(entry, [both, L.Dense(2)(L.Dropout(0.5)(both, training=False))])


@_model
def recurrent_in_model(keras):
    L, M = keras.layers, keras.models
    encoder = M.Sequential([L.Embedding(9, 4, mask_zero=True, input_length=6), L.Bidirectional(L.LSTM(3))])
    a, b = L.Input((6,)), L.Input((6,))
    return M.Model([a, b], L.Dense(1, activation="sigmoid")(L.concatenate([encoder(a), encoder(b)])))
