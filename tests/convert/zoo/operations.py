"""Graphs of tf.keras with functions of TensorFlow between their layers: ``make(tf)`` by name."""
from .listing import listing

MODELS, _model = listing()


@_model
def op_arithmetic(tf):
    entry = tf.keras.Input((4, 6))
    x = entry / 255. - 0.5
    x = 1. - x * 2. + entry
    x = -abs(x) + tf.square(entry) - tf.sqrt(tf.exp(entry * 0.1))
    return tf.keras.Model(entry, [x, x ** 2, 3. / (1. + entry * entry), entry % 2., entry // 0.5])


@_model
def op_comparisons(tf):
    a, b = tf.keras.Input((5,)), tf.keras.Input((5,))
    above = tf.cast(a > b, "float32")
    chosen = tf.where(tf.logical_or(a >= 0.5, b <= -0.5), a, tf.zeros_like(b))
    return tf.keras.Model([a, b], [above, chosen, tf.maximum(a, b), tf.minimum(0.3, a), tf.clip_by_value(a, -1., 1.)])


@_model
def op_activations(tf):
    entry = tf.keras.Input((7,))
    ends = [function(entry) for function in (
        tf.nn.relu, tf.nn.relu6, tf.nn.elu, tf.nn.selu, tf.nn.softplus, tf.nn.softsign, tf.nn.leaky_relu,
        tf.nn.softmax, tf.nn.log_softmax, tf.sigmoid, tf.tanh, tf.keras.activations.hard_sigmoid)]
    return tf.keras.Model(entry, ends)


@_model
def op_pictures(tf):
    if tuple(map(int, tf.__version__.split(".")[:2])) < (2, 4):
        raise NotImplementedError("nodes that resize pictures are refused")
    entry = tf.keras.Input((4, 6, 3))
    return tf.keras.Model(entry, [
        tf.image.resize(entry, (8, 9)), tf.image.resize(entry, (3, 3)), tf.nn.bias_add(entry, [1., 2., 3.]),
        tf.image.resize(entry, (7, 12), method="nearest"), tf.image.resize(entry, (2, 3), antialias=True)])


@_model
def op_order(tf):
    """What looks along an axis, and which one it looks along if nothing is said."""
    entry = tf.keras.Input((4, 6))
    largest, places = tf.math.top_k(entry, 2)
    return tf.keras.Model(entry, [
        largest, tf.cast(places, "float32"), tf.sort(entry), tf.roll(entry, 2, 1), tf.cumsum(entry, 1),
        tf.cumsum(entry, 2, reverse=True), tf.repeat(entry, 2, axis=1), tf.norm(entry, axis=-1),
        tf.reduce_logsumexp(entry, 1), tf.math.reduce_std(entry, 2), tf.math.reduce_variance(entry, 1),
        tf.cast(tf.argmin(entry, 1), "float32"), tf.split(entry, [1, -1, 2], axis=2)[1]])


@_model
def op_more_numbers(tf):
    entry = tf.keras.Input((5,))
    small = tf.tanh(entry) * 0.9
    ends = [function(entry) for function in (
        tf.math.sin, tf.math.cos, tf.math.atan, tf.math.expm1, tf.math.floor, tf.math.ceil, tf.math.round, tf.math.sign,
        tf.math.erf, tf.nn.gelu, tf.nn.swish, tf.math.softplus)]
    ends += [function(small) for function in (tf.math.asin, tf.math.acos, tf.math.log1p, tf.math.sinh, tf.math.cosh)]
    above = tf.square(entry) + 0.5
    ends += [tf.math.log(above), tf.math.rsqrt(above), tf.math.reciprocal(above), tf.math.pow(above, 1.5),
             tf.math.divide_no_nan(entry, tf.nn.relu(entry)), tf.math.squared_difference(entry, small),
             tf.tensordot(entry, tf.constant([[1.], [2.], [3.], [4.], [5.]]), 1)]
    return tf.keras.Model(entry, ends)


@_model
def op_slices(tf):
    entry = tf.keras.Input((6, 5))
    return tf.keras.Model(entry, [entry[:, 1:, 0], entry[..., -1], entry[:, ::2, 1:4], entry[:, None], entry[:, -1],
                                  tf.slice(entry, [0, 1, 2], [-1, 2, -1])])


@_model
def op_shapes(tf):
    entry = tf.keras.Input((4, 6))
    halves = tf.split(entry, 2, axis=-1)
    x = tf.concat([halves[1], halves[0]], -1)
    rows = tf.unstack(x, axis=1)
    ends = [x, tf.reshape(x, (-1, 2, 12)), tf.transpose(x, (0, 2, 1)), tf.squeeze(tf.expand_dims(x, 1), 1),
            tf.stack(rows, axis=2), tf.tile(x, [1, 2, 1]), tf.pad(x, [[0, 0], [1, 2], [0, 0]]),
            tf.reverse(x, [1]), tf.gather(x, [2, 0], axis=2)]
    return tf.keras.Model(entry, ends)


@_model
def op_sizes_of_the_batch(tf):
    entry = tf.keras.Input((4, 6))
    batch = tf.shape(entry)[0]
    return tf.keras.Model(entry, [tf.reshape(entry, tf.stack([batch, 24])), tf.reshape(entry, (batch, 6, 4))])


@_model
def op_reductions(tf):
    entry = tf.keras.Input((4, 6))
    return tf.keras.Model(entry, [
        tf.reduce_sum(entry, 1), tf.reduce_mean(entry, [1, 2]), tf.reduce_max(entry, -1, keepdims=True),
        tf.reduce_min(entry, 2), tf.reduce_prod(entry, 1), tf.keras.backend.l2_normalize(entry, axis=-1),
        tf.cast(tf.argmax(entry, -1), "float32"), tf.keras.backend.mean(entry, axis=1)])


@_model
def op_products(tf):
    a, b = tf.keras.Input((4, 6)), tf.keras.Input((5, 6))
    scores = tf.nn.softmax(tf.matmul(a, b, transpose_b=True))
    return tf.keras.Model([a, b], [scores, tf.matmul(scores, b), tf.keras.backend.batch_dot(a, b, axes=(2, 2)),
                                   tf.add_n([a, a, a])])


@_model
def op_constants(tf):
    entry = tf.keras.Input((3,))
    x = entry * tf.constant([1., 2., 3.]) + tf.constant([[0.5, 0., -0.5]])
    return tf.keras.Model(entry, [x, tf.matmul(x, tf.constant([[1., 0.], [0., 1.], [1., 1.]]))])


@_model
def op_one_hot(tf):
    entry = tf.keras.Input((4,), dtype="int32")
    rows = tf.keras.layers.Embedding(5, 3, mask_zero=True)(entry)
    return tf.keras.Model(entry, [tf.one_hot(entry, 5), tf.keras.layers.LSTM(4)(rows * 2.),
                                  tf.keras.layers.Add()([rows, rows * 3.])])


@_model
def op_in_a_shared_model(tf):
    """An inner model with operations that is called twice, beside layers that are called add and multiply."""
    layers = tf.keras.layers
    inner_entry = tf.keras.Input((6,))
    inner = tf.keras.Model(inner_entry, tf.nn.relu(layers.Dense(5)(inner_entry) * 2. + 1.))
    a, b = tf.keras.Input((6,)), tf.keras.Input((6,))
    both = layers.Add(name="add")([inner(a), inner(b)]) + inner(a)
    return tf.keras.Model([a, b], layers.Dense(2, name="multiply")(layers.BatchNormalization()(both) * 0.5))


@_model
def op_preprocessing(tf):
    """As the EfficientNets of tf.keras begin: layers of numbers that are learnt from the data."""
    preprocessing = tf.keras.layers if hasattr(tf.keras.layers, "Rescaling") else (
        tf.keras.layers.experimental.preprocessing)
    entry = tf.keras.Input((6, 6, 3))
    x = preprocessing.Normalization(axis=-1)(preprocessing.Rescaling(1 / 255., offset=-0.1)(entry))
    return tf.keras.Model(entry, preprocessing.Rescaling([0.5, 1., 2.])(tf.keras.layers.Conv2D(3, 2)(x)) + 1.)


@_model
def op_residual(tf):
    """As published residual networks add their branches."""
    layers = tf.keras.layers
    entry = tf.keras.Input((8, 8, 3))
    x = layers.Conv2D(4, 3, padding="same")(entry / 127.5 - 1.)
    for _ in range(2):
        branch = tf.nn.relu(layers.BatchNormalization()(layers.Conv2D(4, 3, padding="same")(x)))
        x = x + branch
    return tf.keras.Model(entry, layers.Dense(3, activation="softmax")(tf.reduce_mean(x, axis=[1, 2])))
