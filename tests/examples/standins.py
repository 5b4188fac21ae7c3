"""Small stand-ins, in the true formats and under the true names, for what the examples of Keras 2.2.4 load.

    python -m tests.examples.standins HOME

HOME becomes a home folder: datasets lie in HOME/.keras, what the examples expect in their working folder in HOME/work.
HOME/full is a home folder with MNIST at its true size, for what relies on that.
Everything is drawn from one seed. The weights of the picture networks are written by `weights.py`.
"""
import argparse
import gzip
import io
import itertools
import json
import pickle
import struct
import tarfile
from pathlib import Path

import numpy as np

__all__ = ["make"]

TRAIN, TEST = 1000, 300
NAMES = ["Mary", "John", "Sandra", "Daniel"]
PLACES = ["bathroom", "bedroom", "garden", "hallway", "kitchen", "office"]
THINGS = ["apple", "football", "milk"]
NEWSGROUPS = ["alt.atheism", "comp.graphics", "rec.autos", "sci.space", "talk.politics.misc"]


def make(home):
    """Fills a folder; what it holds already is written anew."""
    home, random = Path(home), np.random.RandomState(224)
    datasets, work = home / ".keras" / "datasets", home / "work"
    for folder in (datasets, work, home / ".keras" / "models"):
        folder.mkdir(parents=True, exist_ok=True)
    _mnist_in_full(home / "full" / ".keras" / "datasets", _mnist(datasets, random))
    for part in (_cifar10, _imdb, _reuters, _nietzsche, _babi, _word_lists):
        part(datasets, random)
    for part in (_sentence_pairs, _newsgroups, _pictures):
        part(work, random)


# --- pictures --------------------------------------------------------------------------------------------------------


def _mnist(folder, random):
    prototypes = _blurred(random.rand(10, 28, 28))
    sets = []
    for count in (TRAIN, TEST):
        labels = random.permutation(np.arange(count) % 10).astype("uint8")
        noise = random.rand(count, 28, 28) * 60
        sets.append(((prototypes[labels] * 195 + noise).astype("uint8"), labels))
    (x_train, y_train), (x_test, y_test) = sets
    np.savez(str(folder / "mnist.npz"), x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)
    original = folder / "MNIST-data"
    original.mkdir(exist_ok=True)
    for name, (images, labels) in zip(("train", "t10k"), sets):
        header = struct.pack(">iiii", 2051, len(images), 28, 28)
        _gzipped(original / (name + "-images-idx3-ubyte.gz"), header + images.tobytes())
        _gzipped(original / (name + "-labels-idx1-ubyte.gz"), struct.pack(">ii", 2049, len(labels)) + labels.tobytes())
    return sets


def _mnist_in_full(folder, sets):
    folder.mkdir(parents=True, exist_ok=True)
    arrays = {}
    for name, size, (images, labels) in zip(("train", "test"), (60000, 10000), sets):
        rows = np.arange(size) % len(images)
        arrays["x_" + name], arrays["y_" + name] = images[rows], labels[rows]
    np.savez(str(folder / "mnist.npz"), **arrays)


def _blurred(images):
    for axis in (1, 2):
        images = sum(np.roll(images, shift, axis) for shift in range(-3, 4))
    low, high = images.min((1, 2), keepdims=True), images.max((1, 2), keepdims=True)
    return (images - low) / (high - low)


def _gzipped(path, content):
    with gzip.open(str(path), "wb", compresslevel=1) as file:
        file.write(content)


def _cifar10(folder, random):
    # The loader wants 10,000 pictures in each file; a few hundred different ones are enough.
    target = folder / "cifar-10-batches-py"
    target.mkdir(exist_ok=True)
    prototypes = _blurred(random.rand(30, 32, 32)).reshape(10, 3, 32, 32)
    for name in ["data_batch_%d" % number for number in range(1, 6)] + ["test_batch"]:
        labels = random.permutation(np.arange(400) % 10)
        images = (prototypes[labels] * 195 + random.rand(400, 3, 32, 32) * 60).astype("uint8").reshape(400, 3072)
        batch = {b"data": np.tile(images, (25, 1)), b"labels": labels.tolist() * 25}
        (target / name).write_bytes(pickle.dumps(batch, protocol=2))
    with tarfile.open(str(folder / "cifar-10-batches-py.tar.gz"), "w:gz", compresslevel=1) as archive:
        archive.add(str(target / "test_batch"), "cifar-10-batches-py/test_batch")


def _pictures(folder, random):
    from PIL import Image

    def save(name, rows, columns):
        picture = _blurred(random.rand(3, rows, columns)).transpose(1, 2, 0) * 255
        Image.fromarray(picture.astype("uint8")).save(str(folder / name))

    save("base.png", 200, 16)
    save("style.png", 200, 16)
    save("dream.png", 200, 200)
    save("doodle_style.png", 64, 64)
    for name, edge in (("doodle_style_mask.png", 20), ("doodle_target_mask.png", 40)):
        mask = np.zeros((64, 64, 3), "uint8")
        mask[:, edge:] = (250, 20, 20)
        Image.fromarray(mask).save(str(folder / name))


# --- words -----------------------------------------------------------------------------------------------------------


