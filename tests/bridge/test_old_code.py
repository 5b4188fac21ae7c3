"""What scripts of 2018 do: numbers, files, names of TensorFlow 1, what other packages have lost since."""
import json
import os

import numpy as np
import pytest

_TRAINING = """
import sys
import numpy as np
np.random.seed(3)
import keras
from keras.layers import Dense, Dropout, LSTM, Embedding, BatchNormalization
model = keras.models.Sequential([Embedding(20, 8, input_length=6), LSTM(5), Dropout(0.3), BatchNormalization(),
                                 Dense(1, activation="sigmoid")])
model.compile(keras.optimizers.%s, "binary_crossentropy", metrics=["acc"])
x, y = np.random.randint(0, 20, (64, 6)), np.random.randint(0, 2, (64, 1))
history = model.fit(x, y, batch_size=16, epochs=3, verbose=0)
print(float.hex(float(history.history["loss"][-1])), float.hex(float(np.sum(model.predict(x)))))
"""


@pytest.mark.parametrize("optimizer", ["Adam(lr=0.1)", "SGD(lr=0.1, decay=0.1, momentum=0.9)"])
def test_two_runs_are_one(on_bridge, optimizer):
    """On TensorFlow 1 they are not: Adam's first step had one of two sizes, as it happened."""
    assert on_bridge(_TRAINING % optimizer) == on_bridge(_TRAINING % optimizer)


def test_the_first_step_of_adam_is_that_of_its_paper(on_bridge):
    steps = on_bridge("""
import numpy as np
import keras
from keras import backend as K
model = keras.models.Sequential([keras.layers.Dense(1, input_shape=(1,), use_bias=False, kernel_initializer="zeros")])
model.compile(keras.optimizers.Adam(lr=0.1), "mse")
steps = set()
for _ in range(60):
    model.set_weights([np.zeros((1, 1))])
    K.batch_set_value([(weight, np.zeros(K.int_shape(weight))) for weight in model.optimizer.weights])
    model.train_on_batch(np.ones((4, 1)), np.ones((4, 1)))
    steps.add("%.4f" % model.get_weights()[0][0, 0])
print(sorted(steps))
""")
    assert steps == "['0.1000']\n"


def test_a_function_gives_the_value_of_before_its_update(on_bridge):
    found = json.loads(on_bridge("""
import json
from keras import backend as K
counter = K.variable(0.0)
count = K.function([], [counter * 1.0, K.square(counter)], updates=[K.update_add(counter, 1.0)])
print(json.dumps([[float(value) for value in count([])] for _ in range(30)]))
"""))
    assert found == [[float(n), float(n * n)] for n in range(30)]


def test_a_stateful_network_keeps_its_state(on_bridge):
    found = json.loads(on_bridge("""
import json
import numpy as np
import keras
np.random.seed(0)
x = np.random.rand(2, 8, 3)
def network(stateful, steps):
    return keras.models.Sequential([keras.layers.GRU(4, stateful=stateful, batch_input_shape=(2, steps, 3))])
whole, part = network(False, 8), network(True, 4)
part.set_weights(whole.get_weights())
part.predict(x[:, :4])
apart = np.abs(part.predict(x[:, 4:]) - whole.predict(x)).max()
part.compile("adam", "mse")
part.fit(x[:, :4], np.zeros((2, 4)), batch_size=2, epochs=2, verbose=0, shuffle=False)
print(json.dumps(float(apart)))
"""))
    assert found < 1e-6


def test_files_have_the_layout_of_2_2_4(on_bridge, tmp_path):
    """Attribute by attribute: what h5py 2 wrote, so that the real stack reads it."""
    on_bridge("""
import numpy as np
import keras
model = keras.models.Sequential([keras.layers.Dense(4, input_shape=(3,)), keras.layers.Dropout(0.5),
                                 keras.layers.LSTM(2) if False else keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(np.ones((4, 3)), np.ones((4, 1)), verbose=0)
model.save("model.h5")
again = keras.models.load_model("model.h5")
assert np.array_equal(again.predict(np.ones((2, 3))), model.predict(np.ones((2, 3))))
assert all(np.array_equal(a, b) for a, b in zip(again.optimizer.get_weights(), model.optimizer.get_weights()))
assert len(again.optimizer.get_weights()) > 4
model.save_weights("weights.h5")
model.load_weights("weights.h5")
model.load_weights("weights.h5", by_name=True)
""")
    import h5py

    with h5py.File(str(tmp_path / "model.h5"), "r") as file:
        for name in ("backend", "keras_version", "model_config", "training_config"):
            kind = h5py.h5a.open(file.id, name.encode()).get_type()
            assert kind.is_variable_str() and kind.get_cset() == h5py.h5t.CSET_ASCII, name
        names = file["model_weights"].attrs["layer_names"]
        assert names.dtype.kind == "S" and names.shape == (3,)
        assert file["model_weights/dense_1"].attrs["weight_names"].dtype.kind == "S"
        assert file["model_weights/dropout_1"].attrs["weight_names"].shape == (0,)


