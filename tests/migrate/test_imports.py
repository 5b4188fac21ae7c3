"""K1xx: which Keras an import names."""
import pytest

from .checking import changed, codes, left, migrated, same


@pytest.mark.parametrize("before, after", [
    ("import keras", "from compat import keras"),
    ("import keras as ks", "from compat import keras as ks"),
    ("import keras.backend as K", "from compat import K"),
    ("from keras import backend as K", "from compat import K"),
    ("from keras import backend", "from compat import K as backend"),
    ("import keras.layers", "from compat import keras"),
    ("import keras.layers as kl", "from compat.keras import layers as kl"),
    ("from keras.layers import Dense, Input as In", "from compat.keras.layers import Dense, Input as In"),
    ("from keras.layers.core import Dense", "from compat.keras.layers import Dense"),
    ("from keras.engine.topology import Layer, InputSpec", "from compat.keras.layers import Layer, InputSpec"),
    ("from keras.engine import Model", "from compat.keras.models import Model"),
    ("from keras.objectives import mse", "from compat.keras.losses import mse"),
    ("from keras.utils.np_utils import to_categorical", "from compat.keras.utils import to_categorical"),
    ("from keras.backend.tensorflow_backend import set_session", "from compat.keras.backend import set_session"),
    ("from tensorflow import keras", "from compat import keras"),
    ("from tensorflow.keras.layers import Dense", "from compat.keras.layers import Dense"),
    ("from tensorflow.python.keras.layers import Dense", "from compat.keras.layers import Dense"),
    ("from tensorflow.contrib.keras.python.keras.layers import Dense", "from compat.keras.layers import Dense"),
    ("import tensorflow as tf", "from compat import tf"),
    ("import tensorflow", "from compat import tf as tensorflow"),
    ("import tensorflow.compat.v1 as tf", "from compat import tf"),
    ("import tensorflow.contrib.slim as slim", "from compat.tf.contrib import slim"),
    ("from tensorflow.python.ops import nn_ops", "from compat.tf.python.ops import nn_ops"),
    ("from keras.utils import multi_gpu_model", "from compat import multi_gpu_model"),
    ("from keras.layers import *", "from compat.keras.layers import *"),
    ("import keras, os, keras.layers as kl",
     "from compat import keras\nimport os\nfrom compat.keras import layers as kl"),
])
def test_import_statements(before, after):
    changed(before + "\n", after + "\n")


@pytest.mark.parametrize("before, after", [
    ("from tensorflow import keras", "import keras"),
    ("from tensorflow.keras.layers import Dense", "from keras.layers import Dense"),
    ("from tensorflow.python.keras.layers import Dense", "from keras.layers import Dense"),
    ("from keras.losses import mse", "from keras.losses import mean_squared_error as mse"),
    ("from keras.optimizers import adam", "from keras.optimizers import Adam as adam"),
    ("from keras.layers import LocallyConnected1D, Dense",
     "from compat.keras.layers import LocallyConnected1D\nfrom keras.layers import Dense"),
    ("from keras.preprocessing.text import Tokenizer", "from tensorflow.keras.preprocessing.text import Tokenizer"),
    ("from keras.models import Model, Input", "from keras.models import Model\nfrom keras.layers import Input"),
])
def test_import_statements_of_keras3(before, after):
    changed(before + "\n", after + "\n", "keras3")


@pytest.mark.parametrize("text", [
    "import numpy as np\nimport keras_applications\nfrom kerastuner import x\n",
    "from .keras import layers\nfrom mypackage.keras import K\n",
    "text = 'import keras'\n# import keras\n",
    "import tensorflow_probability as tfp\nimport tensorflowjs\n",
    "from compat.keras.layers import Dense\nfrom compat import K\n",
])
def test_what_is_no_keras_stays(text):
    same(text)


@pytest.mark.parametrize("text", [
    "import keras\nfrom keras import backend, layers\nfrom keras.layers import Dense\n",
    "import tensorflow as tf\nx = tf.constant(1)\n",
])
def test_what_is_keras_3_already_stays(text):
    same(text, "keras3")


def test_comments_and_brackets_stay():
    changed("""
        from keras.layers.core import (  # those
            Dense,  # the plain one
            Lambda,
        )  # end
    """, """
        from compat.keras.layers import (  # those
            Dense,  # the plain one
            Lambda,
        )  # end
    """)


