"""TensorFlow 1's names on the graph of the emulation; random numbers are those that TensorFlow 1.15.5 gave."""
import os

import numpy as np
import pytest

DATA = np.random.RandomState(0).randn(6, 3).astype("float32")


@pytest.fixture
def tf(keras):
    """``tensorflow`` as an old script sees it."""
    if keras.backend.backend() != "tensorflow":
        pytest.skip("TensorFlow 1's names are there on TensorFlow only")
    from kcool_modern import tf1
    tf1.reset_default_graph()
    tf1.set_random_seed(None)
    yield tf1
    tf1.set_random_seed(None)


@pytest.fixture
def x(tf):
    return tf.placeholder(tf.float32, [None, 3])


@pytest.fixture
def run(tf):
    return tf.Session().run


def test_tensors_without_arguments_belong_to_the_graph(tf, run):
    total = tf.reduce_sum(tf.constant([[1., 2.]]) + tf.zeros([3, 2]) + tf.cast(tf.range(2), tf.float32))
    assert not hasattr(total, "numpy") and run(total) == 12.


@pytest.mark.parametrize("made, first, second", [
    (lambda tf: tf.random_normal([3], seed=5), [-1.1347394, 0.7460806, -1.9681302], None),
    (lambda tf: tf.random_uniform([2, 2], seed=9), [[0.8105223, 0.08328199], [0.31473887, 0.37518275]],
     [[0.8902507, 0.2082535], [0.62203276, 0.6315898]]),
    (lambda tf: tf.truncated_normal([3], seed=2), [0.44994467, 0.34680668, -1.3753312],
     [-0.8317088, -0.8354114, 0.265437])])
def test_random_numbers_are_those_of_tensorflow_1(tf, run, made, first, second):
    tf.set_random_seed(3)
    numbers = made(tf)
    np.testing.assert_allclose(run(numbers), first, rtol=3e-7)
    if second is not None:
        np.testing.assert_allclose(run(numbers), second, rtol=3e-7)


def test_variables_are_assigned_to_and_start_again(tf, run):
    v = tf.Variable([1., 2.], name="v")
    assert isinstance(v, tf.Variable) and v.name == "v:0" and v.op.name == "v"
    run(tf.global_variables_initializer())
    run(v.assign_add([1., 1.]))
    np.testing.assert_array_equal(run(v * 2), [4., 6.])
    run([tf.assign_sub(v, [1., 0.]), tf.no_op()])
    np.testing.assert_array_equal(run(v), [1., 3.])
    run(v.initializer)
    np.testing.assert_array_equal(run(v), [1., 2.])
    assert tf.global_variables() == [v] and tf.trainable_variables() == [v]


def test_a_random_initial_value_is_drawn_once_before_the_first_initializer(tf, run):
    v = tf.Variable(tf.truncated_normal([3], seed=2))
    before = run(v)
    run(tf.global_variables_initializer())
    np.testing.assert_array_equal(run(v), before)
    run(tf.global_variables_initializer())
    assert not np.array_equal(run(v), before)


def test_scopes_name_and_share_variables(tf, run):
    penalty = tf.contrib.layers.l2_regularizer(0.1)
    with tf.variable_scope("s"):
        v = tf.get_variable("v", [2, 2], initializer=tf.constant_initializer(3.), regularizer=penalty)
        with pytest.raises(ValueError, match="already exists"):
            tf.get_variable("v", [2, 2])
    with tf.variable_scope("s", reuse=True):
        assert tf.get_variable("v", [2, 2]) is v
        with pytest.raises(ValueError, match="does not exist"):
            tf.get_variable("w", [2, 2])
    with tf.variable_scope("s", reuse=tf.AUTO_REUSE):
        assert tf.get_variable("w", [1]).name == "s/w:0"
    assert v.name == "s/v:0"
    np.testing.assert_allclose(run(tf.losses.get_regularization_loss()), 0.1 * 36 / 2, rtol=1e-6)


