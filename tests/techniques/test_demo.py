"""The demo on this stack, as a user runs it; its proofs against wrong techniques; the doctor against real imports."""
import json
import os
import re
import subprocess
import sys

import pytest

import compat
from compat.cli.demo.proving import TECHNIQUES


def _kcool(*arguments):
    done = subprocess.run([sys.executable, "-m", "compat"] + list(arguments), stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, universal_newlines=True, cwd=_home())
    return done.returncode, done.stdout, done.stderr


def _home():
    return os.path.dirname(os.path.dirname(os.path.abspath(compat.__file__)))


def _served(stack, technique):
    return compat.techniques.unavailable(compat.techniques.TECHNIQUES[technique], stack.name) is None


@pytest.fixture(scope="module")
def demo():
    return _kcool("demo", "--seed", "3")


def test_the_demo_ends_well(demo):
    code, out, err = demo
    assert code == 0, out + err
    assert str(compat.stack()) in out and "1,297 to train on, 500 to validate; seed 3" in out
    assert "Traceback" not in err


@pytest.mark.parametrize("technique", TECHNIQUES)
def test_every_technique_has_its_row(demo, stack, technique):
    row = [line for line in demo[1].split("\n") if re.match(technique + r" +(kcool_|none)", line)]
    assert len(row) == 1
    if _served(stack, technique):
        side = "legacy" if stack.dialect == "legacy" else "modern"
        assert "kcool_%s.%s on %s" % (side, technique, stack.name) in row[0]
        assert row[0].split()[-1] == "yes" and re.search(r"\d+\.\d s", row[0])
    else:
        assert row[0].split()[-1] == "-"
        missing = compat.techniques.unavailable(compat.techniques.TECHNIQUES[technique], stack.name)
        text = " ".join(demo[1].split())
        assert "unavailable" in row[0] and missing.reason in text and missing.nearest in text


def test_the_numbers_are_small_and_those_of_mistakes_are_not(demo, stack):
    served = [name for name in TECHNIQUES if _served(stack, name)]
    off = [float(number) for number in re.findall(r" off [A-Za-z ]+ by (\S+)", demo[1])]
    mistakes = [float(number) for number in re.findall(r"\([a-z' ]+: (\S+)\)", demo[1])]
    assert len(off) == len(mistakes) == len(served)
    assert max(off) < 1e-4 < min(mistakes)


def test_the_model_learns(demo):
    raw, averaged = map(float, re.search(r"accuracy (\S+) %, averaged (\S+) %", demo[1]).groups())
    assert 80 < raw <= 100 and 80 < averaged <= 100


#: Each proof before a technique that is wrong, in a process that is set up as the demo's is.
_BROKEN = """
import json
import numpy as np
import compat
from compat.cli.demo import digits, host, network
from compat.cli.demo.proofs import ema, function, parallel, surgery
from compat.cli.demo.proving import Problem

def other_momentum(model, momentum):
    return compat.ExponentialMovingAverage(model, momentum + 0.001)

def shifted(inputs, outputs):
    real = compat.function(inputs, outputs)
    return lambda values: [np.asarray(value) + 1e-3 for value in real(values)]

def layers_left_out(model, start_tensors):
    entry = keras.layers.Input((network.UNITS,))
    return [entry], model.get_layer("digit")(model.get_layer("standardize")(entry))

def template_left_alone(template, devices):
    return network.plain(keras, 5)

keras = host.prepare(compat.stack())
(compat.ExponentialMovingAverage, compat.function, compat.get_outputs_of)
ema.EPOCHS = parallel.EPOCHS = 1
problem = Problem(keras, digits.read(), network.build(keras, compat.K, 5), 5)
results = {}
for name, proof, broken in (("ema", ema, other_momentum), ("function", function, shifted),
                            ("surgery", surgery, layers_left_out), ("parallel", parallel, template_left_alone)):
    proof.load = lambda asked: broken
    results[name] = bool(proof.prove(problem).holds)
print("results:" + json.dumps(results))
"""


def test_a_proof_fails_when_the_technique_is_wrong(run_python):
    results = json.loads(run_python(_BROKEN).rpartition("results:")[2])
    assert results == dict.fromkeys(TECHNIQUES, False), "a proof holds that should not"


def test_the_keras_that_is_imported_first_is_the_one_that_is_served(run_python, stack):
    if stack.family == "bridge":
        pytest.skip("nobody can import the bridge's Keras without kcool")
    source = "import %s, compat; print('name:' + compat.stack().name)" % stack.module.split(".")[0]
    out = run_python(source, KCOOL_STACK="", TF_USE_LEGACY_KERAS="", KERAS_BACKEND=stack.engine)
    assert out.rpartition("name:")[2].strip() == stack.name


_REALLY = """
import json, sys
import compat
if compat.stack().family != "bridge":  # which gives another meaning to these names on purpose
    compat.dispatch._prepare(compat.stack())

def described(name):
    try:
        if name != "tf.keras":
            return [name, __import__(name).__version__]
        import tensorflow
        # tf.keras has no version of its own on every stack; its classes say which package they are from.
        home = tensorflow.keras.layers.Layer.__module__.split(".")[0]
        return [home, sys.modules[home].__version__]
    except ImportError:
        return None

print("really:" + json.dumps({name: described(name) for name in ("keras", "tf.keras", "tf_keras")}))
"""


def test_the_doctor_says_what_an_import_really_gives(run_python):
    code, out, _ = _kcool("doctor", "--json")
    assert code == 0
    gives = {row["statement"].replace("import ", ""): row["gives"] for row in json.loads(out)["imports"]}
    really = json.loads(run_python(_REALLY).rpartition("really:")[2])
    for name, found in really.items():
        if found is None:
            assert gives[name].startswith("nothing"), name
            continue
        home, version = found
        start = {"tensorflow": "the Keras 2 inside TensorFlow ", "keras": "Keras ", "tf_keras": "tf-keras "}[home]
        assert gives[name].startswith(start + version), name