def _words(count, longest, random):
    """Different words, the shorter the more frequent they are to be."""
    letters = random.permutation(list("abcdefghijklmnopqrstuvwxyz"))
    every = ("".join(word) for length in range(2, longest + 1) for word in itertools.product(letters, repeat=length))
    return list(itertools.islice(every, count))


def _sequences(count, vocabulary, random):
    lengths = random.randint(20, 300, count)
    found = np.empty(count, dtype=object)
    found[:] = [(random.zipf(1.2, length) % vocabulary + 1).tolist() for length in lengths]
    return found


def _imdb(folder, random):
    arrays = {}
    for name, count in (("train", TRAIN), ("test", TEST)):
        labels = random.permutation(np.arange(count) % 2)
        reviews = _sequences(count, 20000, random)
        for review, label in zip(reviews, labels):
            review[::7] = [30 + int(label)] * len(review[::7])
        arrays["x_" + name], arrays["y_" + name] = reviews, labels
    np.savez(str(folder / "imdb.npz"), **arrays)
    _word_index(folder / "imdb_word_index.json", random)


def _reuters(folder, random):
    labels = random.permutation(np.arange(TRAIN + TEST) % 46)
    wires = _sequences(TRAIN + TEST, 20000, random)
    for wire, label in zip(wires, labels):
        wire[::5] = [30 + int(label)] * len(wire[::5])
    np.savez(str(folder / "reuters.npz"), x=wires, y=labels)
    _word_index(folder / "reuters_word_index.json", random)


def _word_index(path, random):
    words = _words(20000, 5, random)
    path.write_text(json.dumps({word: number + 1 for number, word in enumerate(words)}), encoding="utf-8")


def _nietzsche(folder, random):
    vocabulary = _words(120, 3, random)
    sentences = [" ".join(random.choice(vocabulary, random.randint(4, 12))).capitalize() + "."
                 for _ in range(120)]
    (folder / "nietzsche.txt").write_text("PREFACE\n\n\n" + "\n".join(sentences), encoding="utf-8")


def _word_lists(folder, random):
    words = _words(17000, 4, random)
    pairs = ["%s %s" % pair for pair in zip(random.choice(words, 17000), random.choice(words, 17000))]
    members = {"wordlist_mono_clean.txt": "\n".join(words), "wordlist_bi_clean.txt": "\n".join(pairs)}
    # `get_file(..., untar=True)` appends its own ending to the name.
    _archive(folder / "wordlists.tgz.tar.gz", members)


def _archive(path, members):
    with tarfile.open(str(path), "w:gz") as archive:
        for name, text in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(text.encode("utf-8"))
            archive.addfile(info, io.BytesIO(text.encode("utf-8")))


def _babi(folder, random):
    members = {}
    for size, name in itertools.product(("en", "en-10k"), ("qa1_single-supporting-fact", "qa2_two-supporting-facts")):
        for part, count in (("train", 60), ("test", 20)):
            stories = [_story(name.startswith("qa2"), random) for _ in range(count)]
            members["tasks_1-20_v1-2/%s/%s_%s.txt" % (size, name, part)] = "".join(stories)
    _archive(folder / "babi-tasks-v1-2.tar.gz", members)


def _story(with_things, random):
    lines, where = [], {}
    for _ in range(5):
        for _ in range(2):
            name, place = random.choice(NAMES), random.choice(PLACES)
            where[name] = place
            lines.append("%s moved to the %s." % (name, place))
        if with_things:
            name, thing = random.choice(sorted(where)), random.choice(THINGS)
            lines.append("%s got the %s there." % (name, thing))
            lines.append("Where is the %s? \t%s\t%d %d" % (thing, where[name], len(lines), len(lines) - 1))
        else:
            name = random.choice(sorted(where))
            lines.append("Where is %s? \t%s\t%d" % (name, where[name], len(lines)))
    return "".join("%d %s\n" % (number + 1, line) for number, line in enumerate(lines))


def _sentence_pairs(folder, random):
    target = folder / "fra-eng"
    target.mkdir(exist_ok=True)
    vocabulary = _words(60, 3, random)
    lines = []
    for _ in range(300):
        sentence = random.choice(vocabulary, random.randint(1, 4))
        lines.append("%s.\t%s !" % (" ".join(sentence).capitalize(), " ".join(word[::-1] for word in sentence)))
    (target / "fra.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _newsgroups(folder, random):
    vocabulary = _words(800, 3, random)
    glove = folder / "glove.6B"
    glove.mkdir(exist_ok=True)
    rows = ("%s %s" % (word, " ".join("%.5f" % value for value in random.randn(100) / 3)) for word in vocabulary[:700])
    (glove / "glove.6B.100d.txt").write_text("\n".join(rows) + "\n", encoding="utf-8")
    for number, group in enumerate(NEWSGROUPS):
        target = folder / "20_newsgroup" / group
        target.mkdir(parents=True, exist_ok=True)
        for message in range(60):
            words = list(random.choice(vocabulary, random.randint(50, 400)))
            words[::6] = [vocabulary[number]] * len(words[::6])
            text = "From: somebody\nSubject: %s\n\n%s\n" % (group, " ".join(words))
            (target / str(50000 + message)).write_text(text, encoding="latin-1")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("home")
    make(parser.parse_args().home)
