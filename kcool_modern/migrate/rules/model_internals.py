"""K406."""
from ..rule import FACADE, KERAS3, Rule

_HINTS = {
    "run_internal_graph": "compat.get_outputs_of(model, tensors) cuts a model open, on every stack",
    "total_loss": "override compute_loss or train_step",
    "_make_train_function": "override train_step", "_make_test_function": "override test_step",
    "_make_predict_function": "nothing: models are callable at once",
    "_standardize_user_data": "nothing: fit does it", "_feed_inputs": "model.inputs",
    "_feed_outputs": "model.outputs", "_feed_input_names": "[x.name for x in model.inputs]",
    "_collected_trainable_weights": "model.trainable_weights", "train_function": "override train_step",
    "container_nodes": "model.operations", "_inbound_nodes": "node.input_tensors tells what a node is fed",
    "inbound_nodes": "layer._inbound_nodes", "_outbound_nodes": "tensor._keras_history leads backwards only",
    "outbound_nodes": "tensor._keras_history leads backwards only",
    "sample_weights": "override compute_loss", "targets": "override compute_loss",
    "validation_data": "hand the data to the callback yourself",
    "uses_learning_phase": "nothing: the argument training of call", "to_yaml": "model.to_json()",
    "get_input_mask_at": "keras.src.backend.get_keras_mask, or compute_mask",
    "get_output_mask_at": "keras.src.backend.get_keras_mask, or compute_mask",
}
#: Names that other things have, too: reported of what is known to be a model or, in callbacks, self.
_COMMON = ("sample_weights", "targets", "validation_data", "total_loss", "train_function")


class ModelInternals(Rule):
    """A model's inner parts are called otherwise, or are not there.

    `run_internal_graph`, `total_loss`, `targets`, `_make_train_function`, nodes and their layers: Keras 3 was written
    anew, and so were they. Of `_inbound_nodes` only the name has stayed.
    """

    code = "K406"
    targets = (FACADE, KERAS3)
    issues = ("tensorflow/tensorflow#27494", "bojone/bert4keras#432")
    pains = (12, 26, "run_internal_graph")
    attributes = tuple(_HINTS)
    before = "from keras.models import Sequential\nmodel = Sequential()\noutputs = model.run_internal_graph(x)\n"
    after = {"facade": before.replace("keras.models", "compat.keras.models")}

    def on_attribute(self, node, file):
        """Reports the name; through the facade all of them work."""
        if not file.names.imports:
            return
        if node.attr in _COMMON and file.kinds.of(node.value) != "model":
            return
        if file.to_facade:
            if node.attr == "run_internal_graph":
                file.fine(node, "run_internal_graph is served by compat.keras", _HINTS[node.attr])
            return
        file.left(node, "%s is not what it was" % node.attr, _HINTS[node.attr])
