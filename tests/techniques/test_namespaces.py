"""`compat.keras` and `compat.K` are the user's own Keras wherever that speaks the Keras 2.2 dialect."""
import importlib
import os

import pytest

import compat


def test_the_session_runs_on_the_stack_it_is_named_for(stack):
    """The matrix says what it installed; detection has to come to the same name."""
    assert stack.name == os.environ.get("KCOOL_EXPECTED_STACK", stack.name)


def test_keras_is_the_real_keras_before_keras_3(stack, keras, K):
    if stack.family == "keras3":
        assert keras.__name__ == "kcool_modern.keras22"
        return
    root = importlib.import_module(stack.module.split(".")[0])
    real = root.keras if "." in stack.module else root
    # Not the module: TensorFlow 2.15 may keep a lazy loader in its place, or put the module there, as it was used.
    assert keras.Model is real.Model and keras.layers is real.layers and keras.optimizers is real.optimizers
    assert K is real.backend


def test_emulated_models_are_real_models(stack, keras):
    real = importlib.import_module("keras") if stack.family == "keras3" else keras
    inputs = keras.layers.Input((3,))
    model = keras.models.Model(inputs, keras.layers.Dense(2)(inputs))
    assert isinstance(model, real.models.Model)
    assert isinstance(keras.models.Sequential([keras.layers.Dense(1)]), keras.models.Model)
    assert isinstance(keras.models.clone_model(model), keras.models.Model)


def test_a_model_says_which_stack_it_belongs_to(stack, keras):
    model = keras.models.Sequential([keras.layers.Dense(2, input_shape=(3,))])
    assert compat.stack_of(model).name == stack.name
    assert compat.resolve("ema", model).stack.name == stack.name


def test_what_is_below_is_imported_by_its_path(keras, K):
    layers = importlib.import_module("compat.keras.layers")
    assert layers.Dense is keras.layers.Dense
    assert importlib.import_module("kcool.keras.layers") is layers
    assert importlib.import_module("compat.keras.backend").sum is K.sum
    with pytest.raises(ImportError):
        importlib.import_module("compat.keras.no_such_module")


def test_tensorflow_is_the_one_of_the_stack(stack):
    if stack.engine != "tensorflow":
        pytest.skip("TensorFlow is not here")
    assert compat.tf.__name__ == ("kcool_modern.tf1" if stack.family == "keras3" else "tensorflow")
    assert importlib.import_module("compat.tf") is compat.tf
    assert importlib.import_module("compat.tf.nn").relu is not None
