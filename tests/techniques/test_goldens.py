"""Every stack gives the numbers that the real Keras 2.2.4 on TensorFlow 1.15 gave, to 1e-5 of the largest."""
import os

import numpy as np
import pytest

import compat
from tests.goldens import problems, write

GOLDENS = np.load(write.PATH)
TOLERANCE = 1e-5


def off(found, golden):
    """Largest difference, relative to the largest golden value."""
    return np.abs(np.asarray(found, "float64") - golden).max() / np.abs(golden).max()


@pytest.fixture
def ordered(stack, monkeypatch):
    """On the legacy stacks, training without the races of the real stack: as the goldens were written."""
    if stack.dialect == "legacy":
        for name in ("function", "update", "update_add"):
            monkeypatch.setattr(compat.K, name, getattr(compat.K, name))
        write.use_ordered_updates()


def trained(model, steps):
    """Losses of each step, and the flat trainable weights after each step."""
    losses, weights = [], []
    for x, y in steps:
        if hasattr(model, "reset_metrics"):
            model.reset_metrics()  # Keras 3 averages the loss over calls otherwise
        losses.append(float(np.ravel(model.train_on_batch(x, y))[0]))
        weights.append(np.concatenate([w.ravel() for layer in model.layers
                                       for w in layer.get_weights()[:len(layer.trainable_weights)]]))
    return losses, weights


@pytest.mark.parametrize("name", sorted(problems.TRAININGS))
def test_training_follows_the_old_stack(name, stack, keras, ordered):
    losses, weights = trained(*problems.build(name, keras))
    assert off(losses, GOLDENS[name + "/losses"]) < TOLERANCE
    assert off(weights, GOLDENS[name + "/weights"]) < TOLERANCE


@pytest.mark.parametrize("name", ["mlp_sgd", "mlp_adam"])
def test_average_follows_the_old_trajectory(name, stack, keras):
    if stack.dialect == "legacy":
        pytest.skip("needs a trajectory without races; test_ema checks the average of the real one")
    model, steps = problems.build(name, keras)
    average = np.concatenate([w.ravel() for w in model.get_weights()]).astype("float64")
    ema = compat.ExponentialMovingAverage(model, momentum=0.9)
    ema.inject()
    trained(model, steps)
    for weights in GOLDENS[name + "/weights"]:
        average = 0.9 * average + 0.1 * weights
    ema.apply_ema_weights()
    assert off(np.concatenate([w.ravel() for w in model.get_weights()]), average) < TOLERANCE


@pytest.fixture
def residual(keras):
    model, steps = problems.build("residual_adam", keras)
    return model, steps[0][0]


@pytest.mark.parametrize("layer", ["stem", "inner", "joined", "head"])
def test_inner_tensors(residual, layer):
    model, x = residual
    (value,) = compat.function([model.inputs[0]], [model.get_layer(layer).output])([x])
    assert off(value, GOLDENS["residual/" + layer]) < TOLERANCE


def test_gradients(residual, K):
    model, x = residual
    stem = model.get_layer("stem").output
    gradients = compat.gradients(K.sum(model.outputs[0][:, 0]), [model.inputs[0], stem])
    d_input, d_stem = compat.function([model.inputs[0]], gradients)([x])
    assert off(d_input, GOLDENS["residual/d_input"]) < TOLERANCE
    assert off(d_stem, GOLDENS["residual/d_stem"]) < TOLERANCE


def test_tail_of_the_cut_model(residual, keras):
    model, _ = residual
    tail = keras.models.Model(*compat.get_outputs_of(model, model.get_layer("joined").output))
    assert off(tail.predict(GOLDENS["residual/joined"]), GOLDENS["residual/head"]) < TOLERANCE


def test_the_goldens_are_small():
    assert os.path.getsize(write.PATH) < 100000
