"""Surgery on models of unusual make: recurrent states, masks, nesting, calls of calls. The original stays as it was."""
import json
import warnings

import numpy as np
import pytest

from compat import errors, get_outputs_of, insert_layer, replace_layer


def _value(model, x):
    return model.predict(x, verbose=0)


def _close(a, b, tolerance=1e-5):
    for one, other in zip(a if isinstance(a, list) else [a], b if isinstance(b, list) else [b]):
        np.testing.assert_allclose(one, other, rtol=tolerance, atol=tolerance)


class Untouched(object):
    """What must be the same about models after surgery; shared layers may have calls of other models besides."""

    def __init__(self, *models):
        self.models = models
        self.before = [self._state(model) for model in models]
        self.calls = [[list(each._inbound_nodes) for each in model.layers] for model in models]

    @staticmethod
    def _state(model):
        return {"config": json.dumps(model.get_config(), sort_keys=True, default=str),
                "weights": [id(w) for w in model.weights], "values": [w.tolist() for w in model.get_weights()],
                "layers": [id(each) for each in model.layers]}

    def check(self, calls_added=True):
        for model, before, calls in zip(self.models, self.before, self.calls):
            assert self._state(model) == before
            for layer, nodes in zip(model.layers, calls):
                now = layer._inbound_nodes
                assert all(a is b for a, b in zip(now, nodes)) and len(now) >= len(nodes), layer.name
                assert calls_added or len(now) == len(nodes), layer.name


def _recurrent(keras, name):
    return getattr(keras.layers, name)


def _reader(keras, kind, states, name="read", wrapped=lambda layer: layer):
    """A recurrent layer whose initial states are computed from the input, and a dense layer after it."""
    layers = keras.layers
    x = layers.Input((5, 3), name="x")
    flat = layers.Flatten(name="flat")(x)
    initial = [layers.Dense(4, name="s%d" % i)(flat) for i in range(states)]
    read = wrapped(_recurrent(keras, kind)(4, name=name))
    return keras.Model(x, layers.Dense(2, name="top")(read(x, initial_state=initial)))


@pytest.fixture
def sequences():
    return np.random.RandomState(1).normal(size=(6, 5, 3)).astype("float32")


# --- recurrent states ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("old, states, new", [("LSTM", 2, "GRU"), ("GRU", 1, "LSTM"), ("LSTM", 2, "SimpleRNN")])
def test_another_number_of_initial_states_is_refused(keras, sequences, old, states, new):
    model = _reader(keras, old, states)
    before, layer = Untouched(model), _recurrent(keras, new)(4, name="new")
    with pytest.raises(errors.WrongShape) as caught:
        replace_layer(model, "read", layer)
    message = str(caught.value)
    assert "'read'" in message and "%d initial states" % states in message and "What to do" in message
    assert not layer.built and not layer._inbound_nodes
    before.check(calls_added=False)


def test_the_same_number_of_initial_states_is_taken(keras, sequences):
    model = _reader(keras, "LSTM", 2)
    edited = replace_layer(model, "read", _recurrent(keras, "LSTM")(4, name="new"))
    assert not np.allclose(_value(edited, sequences), _value(model, sequences))
    edited.get_layer("new").set_weights(model.get_layer("read").get_weights())
    _close(_value(edited, sequences), _value(model, sequences))


def test_states_of_a_bidirectional_layer(keras, sequences):
    bidirectional = _recurrent(keras, "Bidirectional")
    model = _reader(keras, "LSTM", 4, name="in_it", wrapped=lambda layer: bidirectional(layer, name="read"))
    before = Untouched(model)
    with pytest.raises(errors.WrongShape):
        replace_layer(model, "read", bidirectional(_recurrent(keras, "GRU")(4), name="new"))
    before.check(calls_added=False)
    edited = replace_layer(model, "read", bidirectional(_recurrent(keras, "LSTM")(4), name="new"))
    edited.get_layer("new").set_weights(model.get_layer("read").get_weights())
    _close(_value(edited, sequences), _value(model, sequences))
    starts = [model.inputs[0]] + [model.get_layer("s%d" % i).output for i in range(4)]
    x, y = get_outputs_of(model, starts)
    states = [_value(keras.Model(model.inputs, start), sequences) for start in starts[1:]]
    _close(_value(keras.Model(x, y), [sequences] + states), _value(model, sequences))


