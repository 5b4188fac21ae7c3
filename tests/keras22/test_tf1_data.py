"""`tf.data`, queues and the tutorials' MNIST of TensorFlow 1, and what `Input(tensor=...)` stands for."""
import gzip
import struct

import numpy as np
import pytest


@pytest.fixture
def tf(keras):
    """``tensorflow`` as an old script sees it."""
    if keras.backend.backend() != "tensorflow":
        pytest.skip("TensorFlow 1's names are there on TensorFlow only")
    from kcool_modern import tf1
    tf1.reset_default_graph()
    return tf1


@pytest.fixture
def run(tf):
    return tf.Session().run


def test_the_next_element_is_another_one_in_every_run(tf, run):
    element = tf.data.Dataset.range(3).map(lambda number: number * 2).make_one_shot_iterator().get_next()
    assert [int(run(element + 1)) for _ in range(3)] == [1, 3, 5]
    with pytest.raises(tf.errors.OutOfRangeError):
        run(element + 1)


def test_an_initializer_goes_back_to_the_start(tf, run):
    iterator = tf.data.Dataset.range(5).make_initializable_iterator()
    element = iterator.get_next()
    first = [int(run(element)) for _ in range(2)]
    run(iterator.initializer)
    assert first + [int(run(element))] == [0, 1, 0]


def test_functions_that_make_datasets(tf, run):
    nested = tf.data.Dataset.range(3).flat_map(lambda number: tf.data.Dataset.from_tensors(number).repeat(2))
    assert run(nested.batch(6).make_one_shot_iterator().get_next()).tolist() == [0, 0, 1, 1, 2, 2]


def test_a_model_trains_on_what_an_iterator_gives(keras, tf):
    labels = tf.one_hot([0, 1, 2, 0], 3)
    data = tf.data.Dataset.from_tensor_slices((np.eye(4, dtype="float32"), labels)).repeat().batch(2)
    inputs, targets = data.make_one_shot_iterator().get_next()
    entry = keras.layers.Input(tensor=inputs)
    model = keras.models.Model(entry, keras.layers.Dense(3, activation="softmax")(entry))
    model.compile("sgd", "categorical_crossentropy", target_tensors=[targets])
    losses = model.fit(epochs=3, steps_per_epoch=2, verbose=0).history["loss"]
    assert losses[0] > losses[1] > losses[2]


def test_queues_fill_themselves(tf, run):
    rows = tf.train.batch([np.arange(6), np.arange(6) * 10], batch_size=4, enqueue_many=True)
    assert tf.train.start_queue_runners() == []
    first, second = run(rows), run(rows)
    assert first[1].tolist() == [0, 10, 20, 30] and second[0].tolist() == [4, 5, 0, 1]
    mixed = run(tf.train.shuffle_batch([np.arange(6)], 6, capacity=6, min_after_dequeue=5, enqueue_many=True)[0])
    assert mixed.shape == (6,)


def test_mnist_of_the_tutorials(tf, tmp_path):
    from kcool_common import mnist_files

    for name, count in (("train", 7), ("t10k", 3)):
        images = struct.pack(">iiii", 2051, count, 28, 28) + bytes([51]) * (count * 784)
        labels = struct.pack(">ii", 2049, count) + bytes(range(count))
        for kind, content in (("images-idx3", images), ("labels-idx1", labels)):
            (tmp_path / ("%s-%s-ubyte.gz" % (name, kind))).write_bytes(gzip.compress(content))
    data = mnist_files.read_data_sets(str(tmp_path), one_hot=True, validation_size=2)
    assert [part.num_examples for part in data] == [5, 2, 3]
    images, labels = data.train.next_batch(3)
    assert images.shape == (3, 784) and np.allclose(images, 0.2) and labels.shape == (3, 10)
    assert tf.contrib.learn.python.learn.datasets.mnist.read_data_sets is mnist_files.read_data_sets


def test_a_wrapped_tensor_stands_for_its_input_layer(keras):
    K = keras.backend
    joined = K.concatenate([K.ones((1, 2)), K.placeholder(shape=(1, 2))], axis=0)
    entry = keras.layers.Input(tensor=joined)
    assert keras.utils.get_source_inputs(joined) == [entry]
    output = keras.layers.Dense(2)(entry)
    assert keras.models.Model(joined, output).inputs == [entry]
