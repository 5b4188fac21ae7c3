"""`compat.gradients`: symbolic gradients that `compat.function` evaluates."""
import numpy as np
import pytest

from compat import errors, function, gradients


def rows(*shape):
    return np.random.normal(size=shape).astype("float32")


@pytest.fixture
def network(keras):
    """x (4) -> tanh dense (3) -> dense (2): small enough for gradients by hand."""
    x_in = keras.layers.Input((4,))
    hidden = keras.layers.Dense(3, activation="tanh")(x_in)
    model = keras.models.Model(x_in, keras.layers.Dense(2)(hidden))
    return x_in, hidden, model


def by_hand(model, x, push):
    """Gradients of sum(push * output) to input, hidden, and the four weights."""
    (w1, b1), (w2, _) = model.layers[1].get_weights(), model.layers[2].get_weights()
    h = np.tanh(x.dot(w1) + b1)
    to_hidden = push.dot(w2.T)
    to_sum = to_hidden * (1 - h ** 2)
    return [to_sum.dot(w1.T), to_hidden, x.T.dot(to_sum), to_sum.sum(0), h.T.dot(push), push.sum(0)]


def test_input_layer_output_and_weights(K, network):
    x_in, hidden, model = network
    x = rows(5, 4)
    loss = K.sum(model.output[:, 1])
    wrt = [x_in, hidden] + model.weights
    grads = gradients(loss, wrt)
    assert len(grads) == 6
    found = function([x_in], [loss] + grads)([x])
    push = np.zeros((5, 2))
    push[:, 1] = 1
    for values, expected in zip(found[1:], by_hand(model, x, push)):
        np.testing.assert_allclose(values, expected, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(found[0], model.predict(x)[:, 1].sum(), rtol=1e-5)


def test_mean_and_loss_that_is_not_a_scalar(K, network):
    x_in, hidden, model = network
    x = rows(5, 4)
    of_mean, = gradients(K.mean(model.output), [x_in])
    of_all, = gradients(model.output, x_in)
    found = function([x_in], [of_mean, of_all])([x])
    expected = by_hand(model, x, np.ones((5, 2)))[0]
    np.testing.assert_allclose(found[1], expected, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(found[0], expected / 10, rtol=1e-4, atol=1e-6)


def test_frozen_weights_have_gradients(K, network):
    x_in, hidden, model = network
    model.layers[1].trainable = False
    grad, = gradients(K.sum(model.output), [model.layers[1].weights[0]])
    x = rows(5, 4)
    expected = by_hand(model, x, np.ones((5, 2)))[2]
    np.testing.assert_allclose(function([x_in], [grad])([x])[0], expected, rtol=1e-4, atol=1e-6)


def test_weights_are_current(K, network):
    x_in, hidden, model = network
    grad, = gradients(K.sum(model.output), [x_in])
    fn = function([x_in], [grad])
    x = rows(5, 4)
    fn([x])
    model.set_weights([w + 0.5 for w in model.get_weights()])
    np.testing.assert_allclose(fn([x])[0], by_hand(model, x, np.ones((5, 2)))[0], rtol=1e-4, atol=1e-6)


def test_gradients_are_tensors(K, network):
    """Filter visualisation: the gradient over its root mean square."""
    x_in, hidden, model = network
    grad, = gradients(K.sum(model.output), [x_in])
    scaled = grad / (K.sqrt(K.mean(K.square(grad))) + 1e-5)
    x = rows(5, 4)
    expected = by_hand(model, x, np.ones((5, 2)))[0]
    expected = expected / (np.sqrt(np.mean(expected ** 2)) + 1e-5)
    np.testing.assert_allclose(function([x_in], [scaled])([x])[0], expected, rtol=1e-4, atol=1e-6)


def test_gradient_of_a_gradient(keras, K):
    x_in = keras.layers.Input((3,))
    cubed = keras.layers.Lambda(lambda t: t * t * t)(x_in)
    first, = gradients(K.sum(cubed), [x_in])
    second, = gradients(K.sum(first), [x_in])
    x = rows(4, 3)
    found = function([x_in], [first, second])([x])
    np.testing.assert_allclose(found[0], 3 * x ** 2, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(found[1], 6 * x, rtol=1e-4, atol=1e-6)


def test_gradient_penalty(keras, K):
    """The gradient of the squared input gradient with respect to the weights, against finite differences."""
    x_in = keras.layers.Input((3,))
    dense = keras.layers.Dense(2, activation="tanh")
    y = keras.layers.Dense(1, use_bias=False)(dense(x_in))
    slope, = gradients(K.sum(y), [x_in])
    penalty = K.sum(K.square(slope))
    fn = function([x_in], [penalty] + gradients(penalty, [dense.kernel]))
    x, kernel = rows(4, 3), dense.get_weights()[0]
    found = fn([x])[1]
    assert np.abs(found).max() > 1e-3

    def penalty_at(place, step):
        moved = kernel.copy()
        moved[place] += step
        dense.set_weights([moved, np.zeros(2)])
        return fn([x])[0]

    step = 1e-2
    for place in np.ndindex(3, 2):
        estimate = (penalty_at(place, step) - penalty_at(place, -step)) / (2 * step)
        np.testing.assert_allclose(found[place], estimate, rtol=2e-2, atol=2e-3)


def test_several_inputs_and_a_shared_layer(keras, K):
    a, b = keras.layers.Input((3,)), keras.layers.Input((3,))
    dense = keras.layers.Dense(2, use_bias=False)
    y = keras.layers.multiply([dense(a), dense(b)])
    of_a, of_kernel = gradients(K.sum(y), [a, dense.kernel])
    xa, xb = rows(4, 3), rows(4, 3)
    kernel, = dense.get_weights()
    found = function([a, b], [of_a, of_kernel])([xa, xb])
    np.testing.assert_allclose(found[0], xb.dot(kernel).dot(kernel.T), rtol=1e-4, atol=1e-5)
    expected = xa.T.dot(xb.dot(kernel)) + xb.T.dot(xa.dot(kernel))
    np.testing.assert_allclose(found[1], expected, rtol=1e-4, atol=1e-5)


def test_embedding(keras, K):
    ids = keras.layers.Input((3,), dtype="int32")
    embedding = keras.layers.Embedding(5, 2)
    y = embedding(ids)
    grad, = gradients(K.sum(K.square(y)), [embedding.embeddings])
    found, = function([ids], [grad])([[[1, 1, 4]]])
    table, = embedding.get_weights()
    expected = np.zeros((5, 2))
    expected[1], expected[4] = 4 * table[1], 2 * table[4]
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)


def test_through_dropout_in_training(keras, K):
    x_in = keras.layers.Input((50,))
    y = keras.layers.Dropout(0.5)(x_in)
    grad, = gradients(K.sum(y), [x_in])
    dropped, found = function([x_in, K.learning_phase()], [y, grad])([np.ones((4, 50)), 1])
    np.testing.assert_allclose(found, dropped)
    assert set(np.unique(found)) == {0.0, 2.0}


def test_none_where_nothing_depends(keras, K, network):
    x_in, hidden, model = network
    other = keras.layers.Input((4,))
    unused = keras.layers.Dense(2)
    unused(other)
    found = gradients(K.sum(model.output), [other, x_in, unused.kernel])
    assert found[0] is None and found[2] is None
    assert found[1] is not None


def test_of_a_tensor_set_in_call(keras, K):
    class Holding(keras.layers.Layer):
        def call(self, x):
            self.squared = x * x
            return self.squared * 3.0

    x_in = keras.layers.Input((3,))
    layer = Holding()
    layer(x_in)
    grad, = gradients(layer.squared, [x_in])
    x = rows(4, 3)
    np.testing.assert_allclose(function([x_in], [grad])([x])[0], 2 * x, rtol=1e-4, atol=1e-6)


def test_with_respect_to_a_tensor_set_in_call(stack, keras, K):
    class Holding(keras.layers.Layer):
        def call(self, x):
            self.squared = x * x
            return self.squared * self.squared

    x_in = keras.layers.Input((3,))
    layer = Holding()
    y = layer(x_in)
    if stack.engine == "jax":
        with pytest.raises(errors.TechniqueUnavailable, match="layer of its own"):
            gradients(K.sum(y), [layer.squared])
        return
    grad, = gradients(K.sum(y), [layer.squared])
    x = rows(4, 3)
    np.testing.assert_allclose(function([x_in], [grad])([x])[0], 2 * x ** 2, rtol=1e-4, atol=1e-6)


def test_wrong_arguments(network):
    x_in, hidden, model = network
    for loss, wrt in (("loss", [x_in]), (model.output, ["x"]), (model.output, [rows(2, 4)]), (model, [x_in])):
        with pytest.raises(errors.NotATensor):
            gradients(loss, wrt)
