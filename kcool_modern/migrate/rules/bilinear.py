"""K506."""
import ast

from ..rule import KERAS3, Rule


class Bilinear(Rule):
    """Bilinear interpolation counts pixels otherwise.

    TensorFlow 1 put the first pixel of the small image on that of the large one; TensorFlow 2 centres them. The
    outputs of `UpSampling2D(interpolation='bilinear')` and of `tf.image.resize_*` differ by up to half of their size.
    """

    code = "K506"
    targets = (KERAS3,)
    issues = ("tensorflow/tensorflow#33691", "tensorflow/tensorflow#29856", "tensorflow/tensorflow#6720")
    pains = (33, "bilinear")
    calls = ("keras.layers.UpSampling2D", "tf.image.resize_images", "tf.image.resize_bilinear",
             "tf.image.resize_bicubic")
    before = "from keras.layers import UpSampling2D\nx = UpSampling2D(interpolation='bilinear')(x)\n"

    def on_call(self, node, name, file):
        """Reports; the old way has to be asked for by name."""
        if name.startswith("keras"):
            values = [one.value for one in node.keywords if one.arg == "interpolation"] + node.args[2:3]
            if not values or isinstance(values[0], ast.Constant) and values[0].value == "nearest":
                return
        file.left(node, "bilinear interpolation counts pixels otherwise since TensorFlow 2",
                  "a layer that calls tf.compat.v1.image.resize_bilinear gives the old numbers")