def test_states_that_a_recurrent_layer_returns(keras, sequences):
    layers = keras.layers
    x = layers.Input((5, 3), name="x")
    read, h, c = _recurrent(keras, "LSTM")(4, return_state=True, name="encoder")(x)
    decoded = _recurrent(keras, "LSTM")(4, return_sequences=True, name="decoder")(x, initial_state=[h, c])
    joined = layers.Concatenate(name="both")([layers.Flatten()(decoded), read])
    model = keras.Model(x, [layers.Dense(2, name="top")(joined), c])
    before = Untouched(model)
    with pytest.raises(errors.NotConnected):
        get_outputs_of(model, h)
    starts = [x, h, c, read]
    a, b = get_outputs_of(model, starts)
    middle = _value(keras.Model(x, starts[1:]), sequences)
    _close(_value(keras.Model(a, b), [sequences] + middle), _value(model, sequences))
    with pytest.raises(errors.WrongShape):
        replace_layer(model, "encoder", _recurrent(keras, "GRU")(4, return_state=True, name="new"))
    with pytest.raises(errors.WrongShape):
        insert_layer(model, "encoder", layers.Dropout(0.5))
    before.check()


def test_recurrent_layer_without_states_may_change_its_kind(keras, sequences):
    layers = keras.layers
    x = layers.Input((5, 3))
    model = keras.Model(x, layers.Dense(2)(_recurrent(keras, "LSTM")(4, name="read")(x)))
    assert _value(replace_layer(model, "read", _recurrent(keras, "GRU")(4, name="new")), sequences).shape == (6, 2)


# --- masks, nesting, calls -------------------------------------------------------------------------------------------


def test_mask_of_an_embedding_reaches_the_recurrent_layer_behind_the_cut(keras):
    layers = keras.layers
    x = layers.Input((5,), dtype="int32")
    embedded = layers.Embedding(7, 3, mask_zero=True, name="embedding")(x)
    first = _recurrent(keras, "LSTM")(4, return_sequences=True, name="first")(embedded)
    model = keras.Model(x, layers.Dense(2)(_recurrent(keras, "LSTM")(4, name="second")(first)))
    words = np.array([[1, 2, 0, 0, 0], [3, 0, 0, 0, 0], [1, 2, 3, 4, 5]], "int32")
    before = Untouched(model)
    with pytest.warns(errors.MaskDropped):
        plain = keras.Model(*get_outputs_of(model, first))
    middle = _value(keras.Model(x, first), words)
    assert not np.allclose(_value(plain, middle)[:2], _value(model, words)[:2])
    # The same sequences with a mask of their own: the tail must see it.
    fed = layers.Input((5, 4))
    padded = np.where((words > 0)[..., None], middle, 0).astype("float32")
    _, outputs = get_outputs_of(model, first, layers.Masking(0.0)(fed))
    _close(_value(keras.Model(fed, outputs), padded), _value(model, words))
    replaced = replace_layer(model, "first", _recurrent(keras, "LSTM")(4, return_sequences=True, name="new"))
    replaced.get_layer("new").set_weights(model.get_layer("first").get_weights())
    _close(_value(replaced, words), _value(model, words))
    before.check()


def test_sequential_in_sequential(keras):
    layers = keras.layers
    inner = keras.Sequential([layers.InputLayer((3,)), layers.Dense(4, activation="tanh", name="i1"),
                              layers.Dense(3, name="i2")], name="inner")
    model = keras.Sequential([layers.InputLayer((5,)), layers.Dense(3, name="pre"), inner,
                              layers.Dense(2, name="post")])
    x = np.random.normal(size=(4, 5)).astype("float32")
    before, expected = Untouched(model, inner), _value(model, x)
    middle = _value(keras.Model(model.inputs, model.get_layer("pre").output), x)
    hidden = _value(keras.Model(inner.inputs, inner.get_layer("i1").output), middle)
    _close(_value(keras.Model(*get_outputs_of(model, model.get_layer("pre").output)), middle), expected)
    _close(_value(keras.Model(*get_outputs_of(model, inner.get_layer("i1").output)), hidden), expected)
    longer = insert_layer(model, "inner", layers.Lambda(lambda t: t * 2.0, name="twice"))
    assert isinstance(longer, keras.Sequential) and [each.name for each in longer.layers][1] == "inner"
    bias = model.get_layer("post").get_weights()[1]
    _close(_value(longer, x), 2 * (expected - bias) + bias)
    before.check()


