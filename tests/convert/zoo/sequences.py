"""Layers of sequences: recurrent ones, embeddings, masks, wrappers."""

from .listing import listing

MODELS, _model = listing()


def _rnn(kind, **kwargs):
    def make(keras):
        L = keras.layers
        layer = getattr(L, kind)
        return keras.models.Sequential([layer(5, return_sequences=True, input_shape=(6, 3), **kwargs),
                                        layer(4, go_backwards=True, **kwargs)])

    return make


for _kind in ("SimpleRNN", "LSTM", "GRU"):
    MODELS[_kind.lower()] = _rnn(_kind)
    MODELS[_kind.lower() + "_unrolled"] = _rnn(_kind, unroll=True)
    MODELS[_kind.lower() + "_without_bias"] = _rnn(_kind, use_bias=False)
MODELS["lstm_second_implementation"] = _rnn("LSTM", implementation=2)
MODELS["lstm_arguments"] = _rnn("LSTM", unit_forget_bias=False, activation="relu", recurrent_activation="sigmoid",
                                dropout=0.2, recurrent_dropout=0.3)
MODELS["lstm_hard_everywhere"] = _rnn("LSTM", activation="hard_sigmoid")
MODELS["gru_reset_after"] = _rnn("GRU", reset_after=True)
MODELS["gru_second_implementation"] = _rnn("GRU", implementation=2)


def _masked(kind, **kwargs):
    def make(keras):
        L = keras.layers
        return keras.models.Sequential([
            L.Embedding(11, 4, mask_zero=True), getattr(L, kind)(5, return_sequences=True, **kwargs),
            getattr(L, kind)(4, **kwargs), L.Dense(2)])

    return make


for _kind in ("SimpleRNN", "LSTM", "GRU"):
    MODELS["masked_" + _kind.lower()] = _masked(_kind)
MODELS["masked_lstm_backwards"] = _masked("LSTM", go_backwards=True)


@_model
def masked_sequence(keras):
    L = keras.layers
    return keras.models.Sequential([L.Embedding(9, 3, mask_zero=True, input_length=6), L.Dropout(0.1),
                                    L.LSTM(4, return_sequences=True), L.TimeDistributed(L.Dense(2))])


@_model
def masking(keras):
    L = keras.layers
    return keras.models.Sequential([L.Masking(mask_value=-1.0, input_shape=(6, 3)), L.GRU(4, return_sequences=True),
                                    L.BatchNormalization(), L.Activation("softmax")])


@_model
def embedding(keras):
    L, entry = keras.layers, keras.layers.Input((6,), dtype="int32")
    return keras.models.Model(entry, L.Flatten()(L.Embedding(12, 3)(entry)))


@_model
def masked_average(keras):
    L = keras.layers
    return keras.models.Sequential([L.Embedding(9, 3, mask_zero=True, input_length=6), L.GlobalAveragePooling1D()])


@_model
def masked_softmax(keras):
    L = keras.layers
    return keras.models.Sequential([L.Masking(input_shape=(6, 3)), L.Softmax(), L.Dense(3)])


@_model
def masked_merges(keras):
    L = keras.layers
    one, two, three = L.Input((6,)), L.Input((6,)), L.Input((6, 3))
    a, b = L.Embedding(9, 3, mask_zero=True)(one), L.Embedding(9, 3, mask_zero=True)(two)
    ends = [L.LSTM(3)(merge([a, b])) for merge in (L.add, L.multiply, L.average, L.maximum)]
    ends += [L.LSTM(3)(L.add([a, three])), L.LSTM(3)(L.concatenate([a, b])), L.LSTM(3)(L.subtract([a, b]))]
    return keras.models.Model([one, two, three], ends)


def _bidirectional(name, mode, mask):
    def make(keras):
        L = keras.layers
        first = [L.Masking(input_shape=(6, 3))] if mask else [L.Dense(3, input_shape=(6, 3))]
        return keras.models.Sequential(first + [
            L.Bidirectional(L.LSTM(4, return_sequences=True), merge_mode=mode),
            L.Bidirectional(L.GRU(3), merge_mode=mode)])

    MODELS[name] = make


for _mode in ("concat", "sum", "mul", "ave"):
    _bidirectional("bidirectional_" + _mode, _mode, False)
_bidirectional("bidirectional_masked", "concat", True)


@_model
def bidirectional_masked_sequences(keras):
    L = keras.layers
    return keras.models.Sequential([L.Masking(input_shape=(6, 3)), L.Bidirectional(L.LSTM(4, return_sequences=True)),
                                    L.Bidirectional(L.SimpleRNN(3, return_sequences=True), merge_mode="sum")])


@_model
def bidirectional_apart(keras):
    L = keras.layers
    entry = L.Input((6, 3))
    return keras.models.Model(entry, L.Bidirectional(L.LSTM(4, return_sequences=True), merge_mode=None)(entry))


@_model
def bidirectional_states(keras):
    L = keras.layers
    entry, other = L.Input((6, 3)), L.Input((5, 3))
    first = L.Bidirectional(L.GRU(4, return_state=True))(entry)
    return keras.models.Model([entry, other], L.Bidirectional(L.GRU(4))(other, initial_state=first[1:]))


@_model
def encoder_and_decoder(keras):
    L = keras.layers
    source, target = L.Input((6, 3)), L.Input((5, 2))
    _, h, c = L.LSTM(4, return_state=True)(source)
    x = L.LSTM(4, return_sequences=True)(target, initial_state=[h, c])
    return keras.models.Model([source, target], L.TimeDistributed(L.Dense(3, activation="softmax"))(x))


@_model
def encoder_and_decoder_masked(keras):
    L = keras.layers
    source, target = L.Input((6,)), L.Input((5,))
    state = L.GRU(4, return_state=True)(L.Embedding(9, 3, mask_zero=True)(source))[1]
    x = L.GRU(4, return_sequences=True)(L.Embedding(8, 3, mask_zero=True)(target), initial_state=state)
    return keras.models.Model([source, target], L.Dense(8)(x))


def _stacked(keras, mask=False):
    L = keras.layers
    cells = [L.LSTMCell(4), L.GRUCell(4), L.SimpleRNNCell(4)]
    first = [L.Masking(input_shape=(6, 3))] if mask else [L.Dense(3, input_shape=(6, 3))]
    return keras.models.Sequential(first + [L.RNN(cells, return_sequences=True), L.RNN(L.LSTMCell(3))])


@_model
def stacked_cells(keras):
    return _stacked(keras)


@_model
def stateful(keras):
    L = keras.layers
    return keras.models.Sequential([L.LSTM(4, stateful=True, return_sequences=True, batch_input_shape=(2, 5, 3)),
                                    L.GRU(3, stateful=True), L.Dense(2)])


@_model
def time_distributed(keras):
    L = keras.layers
    inner = keras.models.Sequential([L.Conv2D(2, 2, input_shape=(5, 5, 2)), L.BatchNormalization(), L.Flatten()])
    return keras.models.Sequential([L.TimeDistributed(inner, input_shape=(4, 5, 5, 2)), L.TimeDistributed(L.Dense(3)),
                                    L.LSTM(2)])


@_model
def time_distributed_recurrent(keras):
    L = keras.layers
    return keras.models.Sequential([L.TimeDistributed(L.LSTM(3), input_shape=(3, 4, 2)), L.LSTM(2)])


@_model
def open_length(keras):
    L = keras.layers
    return keras.models.Sequential([L.Conv1D(3, 2, input_shape=(None, 2)), L.Bidirectional(L.LSTM(2)), L.Dense(2)])
