"""K305."""
from ..rule import KERAS3, Rule


class Predictions(Rule):
    """predict_proba is predict; predict_classes has gone.

    `predict_classes` took the largest of several outputs, or compared a single one with 0.5: which of them is meant depends on
    the model.
    """

    code = "K305"
    targets = (KERAS3,)
    issues = ("keras-team/keras#18467",)
    pains = ("Sequential.predict_classes",)
    attributes = ("predict_proba", "predict_classes")
    before = "from keras.models import Sequential\nmodel = Sequential()\nprint(model.predict_proba(x))\n"
    after = {"keras3": "from keras.models import Sequential\nmodel = Sequential()\n"
                       "print(model.predict(x, verbose=0))\n"}

    def on_attribute(self, node, file):
        """Rewrites the one, reports the other."""
        call = node.parent
        if file.kinds.of(node.value) != "model" or not file.is_call_of_model(call, node):
            return
        if node.attr == "predict_classes":
            file.left(call, "predict_classes has gone", "model.predict(x).argmax(axis=-1), or model.predict(x) > 0.5 "
                      "where there is one output")
        else:
            file.change(call, "predict_proba is predict", [file.attribute(node, "predict")], again=True)
