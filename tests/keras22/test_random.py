"""Random numbers are those of TensorFlow 1.15, on every backend; the numbers below were printed by it."""
import numpy as np
import pytest

REAL = {
    "random_uniform": [0.483941, 0.5062031, 0.2551438, 0.1247423, 0.9330101, 0.6646093],
    "random_normal": [-0.04694568, -1.203902, 1.166835, 1.17062, -0.3200702, -0.1903511],
    "truncated_normal": [-0.04694568, -1.203902, 1.166835, 1.17062, 0.7166261, 0.5711335],
    "integers": [18, 38, 46, 37, 28, 15],
    "dropout": [0, 2, 2, 0, 0, 0, 2, 0, 2, 0, 2, 2, 2, 2, 2, 2, 2, 0, 2, 0, 0, 2, 0, 2, 2, 2, 2, 2, 2, 0],
    "losses": [65.458957, 59.199058],
}


@pytest.mark.parametrize("name", ["random_uniform", "random_normal", "truncated_normal"])
def test_a_seed_gives_the_old_numbers(K, name):
    np.testing.assert_allclose(K.eval(getattr(K, name)((2, 3), seed=7)).ravel(), REAL[name], rtol=2e-6, atol=2e-6)


def test_integers(K):
    np.testing.assert_array_equal(K.eval(K.random_uniform((6,), 3, 50, dtype="int32", seed=7)), REAL["integers"])


def test_dropout_goes_on_as_it_did(keras, K):
    np.random.seed(5)
    x = K.placeholder((None, 6))
    run = K.function([x], [K.dropout(x, 0.5)])
    found = [run([np.ones((rows, 6))])[0].ravel().tolist() for rows in (2, 1, 2)]
    assert sum(found, []) == REAL["dropout"]


def test_a_recurrent_layer_drops_as_it_did(keras, K):
    np.random.seed(6)
    model = keras.models.Sequential([
        keras.layers.LSTM(4, dropout=0.3, recurrent_dropout=0.2, input_shape=(5, 3), implementation=1),
        keras.layers.GaussianNoise(0.1), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    x = np.linspace(-1, 1, 60).reshape(4, 5, 3)
    found = model.fit(x, x.sum((1, 2)), batch_size=3, epochs=2, verbose=0, shuffle=False).history["loss"]
    np.testing.assert_allclose(found, REAL["losses"], rtol=1e-5)


def test_a_map_draws_anew_for_each_entry(keras, K):
    found = K.eval(K.map_fn(lambda row: row + K.random_uniform((3,), seed=3), K.zeros((4, 3))))
    assert len(np.unique(found)) == 12
