"""K102."""
from ..importing import ImportRule, is_private, is_tensorflow


class TensorflowImports(ImportRule):
    """TensorFlow and its Keras are imported from one place.

    `tf.keras`, `tensorflow.python.keras` and `keras` are up to three different packages, whose objects do not mix.
    TensorFlow 2 does not have the names of TensorFlow 1; `compat.tf` has both, and on TensorFlow 1 it is TensorFlow
    itself.
    """

    code = "K102"
    issues = ("keras-team/keras-tuner#1039", "tensorflow/tensorflow#63085", "tensorflow/hub#920")
    pains = (24, 31, 34)
    before = "import tensorflow as tf\nfrom tensorflow.keras.layers import Dense\n\nsession = tf.Session()\n"
    after = {"facade": "from compat import tf\nfrom compat.keras.layers import Dense\n\nsession = tf.Session()\n",
             "keras3": "import tensorflow as tf\nfrom keras.layers import Dense\n\nsession = tf.Session()\n"}

    def owns(self, found):
        """Statements that name TensorFlow, other than by paths that were never public."""
        return is_tensorflow(found) and not is_private(found)
