"""K505."""
import ast

from ..rule import KERAS3, Rule


class FrozenBatchNorm(Rule):
    """Frozen batch normalization uses its moving statistics.

    In Keras 2.2 `trainable = False` stopped the weights of a BatchNormalization from changing, but in training it
    went on to normalize by the statistics of the batch. In Keras 3 it then runs as in prediction. Fine-tuned networks
    train otherwise.
    """

    code = "K505"
    targets = (KERAS3,)
    issues = ("keras-team/keras#9965", "keras-team/keras#13892", "keras-team/keras#9522")
    pains = (29, "frozen BatchNorm")
    whole = True
    before = "from keras.applications.resnet50 import ResNet50\nbase = ResNet50()\nfor layer in base.layers:\n" \
             "    layer.trainable = False\n"

    def on_file(self, file):
        """Looks for something frozen beside batch normalization, or a network that has it."""
        names = {file.names.of(node) or "" for node in file.names.nodes if isinstance(node, (ast.Name, ast.Attribute))}
        normalized = any(one == "keras.layers.BatchNormalization" or one.startswith("keras.applications.")
                         and not one.startswith("keras.applications.vgg") and one[one.rfind(".") + 1:][:1].isupper()
                         for one in names)
        if not normalized:
            return
        for node in file.names.nodes:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and node.value.value is False \
                    and any(isinstance(one, ast.Attribute) and one.attr == "trainable" for one in node.targets) \
                    and not file.noqa.covers(self.code, node):
                file.left(node, "frozen batch normalization uses moving statistics in training now",
                          "for the old behaviour freeze layer.gamma and layer.beta in the place of the layer, and set "
                          "layer.momentum = 1.0")
                return
