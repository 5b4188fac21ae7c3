"""On Keras 3 a user's models are of two kinds: those of `compat.keras`, and plain ones of Keras 3. Both are tested."""
import importlib
import os

import pytest

import compat

#: Modules whose tests are about `compat.keras` itself, or start programs that import it.
_ONE_KIND = ("test_backend", "test_demo", "test_goldens", "test_namespaces")


def _kinds():
    try:
        return ["compat", "plain"] if compat.stack().family == "keras3" else ["compat"]
    except compat.errors.StackNotFound:
        return ["compat"]


def pytest_collection_modifyitems(config, items):
    """Takes out what makes no sense on plain models."""
    def senseless(item):
        kind = getattr(item, "callspec", None) and item.callspec.params.get("kind")
        return kind == "plain" and os.path.basename(str(item.fspath))[:-len(".py")] in _ONE_KIND

    items[:] = [item for item in items if not senseless(item)]


@pytest.fixture(scope="session", params=_kinds())
def kind(request):
    """``compat`` for models of `compat.keras`, ``plain`` for those of the Keras 3 below it."""
    return request.param


@pytest.fixture(scope="session")
def keras(kind, _four_devices):
    """The Keras whose models the test makes."""
    return compat.keras if kind == "compat" else importlib.import_module("keras")


@pytest.fixture(scope="session")
def old(stack, kind):
    """Whether models have the API of Keras 2.2: `metrics_updates`, `fit_generator` and so on, and no `train_step`."""
    return stack.dialect == "legacy" or stack.family == "keras3" and kind == "compat"
