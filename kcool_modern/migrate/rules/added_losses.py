"""K309."""
import ast

from ..edits import Edit
from ..rule import KERAS3, Rule


class AddedLosses(Rule):
    """A loss that a model is given by add_loss goes through a layer.

    Keras 3 has no `add_loss` for what was computed from the tensors of a model, as in every variational autoencoder.
    A layer at the output adds it; the model is the same but for that layer. A function that does so is put into the
    file.
    """

    code = "K309"
    targets = (KERAS3,)
    issues = ("keras-team/keras#20034", "tensorflow/tensorflow#110884")
    pains = (7, 26)
    attributes = ("add_loss",)
    before = "from keras import backend as K\nfrom keras.models import Model\nmodel = Model(x, y)\n" \
             "model.add_loss(K.mean(K.square(y)))\nmodel.compile('adam')\n"
    after = {"keras3": '''from keras import ops
from keras.models import Model


def with_loss_of_keras2(model, loss):
    """A model with a loss of its own, computed from its tensors, as add_loss of Keras 2 gave one."""
    from keras import Model, layers

    class AddedLoss(layers.Layer):
        def call(self, output, loss):
            self.add_loss(loss)
            return output

    outputs = list(model.outputs)
    outputs[0] = AddedLoss()(outputs[0], loss)
    return Model(model.inputs, outputs if len(outputs) > 1 else outputs[0], name=model.name)


model = Model(x, y)
model = with_loss_of_keras2(model, ops.mean(ops.square(y)))
model.compile('adam')
'''}

    def on_attribute(self, node, file):
        """Rewrites a statement about a model that this scope has made, and handed to nobody before."""
        call, model = node.parent, node.value
        if file.kinds.of(model) != "model":
            return
        is_statement = isinstance(call, ast.Call) and call.func is node and isinstance(call.parent, ast.Expr)
        if not (is_statement and isinstance(model, ast.Name) and len(call.args) == 1 and not call.keywords
                and _is_private(model, file)):
            file.left(node, "add_loss of a model has no counterpart in Keras 3",
                      "a layer at the output whose call adds the loss")
            return
        text, needs = file.helper("with_loss_of_keras2")
        start = file.positions.span(call)[0]
        bracket = file.text.index("(", file.positions.span(node)[1]) + 1
        file.change(call, "the loss goes through a layer", [
            Edit(start, bracket, "%s = %s(%s, " % (model.id, text, model.id))], needs)


def _is_private(model, file):
    """Whether a name is assigned once, in this scope, and until here only its attributes were asked for."""
    values = file.kinds.values(model)
    if len(values) != 1 or values[0].function is not model.function:
        return False
    return all(one.lineno >= model.lineno or isinstance(one.parent, ast.Attribute)
               for one in file.names.loads(model.id) if one.function is model.function)
