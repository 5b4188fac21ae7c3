"""Writes ``compat/data/digits.npz``, the data of ``kcool demo``, from the copy that scikit-learn packages.

    python tools/make_digits.py           # write the file; needs scikit-learn
    python tools/make_digits.py --check   # say whether the shipped file holds the same images and labels

The archive has a fixed date, member order and compression level, so that the same zlib gives the same bytes.
"""
import io
import os
import sys
import zipfile

import numpy as np

TARGET = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "compat", "data", "digits.npz")
#: Images per class in the UCI test file, as the repository's own description counts them.
PER_CLASS = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def read_packaged():
    """The images, uint8 of shape (1797, 8, 8), and the labels, uint8 of shape (1797,)."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    images, labels = digits.images, digits.target
    as_bytes = images.astype("uint8"), labels.astype("uint8")
    assert (as_bytes[0] == images).all() and (as_bytes[1] == labels).all(), "a value does not fit a byte"
    assert images.shape == (1797, 8, 8) and images.min() == 0 and images.max() == 16
    assert np.bincount(labels).tolist() == PER_CLASS
    return as_bytes


def write(path, **arrays):
    """Writes an .npz that depends on nothing but the arrays."""
    with zipfile.ZipFile(path, "w") as archive:
        for name in sorted(arrays):
            content = io.BytesIO()
            np.lib.format.write_array(content, np.ascontiguousarray(arrays[name]), version=(1, 0))
            member = zipfile.ZipInfo(name + ".npy", date_time=(1980, 1, 1, 0, 0, 0))
            member.external_attr = 0o644 << 16
            archive.writestr(member, content.getvalue(), compress_type=zipfile.ZIP_DEFLATED, compresslevel=9)


def check(images, labels):
    """Whether the shipped file holds these arrays."""
    with np.load(TARGET) as shipped:
        return bool((shipped["images"] == images).all() and (shipped["labels"] == labels).all())


if __name__ == "__main__":
    images, labels = read_packaged()
    if "--check" in sys.argv[1:]:
        sys.exit(0 if check(images, labels) else "compat/data/digits.npz differs from scikit-learn's copy")
    write(TARGET, images=images, labels=labels)
    print("%s: %d bytes" % (TARGET, os.path.getsize(TARGET)))
