"""What is known not to come over."""
import keras

__all__ = ["DIFFERENT", "PARTING", "expected"]

#: (backend, model): where Keras 3.15 itself answers differently, and the proof says so. Its
#: AveragePooling2D(padding="same") on PyTorch counts some of the padding; its `predict_on_batch` on JAX forgets the
#: states of stateful layers.
DIFFERENT = {("torch", "pooling"), ("jax", "stateful")}

#: Codes of repairs that say of a training that it does not go on as before.
PARTING = {"H204", "H205", "H206"}


def expected(name):
    """The name of the error that is right for a model of the zoo; None if it has to answer as before."""
    return "DifferentResult" if (keras.config.backend(), name) in DIFFERENT else None