def test_a_placeholder_may_have_any_number_of_axes(tf, run):
    k = tf.placeholder(tf.float32)
    assert run(k * 2, {k: 3.}) == 6. and run(tf.reduce_sum(k), {k: np.ones((2, 3))}) == 6.
    default = tf.placeholder_with_default(tf.constant([1., 2.]), [None])
    assert run(default * 2).tolist() == [2., 4.] and run(default * 2, {default: [3.]}).tolist() == [6.]


def test_loops_and_choices(tf, run, x):
    _, s = tf.while_loop(lambda i, s: i < 5, lambda i, s: (i + 1, s + tf.reduce_sum(x) * tf.cast(i, tf.float32)),
                         [tf.constant(0), tf.constant(0.)])
    np.testing.assert_allclose(run(s, {x: DATA}), 10 * DATA.sum(), rtol=1e-5)
    grown = tf.while_loop(lambda s: tf.shape(s)[0] < 6, lambda s: tf.concat([s, s], 0), [tf.ones([2])],
                          shape_invariants=[tf.TensorShape([None])])
    assert run(grown).shape == (8,)
    for _ in range(3):
        chosen = run(tf.cond(tf.reduce_sum(x) > 0, lambda: x * 2, lambda: -x), {x: -DATA})
    np.testing.assert_allclose(chosen, DATA if DATA.sum() > 0 else -DATA * 2)
    np.testing.assert_allclose(run(tf.map_fn(lambda r: r * 2, x), {x: DATA}), DATA * 2)
    np.testing.assert_allclose(run(tf.scan(lambda c, r: c + r, x), {x: DATA}), np.cumsum(DATA, 0), rtol=1e-5)


def test_arrays_of_tensors_go_through_loops(tf, run, x):
    array = tf.TensorArray(tf.float32, size=0, dynamic_size=True)
    array = array.write(0, x[0])
    _, array = tf.while_loop(lambda i, a: i < 3, lambda i, a: (i + 1, a.write(i, x[i] * 2.)), [1, array])
    np.testing.assert_allclose(run(array.stack(), {x: DATA}), np.concatenate([DATA[:1], DATA[1:3] * 2]))
    assert run(array.size(), {x: DATA}) == 3


def test_python_in_the_middle(tf, run, x, capfd):
    doubled = tf.py_func(lambda v: (v * 2).astype("float32"), [x], tf.float32)
    shown = tf.Print(doubled, [tf.shape(x)], message="shape ", first_n=2)
    for _ in range(3):
        np.testing.assert_allclose(run(shown, {x: DATA}), DATA * 2)
    assert capfd.readouterr().err.count("shape [6 3]") == 2


def test_what_comes_first_is_seen(tf, run):
    v = tf.Variable([1., 2.])
    with tf.control_dependencies([tf.assign(v, [5., 6.])]):
        after = tf.identity(v) * 2
    assert run(after).tolist() == [10., 12.] and run(v).tolist() == [5., 6.]


def test_gradients_weighed_and_clipped(tf, run, x):
    gradient, = tf.gradients(tf.square(x), [x], grad_ys=2 * x)
    np.testing.assert_allclose(run(gradient, {x: DATA}), 4 * DATA ** 2, rtol=1e-6)
    (clipped,), norm = tf.clip_by_global_norm([gradient], 1.)
    np.testing.assert_allclose(run(norm, {x: DATA}), np.sqrt((16 * DATA ** 4).sum()), rtol=1e-5)
    np.testing.assert_allclose((run(clipped, {x: DATA}) ** 2).sum(), 1, rtol=1e-5)