def test_names_of_tensorflow_1(on_bridge):
    found = json.loads(on_bridge("""
import json
import numpy as np
import tensorflow as tf
import tensorflow.contrib as contrib
import tensorflow.contrib.rnn
from tensorflow.contrib.tensorboard.plugins import projector
from tensorflow.python.ops import control_flow_ops, functional_ops
from tensorflow.python.training import training_ops
from keras import backend as K

found = {}
x = tf.placeholder(tf.float32, (None, 4))
with tf.variable_scope("a"):
    dense = tf.layers.dense(x, 3, kernel_initializer=tf.ones_initializer())
cell = tf.nn.rnn_cell.BasicLSTMCell(2)
outputs, _ = tf.nn.dynamic_rnn(cell, tf.ones((2, 3, 4)), dtype=tf.float32)
assert contrib.rnn.BasicLSTMCell is tf.nn.rnn_cell.BasicLSTMCell
config = tf.ConfigProto(device_count={"CPU": 2})
config.gpu_options.allow_growth = True
K.set_session(tf.Session(config=config))
with K.get_session() as session:
    session.run(tf.global_variables_initializer())
    found["dense"] = session.run(dense, {x: np.ones((1, 4))}).tolist()
    found["rnn"] = list(session.run(outputs).shape)
variable = K.variable(2.0)
found["variable"] = isinstance(variable, tf.Variable)
variable += 1.0
found["added"] = isinstance(variable, tf.Tensor)
for statement in ("tf.contrib.slim", "import tensorflow.contrib.slim", "tf.nothing", "from tensorflow import nothing"):
    try:
        exec(statement)
    except (AttributeError, ImportError) as error:
        found[statement] = str(error)
print(json.dumps(found))
"""))
    assert found["dense"] == [[4.0] * 3] and found["rnn"] == [2, 3, 2] and found["variable"] and found["added"]
    for statement in ("tf.contrib.slim", "import tensorflow.contrib.slim"):
        assert "tf-slim" in found[statement]
    assert "nothing" in found["tf.nothing"] and "nothing" in found["from tensorflow import nothing"]


_LAYERS = """
import json
import numpy as np
import tensorflow as tf
from tensorflow.contrib import layers
from tensorflow.contrib.layers import l2_regularizer, xavier_initializer
from tensorflow.contrib.training import HParams
tf.set_random_seed(1)
x = tf.constant(np.linspace(-1, 1, 12).reshape(3, 4).astype("float32"))
kernel = tf.get_variable("w", (4, 2), initializer=xavier_initializer(seed=3), regularizer=l2_regularizer(0.1))
other = tf.get_variable("w2", (40, 20), initializer=xavier_initializer(uniform=False, seed=3))
y = layers.fully_connected(x, 5, weights_initializer=xavier_initializer(seed=5),
                           weights_regularizer=tf.contrib.layers.l1_regularizer(0.5))
z = layers.flatten(tf.reshape(y, (3, 5, 1)))
rnn, _ = tf.nn.dynamic_rnn(tf.contrib.rnn.BasicLSTMCell(3), tf.ones((2, 4, 3)), dtype=tf.float32)
dense = tf.layers.dense(x, 3, kernel_initializer=tf.truncated_normal_initializer(seed=9), name="d")
losses = tf.add_n(tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES))
with tf.Session() as session:
    session.run(tf.global_variables_initializer())
    session.run([v.assign(tf.ones_like(v) * 0.1) for v in tf.global_variables() if "rnn" in v.name])
    values = session.run([kernel, tf.reduce_sum(other), y, z, rnn, dense, losses])
assert HParams(a=1).parse("a=3").a == 3
print(json.dumps([[[float(np.sum(a)), float(np.sum(np.square(a)))] for a in values],
                  [v.name for v in tf.global_variables()]]))
"""


