"""Saves every model of `keras.applications`, with random weights, on an old stack.

    python -m tests.convert.write_applications FOLDER [NAME ...]

`kcool convert FOLDER --legacy-python PYTHON` then converts them and compares their answers.
"""
import os
import sys

from .write import recorder


def main(folder, *names):
    """Writes the models."""
    keras, _ = recorder()._keras()
    if not os.path.isdir(folder):
        os.makedirs(folder)
    home = keras.applications
    found = [name for name in dir(home) if name[0].isupper() and callable(getattr(home, name))]
    for name in names or found:
        getattr(home, name)(weights=None).save(os.path.join(folder, name + ".h5"))
        keras.backend.clear_session()
        print(name)


if __name__ == "__main__":
    main(*sys.argv[1:])
