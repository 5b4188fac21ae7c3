"""What goes wrong is said where it is done, and leaves nothing behind."""
import multiprocessing

import numpy as np
import pytest


def _model(keras, optimizer="sgd"):
    model = keras.models.Sequential([keras.layers.Dense(1, input_shape=(2,))])
    model.compile(optimizer, "mse")
    return model


def test_a_tensor_from_another_graph(keras, K):
    inputs = keras.layers.Input((3,))
    elsewhere = keras.layers.Dense(2)(keras.layers.Input((3,)))
    with pytest.raises(ValueError, match="Graph disconnected"):
        keras.models.Model(inputs, keras.layers.add([keras.layers.Dense(2)(inputs), elsewhere]))


def test_a_placeholder_that_gets_no_value(K):
    with pytest.raises(ValueError, match="needs values for"):
        K.function([K.placeholder((2,))], [K.placeholder((3,)) + 1])([[1, 2]])


def test_an_optimizer_without_get_updates(keras):
    class Lazy(keras.optimizers.Optimizer):
        pass

    with pytest.raises(NotImplementedError, match="Lazy has no `get_updates"):
        _model(keras, Lazy()).train_on_batch(np.ones((4, 2)), np.ones((4, 1)))


@pytest.mark.parametrize("use", [float, int, np.asarray, bool, list], ids=lambda use: use.__name__)
def test_a_symbolic_tensor_taken_for_a_number(K, use):
    with pytest.raises(TypeError, match="symbolic|part of the graph"):
        use(K.placeholder((None,)))


@pytest.mark.parametrize("processes", [False, True], ids=["threads", "processes"])
def test_a_callback_that_raises_leaves_no_worker(keras, processes):
    class Data(keras.utils.Sequence):
        def __len__(self):
            return 10

        def __getitem__(self, index):
            return np.ones((2, 2)), np.ones((2, 1))

    class Boom(keras.callbacks.Callback):
        def on_batch_end(self, batch, logs=None):
            if batch == 2:
                raise RuntimeError("of the user")

    model = _model(keras)
    with pytest.raises(RuntimeError, match="of the user"):
        model.fit_generator(Data(), epochs=1, workers=2, use_multiprocessing=processes, callbacks=[Boom()], verbose=0)
    assert not multiprocessing.active_children()
    model.train_on_batch(np.ones((4, 2)), np.ones((4, 1)))


def test_a_worker_that_raises_says_what_the_user_did(keras):
    class Data(keras.utils.Sequence):
        def __len__(self):
            return 4

        def __getitem__(self, index):
            return {}["batch %d" % index]

    with pytest.raises(KeyError, match="batch 0"):
        _model(keras).fit_generator(Data(), epochs=1, workers=1, shuffle=False, verbose=0)
