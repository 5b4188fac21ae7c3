"""No name of Keras 2.2.4 is missing without a word."""
import importlib
import os

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))


def names():
    with open(os.path.join(HERE, "names224.txt")) as lines:
        for line in lines:
            if not line.startswith("#"):
                module, found = line.split(":")
                yield module, found.split()


@pytest.mark.parametrize("module, expected", list(names()), ids=lambda value: value if isinstance(value, str) else "")
def test_every_name_resolves_or_is_refused(keras, module, expected):
    from kcool_modern.keras22._status import REFUSED
    served = importlib.import_module("kcool_modern.keras22" + module[len("keras"):])
    short = module[len("keras."):]
    missing = [name for name in expected
               if not hasattr(served, name) and ("%s.%s" % (short, name)).lstrip(".") not in REFUSED]
    assert not missing


def test_the_table_names_what_exists(keras):
    from kcool_modern.keras22._status import CLOSE, REFUSED
    known = {("%s.%s" % (module[len("keras."):], name)).lstrip(".") for module, found in names() for name in found}
    assert not (set(CLOSE) | set(REFUSED)) - known
    assert not set(CLOSE) & set(REFUSED)
