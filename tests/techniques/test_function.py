"""`compat.function`: any tensor that came up while the model was built."""
import threading

import numpy as np
import pytest

import compat
from compat import errors, function


def normalized(x):
    return x / np.sqrt(np.maximum(np.sum(x ** 2, -1, keepdims=True), 1e-12))


def rows(*shape):
    return np.random.normal(size=shape).astype("float32")


@pytest.fixture(scope="module")
def Normal(keras, K):
    """The layer of the article: what it normalizes is not its output."""

    class Normal(keras.layers.Layer):
        def build(self, input_shape):
            self.kernel = self.add_weight(name="kernel", shape=(1,), initializer="ones", trainable=True)
            super(Normal, self).build(input_shape)

        def call(self, x):
            self.x_normalized = K.l2_normalize(x, -1)
            self.parts = [self.x_normalized * 2.0, {"third": self.x_normalized * 3.0}]
            self.by_name = {"fourth": self.x_normalized * 4.0}
            return self.x_normalized * self.kernel

    return Normal


@pytest.fixture
def article(keras, Normal):
    x_in = keras.layers.Input((6,))
    hidden = keras.layers.Dense(5)(x_in)
    normal = Normal()
    x = normal(hidden)
    x = keras.layers.Dense(3, activation="softmax")(x)
    model = keras.models.Model(x_in, x)
    return x_in, hidden, normal, model


def hidden_of(model, x):
    kernel, bias = model.layers[1].get_weights()
    return x.dot(kernel) + bias


def test_tensor_set_in_call(article):
    x_in, hidden, normal, model = article
    x = rows(4, 6)
    fn = function([x_in], [normal.x_normalized])
    values = fn([x])
    assert isinstance(values, list) and isinstance(values[0], np.ndarray)
    np.testing.assert_allclose(values[0], normalized(hidden_of(model, x)), rtol=1e-5, atol=1e-6)


def test_several_outputs_of_every_kind(article):
    x_in, hidden, normal, model = article
    x = rows(4, 6)
    outputs = [model.output, normal.parts[0], hidden, normal.parts[1]["third"], normal.by_name["fourth"], normal.kernel]
    found = function([x_in], outputs)([x])
    expected = normalized(hidden_of(model, x))
    np.testing.assert_allclose(found[0], model.predict(x), rtol=1e-5, atol=1e-6)
    for values, factor in zip(found[1:], (2.0, None, 3.0, 4.0)):
        want = hidden_of(model, x) if factor is None else factor * expected
        np.testing.assert_allclose(values, want, rtol=1e-5, atol=1e-5)
    np.testing.assert_array_equal(found[5], [1.0])


