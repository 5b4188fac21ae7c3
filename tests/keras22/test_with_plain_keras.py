"""Models of Keras 2.2 and plain ones of Keras 3 in one program: each technique takes either, and they do not mix."""
import importlib

import numpy as np
import pytest

import compat


@pytest.fixture
def plain(keras):
    return importlib.import_module("keras")


def test_compat_keras_is_the_emulation(keras, K):
    assert compat.keras is keras and compat.K is K


def test_plain_tensors_make_no_model_of_the_old_kind(keras, plain):
    x = plain.Input((3,))
    with pytest.raises(ValueError, match="plain Keras 3"):
        keras.models.Model(x, plain.layers.Dense(2)(x))


def test_sparse_matrices_are_fed_as_they_are(keras, K):
    sparse = pytest.importorskip("scipy.sparse")
    x = keras.layers.Input((3,), sparse=True)
    y = keras.layers.Dense(2, use_bias=False)
    fed = np.array([[0, 2, 0], [1, 0, 0]], "float32")
    found, = compat.function([x], [y(x)])([sparse.csr_matrix(fed)])
    np.testing.assert_allclose(found, fed.dot(y.get_weights()[0]), rtol=1e-5)


def test_values_of_plain_weights(plain, K):
    layer = plain.layers.Dense(2)
    layer.build((None, 3))
    values = K.batch_get_value(layer.weights) + [K.get_value(layer.kernel), K.eval(layer.kernel)]
    before = [np.array(value) for value in values]
    K.set_value(layer.kernel, np.full((3, 2), 7.0))
    for value, then in zip(values, before):
        assert type(value) is np.ndarray
        np.testing.assert_array_equal(value, then)
    np.testing.assert_array_equal(layer.get_weights()[0], np.full((3, 2), 7.0))


def test_operations_of_K_on_plain_models(plain):
    """Outside of plain layers and inside of them, with the learning phase that Keras 3 hands on."""
    K = compat.K

    class Scaled(plain.layers.Layer):
        def call(self, x):
            self.halved = x * 0.5
            return K.in_train_phase(K.square(x), x)

    x = plain.Input((3,))
    layer = Scaled()
    y = layer(x)
    halved = layer.halved
    model = plain.Model(x, y)
    fed = np.arange(6, dtype="float32").reshape(2, 3)
    np.testing.assert_allclose(model.predict(fed, verbose=0), fed)
    np.testing.assert_allclose(np.asarray(model(fed, training=True)), fed ** 2)
    total = K.sum(y) + K.sum(halved)
    slope, = compat.gradients(total, [x])
    fn = compat.function([x, K.learning_phase()], [total, slope * 2.0])
    for phase, values, wanted in ((0, fed.sum(), np.ones_like(fed)), (1, (fed ** 2).sum(), 2 * fed)):
        found = fn([fed, phase])
        np.testing.assert_allclose(found[0], values + fed.sum() / 2, rtol=1e-5)
        np.testing.assert_allclose(found[1], 2 * (wanted + 0.5), rtol=1e-5)


def test_a_nested_layer_keeps_lists_too(keras):
    """Tensors that a layer of a nested model appends to a list belong to the call that made them."""
    class Keeping(keras.layers.Layer):
        def __init__(self, **kwargs):
            super(Keeping, self).__init__(**kwargs)
            self.kept, self.named = [], {}

        def call(self, x):
            self.kept.append(x * 2.0)
            self.named["tripled"] = x * 3.0
            return x + 1.0

    layer, inner = Keeping(), keras.layers.Input((2,))
    nested = keras.models.Model(inner, layer(inner))
    first = layer.kept[0]
    x = keras.layers.Input((2,))
    nested(nested(x))
    fed = np.ones((1, 2), "float32")
    found = compat.function([inner, x], [first] + layer.kept[1:] + [layer.named["tripled"]])([5 * fed, fed])
    for value, wanted in zip(found, (10, 2, 4, 6)):
        np.testing.assert_allclose(value, wanted * fed)
    assert len(layer.kept) == 3
