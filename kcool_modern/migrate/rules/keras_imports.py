"""K101."""
from ..importing import ImportRule, is_private, is_tensorflow


class KerasImports(ImportRule):
    """Imports of Keras name the Keras that is meant.

    `import keras` gives another API on each stack: on Keras 3 the functions of `keras.backend` have gone, and 45 % of
    the names of Keras 2.2 with them. `compat.keras` and `compat.K` speak the API of 2.2 on every stack. A name that
    nothing uses after the rewriting is not imported any more.
    """

    code = "K101"
    issues = ("keras-team/keras#18467",)
    pains = (31,)
    before = "from keras.layers import Dense\nfrom keras import backend as K\n\ny = K.square(Dense(1)(x))\n"
    after = {"facade": "from compat.keras.layers import Dense\nfrom compat import K\n\ny = K.square(Dense(1)(x))\n",
             "keras3": "from keras.layers import Dense\nfrom keras import ops\n\ny = ops.square(Dense(1)(x))\n"}

    def owns(self, found):
        """Whatever the other two leave."""
        return not is_private(found) and not is_tensorflow(found)
