"""Graph semantics: what an old script describes once stays alive for as long as the graph does."""
import gc

import numpy as np
import pytest


def test_an_expression_of_a_variable_follows_the_variable(K):
    variable = K.variable(np.ones((2, 3)))
    expression = K.sum(K.transpose(variable) * 2.0)
    assert K.eval(expression) == 12.0
    K.set_value(variable, np.full((2, 3), 3.0))
    assert K.eval(expression) == 36.0


def test_tied_weights_stay_tied_and_both_uses_give_gradients(keras, K):
    class Tied(keras.layers.Layer):
        def __init__(self, embedding, **kwargs):
            super(Tied, self).__init__(**kwargs)
            self.kernel = K.transpose(embedding.embeddings)

        def call(self, inputs):
            return K.dot(inputs, self.kernel)

        def compute_output_shape(self, input_shape):
            return input_shape[:-1] + (K.int_shape(self.kernel)[-1],)

    embedding = keras.layers.Embedding(5, 3)
    indices = keras.layers.Input((2,), dtype="int32")
    vectors = embedding(indices)
    model = keras.models.Model(indices, Tied(embedding)(vectors))
    table = np.random.RandomState(0).randn(5, 3).astype("float32")
    embedding.set_weights([table])
    x = np.array([[1, 2]])
    np.testing.assert_allclose(model.predict(x), (table[x] @ table.T), rtol=1e-6)
    gradient, = K.gradients(K.sum(model.output), [embedding.embeddings])
    found, = K.function([indices], [gradient])([x])
    both = np.zeros_like(table)
    np.add.at(both, x[0], np.tile(table.sum(0), (2, 1)))
    np.testing.assert_allclose(found, both + table[x[0]].sum(0), rtol=1e-5)


def test_gradients_of_gradients(K):
    x = K.placeholder((3,))
    first, = K.gradients(K.sum(x ** 3), [x])
    second, = K.gradients(K.sum(first), [x])
    a, b = K.function([x], [first, second])([[1.0, 2.0, 3.0]])
    np.testing.assert_allclose(a, [3, 12, 27], rtol=1e-6)
    np.testing.assert_allclose(b, [6, 12, 18], rtol=1e-6)


def test_all_new_values_are_computed_before_any_is_written(K):
    a, b = K.variable(1.0), K.variable(10.0)
    swap = K.function([], [a + b], updates=[(a, b), K.update(b, a)])
    assert [swap([])[0], K.get_value(a), K.get_value(b)] == [11.0, 10.0, 1.0]
    assert swap([])[0] == 11.0 and K.get_value(a) == 1.0


def test_a_layer_may_refer_to_tensors_around_it(keras, K):
    x = keras.layers.Input((3,))
    gate = keras.layers.Dense(3, activation="sigmoid")(x)
    y = keras.layers.Lambda(lambda t: t * gate)(keras.layers.Dense(3)(x))
    model = keras.models.Model(x, y)
    values = np.random.RandomState(1).randn(4, 3).astype("float32")
    left, right, product = K.function([x], [gate, model.layers[1].output, y])([values])
    np.testing.assert_allclose(product, left * right, rtol=1e-6)
    with pytest.raises(ValueError):
        K.function([keras.layers.Input((3,))], [y])([values])


def test_tensors_set_in_call_are_tensors_of_the_graph(keras, K):
    class Attention(keras.layers.Layer):
        def call(self, inputs):
            self.weights_of_attention = K.softmax(inputs)
            self.parts = [inputs, self.weights_of_attention * 2]
            return inputs * self.weights_of_attention

    layer = Attention()
    x = keras.layers.Input((3,))
    first = layer(x)
    of_first = layer.weights_of_attention
    layer(first)
    of_second = layer.weights_of_attention
    values = np.array([[1.0, 2.0, 3.0]], "float32")
    def softmax(v):
        return np.exp(v) / np.exp(v).sum(-1, keepdims=True)
    one, two, parts = K.function([x], [of_first, of_second, layer.parts[1]])([values])
    np.testing.assert_allclose(one, softmax(values), rtol=1e-6)
    np.testing.assert_allclose(two, softmax(values * softmax(values)), rtol=1e-6)
    np.testing.assert_allclose(parts, 2 * two, rtol=1e-6)


def test_losses_and_updates_that_a_layer_adds_in_call(keras, K):
    class Counting(keras.layers.Layer):
        def build(self, input_shape):
            self.count = self.add_weight(name="count", shape=(), initializer="zeros", trainable=False)
            self.built = True

        def call(self, inputs):
            self.add_update([K.update_add(self.count, K.sum(K.ones_like(inputs[:, 0])))], inputs)
            self.add_loss(0.5 * K.mean(inputs), inputs)
            return inputs

    layer = Counting()
    model = keras.models.Sequential([keras.layers.Dense(2, use_bias=False, input_shape=(3,)), layer])
    model.compile("sgd", "mse")
    x, y = np.ones((7, 3)), np.zeros((7, 2))
    expected = np.mean(model.predict(x) ** 2) + 0.5 * np.mean(model.predict(x))
    np.testing.assert_allclose(model.evaluate(x, y, batch_size=7, verbose=0), expected, rtol=1e-5)
    assert K.get_value(layer.count) == 0
    model.fit(x, y, batch_size=4, epochs=2, verbose=0)
    assert K.get_value(layer.count) == 14


