"""``K.gradients``: symbolic gradients of a tensor, to be evaluated by `function`.

Recipe preserved: ``K.gradients(loss, variables)`` of Keras 2.2, as used for saliency maps, Grad-CAM, filter
visualisation and gradient penalties. The gradients are tensors like any other: they can be combined by ``K`` and
fetched.

This side calls the real ``K.gradients``.

Known differences: none.
"""
import tensorflow as tf
from keras import backend as K

from kcool.errors import NotATensor
from kcool.stack import stack

__all__ = ["gradients"]


def gradients(loss, variables):
    """Gradients of a tensor with respect to inputs, layer outputs or weights.

        grad, = compat.gradients(K.sum(model.output[:, 3]), [model.input])
        saliency = compat.function([model.input], [grad])

    Args:
        loss: a tensor; the gradient of the sum of its elements is taken.
        variables: a tensor or variable, or a list of them.

    Returns:
        List of tensors, one per variable, in the variable's shape; None where `loss` does not depend on it.

    Raises:
        NotATensor: an argument is neither a tensor nor a variable.
    """
    variables = list(variables) if isinstance(variables, (list, tuple)) else [variables]
    for place, tensor in [("loss", loss)] + [("variables[%d]" % i, v) for i, v in enumerate(variables)]:
        if not isinstance(tensor, (tf.Tensor, tf.Variable)):
            raise NotATensor("compat.gradients: %s is neither a tensor nor a variable: %r." % (place, tensor),
                             found="type %s on %s" % (type(tensor).__name__, stack()))
    return K.gradients(loss, variables)
