"""Arguments of Keras 2.2.4 that Keras 3 calls otherwise, does without, or gives another default."""
from pathlib import Path

from .moved import NAMES

__all__ = ["DEFAULTS", "GONE", "MEANT", "OPTIMIZERS", "POSITIONAL", "RENAMED", "of"]


def _positional():
    found = {}
    text = (Path(__file__).resolve().parent / "positional.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line.startswith("#"):
            name, _, rest = line.partition(":")
            same, _, moved = rest.partition("|")
            found[name] = (len(same.split()), tuple(same.split() + moved.split()))
    return found


#: Canonical name -> (how many parameters are where they were, the names of all in the order of 2.2.4).
POSITIONAL = _positional()

#: Canonical name -> {old: new}, the same meaning.
RENAMED = {
    "keras.layers.LeakyReLU": {"alpha": "negative_slope"},
    "keras.activations.relu": {"alpha": "negative_slope"},
    "keras.regularizers.l1": {"l": "l1"},
    "keras.regularizers.l2": {"l": "l2"},
    "keras.utils.to_categorical": {"y": "x"},
    "keras.callbacks.LambdaCallback": {"on_batch_begin": "on_train_batch_begin",
                                       "on_batch_end": "on_train_batch_end"},
    "keras.layers.InputLayer": {"batch_input_shape": "batch_shape", "input_shape": "shape"},
}
#: Canonical name -> {argument: what its absence means}; "" where it means nothing for the numbers.
GONE = {
    "keras.callbacks.TensorBoard": {
        "batch_size": "", "write_grads": "histograms of gradients are not written any more",
        "embeddings_layer_names": "embeddings of all layers are written",
        "embeddings_data": "embeddings of data are not written any more"},
    "keras.callbacks.ModelCheckpoint": {"period": "save_freq counts batches: period * batches of an epoch"},
    "keras.utils.to_categorical": {"dtype": "the result is float64"},
    "keras.layers.Embedding": {"activity_regularizer": "use a layer ActivityRegularization behind it"},
}
#: Those that a person has to write in another way; the rest is taken out as well.
MEANT = ("period", "activity_regularizer", "dtype")
for _name in ("LSTM", "GRU", "LSTMCell", "GRUCell", "SimpleRNN", "SimpleRNNCell", "ConvLSTM2D"):
    GONE["keras.layers." + _name] = {"implementation": ""}

#: Canonical name -> {new argument: (source of the old default, old names that say it already)}.
DEFAULTS = {
    "keras.optimizers.Adadelta": {"learning_rate": ("1.0", ("lr",))},
    "keras.optimizers.Adagrad": {"learning_rate": ("0.01", ("lr",)), "initial_accumulator_value": ("0.0", ())},
    "keras.optimizers.Adamax": {"learning_rate": ("0.002", ("lr",))},
    "keras.optimizers.Nadam": {"learning_rate": ("0.002", ("lr",))},
    "keras.regularizers.l1_l2": {"l1": ("0.01", ()), "l2": ("0.01", ())},
    "keras.layers.AveragePooling1D": {"pool_size": ("2", ())},
    "keras.layers.AveragePooling2D": {"pool_size": ("(2, 2)", ())},
    "keras.layers.AveragePooling3D": {"pool_size": ("(2, 2, 2)", ())},
    "keras.layers.AvgPool1D": {"pool_size": ("2", ())},
    "keras.layers.AvgPool2D": {"pool_size": ("(2, 2)", ())},
    "keras.layers.AvgPool3D": {"pool_size": ("(2, 2, 2)", ())},
}


def of(table, name):
    """The row of a canonical name, which may be an old alias such as ``keras.optimizers.adam``."""
    return table.get(name) or table.get(NAMES.get(name, ""))


#: Optimizers by both of their names.
OPTIMIZERS = tuple("keras.optimizers." + name for pair in (
    ("SGD", "sgd"), ("RMSprop", "rmsprop"), ("Adagrad", "adagrad"), ("Adadelta", "adadelta"), ("Adam", "adam"),
    ("Adamax", "adamax"), ("Nadam", "nadam")) for name in pair)