def test_an_optimizer_of_the_old_kind_drives_fit(keras, K):
    class Plain(keras.optimizers.Optimizer):
        def __init__(self, lr, **kwargs):
            super(Plain, self).__init__(**kwargs)
            self.lr = K.variable(lr, name="lr")
            self.steps = K.variable(0, dtype="int64", name="steps")

        def get_updates(self, loss, params):
            gradients = self.get_gradients(loss, params)
            self.updates = [K.update_add(self.steps, 1)]
            self.updates += [K.update(p, p - self.lr * g) for p, g in zip(params, gradients)]
            return self.updates

    def weights(optimizer):
        model = keras.models.Sequential([keras.layers.Dense(2, input_shape=(3,), kernel_initializer="ones")])
        model.compile(optimizer, "mse")
        x = np.random.RandomState(0).randn(20, 3)
        model.fit(x, x[:, :2] ** 2, batch_size=8, epochs=3, shuffle=False, verbose=0)
        return model.get_weights()

    ours = Plain(0.1)
    for a, b in zip(weights(ours), weights(keras.optimizers.SGD(0.1))):
        np.testing.assert_allclose(a, b, rtol=1e-6)
    assert K.get_value(ours.steps) == 9


def test_lists_of_metrics_can_be_appended_to(keras, K):
    model = keras.models.Sequential([keras.layers.Dense(1, input_shape=(2,))])
    model.compile("sgd", "mse")
    average = K.variable(np.zeros((2, 1)))
    kernel = model.layers[0].kernel
    model.metrics_names.append("norm")
    model.metrics_tensors.append(K.sum(K.square(kernel)))
    model.metrics_updates.append(K.update(average, kernel * 2))
    before = K.get_value(kernel)
    history = model.fit(np.ones((4, 2)), np.ones((4, 1)), batch_size=4, verbose=0)
    np.testing.assert_allclose(history.history["norm"], [np.sum(before ** 2)], rtol=1e-6)
    np.testing.assert_allclose(K.get_value(average), 2 * before, rtol=1e-6)


def test_setting_a_variable_needs_no_new_trace(keras, K):
    traces = []

    class Traced(keras.layers.Layer):
        def call(self, inputs):
            traces.append(1)
            return inputs * 2

    model = keras.models.Sequential([keras.layers.Dense(1, input_shape=(2,)), Traced()])
    model.compile(keras.optimizers.SGD(0.1), "mse")
    x, y = np.ones((4, 2)), np.zeros((4, 1))
    model.train_on_batch(x, y)
    known = len(traces)
    for size in range(1, 9):
        K.set_value(model.optimizer.lr, 0.0)
        before = model.get_weights()
        model.train_on_batch(x[:1].repeat(size, 0), y[:1].repeat(size, 0))
        assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights()))
    # JAX traces every batch size, and PyTorch none.
    assert len(traces) == known or K.backend() != "tensorflow"


def test_the_learning_phase_can_be_fed_and_fixed(keras, K):
    x = keras.layers.Input((100,))
    y = keras.layers.Dropout(0.5)(x)
    assert y._uses_learning_phase
    values = np.ones((1, 100))
    run = K.function([x, K.learning_phase()], [y])
    assert (run([values, 0])[0] == 1).all()
    assert set(np.unique(run([values, 1])[0])) == {0.0, 2.0}
    K.set_learning_phase(1)
    assert (keras.layers.Dropout(0.5)(x).eval({x: values}) == 0).any()


def test_a_model_is_a_model_of_keras_3_as_well(keras):
    import keras as keras3

    from kcool_modern.keras22.engine.topology import Layer
    model = keras.models.Sequential([keras.layers.Dense(1, input_shape=(2,))])
    assert isinstance(model, keras3.Model) and isinstance(model.layers[0], keras3.layers.Layer)
    assert isinstance(model, keras.models.Model) and isinstance(model.layers[0], Layer)


def test_the_mean_of_truth_values_is_a_share(K):
    found = K.mean(K.in_top_k(K.variable([[.3, .2, .1], [.1, .2, .7]]), K.variable([1, 0], dtype="int32"), 2))
    assert K.dtype(found) == K.floatx()
    assert K.eval(found) == 0.5


def test_a_model_may_be_larger_than_the_graph_that_tells_shapes(stack, keras, K, monkeypatch):
    if stack.engine != "tensorflow":
        pytest.skip("shapes are told by a graph on TensorFlow")
    from kcool_modern.keras22._symbolic.engines import tensorflow as engine
    K.clear_session()
    monkeypatch.setattr(engine._Scratch, "limit", 10)
    model = keras.models.Sequential([keras.layers.Dense(3, input_shape=(4,))])
    for _ in range(5):
        model.add(keras.layers.Dense(3))
    model.compile("sgd", "mse")
    graph = engine._Scratch.graph
    assert np.isfinite(model.train_on_batch(np.ones((2, 4)), np.ones((2, 3))))
    assert engine._Scratch.graph is graph
    del model
    gc.collect()
    K.transpose(K.placeholder((2, 3)))
    assert engine._Scratch.graph is not graph, "nobody needs the former graph"


@pytest.mark.parametrize("pooling", ["MaxPooling2D", "AveragePooling2D", "GlobalMaxPooling2D"])
@pytest.mark.parametrize("padding", ["valid", "same"])
def test_gradients_get_through_pooling(keras, pooling, padding):
    size = {} if pooling.startswith("Global") else {"padding": padding}
    model = keras.models.Sequential([keras.layers.Conv2D(2, 3, input_shape=(7, 7, 1)),
                                     getattr(keras.layers, pooling)(**size)])
    model.compile("sgd", "mse")
    before = model.get_weights()[0]
    model.train_on_batch(np.ones((2, 7, 7, 1)), np.ones((2,) + model.output_shape[1:]))
    assert np.abs(model.get_weights()[0] - before).max() > 1e-4
