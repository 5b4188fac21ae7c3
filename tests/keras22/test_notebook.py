"""``%load_ext compat`` and ``%unload_ext compat``, in a shell of IPython."""
import os
import subprocess
import sys

import pytest

import compat

CELLS = """
%load_ext compat
import keras, tensorflow as tf
from keras import backend as K
x = K.placeholder((None, 2))
print(keras.__version__, tf.__version__, K.get_session().run(2 * x, {x: [[1, 2]]}).tolist())
%unload_ext compat
import keras
print(keras.__version__ != "2.2.4", not hasattr(keras.backend, "placeholder"))
"""


@pytest.mark.parametrize("name", ["compat", "kcool"])
def test_a_notebook_switches_to_keras_2_and_back(stack, tmp_path, name):
    pytest.importorskip("IPython")
    if stack.name != "keras3/tensorflow":
        pytest.skip("the cells use TensorFlow")
    notebook = tmp_path / "cells.ipy"
    notebook.write_text(CELLS.replace("compat", name))
    root = os.path.dirname(os.path.dirname(compat.__file__))
    variables = dict(os.environ, PYTHONPATH=os.pathsep.join([root, os.environ.get("PYTHONPATH", "")]),
                     IPYTHONDIR=str(tmp_path))
    done = subprocess.run([sys.executable, "-m", "IPython", str(notebook)], env=variables, cwd=str(tmp_path),
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True)
    assert done.stdout.split() == ["2.2.4", "1.15.5", "[[2.0,", "4.0]]", "True", "True"], done.stderr[-2000:]