def test_nested_model_that_is_called_twice(keras):
    layers = keras.layers
    z = layers.Input((3,))
    inner = keras.Model(z, layers.Dense(3, activation="tanh", name="deep")(z), name="inner")
    x = layers.Input((3,))
    first = inner(x)
    model = keras.Model(x, layers.Add(name="sum")([inner(first), first]))
    data = np.random.normal(size=(4, 3)).astype("float32")
    before = Untouched(model, inner)
    _close(_value(keras.Model(*get_outputs_of(model, first)), _value(keras.Model(x, first), data)), _value(model, data))
    with pytest.raises(errors.NotConnected) as caught:
        get_outputs_of(model, inner.get_layer("deep").output)
    assert "more than once" in str(caught.value)
    edited = insert_layer(model, "inner", layers.Lambda(lambda t: -t, name="minus"))
    a = -np.tanh(data.dot(inner.get_weights()[0]) + inner.get_weights()[1])
    b = -np.tanh(a.dot(inner.get_weights()[0]) + inner.get_weights()[1])
    _close(_value(edited, data), a + b)
    before.check()


def test_time_distributed_model(keras, sequences):
    layers = keras.layers
    z = layers.Input((3,))
    inner = keras.Model(z, layers.Dense(4, activation="tanh")(z))
    x = layers.Input((5, 3))
    try:
        spread = _recurrent(keras, "TimeDistributed")(inner, name="spread")(layers.Dense(3, name="pre")(x))
    except NotImplementedError:
        pytest.skip("this Keras's TimeDistributed takes no functional model")
    model = keras.Model(x, layers.Dense(2, name="top")(layers.Flatten()(spread)))
    before = Untouched(model)
    cut = model.get_layer("pre").output
    _close(_value(keras.Model(*get_outputs_of(model, cut)), _value(keras.Model(x, cut), sequences)),
           _value(model, sequences))
    edited = insert_layer(model, "pre", layers.Activation("linear", name="same"))
    _close(_value(edited, sequences), _value(model, sequences))
    before.check()


def test_cut_at_a_tensor_that_is_used_twice_and_is_an_output(keras):
    layers = keras.layers
    x = layers.Input((3,))
    h = layers.Dense(3, name="h")(x)
    model = keras.Model(x, [layers.Add(name="sum")([h, h]), h, layers.Multiply(name="square")([h, h])])
    data = np.random.normal(size=(4, 3)).astype("float32")
    before = Untouched(model)
    middle = _value(keras.Model(x, h), data)
    tail = keras.Model(*get_outputs_of(model, h))
    _close(_value(tail, middle), [2 * middle, middle, middle * middle])
    edited = insert_layer(model, "h", layers.Lambda(lambda t: t + 1.0, name="plus"))
    _close(_value(edited, data), [2 * middle + 2, middle + 1, (middle + 1) ** 2])
    before.check()


def test_lambda_with_arguments(keras):
    layers = keras.layers
    x = layers.Input((3,))
    h = layers.Dense(3, name="h")(x)
    scaled = layers.Lambda(lambda t, by, plus=0.0: t * by + plus, arguments={"by": 3.0, "plus": 2.0}, name="scaled")(h)
    model = keras.Model(x, scaled)
    middle = np.random.normal(size=(4, 3)).astype("float32")
    _close(_value(keras.Model(*get_outputs_of(model, h)), middle), 3 * middle + 2)
    data = np.random.normal(size=(4, 3)).astype("float32")
    _close(_value(insert_layer(model, "h", layers.Activation("linear", name="same")), data), _value(model, data))


