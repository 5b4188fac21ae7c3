"""Tables of `kcool migrate` against those that they repeat, and every pain point against the rules."""
import os
import subprocess
import sys

import pytest

from kcool_modern.migrate import destinations
from kcool_modern.migrate.facts import api, backend, keras1, keras3_arguments, moved
from kcool_modern.migrate.rules import all_rules

#: What has no rule, and why.
EXPLAINED = {}  # type: dict
#: The silent changes; each has a rule that names it.
SILENT = ("l1_l2()", "learning rates", "positional compile", "positional Conv2D", "verbose in predict",
          "hard_sigmoid defaults", "bilinear", "frozen BatchNorm", "RMSprop's epsilon",
          "moving statistics of BatchNormalization", "val_acc", "keras 1 spellings", "copied classes", "python 2",
          "training in a call", "masked Bidirectional", "masked BatchNormalization")


@pytest.mark.parametrize("number", range(1, 35))
def test_every_pain_point_has_a_rule(number):
    assert number in EXPLAINED or any(number in rule.pains for rule in all_rules())


@pytest.mark.parametrize("name", SILENT)
def test_every_silent_change_has_a_rule(name):
    assert any(name in rule.pains for rule in all_rules())


def test_names_of_the_tables_are_names():
    for table in (moved.NAMES, moved.GONE, keras1.ARGUMENTS, keras3_arguments.POSITIONAL, keras3_arguments.RENAMED):
        for path in table:
            assert destinations.is_known(path), path
    for path, new in moved.NAMES.items():
        module, _, name = new.rpartition(".")
        assert new.startswith("tensorflow.") or name in api.keras3().get(module, ()) or new in api.keras3(), (path, new)


@pytest.mark.parametrize("name", sorted(backend.FUNCTIONS))
def test_functions_of_the_backend(name):
    module, _, leaf = backend.FUNCTIONS[name].path.rpartition(".")
    assert name in api.keras22()["keras.backend"] and leaf in api.keras3()[module]


def test_what_has_gone_is_not_there():
    for path in moved.GONE:
        assert path == "keras.callbacks.ProgbarLogger" or destinations.keras3_path(path) is None or \
            path.startswith("keras.layers.dot"), path


def test_a_private_path_has_a_home():
    assert api.home("keras.layers.core.Dense") == "keras.layers.Dense"
    assert api.home("keras.engine.topology.Layer.call") == "keras.layers.Layer.call"
    assert api.home("keras.layers.Dense") == "keras.layers.Dense"
    assert api.home("keras.engine.training.standardize_weights") == "keras.engine.training.standardize_weights"


def test_the_tables_need_no_framework():
    source = ("import sys\nfrom kcool_modern.migrate.rules import all_rules\nall_rules()\n"
              "print([n for n in ('tensorflow', 'keras', 'libcst', 'numpy') if n in sys.modules])")
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    done = subprocess.run([sys.executable, "-c", source], stdout=subprocess.PIPE, universal_newlines=True,
                          env=dict(os.environ, PYTHONPATH=root))
    assert done.stdout.strip() == "[]"
