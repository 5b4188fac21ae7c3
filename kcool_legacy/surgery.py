"""Surgery: cut a model open anywhere and go on with the rest; replace or insert a layer.

The recipe is Su Jianlin's "Make Keras cooler: tricks of reusing layers and models" (2019,
https://kexue.fm/archives/6985): on Keras 2.2 a second `Model` is made over the graph, its `inputs` and `_input_layers`
are overwritten with the place of the cut, and `run_internal_graph` then rebuilds only what comes after.

This side walks the nodes itself and calls twins of the layers: see `kcool_common.surgery22`.

Differences: the tail's layers are not the original's layers but share their variables, so ``trainable`` is set on each.
Cuts inside a nested model are possible.
"""
import keras

from kcool_common import surgery22

__all__ = ["get_outputs_of", "insert_layer", "replace_layer"]


def get_outputs_of(model, start_tensors, input_layers=None):
    """Cuts a model at some of its tensors and applies what comes after the cut to new inputs.

        x, y = get_outputs_of(model, model.get_layer("add_15").output)
        tail = Model(x, y)

    Args:
        model: a built functional or Sequential model. It is left as it is.
        start_tensors: the tensor, or list of tensors, of the model at which it is cut.
        input_layers: the tensors to feed in their place, one each, of the same shape and dtype; by default new inputs.

    Returns:
        ``(input_layers, outputs)``: the fed tensors (a single one not in a list) and what the model named
        ``outputs_of_<model.name>`` gives for them. That model holds the layers after the cut and shares their weights.

    Raises:
        NotAModel, NotBuilt: `model` is no Keras model, or has no graph.
        NotConnected: a start tensor is not of this model, or some path to the outputs goes around the cut.
        WrongShape: `input_layers` do not fit the start tensors.

    Warns:
        MaskDropped: layers after the cut used a mask that the new inputs do not carry.
    """
    return surgery22.get_outputs_of(keras, model, start_tensors, input_layers)


def replace_layer(model, name, layer):
    """Makes a new model in which another layer stands in the place of one.

        smaller = replace_layer(model, "dense_1", Dense(64, activation="relu", name="smaller"))

    Args:
        model: a built functional or Sequential model. It is left as it is.
        name: name of the layer to replace, at all places where the model calls it.
        layer: the layer or model that takes its place, called with the same inputs.

    Returns:
        A model of the same class (a Sequential for a Sequential), not compiled. All other weights are shared, and all
        layers are found by `get_layer`, so that edits can be chained.

    Raises:
        NotAModel, NotBuilt: `model` is no Keras model, or has no graph.
        NoSuchLayer: no layer has this name; the message has close ones.
        WrongShape: a layer further on cannot take the new shape; the message names it.
    """
    return surgery22.replace_layer(keras, model, name, layer)


def insert_layer(model, after, layer):
    """Makes a new model with one more layer, right after a given one.

        noisy = insert_layer(model, after="embedding_1", layer=GaussianNoise(0.1))

    Args:
        model: a built functional or Sequential model. It is left as it is.
        after: name of the layer (an input layer as well) whose output the new layer takes, at all places.
        layer: the layer or model to insert.

    Returns:
        As `replace_layer`.

    Raises:
        As `replace_layer`.
    """
    return surgery22.insert_layer(keras, model, after, layer)