def test_layers_of_tensorflow_1_give_its_numbers(on_bridge):
    """The numbers are those that TensorFlow 1.15.5 printed for this script."""
    values, names = json.loads(on_bridge(_LAYERS))
    np.testing.assert_allclose(values, [
        [1.681882619857788, 2.396210193634033], [1.8066942691802979, 3.2641441822052],
        [3.146261215209961, 2.197063684463501], [3.146261215209961, 2.197063684463501],
        [6.843901634216309, 2.2170190811157227], [1.1913543939590454, 3.525158405303955],
        [4.056320667266846, 16.453737258911133]], rtol=1e-6)
    assert names == ["w:0", "w2:0", "fully_connected/weights:0", "fully_connected/biases:0",
                     "rnn/basic_lstm_cell/kernel:0", "rnn/basic_lstm_cell/bias:0", "d/kernel:0", "d/bias:0"]


def test_what_numpy_and_python_have_lost(on_bridge):
    on_bridge("""
import collections, inspect, random, time
import numpy as np
import h5py, yaml
assert np.float is float and np.alltrue([1, 1]) and np.asscalar(np.ones(1)) == 1.0
rows = np.array([[1, 2], [3]])
assert rows.dtype == object and rows.shape == (2,)
assert np.array([[1, 2], [3, 4]]).shape == (2, 2) and np.max([[1, 2], [3]]) == [3]
try:
    np.array([[1, 2], [3]], dtype="float32")
    raise SystemExit("an array of floats cannot be ragged")
except ValueError:
    pass
assert inspect.getargspec(lambda a, b=1: 0).defaults == (1,) and collections.Iterable and time.clock() >= 0
from distutils.version import StrictVersion, LooseVersion
assert StrictVersion("1.10.0") > StrictVersion("1.9.0") and LooseVersion("2.2.4") >= "2.2.0"
random.seed(1)
assert random.randint(1, 9.0) in range(1, 10)
assert yaml.load("a: [1, 2]") == {"a": [1, 2]}
with h5py.File("new.h5") as file:
    file["x"] = np.arange(3)
    assert file["x"].value.tolist() == [0, 1, 2]
""")


_MULTI = """
import json
import numpy as np
import tensorflow as tf
import keras
from keras import backend as K
K.set_session(tf.Session(config=tf.ConfigProto(device_count={"CPU": 3})))
from compat import multi_gpu_model
np.random.seed(0)
def network():
    return keras.models.Sequential([keras.layers.Dense(4, activation="tanh", input_shape=(3,)), keras.layers.Dense(1)])
template, alone = network(), network()
template.set_weights(alone.get_weights())
parallel = multi_gpu_model(template, devices=["cpu:1", "cpu:2"])
x, y = np.random.rand(12, 3), np.random.rand(12, 1)
for model in (parallel, alone):
    model.compile(keras.optimizers.SGD(lr=0.1), "mse")
    model.fit(x, y, batch_size=6, epochs=3, shuffle=False, verbose=0)
print(json.dumps(max(float(np.abs(a - b).max()) for a, b in zip(template.get_weights(), alone.get_weights()))))
"""


def test_a_model_on_two_logical_devices(on_bridge):
    assert json.loads(on_bridge(_MULTI)) < 1e-6


_WORKERS = """
import multiprocessing, sys
import numpy as np
import keras

class Batches(keras.utils.Sequence):
    def __len__(self):
        return 4

    def __getitem__(self, index):
        return np.full((2, 3), float(index)), np.full((2, 1), float(index))

if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    model = keras.models.Sequential([keras.layers.Dense(1, input_shape=(3,), kernel_initializer="ones")])
    model.compile("sgd", "mse")
    print(model.predict_generator(Batches(), workers=2, use_multiprocessing=True).ravel().tolist())
    model.fit_generator(Batches(), epochs=1, workers=2, use_multiprocessing=True, verbose=0)
"""


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_generators_in_processes(on_bridge, method):
    assert json.loads(on_bridge(_WORKERS, method)) == [0.0, 0.0, 3.0, 3.0, 6.0, 6.0, 9.0, 9.0]


# --- two runs compared ------------------------------------------------------------------------------------------------

