"""Published code that does something else than its text says, wherever it runs at all: the differences in numbers."""
import numpy as np
import pytest

import compat

X, Y = np.random.RandomState(1).randn(12, 3), np.random.RandomState(2).randn(12, 2)


def test_a_penalty_on_outputs_and_the_size_of_the_batch(stack, keras, old):
    """5.25 where the penalty on outputs is divided by the number of rows: tf.keras, Keras 3 but for 3.0; else 25.25."""
    layer = keras.layers.Dense(5, kernel_initializer="ones", kernel_regularizer=keras.regularizers.l1(0.01),
                               activity_regularizer=keras.regularizers.l2(0.01))
    data = np.full((5, 5), 2., "float32")
    if old:
        x_in = keras.layers.Input((5,))
        model = keras.models.Model(x_in, layer(x_in))
        found = sum(float(value) for value in compat.function([x_in], model.losses)([data]))
    else:
        layer(data)
        found = sum(float(value) for value in layer.losses)
    np.testing.assert_allclose(found, 25.25 if old or stack.keras.startswith("3.0.") else 5.25, rtol=1e-5)


def test_penalties_by_functions_in_a_loop(stack, keras, old):
    """Keras 2.2 cannot train with them, Keras 3 refuses them, and in tf.keras all are those of the last layer."""
    model = keras.models.Sequential([keras.layers.Dense(4, input_shape=(3,)), keras.layers.Dense(2)])
    model.set_weights([np.ones((3, 4)), np.zeros(4), np.full((4, 2), 3.), np.zeros(2)])

    def add_penalties():
        for layer in model.layers:
            layer.add_loss(lambda: keras.regularizers.l2(0.5)(layer.kernel))  # noqa: B023 - as it was published

    if old:
        with pytest.raises(TypeError):
            add_penalties()
            model.compile("sgd", "mse")
            model.train_on_batch(X, Y)
    elif stack.family == "keras3":
        with pytest.raises(ValueError):
            add_penalties()
    else:
        add_penalties()
        # 0.5 * 12 ones, and 0.5 * 8 nines, were meant.
        np.testing.assert_allclose([float(value) for value in model.losses], [36., 36.])


def by_false_inputs(keras, model, start):
    """The rest of a model behind a tensor, as it was published: the model is told that its inputs are others."""
    K = keras.backend
    model = keras.models.Model(model.input, model.output, name="rest_of_it")
    entry = keras.layers.Input(K.int_shape(start)[1:], dtype=K.dtype(start))
    model.inputs, model._input_layers = [start], [entry._keras_history[0]]
    used, reached = [], {id(start)}
    for depth in sorted(model._nodes_by_depth, reverse=True):
        for node in model._nodes_by_depth[depth]:
            if len([x for x in node.input_tensors if id(x) in reached]) == len(node.input_tensors):
                used.append(node.outbound_layer)
                reached.update(id(x) for x in node.output_tensors)
    model._layers = used
    return keras.models.Model(entry, model(entry))


def test_a_cut_by_false_inputs(stack, keras, old):
    layers = keras.layers
    x_in = layers.Input((4,))
    hidden = layers.Dense(3, activation="tanh")(x_in)
    model = keras.models.Model(x_in, layers.Dense(2)(layers.add([layers.Dense(3)(hidden), hidden])))
    if not old:
        with pytest.raises((AttributeError, TypeError, ValueError)):
            by_false_inputs(keras, model, hidden)
        return
    tail = by_false_inputs(keras, model, hidden)
    data = np.random.RandomState(4).randn(2, 4)
    middle = keras.models.Model(x_in, hidden).predict(data)
    np.testing.assert_allclose(tail.predict(middle), model.predict(data), rtol=1e-5, atol=1e-6)
