"""K603."""
from ..facts import api
from ..rule import Rule


class RefusedTensorflow(Rule):
    """A part of TensorFlow 1 is served nowhere today.

    `tf.contrib` ended with TensorFlow 1, and so did queues, `tf.nn.rnn_cell` and estimators. Each has something that
    does the same work, which is named; the code around it is to be written anew.
    """

    code = "K603"
    issues = ("tensorflow/tensorflow#27340", "tensorflow/tensorflow#44103")
    pains = (34,)
    names = ("tf.",)
    imports = True
    before = "import tensorflow as tf\ncell = tf.contrib.rnn.LSTMCell(8)\n"
    after = {"facade": "from compat import tf\ncell = tf.contrib.rnn.LSTMCell(8)\n"}

    def on_name(self, node, name, file):
        """Reports a reference."""
        self._look(node, name, file)

    def on_import(self, node, file):
        """Reports imports from below."""
        from ..statements import bindings

        for one in bindings(node, file):
            if one.path.startswith("tf.") and one.name != "*":
                self._look(node, one.path, file)

    def _look(self, node, name, file):
        path = name[3:]
        served, refused = api.tensorflow1()
        below = [one for one in served if one == path or path.startswith(one + ".") or one.startswith(path + ".")]
        if below and file.to_facade and not (path in served and served[path][0] == "refused"):
            return
        if path in served and served[path][0] == "refused":
            file.left(node, "tf.%s is not served on TensorFlow 2" % path, served[path][2])
            return
        parts = path.split(".")
        for end in range(len(parts), 0, -1):
            hint = refused.get(".".join(parts[:end]))
            if hint:
                if ".".join(parts[:end]) in ("metrics", "saved_model", "estimator") and not file.to_facade:
                    return
                file.left(node, "tf.%s is not served on TensorFlow 2" % path, hint)
                return
