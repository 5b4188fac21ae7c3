"""Functions of Keras 2 that stock Keras 3 does not have, to be put into a file that uses them."""

__all__ = ["HELPERS"]

#: Name -> (what it needs, as (path, name) of imports; the source).
HELPERS = {
    "hard_sigmoid_of_keras2": (
        (("keras.ops", "ops"), ("keras.saving.register_keras_serializable", "register_keras_serializable")),
        '''@register_keras_serializable("keras2")
def hard_sigmoid_of_keras2(x):
    """The hard_sigmoid of Keras 2; that of Keras 3 has another slope."""
    return ops.clip(0.2 * x + 0.5, 0.0, 1.0)
'''),
    "predict_classes_of_keras2": ((), '''def predict_classes_of_keras2(model, x, batch_size=32, verbose=0):
    """The predict_classes that Sequential models of Keras 2 had."""
    answers = model.predict(x, batch_size=batch_size, verbose=verbose)
    return answers.argmax(axis=-1) if answers.shape[-1] > 1 else (answers > 0.5).astype("int32")
'''),
}
