"""Functions of Keras 2 that stock Keras 3 does not have, to be put into a file that uses them."""

__all__ = ["HELPERS"]

#: Name -> (what it needs, as (path, name) of imports; the source). What may be hidden by a name of the file's own is
#: imported inside of the function.
HELPERS = {
    "hard_sigmoid_of_keras2": (
        (("keras.saving.register_keras_serializable", "register_keras_serializable"),),
        '''@register_keras_serializable("keras2")
def hard_sigmoid_of_keras2(x):
    """The hard_sigmoid of Keras 2; that of Keras 3 has another slope."""
    from keras import ops

    return ops.clip(0.2 * x + 0.5, 0.0, 1.0)
'''),
    "predict_classes_of_keras2": ((), '''def predict_classes_of_keras2(model, x, batch_size=32, verbose=0):
    """The predict_classes that Sequential models of Keras 2 had."""
    answers = model.predict(x, batch_size=batch_size, verbose=verbose)
    return answers.argmax(axis=-1) if answers.shape[-1] > 1 else (answers > 0.5).astype("int32")
'''),
    "reset_states_of_keras2": ((), '''def reset_states_of_keras2(model):
    """The reset_states that models of Keras 2 had: every layer that keeps a state begins anew."""
    for layer in model.layers:
        if getattr(layer, "layers", None) is not None:
            reset_states_of_keras2(layer)
        elif getattr(layer, "stateful", False):
            layer.reset_state()
'''),
    "with_loss_of_keras2": ((), '''def with_loss_of_keras2(model, loss):
    """A model with a loss of its own, computed from its tensors, as add_loss of Keras 2 gave one."""
    from keras import Model, layers

    class AddedLoss(layers.Layer):
        def call(self, output, loss):
            self.add_loss(loss)
            return output

    outputs = list(model.outputs)
    outputs[0] = AddedLoss()(outputs[0], loss)
    return Model(model.inputs, outputs if len(outputs) > 1 else outputs[0], name=model.name)
'''),
    "with_weights_of_keras2": ((), '''def with_weights_of_keras2(layer, weights):
    """A layer that begins with these weights, as the argument weights of Keras 2 did it."""
    from functools import wraps

    build = layer.build

    @wraps(build)
    def build_with_weights(*args, **kwargs):
        build(*args, **kwargs)
        layer.set_weights(weights)

    layer.build = build_with_weights
    return layer
'''),
}