def test_a_statement_that_is_split_keeps_its_comments():
    outcome = migrated("from keras.utils import (multi_gpu_model,  # two of them\n    to_categorical)  # labels\n")
    assert "# two of them" in outcome.text and "# labels" in outcome.text
    assert "from compat import (multi_gpu_model" in outcome.text


def test_several_statements_on_one_line():
    changed("import os; import keras, sys; x = 1\n", "import os; from compat import keras; import sys; x = 1\n")
    changed("if True: from keras.utils import multi_gpu_model, Sequence\n",
            "if True: from compat import multi_gpu_model; from compat.keras.utils import Sequence\n")


def test_imports_inside_of_functions_and_try():
    changed("""
        def f():
            from keras.utils import multi_gpu_model, Sequence
            return Sequence
        try:
            from keras.engine.topology import Layer
        except ImportError:
            from tensorflow.keras.layers import Layer
    """, """
        def f():
            from compat import multi_gpu_model
            from compat.keras.utils import Sequence
            return Sequence
        try:
            from compat.keras.layers import Layer
        except ImportError:
            from compat.keras.layers import Layer
    """)


def test_dotted_names_of_tensorflows_keras():
    changed("""
        import tensorflow as tf
        layer = tf.keras.layers.Dense(1)
        x = tf.constant(1)
    """, """
        from compat import tf
        from compat import keras
        layer = keras.layers.Dense(1)
        x = tf.constant(1)
    """)


def test_an_import_that_nothing_uses_any_more_goes():
    changed("""
        import tensorflow as tf
        from keras import layers
        layer = tf.keras.layers.Dense(1)
    """, """
        from compat.keras import layers
        layer = layers.Dense(1)
    """)


def test_an_import_that_others_may_use_stays():
    outcome = migrated("import tensorflow as tf\nlayer = tf.keras.layers.Dense(1)\n", is_package=True)
    assert "from compat import tf" in outcome.text


@pytest.mark.parametrize("text", [
    "import tensorflow as tf\ntf = other\nlayer = tf.keras.layers.Dense(1)\n",
    "import tensorflow as tf\ndef f(tf):\n    return tf.keras.layers.Dense(1)\n",
    "import tensorflow as tf\ndef f():\n    for tf in ():\n        tf.keras.layers.Dense(1)\n",
    "import tensorflow as tf\nclass A:\n    tf = None\n    x = tf.keras.layers.Dense\n",
    "import tensorflow as tf\nx = [tf.keras.layers.Dense for tf in ()]\n",
])
def test_a_name_that_is_hidden_is_not_touched(text):
    outcome = migrated(text)
    assert outcome.text == text.replace("import tensorflow as tf", "from compat import tf")
    assert "K104" not in codes(outcome)


@pytest.mark.parametrize("text", [
    "import tensorflow as tf\nx = [tf.keras.layers.Dense(i) for i in range(3)]\n",
    "import tensorflow as tf\nx = [i for i in tf.keras.layers.deserialize(3)]\n",
    "import tensorflow as tf\ndef f(a=tf.keras.layers.Dense(1)):\n    pass\n",
    "import tensorflow as tf\n@tf.keras.utils.Sequence\ndef f():\n    return lambda: tf.keras.layers.Dense\n",
    "def f():\n    import tensorflow as tf\n    def g():\n        return tf.keras.layers.Dense(1)\n    return g\n",
])
def test_a_name_that_is_not_hidden_is_found(text):
    outcome = migrated(text)
    assert "K104" in codes(outcome) and "tf.keras" not in outcome.text


def test_a_name_that_is_taken_gets_another():
    outcome = changed("import tensorflow as tf\nkeras = 3\nlayer = tf.keras.layers.Dense(keras)\n",
                      "from compat import keras as keras_keras\nkeras = 3\nlayer = keras_keras.layers.Dense(keras)\n")
    assert outcome.seen


def test_unknown_names_are_left():
    text = "from keras.layers import MultiHeadAttention\n"
    assert left(text, "K105").hint
    same(text)


def test_projects_with_a_compat_of_their_own():
    changed("from keras.layers import Dense\n", "from kcool.keras.layers import Dense\n", facade="kcool")


def test_the_last_line_needs_no_end():
    changed("import keras", "from compat import keras")


def test_what_is_put_before_a_statement_does_not_get_between():
    outcome = migrated("from keras.models import Sequential\nmodel.reset_states()\nmodel = Sequential()\n", "keras3")
    assert "\n\n\nreset_states_of_keras2(model)\nmodel = Sequential()\n" in outcome.text
