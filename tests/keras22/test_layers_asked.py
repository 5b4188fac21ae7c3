"""What a layer answers, and how it refuses to: the same on every backend."""
import numpy as np
import pytest


def test_a_layer_that_was_called_twice_says_how_to_ask(keras):
    layer = keras.layers.Dense(2)
    layer(keras.layers.Input((3,)))
    layer(keras.layers.Input((3,)))
    with pytest.raises(AttributeError, match="get_output_at"):
        layer.output
    with pytest.raises(AttributeError, match="get_input_at"):
        layer.input
    with pytest.raises(AttributeError, match="nothing_of_the_kind"):
        layer.nothing_of_the_kind


def test_one_hot_of_numbers_beyond_the_classes_is_all_zeros(K):
    found = K.eval(K.one_hot(K.variable(np.array([0, 2, 3, -1, 7]), dtype="int32"), 3))
    np.testing.assert_array_equal(found, [[1, 0, 0], [0, 0, 1], [0, 0, 0], [0, 0, 0], [0, 0, 0]])
