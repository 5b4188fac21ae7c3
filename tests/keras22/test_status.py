"""No name of Keras 2.2.4 is missing without a word."""
import importlib
import os

import pytest

import kcool_modern

NAMES = os.path.join(os.path.dirname(kcool_modern.__file__), "keras22", "names.txt")


def names():
    with open(NAMES) as lines:
        return [(module, found.split()) for module, found in
                (line.split(":") for line in lines if not line.startswith("#"))]


@pytest.mark.parametrize("module, expected", names(), ids=lambda value: value if isinstance(value, str) else "")
def test_every_name_resolves(keras, module, expected):
    served = importlib.import_module("kcool_modern.keras22" + module[len("keras"):])
    assert not [name for name in expected if not hasattr(served, name)]


def test_the_table_names_what_exists(keras):
    from kcool_modern.keras22._status import CLOSE, REFUSED
    known = {("%s.%s" % (module[len("keras."):], name)).lstrip(".") for module, found in names() for name in found}
    assert not set(CLOSE) - known
    assert not set(CLOSE) & set(REFUSED)


@pytest.mark.parametrize("module", ["backend.theano_backend", "backend.cntk_backend", "legacy.models"])
def test_a_refused_module_says_why(keras, module):
    import compat
    from kcool_modern.keras22._status import REFUSED
    compat.install()
    try:
        with pytest.raises(ImportError) as caught:
            importlib.import_module("keras." + module)
    finally:
        compat.uninstall()
    reason, do = REFUSED[module]
    assert reason in str(caught.value) and do in str(caught.value)
