"""Sequence to sequence: titles for sentences, with masks, attention and beam search.

The corpus is our own: every sentence says who did what and when, the title who does what. Two thirds of the sentences
are trained on; titles are then written for the others, word by word, keeping the best few beginnings (the beam).
"""
import itertools

import numpy as np
from common import arguments, measured

from compat import K, keras

WHO = [  # in the sentence, in the title, whether there are several of them
    ("the city council of porto", "porto", False), ("the mayor of bergen", "bergen mayor", False),
    ("a small school in turin", "turin school", False), ("two engineers from delft", "delft engineers", True),
    ("the football club of leeds", "leeds", False), ("some farmers near lugo", "lugo farmers", True)]
DID = [  # in the sentence, in the title for one, for several
    ("opened a new bridge across the river", "opens bridge", "open bridge"),
    ("closed the old theatre for repairs", "closes theatre", "close theatre"),
    ("planted two thousand trees along the road", "plants trees", "plant trees"),
    ("won the national cup in the last minute", "wins cup", "win cup"),
    ("found a letter behind the wall of a house", "finds letter", "find letter"),
    ("lost a case about noise in court", "loses case", "lose case")]
WHEN = ["on monday", "last night", "after years of dispute", "this spring", "to the surprise of many", ""]
PAD, START, END, SPECIAL = 0, 1, 2, 3
LONGEST, BEAM, SIZE = 7, 3, 48


def corpus():
    """Pairs of a sentence and its title, as lists of words."""
    for (who, short, several), (did, does, do), when in itertools.product(WHO, DID, WHEN):
        first = when and len(who + did) % 2  # some sentences begin with the time
        sentence = [when, who, did] if first else [who, did, when]
        yield " ".join(sentence).split(), (short + " " + (do if several else does)).split()


class Attention(keras.layers.Layer):
    """For every query a weighted mean of the values that the mask leaves. Inputs: queries, values."""

    def __init__(self, **kwargs):
        super(Attention, self).__init__(**kwargs)
        self.supports_masking = True

    def build(self, input_shape):
        self.kernel = self.add_weight(name="kernel", shape=(input_shape[0][-1], input_shape[1][-1]),
                                      initializer="glorot_uniform")
        super(Attention, self).build(input_shape)

    def call(self, inputs, mask=None):
        queries, values = inputs
        scores = K.batch_dot(K.dot(queries, self.kernel), values, axes=[2, 2])
        scores = scores - 1e9 * (1 - K.expand_dims(K.cast(mask[1], K.floatx()), 1))
        return K.batch_dot(K.softmax(scores), values, axes=[2, 1])

    def compute_mask(self, inputs, mask=None):
        return mask[0]

    def compute_output_shape(self, input_shape):
        return input_shape[0][:2] + (input_shape[1][-1],)


def network(words):
    """Reader and writer: probabilities of the next word for every word of the title so far."""
    x_in, y_in = keras.layers.Input((None,), dtype="int32"), keras.layers.Input((None,), dtype="int32")
    embedding = keras.layers.Embedding(words, SIZE, mask_zero=True)
    read = keras.layers.Bidirectional(keras.layers.GRU(SIZE // 2, return_sequences=True))(embedding(x_in))
    written = keras.layers.GRU(SIZE, return_sequences=True)(embedding(y_in))
    seen = Attention()([written, read])
    both = keras.layers.Dense(SIZE, activation="tanh")(keras.layers.Concatenate()([written, seen]))
    return keras.models.Model([x_in, y_in], keras.layers.Dense(words, activation="softmax")(both))


def padded(rows, length):
    return np.array([list(row) + [PAD] * (length - len(row)) for row in rows], "int32")


def write_titles(model, texts, width):
    """Titles by beam search, for all texts at once: the most probable ones, as lists of words' numbers."""
    beams = [[(0.0, [START])] for _ in texts]
    for _ in range(LONGEST):
        open_ones = [(i, score, title) for i, beam in enumerate(beams) for score, title in beam if title[-1] != END]
        if not open_ones:
            break
        titles = padded([title for _, _, title in open_ones], LONGEST + 1)
        chances = model.predict([texts[[i for i, _, _ in open_ones]], titles], batch_size=256)
        found = [[one for one in beam if one[1][-1] == END] for beam in beams]
        for (i, score, title), chance in zip(open_ones, chances):
            logs = np.log(chance[len(title) - 1, END:] + 1e-9)
            found[i] += [(score + logs[k], title + [k + END]) for k in logs.argsort()[-width:]]
        beams = [sorted(each, reverse=True)[:width] for each in found]
    return [beam[0][1][1:] for beam in beams]


given = arguments(__doc__)
pairs = list(corpus())
names = sorted({word for pair in pairs for side in pair for word in side})
number = {word: i + SPECIAL for i, word in enumerate(names)}
order = np.random.permutation(len(pairs))
texts = padded([[number[word] for word in text] for text, _ in pairs], max(len(text) for text, _ in pairs))[order]
titles = [[number[word] for word in title] + [END] for _, title in pairs]
titles = padded([titles[i] for i in order], LONGEST)
begun = np.concatenate([np.full((len(titles), 1), START), titles[:, :-1] * (titles[:, :-1] != END)], axis=1)
count = 2 * len(pairs) // 3

model = network(len(names) + SPECIAL)
model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
for epochs in (15, 25):
    losses = model.fit([texts[:count], begun[:count]], titles[:count, :, None], batch_size=24, epochs=epochs,
                       verbose=0).history["loss"]
    print("%d sentences, %d words; loss %.4f" % (count, len(names), losses[-1]))


def words_of(numbers):
    return " ".join(names[k - SPECIAL] for k in numbers if k >= SPECIAL)


def accuracy(found):
    return np.mean([words_of(one) == words_of(truth) for one, truth in zip(found, titles[count:])])


greedy, beam = (write_titles(model, texts[count:], width) for width in (1, BEAM))
for text, title in list(zip(texts[count:], beam))[:4]:
    print("%s\n    -> %s" % (words_of(text), words_of(title)))
print("titles of the %d unseen sentences that are right to the word: %.3f greedily, %.3f by beam search" % (
    len(beam), accuracy(greedy), accuracy(beam)))
measured(greedy=accuracy(greedy), beam=accuracy(beam), loss=losses[-1], unseen=len(beam))
