"""K107."""
import ast

from ..rule import Rule

_KNOWN = {
    "keras_contrib": "its layers are for Keras 2.2 only; kcool run serves a script that uses it",
    "keras_applications": "keras.applications", "keras_preprocessing": "keras.preprocessing",
    "bert4keras": "it brings its own shim; set TF_KERAS=1 for tf.keras, or use kcool run",
    "keras_bert": "kcool run serves a script that uses it", "keras_radam": "keras.optimizers, with a warm-up",
    "tensorflow_hub": "its layers belong to tf.keras", "kapre": "see its releases for Keras 3",
    "keras_layer_normalization": "keras.layers.LayerNormalization", "keras_multi_head":
        "keras.layers.MultiHeadAttention", "keras_self_attention": "keras.layers.MultiHeadAttention",
    "keras_lr_multiplier": "compat.LRMultiplier", "accum_optimizer": "compat.AccumOptimizer",
}


class OtherLibraries(Rule):
    """Another library imports a Keras of its own.

    Its layers and models belong to the Keras that it was written for, and do not mix with those of this file after the
    rewriting.
    """

    code = "K107"
    issues = ("tensorflow/hub#920", "keras-team/keras-tuner#1039")
    pains = (31, "other libraries")
    whole = True
    before = "import keras\nfrom keras_contrib.layers import CRF\n"
    after = {"facade": "from compat import keras\nfrom keras_contrib.layers import CRF\n"}

    def on_file(self, file):
        """Reports imports of libraries that are known to do so."""
        for node in file.names.nodes:
            if isinstance(node, ast.Import):
                roots = [alias.name.partition(".")[0] for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                roots = [node.module.partition(".")[0]]
            else:
                continue
            for root in roots:
                if root in _KNOWN and not file.noqa.covers(self.code, node):
                    file.left(node, "%s imports a Keras of its own" % root, _KNOWN[root])