_SCRIPT = """
import sys
import numpy as np
import keras
x, y = np.random.rand(40, 5), np.random.rand(40, 1)
model = keras.models.Sequential([keras.layers.Dense(8, activation="relu", input_shape=(5,)), keras.layers.Dropout(0.2),
                                 keras.layers.Dense(1)])
model.compile(keras.optimizers.Adam(lr=0.01), "mse", metrics=["mae"])
model.fit(x, y, batch_size=10, epochs=2, verbose=0, validation_split=0.2)
print("loss", model.evaluate(x, y, verbose=0)[0])
%s
model.predict(x)
model.train_on_batch(x, y)
"""


def _checked(kcool, tmp_path, line="", *options):
    script = tmp_path / "script.py"
    script.write_text(_SCRIPT % line)
    return kcool("run", "--on", "keras3", "--check-against", "bridge", *options, script, KCOOL_STACK="")


def test_both_runs_agree(kcool, tmp_path):
    status, printed, complaints = _checked(kcool, tmp_path)
    assert status == 0, printed + complaints
    assert printed.startswith("loss ") and "All 4 results agree" in printed
    for call in ("script.py:9 sequential_1.fit ", "sequential_1.evaluate ", "sequential_1.predict ",
                 "sequential_1.train_on_batch "):
        assert call in printed


def test_where_they_part_is_told(kcool, tmp_path):
    # The bridge's Keras lies in a cache, the other one in the installation of kcool.
    status, printed, _ = _checked(kcool, tmp_path, "if 'keras-2.2.4' in keras.__file__:\n    model.set_weights("
                                  "[w + 0.5 for w in model.get_weights()])")
    assert status == 3
    told = [line for line in printed.splitlines() if "APART" in line]
    assert len(told) == 2 and "predict" in told[0] and "They part at script.py:13 sequential_1.predict" in printed


def test_another_number_of_calls_is_told(kcool, tmp_path):
    status, printed, _ = _checked(kcool, tmp_path, "if 'keras-2.2.4' in keras.__file__:\n    model.predict(x[:3])")
    assert status == 3 and "only the second run" in printed


def test_a_run_that_fails_is_told(kcool, tmp_path):
    status, _, told = _checked(kcool, tmp_path, "if 'keras-2.2.4' in keras.__file__:\n    raise OSError('no disk')")
    assert status == 1 and "the run on bridge failed" in told and "no disk" in told


def test_nothing_to_compare_is_no_agreement(kcool, tmp_path):
    script = tmp_path / "script.py"
    script.write_text("import keras")
    status, printed, _ = kcool("run", "--on", "keras3", "--check-against", "bridge", script, KCOOL_STACK="")
    assert status == 3 and "nothing was compared" in printed


# --- others that lean on it -------------------------------------------------------------------------------------------


def test_a_conversion_is_proven_by_it(on_bridge, kcool, tmp_path):
    on_bridge("""
import numpy as np
import keras
model = keras.models.Sequential([keras.layers.GRU(3, input_shape=(4, 2)), keras.layers.Dense(2)])
model.compile("rmsprop", "mse")
model.train_on_batch(np.ones((2, 4, 2)), np.ones((2, 2)))
model.save("gru.h5")
""")
    status, printed, complaints = kcool("convert", "gru.h5", "--verify", "bridge", KCOOL_STACK="")
    assert status == 0, complaints
    assert "proven: " in printed and "answers of Keras 2.2.4" in printed and os.path.exists(str(tmp_path / "gru.keras"))


def test_old_answers_are_recorded_on_it(on_bridge, kcool, tmp_path):
    on_bridge("""
import keras
model = keras.models.Sequential([keras.layers.Dense(2, input_shape=(3,))])
model.compile("sgd", "mse")
model.save("dense.h5")
""")
    status, printed, complaints = kcool("record", "dense.h5", "-o", "answers.npz", KCOOL_STACK="bridge")
    assert status == 0, complaints
    with np.load(str(tmp_path / "answers.npz")) as answers:
        assert json.loads(str(answers["meta"]))["keras"] == "2.2.4"


def test_the_doctor_shows_it(kcool, tmp_path):
    status, printed, _ = kcool("doctor", KCOOL_STACK="bridge")
    assert status == 0 and "Keras 2.2.4: sound" in printed and "(bridge)" in printed and "kcool_legacy.ema" in printed
    findings = json.loads(kcool("doctor", "--json", KCOOL_CACHE=str(tmp_path), KCOOL_STACK="")[1])
    assert findings["bridge"]["installed"] == [] and "kcool bridge install" in findings["bridge"]["problem"]