def test_layer_with_several_outputs(keras):
    layers = keras.layers

    class Halves(layers.Layer):
        def call(self, inputs):
            return [inputs[:, :2], inputs[:, 2:]]

        def compute_output_shape(self, input_shape):
            return [(input_shape[0], 2), (input_shape[0], input_shape[1] - 2)]

    x = layers.Input((5,))
    left, right = Halves(name="halves")(layers.Dense(5, name="h")(x))
    model = keras.Model(x, layers.Concatenate(name="swapped")([layers.Dense(2, name="d")(right), left]))
    data = np.random.normal(size=(4, 5)).astype("float32")
    before = Untouched(model)
    middle = _value(keras.Model(x, [left, right]), data)
    tail = keras.Model(*get_outputs_of(model, [left, right]))
    _close(_value(tail, middle), _value(model, data))
    swapped = keras.Model(*get_outputs_of(model, [right, left]))
    _close(_value(swapped, middle[::-1]), _value(model, data))
    with pytest.raises(errors.NotConnected) as caught:
        get_outputs_of(model, right)
    assert "'swapped'" in str(caught.value)
    with pytest.raises(errors.WrongShape):
        replace_layer(model, "halves", layers.Dense(4, name="one"))
    before.check()


def test_model_of_nothing_but_an_input(keras):
    x = keras.layers.Input((3,), name="only")
    model = keras.Model(x, x)
    data = np.random.normal(size=(4, 3)).astype("float32")
    _close(_value(keras.Model(*get_outputs_of(model, x)), data), data)
    _close(_value(insert_layer(model, "only", keras.layers.Lambda(lambda t: t * 2.0, name="twice")), data), 2 * data)
    with pytest.raises(errors.NotConnected):
        replace_layer(model, "only", keras.layers.Dense(3))


def test_model_from_a_file(keras, tmp_path):
    layers = keras.layers
    x = layers.Input((3,))
    shared = layers.Dense(3, activation="tanh", name="shared")
    model = keras.Model(x, layers.Dense(2, name="top")(shared(shared(x))))
    path = str(tmp_path / "model.h5")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Keras 3 calls this format legacy
        model.save(path)
        loaded = keras.models.load_model(path, compile=False)
    before, data = Untouched(loaded), np.random.normal(size=(4, 3)).astype("float32")
    node = loaded.get_layer("shared")._inbound_nodes[0]
    cut = node.output_tensors if hasattr(node, "output_tensors") else node.outputs
    cut = cut[0] if isinstance(cut, (list, tuple)) else cut
    middle = _value(keras.Model(loaded.inputs, cut), data)
    _close(_value(keras.Model(*get_outputs_of(loaded, cut)), middle), _value(model, data))
    edited = replace_layer(loaded, "top", layers.Dense(2, name="new_top"))
    edited.get_layer("new_top").set_weights(model.get_layer("top").get_weights())
    _close(_value(edited, data), _value(model, data))
    before.check()


def test_loss_of_a_layer_stays_with_the_tail(keras):
    layers, l2 = keras.layers, keras.regularizers.l2

    def top():
        return layers.Dense(2, name="top", activity_regularizer=l2(0.5), kernel_regularizer=l2(0.1))

    x, z = layers.Input((3,)), layers.Input((3,))
    h = layers.Dense(3, name="h", kernel_regularizer=l2(5.0))(x)
    model, by_hand = keras.Model(x, top()(h)), keras.Model(z, top()(z))
    by_hand.set_weights(model.get_layer("top").get_weights())
    middle, target = np.random.normal(size=(4, 3)).astype("float32"), np.zeros((4, 2), "float32")
    losses = []
    for each in (by_hand, keras.Model(*get_outputs_of(model, h))):
        each.compile(keras.optimizers.SGD(0.1), "mse")
        losses.append(np.ravel(each.evaluate(middle, target, verbose=0))[0])
    _close(losses[1], losses[0])


def test_tail_of_a_tail(keras):
    layers = keras.layers
    x = layers.Input((3,))
    h = layers.Dense(3, activation="tanh", name="h")(x)
    g = layers.Dense(4, activation="tanh", name="g")(h)
    model = keras.Model(x, layers.Dense(2, name="top")(g))
    data = np.random.normal(size=(4, 3)).astype("float32")
    tail = keras.Model(*get_outputs_of(model, h))
    inner = [each for each in tail.layers if each.name.startswith("outputs_of_")][0]
    cut = [node for each in inner.layers if each.name == "g" for node in each._inbound_nodes][-1]
    cut = cut.output_tensors if hasattr(cut, "output_tensors") else cut.outputs
    cut = cut[0] if isinstance(cut, (list, tuple)) else cut
    again = keras.Model(*get_outputs_of(tail, cut))
    _close(_value(again, _value(keras.Model(x, g), data)), _value(model, data))
