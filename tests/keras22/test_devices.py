"""Device scopes, on the host's four logical devices."""
import numpy as np
import pytest


@pytest.fixture
def devices(stack, keras):
    if stack.engine != "tensorflow":
        pytest.skip("names of devices are TensorFlow's")
    import tensorflow as tf
    found = tf.config.list_logical_devices("CPU")
    if len(found) < 2:
        pytest.skip("needs two host devices")
    return found


def _where(keras, model):
    """The devices of the multiplications of matrices in a model's compiled prediction."""
    import tensorflow as tf

    @tf.function
    def traced():
        from kcool_modern.keras22._symbolic.engines import engine
        from kcool_modern.keras22._symbolic.run import Plan, Run
        plan = Plan(model.inputs, model.outputs)
        run = Run(plan, engine(), [tf.zeros((4, 3))], False).execute()
        return [run.resolve(output) for output in model.outputs]

    return [op.device for op in traced.get_concrete_function().graph.get_operations() if op.type == "MatMul"]


def test_what_is_written_down_in_a_scope_is_carried_out_there(keras, devices):
    from kcool_modern import tf1 as tf
    x = keras.layers.Input((3,))
    with tf.device("/cpu:1"):
        y = keras.layers.Dense(5)(x)
    model = keras.models.Model(x, keras.layers.Dense(2)(y))
    first, second = _where(keras, model)
    assert "CPU:1" in first.upper() and second == ""
    assert model.predict(np.ones((4, 3))).shape == (4, 2)


def test_an_error_in_a_scope_closes_it(keras, devices):
    from kcool_modern.keras22._symbolic.devices import current, device
    with pytest.raises(ZeroDivisionError):
        with device("/cpu:1"):
            assert current() == ("/cpu:1",)
            1 / 0
    assert current() == ()
