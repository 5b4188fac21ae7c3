"""K103."""
from ..importing import ImportRule, is_private


class PrivateImports(ImportRule):
    """Private modules of Keras give way to the public ones.

    `keras.engine`, `keras.layers.core`, `keras.layers.advanced_activations`, `keras.utils.np_utils`,
    `keras.objectives` and the like were files, not an API: of the 81 modules of Keras 2.2.4, 43 cannot be imported
    any more. The same objects have public names, in Keras 2.2.4 already.
    """

    code = "K103"
    issues = ("matterport/Mask_RCNN#2783", "matterport/Mask_RCNN#3059", "tensorflow/tensorflow#33786",
              "CrockettLab/outrage_classifier#2")
    pains = (10,)
    before = "from keras.engine.topology import Layer\nfrom keras.layers.advanced_activations import LeakyReLU\n"
    after = {"facade": "from compat.keras.layers import Layer\nfrom compat.keras.layers import LeakyReLU\n",
             "keras3": "from keras.layers import Layer\nfrom keras.layers import LeakyReLU\n"}

    def owns(self, found):
        """Statements with a private path."""
        return is_private(found)
