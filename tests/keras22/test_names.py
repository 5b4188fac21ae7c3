"""Names: of variables within scopes, and those by which old code reached TensorFlow through Keras's backend."""
import importlib

import numpy as np
import pytest


@pytest.fixture
def on_tensorflow(K):
    if K.backend() != "tensorflow":
        pytest.skip("modules of TensorFlow are there on TensorFlow only")


def test_a_scope_that_is_opened_again_gets_a_number_and_a_path_is_entered_as_it_is(K):
    with K.name_scope("a") as path:
        names = [K.variable(0., name="v").name, K.variable(0., name="v").name]
        with K.name_scope("b"), K.name_scope(path):
            names.append(K.variable(0., name="w").name)
    with K.name_scope("a"):
        names.append(K.variable(0., name="v").name)
        with K.name_scope(None):
            names.append(K.variable(0., name="v").name)
    assert path == "a/" and names == ["a/v:0", "a/v_1:0", "a/w:0", "a_1/v:0", "v:0"]
    K.clear_session()
    with K.name_scope("A"):
        assert K.variable(0.).name == "A/Variable:0"


def test_to_trace_a_layer_again_uses_no_names_up(keras, K):
    def scoped(x):
        with K.name_scope("inside"):
            return x * 2
    x = keras.layers.Input((2,))
    model = keras.models.Model(x, keras.layers.Lambda(scoped, name="times")(x))
    model.predict(np.ones((2, 2)))
    model.predict(np.ones((3, 2)))
    with K.name_scope("times"):
        assert K.variable(0., name="v").name == "times_1/v:0"


def test_names_that_the_backend_held_besides_its_functions(K, keras):
    x = K.placeholder((None, 2, 3, 4))
    moved, order = K.tensorflow_backend._preprocess_conv2d_input(x, "channels_first")
    assert K.int_shape(moved) == (None, 3, 4, 2) and order == "NHWC" and K.py_sum([1, 2]) == 3 and K.np is np
    assert K.dtype(K.tensorflow_backend._to_tensor(3, "int32")) == "int32"
    with pytest.raises(AttributeError, match="no_such_name"):
        K.no_such_name


def test_tensorflow_through_the_backend_is_the_one_of_old_scripts(on_tensorflow, K):
    tf1 = importlib.import_module("kcool_modern.tf1")
    assert K.tf is K.tensorflow_backend.tf is tf1
    x = K.placeholder((None, 3))
    doubled = K.control_flow_ops.while_loop(lambda i, y: i < 3, lambda i, y: (i + 1, y * 2), [0, x])[1]
    np.testing.assert_array_equal(K.function([x], [doubled])([np.ones((1, 3))])[0], [[8., 8., 8.]])


def test_internal_modules_of_tensorflow_serve_its_public_names(on_tensorflow, K):
    tf1 = importlib.import_module("kcool_modern.tf1")

    def module(path):
        return importlib.import_module(tf1.module_behind("tensorflow." + path))
    assert module("python.framework.ops").get_default_graph() is tf1.get_default_graph()
    assert module("python.ops.state_ops").assign is tf1.assign
    x = K.placeholder((2, 3))
    assert K.int_shape(module("python.ops.gen_math_ops").tanh(x)) == (2, 3)
    assert K.int_shape(module("python.ops.math_ops").reduce_sum(x, reduction_indices=1)) == (2,)
    with pytest.raises(AttributeError):
        module("python.ops.math_ops").no_such_name
    average = K.variable([1., 2.])
    move = module("python.training.moving_averages").assign_moving_average
    K.get_session().run(move(average, K.constant([3., 3.]), 0.5, zero_debias=False))
    np.testing.assert_array_equal(K.get_value(average), [2., 2.5])
