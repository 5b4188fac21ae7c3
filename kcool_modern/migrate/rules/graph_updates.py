"""K403."""
from ..rule import KERAS3, Rule

_HINTS = {
    "metrics_tensors": "a keras.metrics.Metric of your own, or a callback",
    "metrics_updates": "a callback; for averages of weights compat.ExponentialMovingAverage, or use_ema=True of the "
                       "optimizer",
    "add_metric": "hand a metric to compile, or override compute_metrics",
    "add_update": "self.variable.assign(value) inside of call",
    "state_updates": "self.variable.assign(value) inside of call",
    "get_updates_for": "nothing: updates are assignments in call",
    "get_losses_for": "layer.losses",
}


class GraphUpdates(Rule):
    """What used to be hung into the graph has no place there any more.

    `metrics_tensors`, `metrics_updates` and `add_update` changed the function that Keras compiled. In TensorFlow 2
    some of them raise nothing, and the variable just never moves. Metrics are objects today, updates are assignments
    inside of `call`.
    """

    code = "K403"
    targets = (KERAS3,)
    issues = ("matterport/Mask_RCNN#1754", "matterport/Mask_RCNN#2416", "tensorflow/tensorflow#33789",
              "keras-team/keras#20034", "tensorflow/tensorflow#110884", "mjDelta/keras-center-loss-MNIST#1",
              "ageron/handson-ml2#332")
    pains = (7, 8)
    attributes = tuple(_HINTS)
    before = "from keras.models import Sequential\nmodel = Sequential()\nmodel.metrics_tensors.append(x)\n"

    def on_attribute(self, node, file):
        """Reports the name."""
        if file.names.imports:
            file.left(node, "%s has no counterpart in Keras 3" % node.attr, _HINTS[node.attr])
