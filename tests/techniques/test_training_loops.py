"""A step, a test step, a whole loop of one's own: where the engine asks for them, and that Keras 2.2 never does."""
import numpy as np
import pytest

from tests.techniques import loops

X = np.random.RandomState(1).randn(12, 3).astype("float32")
Y = np.random.RandomState(2).randn(12, 1).astype("float32")
KERNEL, RATE, SIZE = np.random.RandomState(3).randn(3, 1), 0.1, 4


def followed(share, epochs=2):
    """Losses of all batches and the kernel at the end, by NumPy."""
    kernel, trace = KERNEL, []
    for _ in range(epochs):
        for at in range(0, len(X), SIZE):
            x, y = X[at:at + SIZE].astype("float64"), Y[at:at + SIZE]
            miss = x.dot(kernel) - y
            trace.append(float((miss ** 2).mean()))
            kernel = kernel - share * RATE * 2 * x.T.dot(miss) / len(x)
    return trace, kernel


def made(keras, model_class):
    x_in = keras.layers.Input((3,))
    model = model_class(x_in, keras.layers.Dense(1, use_bias=False)(x_in))
    model.set_weights([KERNEL])
    return model


def fit(model, epochs=2):
    return model.fit(X, Y, batch_size=SIZE, epochs=epochs, shuffle=False, verbose=0).history


@pytest.fixture
def stepping(stack, keras, old):
    """The class of models whose steps are the user's; on Keras 2.2 that of TensorFlow, which is not asked."""
    def of(**kwargs):
        if not old:
            return loops.stepping(stack.engine, keras, **kwargs)

        class Stepping(keras.models.Model):
            seen = 0

            def train_step(self, data):
                type(self).seen += 1
                raise AssertionError("Keras 2.2 knows no train_step")

            test_step = train_step

        return Stepping

    return of


def test_a_step_of_ones_own(keras, old, stepping):
    model_class = stepping(share=0.5)
    model = made(keras, model_class)
    model.compile(keras.optimizers.SGD(RATE), "mse")
    fit(model)
    # Keras 2.2 goes its own way, without a word.
    np.testing.assert_allclose(model.get_weights()[0], followed(1. if old else 0.5)[1], rtol=1e-4, atol=1e-5)
    assert bool(model_class.seen) is not old


def test_a_step_with_numbers_of_its_own(keras, old, stepping):
    if old:
        assert not hasattr(keras.metrics, "Mean") or not hasattr(keras.models.Model, "train_step")
        model = made(keras, keras.models.Model)
        with pytest.raises((ValueError, AttributeError, TypeError)):
            model.compile(optimizer="adam")
            fit(model)
        return
    model = made(keras, stepping(share=0.5, tracked=True))
    model.compile(optimizer=keras.optimizers.SGD(RATE))
    history = fit(model)
    trace, kernel = followed(0.5)
    np.testing.assert_allclose(model.get_weights()[0], kernel, rtol=1e-4, atol=1e-5)
    # Over an epoch, not from the beginning: what `metrics` lists is reset.
    np.testing.assert_allclose(history["loss"], [np.mean(trace[:3]), np.mean(trace[3:])], rtol=1e-4)
    assert sorted(history) == ["loss", "mae"]


def test_a_test_step_of_ones_own(stack, keras, old, stepping):
    if stack.keras.startswith("3.0.") and not old:
        pytest.skip("Keras 3.0 tells what `metrics` lists, whatever test_step returns")
    model_class = stepping()
    model = made(keras, model_class)
    expected = np.mean((X.dot(KERNEL) - Y) ** 2)
    if old:
        with pytest.raises(TypeError, match="optimizer"):
            model.compile(loss="mse")
        model.compile("sgd", "mse")
    else:
        model.compile(loss="mse")
        expected *= 3
    if old:
        found = model.evaluate(X, Y, batch_size=len(X), verbose=0)
    else:
        found = model.evaluate(X, Y, batch_size=len(X), verbose=0, return_dict=True)["tripled"]
    np.testing.assert_allclose(found, expected, rtol=1e-5)
    assert bool(model_class.seen) is not old


def test_a_loop_of_ones_own(stack, keras, old):
    model = made(keras, keras.models.Model)
    if old:
        assert not hasattr(keras.optimizers.SGD(RATE), "apply_gradients")
        with pytest.raises((ValueError, TypeError)):
            model(X)
        return
    batches = [(X[at:at + SIZE], Y[at:at + SIZE]) for _ in range(2) for at in range(0, len(X), SIZE)]
    found = loops.loop(stack.engine, keras, model, keras.optimizers.SGD(learning_rate=RATE),
                       keras.losses.MeanSquaredError(), batches)
    trace, kernel = followed(1.)
    np.testing.assert_allclose(found, trace, rtol=1e-4)
    np.testing.assert_allclose(model.get_weights()[0], kernel, rtol=1e-4, atol=1e-5)