def test_an_optimizer_minimizes(tf, run, x):
    w = tf.Variable(np.ones((3, 1), "float32"))
    step = tf.train.get_or_create_global_step()
    rate = tf.train.exponential_decay(0.1, step, 2, 0.5)
    loss = tf.reduce_mean(tf.square(tf.matmul(x, w)))
    train = tf.train.MomentumOptimizer(rate, 0.9).minimize(loss, global_step=step)
    run(tf.global_variables_initializer())
    value, velocity = np.ones((3, 1)), 0
    for i in range(5):
        velocity = 0.9 * velocity + 2 * DATA.T @ (DATA @ value) / 6
        value = value - 0.1 * 0.5 ** (i / 2) * velocity
        run(train, {x: DATA})
    np.testing.assert_allclose(run(w), value, rtol=1e-4)
    assert run(step) == 5


def test_the_learning_rate_may_be_fed(tf, run):
    v, rate = tf.Variable([1., 2.]), tf.placeholder(tf.float32, [])
    optimizer = tf.train.GradientDescentOptimizer(rate)
    pairs = optimizer.compute_gradients(tf.reduce_sum(tf.square(v)), [v])
    train = optimizer.apply_gradients([(tf.clip_by_value(g, -3., 3.), one) for g, one in pairs])
    for value in (0.5, 0.25, 0.125):
        run(train, {rate: value})
    np.testing.assert_allclose(run(v), [0., 0.25 - 0.0625], atol=1e-6)


def test_layers_of_keras_under_an_optimizer_of_tensorflow(tf, keras, run, x):
    labels = tf.placeholder(tf.float32, [None, 2])
    out = keras.layers.Dense(2, kernel_initializer="zeros")(keras.layers.Dropout(0.5)(x))
    loss = tf.reduce_mean(keras.losses.mean_squared_error(labels, out))
    train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
    run(tf.global_variables_initializer())
    feeds = {x: DATA, labels: np.ones((6, 2)), keras.backend.learning_phase(): 0}
    losses = [run([loss, train], feeds)[0] for _ in range(4)]
    kernel, bias = np.zeros((3, 2)), np.zeros(2)
    for found in losses:
        error = DATA @ kernel + bias - 1
        np.testing.assert_allclose(found, np.mean(error ** 2), rtol=1e-5)
        kernel, bias = kernel - 0.1 * DATA.T @ error / 6, bias - 0.1 * error.mean(0)
    keras.backend.get_session().run(tf.global_variables_initializer())
    np.testing.assert_allclose(run(loss, feeds), 1.)


def test_an_optimizer_of_tensorflow_in_a_model(tf, keras):
    model = keras.models.Sequential([keras.layers.Dense(1, use_bias=False, kernel_initializer="ones",
                                                        input_shape=(3,))])
    model.compile(tf.train.GradientDescentOptimizer(0.1), "mse")
    model.train_on_batch(DATA, np.zeros((6, 1)))
    np.testing.assert_allclose(model.get_weights()[0], 1 - 0.2 * DATA.T @ DATA.sum(1, keepdims=True) / 6, rtol=1e-5)


def test_averages_follow_variables(tf, run):
    v = tf.Variable(1.0, name="v")
    average = tf.train.ExponentialMovingAverage(0.9)
    with tf.control_dependencies([tf.assign(v, 5.0)]):
        move = average.apply([v])
    run(move)
    np.testing.assert_allclose(run([v, average.average(v)]), [5, 0.9 + 0.5], rtol=1e-6)


def test_checkpoints(tf, run, tmp_path):
    v = tf.Variable([1., 2.], name="v")
    saver = tf.train.Saver(max_to_keep=1)
    for step in (1, 2):
        path = saver.save(None, str(tmp_path / "m"), global_step=step)
    run(v.assign([0., 0.]))
    assert tf.train.latest_checkpoint(str(tmp_path)) == path == str(tmp_path / "m-2")
    saver.restore(None, path)
    assert run(v).tolist() == [1., 2.] and not (tmp_path / "m-1.index").exists()


