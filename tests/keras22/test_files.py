"""Files of models: those of the real Keras 2.2.4, ours in its layout, and those of Keras 3."""
import importlib
import os

import h5py
import numpy as np
import pytest

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data")


@pytest.fixture
def old():
    """Inputs, targets, predictions and losses of the model in the file, on the real stack."""
    with np.load(os.path.join(DATA, "predictions224.npz")) as arrays:
        return ([arrays["arr_%d" % i] for i in (0, 1)], [arrays["arr_%d" % i] for i in (2, 3)],
                [arrays["arr_%d" % i] for i in (4, 5)], arrays["losses"])


def _load(keras):
    return keras.models.load_model(os.path.join(DATA, "model224.h5"))


def test_a_file_of_the_real_stack_gives_its_numbers(keras, old):
    inputs, targets, predictions, losses = old
    model = _load(keras)
    for found, expected in zip(model.predict(inputs), predictions):
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(model.test_on_batch(inputs, targets), losses, rtol=1e-5)
    model.train_on_batch(inputs, targets)
    assert int(keras.backend.get_value(model.optimizer.iterations)) == 5, "the optimizer goes on where it was"


def _layout(path):
    """Names, shapes and dtypes of everything in a file; texts as they are stored."""
    found = {}

    def note(name, item):
        found[name] = (item.shape, str(item.dtype)) if isinstance(item, h5py.Dataset) else "group"
        for key, value in item.attrs.items():
            value = np.asarray(value)
            found["%s@%s" % (name, key)] = value.shape, value.dtype.kind, value.dtype.kind in "SOU" and (
                value.astype("U").tolist() if key.endswith("names") else None)

    with h5py.File(path, "r") as file:
        note("/", file)
        file.visititems(note)
    return found


def test_a_file_of_ours_is_laid_out_as_one_of_the_real_stack(stack, keras, tmp_path):
    _load(keras).save(str(tmp_path / "again.h5"))
    ours, real = _layout(str(tmp_path / "again.h5")), _layout(os.path.join(DATA, "model224.h5"))
    if stack.engine == "jax":
        # JAX has no integers of 64 bits unless they are switched on; the real stack takes both.
        real["optimizer_weights/Adam/iterations:0"] = (), "int32"
    assert ours == real


def test_weights_by_name(keras, old):
    model = _load(keras)
    other = keras.models.model_from_json(model.to_json())
    other.load_weights(os.path.join(DATA, "model224.h5"), by_name=True)
    for found, expected in zip(other.predict(old[0]), old[2]):
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


def _small(keras):
    model = keras.models.Sequential([keras.layers.Dense(8, activation="relu", input_shape=(6,)),
                                     keras.layers.Dropout(0.3), keras.layers.Dense(1)])
    model.compile("adam", "mse")
    x = np.random.RandomState(0).rand(16, 6).astype("float32")
    model.fit(x, x.sum(1), epochs=2, verbose=0)
    return model, x


def test_plain_keras_3_reads_and_trains_what_was_saved_for_it(stack, keras, tmp_path):
    model, x = _small(keras)
    model.save(str(tmp_path / "model.keras"))
    plain = importlib.import_module("keras").saving.load_model(str(tmp_path / "model.keras"))
    np.testing.assert_allclose(plain.predict(x, verbose=0), model.predict(x), rtol=1e-6)
    plain.compile("sgd", "mse", jit_compile=stack.engine != "torch")
    assert np.isfinite(plain.fit(x, x.sum(1), verbose=0).history["loss"][0])


def test_an_export_gives_the_same_numbers(stack, keras, tmp_path):
    if stack.engine != "tensorflow":
        pytest.skip("what is exported is a SavedModel")
    import tensorflow as tf
    model, x = _small(keras)
    model.export(str(tmp_path / "served"))
    # What holds the variables has to stay.
    loaded = tf.saved_model.load(str(tmp_path / "served"))
    try:
        found = loaded.serve([x])
    except (TypeError, ValueError):
        found = loaded.serve(x)
    np.testing.assert_allclose(found, model.predict(x), rtol=1e-6)
