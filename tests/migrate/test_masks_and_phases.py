"""Calls with ``training``, and what masks change without a word: K505, K509, K510, K511."""
import pytest

from kcool_modern.migrate.rule import KERAS3, LEFT

from .checking import codes, left, migrated


def _codes(text):
    return codes(migrated(text, KERAS3), LEFT)


_DROPOUT = "from keras.layers import Dropout\n"


@pytest.mark.parametrize("call", ["Dropout(0.5)(x, training=True)", "Dropout(0.5)(x, training=0)",
                                  "drop(x, training=False)"])
def test_a_call_with_training_is_reported(call):
    found = left(_DROPOUT + "drop = Dropout(0.2)\ny = %s\n" % call, "K509", KERAS3)
    assert found.line == 3 and "overruled" in found.message


@pytest.mark.parametrize("call", ["Dropout(0.5)(x)", "Dropout(0.5)(x, training=None)",
                                  "Dropout(0.5)(x, training=flag)", "other(x, training=True)",
                                  "Dropout(0.5)(x, training=True)  # kcool: noqa K509"])
def test_other_calls_are_not(call):
    assert "K509" not in _codes(_DROPOUT + "y = %s\n" % call)


def test_within_a_call_of_ones_own_it_counts():
    assert "K509" not in _codes(_DROPOUT + "from keras.layers import Layer\nclass Mine(Layer):\n"
                                "    def call(self, x):\n        return Dropout(0.5)(x, training=True)\n")


def test_on_the_facade_it_counts():
    assert not codes(migrated(_DROPOUT + "y = Dropout(0.5)(x, training=True)\n"), LEFT)


_LAYERS = "from keras.layers import BatchNormalization, Bidirectional, Embedding, Masking, SimpleRNN\n"


@pytest.mark.parametrize("mask", ["Masking()(x)", "Embedding(9, 3, mask_zero=True)(x)",
                                  "Embedding(9, 3, mask_zero=flag)(x)"])
@pytest.mark.parametrize("layer, code", [("Bidirectional(SimpleRNN(2, return_sequences=True))(y)", "K510"),
                                         ("BatchNormalization()(y)", "K511")])
def test_layers_behind_a_mask(mask, layer, code):
    assert code in _codes(_LAYERS + "y = %s\nz = %s\n" % (mask, layer))


@pytest.mark.parametrize("mask, layer, code", [
    ("Embedding(9, 3)(x)", "Bidirectional(SimpleRNN(2, return_sequences=True))(y)", "K510"),
    ("Embedding(9, 3, mask_zero=False)(x)", "Bidirectional(SimpleRNN(2, return_sequences=True))(y)", "K510"),
    ("Masking()(x)", "Bidirectional(SimpleRNN(2))(y)", "K510"),
    ("Masking()(x)", "SimpleRNN(2, return_sequences=True)(y)", "K510"),
    ("Embedding(9, 3, mask_zero=0)(x)", "BatchNormalization()(y)", "K511"),
    ("Masking()(x)", "SimpleRNN(2)(y)", "K511")])
def test_layers_without_one(mask, layer, code):
    assert code not in _codes(_LAYERS + "y = %s\nz = %s\n" % (mask, layer))


def test_frozen_batch_normalization_is_told_what_helps():
    found = left("from keras.layers import BatchNormalization\nlayer = BatchNormalization()\nlayer.trainable = False\n",
                 "K505", KERAS3)
    assert "momentum = 1.0" in found.hint