def test_after_fit_predict_evaluate(article):
    x_in, hidden, normal, model = article
    before = function([x_in], [normal.x_normalized])
    model.compile("sgd", "mse")
    x, y = rows(8, 6), rows(8, 3)
    model.fit(x, y, epochs=1, verbose=0)
    model.predict(x)
    model.evaluate(x, y, verbose=0)
    after = function([x_in], [normal.x_normalized, normal.parts[1]["third"]])
    expected = normalized(hidden_of(model, x))
    np.testing.assert_allclose(before([x])[0], expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(after([x])[0], expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(after([x])[1], 3 * expected, rtol=1e-5, atol=1e-5)


def test_weights_are_current(article):
    x_in, hidden, normal, model = article
    x = rows(3, 6)
    fn = function([x_in], [normal.x_normalized, hidden])
    fn([x])
    model.layers[1].set_weights([np.eye(6, 5), np.full(5, 0.5)])
    np.testing.assert_allclose(fn([x])[1], x[:, :5] + 0.5, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(fn([x])[0], normalized(x[:, :5] + 0.5), rtol=1e-5, atol=1e-6)


def test_layer_called_several_times(keras, Normal):
    a, b = keras.layers.Input((6,)), keras.layers.Input((6,))
    layer = Normal()
    first = layer(a)
    of_a, list_of_a = layer.x_normalized, layer.parts[0]
    second = layer(b)
    of_b = layer.x_normalized
    third = layer(keras.layers.add([first, second]))
    of_sum = layer.x_normalized
    model = keras.models.Model([a, b], third)
    xa, xb = rows(4, 6), rows(4, 6)
    na, nb = normalized(xa), normalized(xb)

    def check():
        found = function([a, b], [of_sum, of_b, list_of_a, of_a])([xa, xb])
        for values, expected in zip(found, (normalized(na + nb), nb, 2 * na, na)):
            np.testing.assert_allclose(values, expected, rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(function([b], [of_b])([xb])[0], nb, rtol=1e-5, atol=1e-6)

    check()
    model.compile("sgd", "mse")
    model.fit([xa, xb], rows(4, 6), verbose=0)
    layer.set_weights([np.ones(1)])
    check()


def test_list_that_grows_with_every_call(keras):
    class Appending(keras.layers.Layer):
        def __init__(self, **kwargs):
            super(Appending, self).__init__(**kwargs)
            self.seen = []

        def call(self, x):
            self.seen.append(x * 2.0)
            self.seen.append(x * 3.0)
            return x + 1.0

    a = keras.layers.Input((2,))
    layer = Appending()
    b = layer(a)
    doubled, tripled = layer.seen[-2], layer.seen[-1]
    layer(b)
    later = layer.seen[-2]
    before = len(layer.seen)
    x = rows(3, 2)
    found = function([a], [doubled, tripled, later])([x])
    for values, expected in zip(found, (2 * x, 3 * x, 2 * (x + 1))):
        np.testing.assert_allclose(values, expected, rtol=1e-5)
    assert len(layer.seen) == before


def test_nested_model(keras, Normal):
    layer = Normal()
    inner_in = keras.layers.Input((5,))
    inner = keras.models.Model(inner_in, keras.layers.Dense(2)(layer(inner_in)))
    a, b = keras.layers.Input((6,)), keras.layers.Input((6,))
    dense = keras.layers.Dense(5, use_bias=False)
    inner(dense(a))
    of_a = layer.x_normalized
    inner(dense(b))
    of_b = layer.x_normalized
    xa, xb = rows(4, 6), rows(4, 6)
    kernel, = dense.get_weights()
    found = function([a, b], [of_a, of_b])([xa, xb])
    np.testing.assert_allclose(found[0], normalized(xa.dot(kernel)), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(found[1], normalized(xb.dot(kernel)), rtol=1e-5, atol=1e-6)


def test_layer_inside_a_layer(keras, Normal):
    class Twice(keras.layers.Layer):
        def __init__(self, **kwargs):
            super(Twice, self).__init__(**kwargs)
            self.inner = Normal()

        def build(self, input_shape):
            self.inner.build(input_shape)
            super(Twice, self).build(input_shape)

        def call(self, x):
            once = self.inner.call(x)
            self.first = self.inner.x_normalized
            return self.inner.call(once * 0.5 + 1.0)

        def compute_output_shape(self, input_shape):
            return input_shape

    a = keras.layers.Input((3,))
    layer = Twice()
    layer(a)
    x = rows(4, 3)
    found = function([a], [layer.first, layer.inner.x_normalized])([x])
    np.testing.assert_allclose(found[0], normalized(x), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(found[1], normalized(normalized(x) * 0.5 + 1.0), rtol=1e-5, atol=1e-6)


def test_sequential(keras, Normal):
    layer = Normal(input_shape=(6,))
    model = keras.models.Sequential([layer, keras.layers.Dense(2)])
    x = rows(4, 6)
    found = function(model.inputs, [layer.x_normalized] + list(model.outputs))([x])
    np.testing.assert_allclose(found[0], normalized(x), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(found[1], model.predict(x), rtol=1e-5, atol=1e-6)


def test_feeding_an_intermediate_tensor(article):
    x_in, hidden, normal, model = article
    h = rows(4, 5)
    np.testing.assert_allclose(function([hidden], [normal.x_normalized])([h])[0], normalized(h), rtol=1e-5, atol=1e-6)


def test_learning_phase(keras, K):
    a = keras.layers.Input((50,))
    y = keras.layers.BatchNormalization(momentum=0.5)(keras.layers.Dropout(0.5)(a))
    model = keras.models.Model(a, y)
    norm = model.layers[-1]
    dropped = model.layers[1].output
    fn = function([a, K.learning_phase()], [dropped, y])
    x = np.ones((40, 50), "float32")
    before = model.get_weights()
    quiet, out = fn([x, 0])
    np.testing.assert_array_equal(quiet, x)
    np.testing.assert_allclose(out, x / np.sqrt(1 + norm.epsilon), rtol=1e-5)
    first, out = fn([x, 1])
    assert set(np.unique(first)) == {0.0, 2.0}
    assert np.abs(out.mean(0)).max() < 1e-4
    second, _ = fn([x, 1])
    assert (first != second).any()
    for old, new in zip(before, model.get_weights()):
        np.testing.assert_array_equal(old, new)
    np.testing.assert_array_equal(function([a], [dropped])([x])[0], x)


def test_dropout_inside_a_layer_without_a_training_argument(keras, K):
    class Holder(keras.layers.Layer):
        def __init__(self, **kwargs):
            super(Holder, self).__init__(**kwargs)
            self.dropout = keras.layers.Dropout(0.5)

        def call(self, x):
            self.inside = self.dropout(x)
            return self.inside * 1.0

    a = keras.layers.Input((50,))
    layer = Holder()
    layer(a)
    fn = function([a, K.learning_phase()], [layer.inside])
    x = np.ones((40, 50), "float32")
    np.testing.assert_array_equal(fn([x, 0])[0], x)
    assert set(np.unique(fn([x, 1])[0])) == {0.0, 2.0}


def test_updates(keras, K):
    a = keras.layers.Input((3,))
    y = keras.layers.Dense(2, use_bias=False)(a)
    total, steps = K.variable(np.zeros(2)), K.variable(0.0)
    new_total = keras.layers.Lambda(lambda t: K.sum(t, axis=0))(y)
    fn = function([a], [y], updates=[(total, new_total), (steps, 5.0)])
    x = rows(4, 3)
    out, = fn([x])
    np.testing.assert_allclose(K.get_value(total), out.sum(0), rtol=1e-5, atol=1e-6)
    assert K.get_value(steps) == 5.0
    out, = fn([2 * x])
    np.testing.assert_allclose(K.get_value(total), out.sum(0), rtol=1e-5, atol=1e-6)


def test_new_values_are_computed_before_any_is_written(stack, keras, K):
    if stack.dialect == "legacy":
        pytest.skip("the session of Keras 2.2 runs updates in no order among each other")
    a = keras.layers.Input((3,))
    y = keras.layers.Lambda(lambda t: t * 2.0)(a)
    v, w = K.variable(1.0), K.variable(10.0)
    found = function([a], [y, v, w], updates=[(v, w), (w, v)])([rows(2, 3)])
    assert (float(found[1]), float(found[2])) == (1.0, 10.0)
    assert (float(K.get_value(v)), float(K.get_value(w))) == (10.0, 1.0)
    function([a], [y], updates=[(v, w), (w, 5.0), (w, v)])([rows(2, 3)])
    assert (float(K.get_value(v)), float(K.get_value(w))) == (1.0, 10.0)


def test_results_of_update(keras, K):
    a = keras.layers.Input((3,))
    y = keras.layers.Lambda(lambda t: t * 2.0)(a)
    count = K.variable(1.0)
    change = K.update_add(count, 2.0)
    if K.get_value(count) != 1.0:
        # Where operations run at once the real K.update_add leaves nothing to do, and the variable says nothing.
        with pytest.raises(errors.NotATensor, match="pair"):
            function([a], [y], updates=[change])
        assert K.get_value(count) == 3.0
        return
    fn = function([a], [y], updates=[change])
    assert K.get_value(count) == 1.0
    fn([rows(2, 3)])
    fn([rows(2, 3)])
    assert K.get_value(count) == 5.0


def test_masks_reach_the_layers(keras):
    a = keras.layers.Input((4, 2))
    masked = keras.layers.Masking()(a)

    class Average(keras.layers.Layer):
        def __init__(self, **kwargs):
            super(Average, self).__init__(**kwargs)
            self.supports_masking = True

        def call(self, x, mask=None):
            kept = compat.K.cast(mask, "float32")
            self.kept = kept
            return compat.K.sum(x * compat.K.expand_dims(kept), axis=1) / compat.K.sum(kept, axis=1, keepdims=True)

        def compute_mask(self, x, mask=None):
            return None

        def compute_output_shape(self, shape):
            return shape[0], shape[2]

    layer = Average()
    y = layer(masked)
    x = rows(3, 4, 2)
    x[:, 2:] = 0
    kept, mean = function([a], [layer.kept, y])([x])
    np.testing.assert_array_equal(kept, [[1, 1, 0, 0]] * 3)
    np.testing.assert_allclose(mean, x[:, :2].mean(1), rtol=1e-5, atol=1e-6)


def test_a_fed_tensor_keeps_its_mask(keras):
    """The mask of an embedding is computed from the ids, so they have to be fed along with the vectors."""
    class Kept(keras.layers.Layer):
        def __init__(self, **kwargs):
            super(Kept, self).__init__(**kwargs)
            self.supports_masking = True

        def call(self, x, mask=None):
            return x if mask is None else x * compat.K.expand_dims(compat.K.cast(mask, "float32"))

        def compute_output_shape(self, shape):
            return shape

    ids = keras.layers.Input((5,), dtype="int32")
    vectors = keras.layers.Embedding(9, 2, mask_zero=True)(ids)
    y = keras.layers.Lambda(lambda t: t * 1.0)(Kept()(vectors))
    numbers, values = np.array([[3, 2, 0, 0, 1]]), rows(1, 5, 2)
    kept, = function([ids, vectors], [y])([numbers, values])
    np.testing.assert_allclose(kept, values * (numbers != 0)[..., None], rtol=1e-6)
    with pytest.raises(errors.NotConnected):
        function([vectors], [y])


def test_threads_do_not_mix_their_runs(article):
    """Layers keep what `call` sets: two threads in one function, and two functions of one model."""
    x_in, hidden, normal, model = article
    fn, other = function([x_in], [hidden, normal.x_normalized]), function([x_in], [model.outputs[0]])
    x = rows(3, 6)
    want, reference = fn([x]), other([x])[0]
    wrong = []

    def work(scale):
        for _ in range(20):
            inner, unit = fn([scale * x])
            if np.abs(unit - normalized(inner)).max() > 1e-5 or np.abs(other([x])[0] - reference).max() > 1e-5:
                wrong.append(scale)

    threads = [threading.Thread(target=work, args=(scale,)) for scale in (1.0, 2.0, 3.0)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    np.testing.assert_array_equal(fn([x])[1], want[1])


def test_an_input_can_be_an_output(keras):
    x = keras.layers.Input((3,))
    y = keras.layers.Lambda(lambda t: t * 2.0)(x)
    values = rows(2, 3)
    same, double = function([x], [x, y])([values])
    np.testing.assert_array_equal(same, values)
    np.testing.assert_allclose(double, 2 * values, rtol=1e-6)


def test_an_input_comes_once(keras):
    x = keras.layers.Input((3,))
    y = keras.layers.Lambda(lambda t: t * 2.0)(x)
    with pytest.raises(errors.NotATensor, match="twice"):
        function([x, x], [y])


def test_tensorflow_operations_in_call(stack, keras):
    if stack.engine != "tensorflow":
        pytest.skip("no TensorFlow operations on this backend")
    import tensorflow as tf

    class Raw(keras.layers.Layer):
        def call(self, x):
            self.angles = tf.atan2(x, tf.ones_like(x) + tf.reduce_max(x)) if hasattr(tf, "atan2") else tf.math.atan2(
                x, tf.ones_like(x) + tf.reduce_max(x))
            return tf.concat([x, self.angles], axis=-1)

        def compute_output_shape(self, shape):
            return shape[:-1] + (2 * shape[-1],)

    a = keras.layers.Input((3,))
    layer = Raw()
    layer(a)
    x = rows(4, 3)
    np.testing.assert_allclose(function([a], [layer.angles])([x])[0], np.arctan2(x, 1 + x.max()), rtol=1e-5, atol=1e-6)


def test_thousand_calls_with_twenty_batch_sizes(stack, keras, K):
    class Counting(keras.layers.Layer):
        calls = 0

        def call(self, x):
            Counting.calls += 1
            self.doubled = x * 2.0
            return x + 1.0

    a = keras.layers.Input((2,))
    layer = Counting()
    y = layer(a)
    fn = function([a], [layer.doubled, y])
    before = Counting.calls
    data = rows(20, 2)
    for step in range(1000):
        size = 1 + step % 20
        doubled, _ = fn([data[:size]])
        assert doubled.shape == (size, 2)
    np.testing.assert_allclose(doubled, 2 * data, rtol=1e-6)
    traces = Counting.calls - before
    if stack.engine == "tensorflow":
        assert traces <= 1
    elif stack.engine == "jax":
        assert traces <= 20 + 1


def test_attributes_stay_as_they_were(article):
    x_in, hidden, normal, model = article
    held, parts = normal.x_normalized, normal.parts
    nodes = len(normal._inbound_nodes), len(normal._outbound_nodes)
    fn = function([x_in], [normal.x_normalized])
    fn([rows(2, 6)])
    fn([rows(3, 6)])
    assert normal.x_normalized is held and normal.parts is parts
    assert (len(normal._inbound_nodes), len(normal._outbound_nodes)) == nodes


def test_missing_input_is_named(keras, article):
    x_in, hidden, normal, model = article
    other = keras.layers.Input((6,), name="the_other_input")
    y = keras.layers.add([other, x_in])
    for inputs, outputs in (([x_in], [y]), ([hidden], [normal.x_normalized, y])):
        with pytest.raises(errors.NotConnected, match="the_other_input"):
            function(inputs, outputs)
    with pytest.raises(errors.NotConnected):
        function([other], [normal.x_normalized])


def test_wrong_arrays(article):
    x_in, hidden, normal, model = article
    fn = function([x_in], [hidden])
    with pytest.raises(errors.WrongShape, match="1 array"):
        fn([rows(2, 6), rows(2, 6)])
    with pytest.raises(errors.WrongShape, match="1 array"):
        fn(rows(2, 6))
    for wrong in (rows(2, 5), rows(6), rows(2, 6, 1)):
        with pytest.raises(errors.WrongShape, match=r"None.*6|6.*None"):
            fn([wrong])
    assert fn([rows(2, 6)])[0].shape == (2, 5)


@pytest.mark.parametrize("wrong", ["abc", None, [[1.0, 2.0], [1.0]], np.array([list("abcdef")])],
                         ids=["text", "None", "ragged", "array_of_text"])
def test_arrays_that_are_no_numbers(article, wrong):
    x_in, hidden, normal, model = article
    with pytest.raises(errors.WrongShape, match="(?s)for input .*Found: "):
        function([x_in], [hidden])([wrong])


def test_numbers_of_other_types(article):
    """Python lists, integers, float64, numbers of NumPy: all become the input's dtype."""
    x_in, hidden, normal, model = article
    fn = function([x_in], [hidden])
    whole = np.arange(12).reshape(2, 6)
    want, = fn([whole.astype("float32")])
    for given in (whole, whole.astype("float64"), whole.tolist(), [list(map(np.int64, row)) for row in whole]):
        found, = fn([given])
        assert found.dtype == np.float32
        np.testing.assert_array_equal(found, want)


def test_results_belong_to_the_caller(article):
    """They can be written to, and writing changes neither what was fed nor a weight."""
    x_in, hidden, normal, model = article
    x = np.ones((2, 6), "float32")
    same, kernel, out = function([x_in], [x_in, normal.kernel, hidden])([x])
    for array in (same, kernel, out):
        array[...] = 7
    np.testing.assert_array_equal(x, 1)
    np.testing.assert_array_equal(normal.get_weights()[0], [1.0])


def test_wrong_arguments(article):
    x_in, hidden, normal, model = article
    for inputs, outputs in (([x_in], ["hidden"]), ([x_in], [normal]), (x_in, [hidden]), ([x_in], hidden),
                            ([rows(2, 6)], [hidden])):
        with pytest.raises(errors.NotATensor):
            function(inputs, outputs)


def test_K_function_gives_the_same(article, K):
    x_in, hidden, normal, model = article
    x = rows(4, 6)
    wanted, = function([x_in], [hidden])([x])
    np.testing.assert_allclose(K.function([x_in], [hidden])([x])[0], wanted, rtol=1e-6, atol=1e-6)


BUILT_BEFORE = """
import numpy as np
import compat
keras = compat.stack().module
{imports}

class Holding(keras.layers.Layer):
    def call(self, x):
        self.doubled = x * 2.0
        return x + 1.0

a, b = keras.layers.Input((3,)), keras.layers.Input((3,))
once, twice = Holding(), Holding()
y = once(a)
twice(a)
of_a = twice.doubled
twice(b)
model = keras.models.Model(a, y)
x = np.ones((2, 3), "float32")
model.predict(x, verbose=0)
found = compat.function([a], [once.doubled])([x])[0]
assert np.array_equal(found, 2 * x), found
assert np.array_equal(compat.function([a, b], [twice.doubled])([x, 5 * x])[0], 10 * x)
try:
    print(compat.function([a, b], [of_a])([x, 5 * x])[0].tolist())
except compat.errors.NotConnected as error:
    print("refused:", error)
"""


def test_model_that_was_built_before_the_import(stack, run_python):
    """The current attribute means the last call; a tensor of a call that nobody saw is refused, not guessed."""
    imports = "import %s as keras" % stack.module
    if stack.module == "tensorflow.keras":
        imports = "import tensorflow as tf\nkeras = tf.keras"
    if stack.family == "bridge":
        imports = "import compat\ncompat.install()\nimport keras"
    said = run_python(BUILT_BEFORE.format(imports=imports)).strip().splitlines()
    legacy = "[[2.0, 2.0, 2.0], [2.0, 2.0, 2.0]]"
    assert said[-1] == legacy if stack.dialect == "legacy" else any("refused: " in line for line in said)


def test_everything_done_to_the_framework_can_be_undone(stack, run_python):
    if stack.dialect == "legacy":
        pytest.skip("nothing is done to Keras on this stack")
    run_python("""
import compat
K, keras = compat.K, compat.keras
node = type(keras.layers.Input((1,), name="a")._keras_history[0]._inbound_nodes[0])
node = next(cls for cls in node.__mro__ if not cls.__module__.startswith("kcool"))
compat.function
from kcool_modern import patches
assert patches.active() and all(p.reason and p.target for p in patches.active())
changed = node.__init__
patches.undo()
assert node.__init__ is not changed and not patches.active()
""")


def test_nothing_is_kept_alive(stack, keras):
    """Models, their graphs and the tensors that their layers held can go when the user lets them go."""
    if stack.dialect == "legacy":
        pytest.skip("the graph of Keras 2.2 keeps every tensor")
    import gc
    import weakref

    class Holding(keras.layers.Layer):
        def call(self, x):
            self.doubled = x * 2.0
            return x + 1.0

    def build():
        a = keras.layers.Input((3,))
        layer = Holding()
        layer(a)
        function([a], [layer.doubled])([rows(2, 3)])
        return weakref.ref(layer.doubled), weakref.ref(layer)

    held, layer = build()
    gc.collect()
    gc.collect()
    assert held() is None and layer() is None


def has_a_value(tensor):
    tensor = tensor.detach() if hasattr(tensor, "detach") else tensor
    try:
        return np.asarray(tensor).dtype != object
    except (NotImplementedError, TypeError, ValueError):
        return False


def test_an_expression_of_a_variable_is_evaluated_each_time_or_refused(stack, keras, K):
    """On graph Keras ``v * 2`` is a tensor; where it is a number already, an update with it would be a constant."""
    x = keras.layers.Input((2,))
    y = keras.layers.Dense(1)(x)
    v = K.variable(np.ones(3))
    doubled = v * 2.0
    if has_a_value(doubled):
        with pytest.raises(errors.NotATensor, match="update_add"):
            compat.function([x], [y], updates=[(v, doubled)])
        return
    step = compat.function([x], [y], updates=[(v, doubled)])
    for _ in range(3):
        step([np.zeros((1, 2))])
    np.testing.assert_allclose(K.get_value(v), 8 * np.ones(3))
