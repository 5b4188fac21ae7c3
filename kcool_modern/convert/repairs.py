"""The repairs that a conversion may make: a code, what it means, and where it was made."""
from collections import OrderedDict, namedtuple

__all__ = ["REPAIRS", "Made", "Repairs"]

#: Code -> one line for the summary and the documentation.
REPAIRS = OrderedDict((
    ("H101", "batch_input_shape of a first layer became an input"),
    ("H102", "an argument that says nothing today was left out"),
    ("H103", "hard_sigmoid keeps its old slope of 0.2"),
    ("H104", "a CuDNN layer became the layer of the same numbers without CuDNN"),
    ("H105", "a name that Keras 3 does not take was changed"),
    ("H106", "a model of multi_gpu_model was unwrapped to its template"),
    ("H107", "a Lambda got the function that was named for it"),
    ("H108", "tensors among the inputs of a recurrent layer became its initial_state"),
    ("H109", "bilinear UpSampling2D keeps the old positions of pixels"),
    ("H110", "a locally connected layer, which Keras 3 has no more, is kcool's"),
    ("H111", "ThresholdedReLU became ReLU(threshold=...)"),
    ("H112", "a merge of masked tensors keeps the old rule for its mask"),
    ("H113", "Softmax does not use the mask that passes through it"),
    ("H114", "frozen BatchNormalization: Keras 2.2 used batch statistics in training, Keras 3 uses moving ones"),
    ("H115", "an argument got its new name or form"),
    ("H116", "weights were brought into today's layout"),
    ("H117", "an initializer that the other Keras has not was replaced: it does not touch the loaded weights"),
    ("H118", "the layer computes in the precision that its weights were saved in"),
    ("H119", "a class or function of the user's own was used"),
    ("H120", "steps masked at the beginning answer with the initial state, as in Keras 2"),
    ("H121", "a call with training=... keeps it, which models of Keras 3 do not"),
    ("H122", "BatchNormalization takes its statistics over masked steps, too"),
    ("H123", "masked steps of a Bidirectional layer repeat the output before"),
    ("H124", "a function of TensorFlow in the graph became operations of Keras 3"),
    ("H201", "the optimizer's arguments got their new names"),
    ("H202", "decay became a learning rate schedule"),
    ("H203", "the optimizer keeps its old formula"),
    ("H204", "the optimizer's state was left behind"),
    ("H205", "loss, metrics or sample weights have no counterpart"),
    ("H206", "training goes on by the published formula, which the old optimizer did not follow"),
    ("H207", "optimizer, loss and metrics were left behind: compile the model again"),
))

#: One repair that was made: its code, the layer's name, and what exactly.
Made = namedtuple("Made", "code layer detail")


class Repairs:
    """The list of what was repaired, without repetitions."""

    def __init__(self):
        self.made = []

    def add(self, code, layer, detail=""):
        """Notes a repair.

        Args:
            code: a key of `REPAIRS`.
            layer: str, the name of the layer in the file.
            detail: str.
        """
        entry = Made(code, layer, detail)
        if code not in REPAIRS:
            raise KeyError(code)
        if entry not in self.made:
            self.made.append(entry)

    def by_code(self):
        """An ordered dict from code to the list of what was made of its kind."""
        found = OrderedDict()
        for entry in sorted(self.made, key=lambda entry: entry.code):
            found.setdefault(entry.code, []).append(entry)
        return found
