"""Models saved as `multi_gpu_model` made them: Keras's own code builds the graph, its devices are CPUs."""
from .listing import listing

MODELS, _model = listing()


def _on_two(keras, template):
    import tensorflow as tf
    from keras.utils import multi_gpu_utils  # only standalone Keras has it: the writer lists others as refused

    tf = getattr(getattr(tf, "compat", None), "v1", tf)
    keras.backend.set_session(tf.Session(config=tf.ConfigProto(allow_soft_placement=True)))
    multi_gpu_utils._get_available_devices = lambda: ["/cpu:0", "/gpu:0", "/gpu:1"]
    return multi_gpu_utils.multi_gpu_model(template, 2)


@_model
def parallel_sequential(keras):
    L = keras.layers
    return _on_two(keras, keras.models.Sequential([
        L.Dense(5, activation="tanh", input_shape=(6,)), L.BatchNormalization(), L.Dense(3)]))


@_model
def parallel_with_two_inputs_and_outputs(keras):
    L = keras.layers
    a, b = L.Input((4,)), L.Input((4,))
    x = L.concatenate([L.Dense(3)(a), L.Dense(3)(b)])
    return _on_two(keras, keras.models.Model([a, b], [L.Dense(2, name="left")(x), L.Dense(1, name="right")(x)]))