def test_summaries(tf, run, x, tmp_path):
    tf.summary.scalar("mean", tf.reduce_mean(x))
    tf.summary.histogram("x", x)
    with tf.summary.FileWriter(str(tmp_path), tf.get_default_graph()) as writer:
        writer.add_summary(run(tf.summary.merge_all(), {x: DATA}), 3)
    name, = os.listdir(str(tmp_path))
    event, = [event for event in tf.train.summary_iterator(str(tmp_path / name)) if event.summary.value]
    assert event.step == 3 and [value.tag for value in event.summary.value] == ["mean", "x"]
    np.testing.assert_allclose(event.summary.value[0].simple_value, DATA.mean(), rtol=1e-5)


def test_layers(tf, run, x):
    hidden = tf.layers.dense(x, 4, activation=tf.nn.relu, kernel_initializer=tf.ones_initializer(), name="hidden")
    again = tf.layers.dense(x, 4, activation=tf.nn.relu, name="hidden", reuse=True)
    np.testing.assert_allclose(run(hidden, {x: DATA})[:, 0], np.maximum(DATA.sum(1), 0), rtol=1e-5)
    np.testing.assert_allclose(run(again, {x: DATA}), run(hidden, {x: DATA}))
    training = tf.placeholder(tf.bool, [])
    normal = tf.layers.batch_normalization(x, training=training)
    mean, variance = DATA.mean(0), DATA.var(0)
    np.testing.assert_allclose(run(normal, {x: DATA, training: True}), (DATA - mean) / np.sqrt(variance + 1e-3),
                               atol=1e-4)
    np.testing.assert_allclose(run(normal, {x: DATA, training: False}), DATA / np.sqrt(1 + 1e-3), rtol=1e-5)
    run(tf.get_collection(tf.GraphKeys.UPDATE_OPS), {x: DATA, training: True})
    np.testing.assert_allclose(run(normal, {x: DATA, training: False}),
                               (DATA - mean * 0.01) / np.sqrt(0.99 + 0.01 * variance + 1e-3), rtol=1e-4)
    image = tf.layers.conv2d(tf.reshape(x, [-1, 1, 3, 1]), 2, 1, kernel_initializer=tf.ones_initializer())
    np.testing.assert_allclose(run(tf.layers.flatten(image), {x: DATA})[:, ::2], DATA)


def test_options_for_gpus_reach_tensorflow(tf, monkeypatch):
    import tensorflow

    asked = []
    monkeypatch.setattr(tensorflow.config, "list_physical_devices", lambda kind=None: ["card 0", "card 1"])
    monkeypatch.setattr(tensorflow.config, "set_visible_devices", lambda cards, kind: asked.append(cards))
    monkeypatch.setattr(tensorflow.config.experimental, "set_memory_growth", lambda card, on: asked.append((card, on)))
    tf.Session(config=tf.ConfigProto(gpu_options=tf.GPUOptions(visible_device_list="1", allow_growth=True)))
    assert asked == [["card 1"], ("card 1", True)]


@pytest.mark.parametrize("path, counterpart", [
    ("contrib.slim", "tf-slim"), ("contrib.rnn.LSTMCell", "keras.layers"), ("nn.rnn_cell.GRUCell", "GRUCell"),
    ("contrib.crf.crf_log_likelihood", "K.rnn"), ("enable_eager_execution", "TensorFlow 2"),
    ("train.string_input_producer", "tf.data"), ("no_such_name", "kcool")])
def test_what_is_refused_says_what_to_use(tf, path, counterpart):
    with pytest.raises(AttributeError, match=counterpart):
        value = tf
        for part in path.split("."):
            value = getattr(value, part)
    assert not hasattr(tf, "no_such_name")


def test_every_row_of_the_table_can_be_served(tf):
    from kcool_common import tf1_names

    for name, (status, _, remark) in tf1_names.NAMES.items():
        if status == "refused":
            assert remark
        else:
            assert tf.lookup(*("tf." + name).rpartition(".")[::2]) is not None, name


def test_two_things_that_belong_to_no_graph_are_refused(tf, run):
    with pytest.raises(TypeError, match="invalid type"):
        run(np.ones(3))
    with pytest.raises(TypeError, match="no tensor of the graph"):
        run(tf.constant(1.), {"x": 1})
