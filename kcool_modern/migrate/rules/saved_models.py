"""K407."""
import ast

from ..rule import KERAS3, Rule
from .recurrent_defaults import HELPER


class SavedModels(Rule):
    """Models that Keras 2 has saved are converted once.

    None of 64 small models of Keras 2.2.4 was read by Keras 3 as it was: `lr` in their training configuration, an
    axis too many in `batch_input_shape`, wrapped layers without a module, Lambda layers as bytecode, `hard_sigmoid`
    with another slope. `kcool convert model.h5` writes a `.keras` file and compares its answers with those of the old
    interpreter. A model that the rewritten code has saved may name the old `hard_sigmoid` (K502), so that it is put
    into the file.
    """

    code = "K407"
    targets = (KERAS3,)
    issues = ("keras-team/keras#14875", "keras-team/keras#7440", "keras-team/keras#19151", "keras-team/tf-keras#44",
              "keras-team/keras#19898", "keras-team/keras#18913", "keras-team/keras#19441", "Shawn-Shan/fawkes#186",
              "keras-team/keras#18467", "keras-team/keras#11683", "keras-team/keras#10417", "keras-team/keras#20081",
              "flatironinstitute/CaImAn#1332", "keras-team/keras#20083", "keras-team/keras#19375",
              "keras-team/keras#21676", "matterport/Mask_RCNN#2594", "matterport/Mask_RCNN#2876",
              "TKassis/OrgaQuant#15")
    pains = (1, 2, 3, 13, 14, 15, 16, 17, 18, 19, 20, 23)
    calls = ("keras.models.load_model", "keras.models.model_from_json", "keras.models.model_from_config")
    before = "from keras.models import load_model\nmodel = load_model('old.h5')\n"
    after = {"keras3": '''from keras.models import load_model
from keras.saving import register_keras_serializable


@register_keras_serializable("keras2")
def hard_sigmoid_of_keras2(x):
    """The hard_sigmoid of Keras 2; that of Keras 3 has another slope."""
    from keras import ops

    return ops.clip(0.2 * x + 0.5, 0.0, 1.0)


model = load_model('old.h5')
'''}

    def on_call(self, node, name, file):
        """Reports a model that is read, unless this file has written it."""
        path = node.args[0] if node.args else None
        if name.endswith("load_model") and isinstance(path, ast.Constant) and isinstance(path.value, str):
            if path.value.endswith(".keras") or _is_saved_here(path.value, file):
                return
        elif isinstance(path, ast.Name) and any(
                isinstance(one, ast.Attribute) and one.attr in ("save", "to_json") for one in file.names.nodes):
            return
        if not file.has_helper(HELPER):
            file.change(node, "what saved recurrent layers may name is put into the file", [], file.helper(HELPER)[1])
        file.left(node, "%s: a model that Keras 2 has saved is not read as it is" % name.rpartition(".")[2],
                  "kcool convert OLD.h5, once, and load the .keras file")


def _is_saved_here(name, file):
    for node in file.names.nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "save" and any(
                isinstance(one, ast.Constant) and one.value == name for one in node.args):
            return True
    return False
