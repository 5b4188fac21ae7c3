"""Recurrent layers where a mask meets states that are not zero: ``initial_state`` or ``stateful``.

Two things differ. Keras 3 (3.0 to 3.15 at least) hands no mask to a layer that is called with a second tensor, so that
``lstm(x, initial_state=states)`` computes the padding too, without a word. And steps that are masked before the first
unmasked one are answered with the initial state in Keras 2.2, with zeros in Keras 3; after it both repeat the output
before.
"""
import keras
from keras import ops

from .numerics import registered

__all__ = ["Bidirectional", "GRU", "LSTM", "RNN", "SimpleRNN"]


class _FromInitialState:
    def __init__(self, *args, masked_start="state", **kwargs):
        super().__init__(*args, **kwargs)
        self.masked_start = masked_start

    def get_config(self):
        return dict(super().get_config(), masked_start=self.masked_start)

    def call(self, sequences, initial_state=None, mask=None, training=False, sequences_mask=None):
        # With one tensor Keras fills `mask`, with several it fills `sequences_mask`.
        return super().call(sequences, initial_state=initial_state, mask=sequences_mask if mask is None else mask,
                            training=training)

    def inner_loop(self, sequences, initial_state, mask, training=False):
        last, outputs, states = super().inner_loop(sequences, initial_state, mask, training)
        mask = mask[0] if isinstance(mask, (list, tuple)) and len(mask) else mask
        if mask is None or self.masked_start == "zeros":
            return last, outputs, states
        state = initial_state[0] if isinstance(initial_state, (list, tuple)) else initial_state
        state = ops.cast(state, outputs.dtype)
        steps = ops.cast(ops.flip(mask, axis=1) if self.go_backwards else mask, "int32")
        begun = ops.cumsum(steps, axis=1) > 0
        last = ops.where(begun[:, -1:], last, state)
        if self.return_sequences:
            outputs = ops.where(ops.expand_dims(begun, -1), outputs, ops.expand_dims(state, 1))
        return last, outputs, states


def _layer(stock):
    return registered(type(stock.__name__, (_FromInitialState, stock), {
        "__doc__": "``keras.layers.%s`` that answers steps masked at the beginning as Keras 2 did: with the "
                   "initial state (``masked_start='state'``, Keras to 2.2) or ``'zeros'`` (later)." % stock.__name__,
        "__module__": __name__}))


@registered
class Bidirectional(keras.layers.Bidirectional):
    """``keras.layers.Bidirectional`` whose masked steps repeat the output before, as in Keras 2.0-2.3.

    Keras 3's (and tf.keras's) answers them with zeros where it returns sequences.
    """

    def __init__(self, layer, **kwargs):
        super().__init__(layer, **kwargs)
        for one in (self.forward_layer, self.backward_layer):
            if getattr(one, "zero_output_for_mask", None):
                one.zero_output_for_mask = False


LSTM, GRU, SimpleRNN, RNN = map(_layer, (
    keras.layers.LSTM, keras.layers.GRU, keras.layers.SimpleRNN, keras.layers.RNN))
