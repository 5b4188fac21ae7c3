"""What scripts took from ``tf.contrib.layers``, by the names and formulas that it had there."""
import tensorflow as tf

__all__ = ["flatten", "fully_connected", "l1_regularizer", "l2_regularizer", "xavier_initializer"]

flatten = tf.layers.flatten
_ZEROS = tf.zeros_initializer()


def xavier_initializer(uniform=True, seed=None, dtype=tf.float32):
    """Glorot's numbers, evenly distributed, or normally with their tails cut off."""
    if uniform:
        return tf.glorot_uniform_initializer(seed, dtype)
    # It did not make up for the tails: the deviation is sqrt(1.3 / fan) before they are cut.
    return tf.variance_scaling_initializer(1.3 * .87962566103423978 ** 2, "fan_avg", "truncated_normal", seed, dtype)


def l1_regularizer(scale, scope=None):
    """The sum of the absolute values, times `scale`."""
    return lambda weights: scale * tf.reduce_sum(tf.abs(weights))


def l2_regularizer(scale, scope=None):
    """Half the sum of the squares, times `scale`."""
    return lambda weights: scale * tf.nn.l2_loss(weights)


def fully_connected(inputs, num_outputs, activation_fn=tf.nn.relu, normalizer_fn=None, normalizer_params=None,
                    weights_initializer=None, weights_regularizer=None, biases_initializer=_ZEROS,
                    biases_regularizer=None, reuse=None, variables_collections=None, outputs_collections=None,
                    trainable=True, scope=None):
    """A dense layer whose variables are called ``weights`` and ``biases``.

    Args:
        inputs: tensor, ``(..., n)``.
        num_outputs: int.
        normalizer_fn: takes the place of the biases, such as batch normalization.

    Returns:
        Tensor, ``(..., num_outputs)``.
    """
    dtype = inputs.dtype.base_dtype
    with tf.variable_scope(scope, "fully_connected", [inputs], reuse=reuse):
        weights = tf.get_variable(
            "weights", [inputs.shape[-1], num_outputs], dtype, weights_initializer or xavier_initializer(),
            weights_regularizer, trainable, variables_collections)
        found = tf.tensordot(inputs, weights, [[inputs.shape.ndims - 1], [0]])
        if normalizer_fn is not None:
            found = normalizer_fn(found, **(normalizer_params or {}))
        elif biases_initializer is not None:
            found = tf.nn.bias_add(found, tf.get_variable(
                "biases", [num_outputs], dtype, biases_initializer, biases_regularizer, trainable,
                variables_collections))
        found = found if activation_fn is None else activation_fn(found)
        tf.add_to_collections(outputs_collections or (), found)
        return found
