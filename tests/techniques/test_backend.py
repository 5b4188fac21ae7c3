"""`compat.K`, as far as every stack serves it: numbers against NumPy, on symbolic tensors and on values.

On the stacks with a Keras 2 the real backend is what runs here, so the expectations below are judged by it.
"""
import numpy as np
import pytest

import compat


def rows(*shape):
    return np.random.normal(size=shape).astype("float32")


@pytest.fixture(params=["symbolic", "values"])
def evaluate(request, keras, K):
    """Computes ``f(*arrays)`` with `compat.K`, on tensors of a graph or on concrete ones."""

    def symbolic(f, *arrays):
        inputs = [keras.layers.Input(a.shape[1:], dtype=str(a.dtype)) for a in arrays]
        return compat.function(inputs, [f(*inputs)])(list(arrays))[0]

    def values(f, *arrays):
        return np.asarray(K.eval(f(*[K.constant(a, dtype=str(a.dtype)) for a in arrays])))

    return symbolic if request.param == "symbolic" else values


def softmax(x):
    powers = np.exp(x - x.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


UNARY = {
    "abs": np.abs, "exp": np.exp, "square": np.square, "sign": np.sign, "sin": np.sin, "cos": np.cos,
    "tanh": np.tanh, "round": np.round,
    "sqrt": lambda x: np.sqrt(np.maximum(x, 0)),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "hard_sigmoid": lambda x: np.clip(0.2 * x + 0.5, 0, 1),
    "softmax": softmax,
    "softplus": lambda x: np.log1p(np.exp(x)),
    "softsign": lambda x: x / (1 + np.abs(x)),
    "elu": lambda x: np.where(x > 0, x, np.exp(x) - 1),
    "relu": lambda x: np.maximum(x, 0),
    "flatten": lambda x: x.reshape(-1),
    "transpose": lambda x: x.T,
    "zeros_like": np.zeros_like,
    "ones_like": np.ones_like,
    "stop_gradient": lambda x: x,
    "argmax": lambda x: x.argmax(-1),
    "argmin": lambda x: x.argmin(-1),
}


@pytest.mark.parametrize("name", sorted(UNARY))
def test_functions_of_one_tensor(K, evaluate, name):
    x = 3 * rows(4, 5)
    np.testing.assert_allclose(evaluate(getattr(K, name), x), UNARY[name](x), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("axis", [None, 0, -1, [0, 2]])
@pytest.mark.parametrize("name", ["sum", "mean", "max", "min", "prod", "std", "var"])
def test_reductions(K, evaluate, name, axis):
    x = rows(3, 4, 2)
    numpy_axis = tuple(axis) if isinstance(axis, list) else axis
    for keepdims in (False, True):
        found = evaluate(lambda t, keep=keepdims: getattr(K, name)(t, axis=axis, keepdims=keep), x)
        expected = getattr(np, name)(x, axis=numpy_axis, keepdims=keepdims)
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)


def test_mean_of_booleans_and_of_integers(K, evaluate):
    x = rows(4, 5)
    assert abs(evaluate(lambda t: K.mean(K.greater(t, 0)), x) - (x > 0).mean()) < 1e-6
    whole = np.array([[1, 2, 4]], "int32")
    assert evaluate(lambda t: K.mean(t), whole) == 2


def test_log_pow_clip(K, evaluate):
    x = np.abs(rows(4, 5)) + 0.1
    np.testing.assert_allclose(evaluate(K.log, x), np.log(x), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(evaluate(lambda t: K.pow(t, 3), x), x ** 3, rtol=1e-5)
    np.testing.assert_allclose(evaluate(lambda t: K.clip(t, 0.5, 1.0), x), np.clip(x, 0.5, 1), rtol=1e-6)


COMPARISONS = ["maximum", "minimum", "equal", "not_equal", "greater", "greater_equal", "less", "less_equal"]


@pytest.mark.parametrize("name", COMPARISONS)
def test_functions_of_two_tensors(K, evaluate, name):
    x, y = np.round(rows(4, 5)), np.round(rows(4, 5))
    np.testing.assert_array_equal(evaluate(getattr(K, name), x, y), getattr(np, name)(x, y))


def test_relu_in_full(K, evaluate):
    x = 4 * rows(6, 7)

    def relu(x, alpha, max_value, threshold):
        out = np.where(x > threshold, x, alpha * (x - threshold))
        return out if max_value is None else np.where(x > threshold, np.minimum(x, max_value), out)

    for alpha, max_value, threshold in ((0.1, None, 0.), (0., 6, 0.), (0.2, 3., 0.), (0., None, 1.), (0.2, 3., 1.)):
        found = evaluate(lambda t, a=alpha, m=max_value, h=threshold: K.relu(t, a, m, h), x)
        np.testing.assert_allclose(found, relu(x, alpha, max_value, threshold), rtol=1e-5, atol=1e-6)


def test_l2_normalize(K, evaluate):
    x = rows(4, 5)
    x[1] = 0
    x[2] = 1e-7
    expected = x / np.sqrt(np.maximum((x ** 2).sum(-1, keepdims=True), 1e-12))
    np.testing.assert_allclose(evaluate(lambda t: K.l2_normalize(t, -1), x), expected, rtol=1e-5)


def test_dot(K, evaluate):
    x, y = rows(4, 5), rows(5, 3)
    fixed = K.constant(y)
    np.testing.assert_allclose(evaluate(lambda t: K.dot(t, fixed), x), x.dot(y), rtol=1e-4, atol=1e-5)
    x, y = rows(2, 4, 5), rows(3, 5, 6)
    fixed = K.constant(y)
    np.testing.assert_allclose(evaluate(lambda t: K.dot(t, fixed), x), np.dot(x, y), rtol=1e-4, atol=1e-5)


def test_shapes_are_moved_about(K, evaluate):
    x, y = rows(4, 2, 3), rows(4, 2, 3)
    for f, expected in ((lambda a, b: K.concatenate([a, b]), np.concatenate([x, y], -1)),
                        (lambda a, b: K.concatenate([a, b], axis=1), np.concatenate([x, y], 1)),
                        (lambda a, b: K.stack([a, b]), np.stack([x, y])),
                        (lambda a, b: K.stack([a, b], axis=2), np.stack([x, y], 2)),
                        (lambda a, b: K.permute_dimensions(a, (0, 2, 1)), x.transpose(0, 2, 1)),
                        (lambda a, b: K.reshape(a, (-1, 6)), x.reshape(-1, 6)),
                        (lambda a, b: K.batch_flatten(a), x.reshape(4, 6)),
                        (lambda a, b: K.expand_dims(a), x[..., None]),
                        (lambda a, b: K.squeeze(K.expand_dims(a, 1), 1), x),
                        (lambda a, b: K.cumsum(a, axis=1), x.cumsum(1)),
                        (lambda a, b: K.cumprod(a, axis=1), x.cumprod(1))):
        np.testing.assert_allclose(evaluate(f, x, y), expected, rtol=1e-5, atol=1e-6)


def test_gather_and_one_hot(K, evaluate):
    ids = np.array([[0, 2], [1, 1]], "int32")
    table = rows(3, 4)
    fixed = K.constant(table)
    np.testing.assert_array_equal(evaluate(lambda t: K.gather(fixed, t), ids), table[ids])
    np.testing.assert_array_equal(evaluate(lambda t: K.one_hot(t, 3), ids), np.eye(3)[ids])
    np.testing.assert_array_equal(evaluate(lambda t: K.cast(t, "float32") / 2, ids), ids / 2.0)


def test_crossentropies(K, evaluate):
    p, t = softmax(rows(4, 5)), softmax(rows(4, 5))
    loose = p * 1.5
    np.testing.assert_allclose(evaluate(lambda a, b: K.categorical_crossentropy(a, b), t, loose),
                               -(t * np.log(p)).sum(-1), rtol=1e-4)
    logits = rows(4, 5)
    np.testing.assert_allclose(evaluate(lambda a, b: K.categorical_crossentropy(a, b, from_logits=True), t, logits),
                               -(t * np.log(softmax(logits))).sum(-1), rtol=1e-4)
    q = 1 / (1 + np.exp(-logits))
    binary = -(t * np.log(q) + (1 - t) * np.log(1 - q))
    np.testing.assert_allclose(evaluate(lambda a, b: K.binary_crossentropy(a, b), t, q), binary, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(evaluate(lambda a, b: K.binary_crossentropy(a, b, from_logits=True), t, logits), binary,
                               rtol=1e-4, atol=1e-5)
    classes = np.array([[0], [3], [1], [4]], "int32")
    expected = -np.log(p[np.arange(4), classes[:, 0]])
    np.testing.assert_allclose(evaluate(lambda a, b: K.sparse_categorical_crossentropy(a, b), classes, p).reshape(-1),
                               expected, rtol=1e-4)


def test_crossentropy_is_clipped_by_epsilon(K, evaluate):
    t, p = np.array([[1., 0.]], "float32"), np.array([[0., 1.]], "float32")
    found = evaluate(lambda a, b: K.categorical_crossentropy(a, b), t, p)
    np.testing.assert_allclose(found, -np.log(K.epsilon()), rtol=1e-3)


def test_variables(K):
    assert K.get_value(K.zeros((2, 3))).tolist() == [[0.0] * 3] * 2
    assert K.get_value(K.ones((2,))).tolist() == [1.0, 1.0]
    a, b = K.variable([[1, 2]]), K.variable(3.0)
    assert K.dtype(a) == K.floatx() and K.int_shape(a) == (1, 2) and K.ndim(a) == 2
    K.set_value(a, np.array([[5, 6]]))
    assert K.get_value(a).tolist() == [[5.0, 6.0]]
    K.batch_set_value([(a, np.zeros((1, 2))), (b, 7.0)])
    found = K.batch_get_value([a, b])
    assert found[0].tolist() == [[0.0, 0.0]] and found[1] == 7.0


def test_shape_of_a_symbol(keras, K):
    x = keras.layers.Input((3, 4))
    assert K.int_shape(x) == (None, 3, 4) and K.ndim(x) == 3 and K.dtype(x) == "float32"
    assert K.is_keras_tensor(x)
    with pytest.raises(ValueError):
        K.is_keras_tensor(rows(2))
    repeated = compat.function([x], [K.reshape(x, (K.shape(x)[0], 12))])([rows(5, 3, 4)])[0]
    assert repeated.shape == (5, 12)


def test_in_train_phase_with_a_known_phase(K):
    a, b = K.constant(1.0), K.constant(2.0)
    assert K.in_train_phase(a, b, training=1) is a and K.in_train_phase(a, b, training=0) is b
    assert K.in_test_phase(a, b, training=0) is a


def test_random_tensors(K, evaluate):
    x = rows(2, 3)
    found = evaluate(lambda t: K.sum(t) * 0 + K.random_uniform((2000, 3), 2.0, 4.0), x)
    assert found.min() >= 2 and found.max() <= 4 and abs(found.mean() - 3) < 0.1
    found = evaluate(lambda t: K.sum(t) * 0 + K.random_normal((2000, 3), 1.0, 2.0), x)
    assert abs(found.mean() - 1) < 0.3 and abs(found.std() - 2) < 0.2


def test_config(stack, K):
    assert K.backend() == stack.engine
    assert K.floatx() == "float32" and K.image_data_format() == "channels_last"
    before = K.epsilon()
    K.set_epsilon(1e-5)
    assert K.epsilon() == 1e-5
    K.set_epsilon(before)


def test_names_that_there_never_were(K):
    assert callable(K.batch_dot) and callable(K.moving_average_update)
    with pytest.raises(AttributeError):
        K.no_such_thing
