"""The training step of two players on TensorFlow: a tape that is asked once per player."""
import tensorflow as tf

__all__ = ["both", "rows", "steepness", "steps"]


def both(keras, *players):
    """What `compile` is given for two players: pairs of an optimizer and the weights that it trains."""
    if hasattr(keras, "KerasTensor"):
        from ..players import players_class

        return players_class(keras)(*players)
    return [optimizer for optimizer, _ in players]


def rows(tensor):
    """The number of samples of a batch."""
    return tf.shape(tensor)[0]


def steepness(discriminator, between, training):
    """The mean of ``(norm of the gradient - 1) ** 2`` of a discriminator's score."""
    between = tf.stop_gradient(between)
    with tf.GradientTape() as tape:
        tape.watch(between)
        score = discriminator(between, training=training)
    slope = tape.gradient(score, between)
    norm = tf.sqrt(tf.reduce_sum(tf.square(slope), axis=list(range(1, len(between.shape)))) + 1e-12)
    return tf.reduce_mean(tf.square(norm - 1.0))


def steps(keras):
    """The steps of a game, to be put before `Model`."""
    class Steps:
        def train_step(self, data):
            x = _inputs(data)
            with tf.GradientTape(persistent=True) as tape:
                outputs = self(x, training=True)
                logged, objectives = self._totals(outputs, _extra(self))
                optimizers = self.d_optimizer, self.g_optimizer
                scaled = [_scaled(*pair) for pair in zip(optimizers, objectives)]
            # All gradients before any update: both players are judged by the same weights.
            found = [(optimizer, tape.gradient(loss, weights), weights) for optimizer, loss, weights in zip(
                optimizers, scaled, (self.d_weights, self.g_weights)) if weights]
            for optimizer, gradients, weights in found:
                optimizer.apply_gradients(list(zip(_unscaled(optimizer, gradients), weights)))
            return self._track(logged, _count(x))

        def test_step(self, data):
            x = _inputs(data)
            outputs = self(x, training=False)
            return self._track(self._totals(outputs, _extra(self))[0], _count(x))

        def predict_step(self, data):
            return self(_inputs(data), training=False)[:-2]

    return Steps


def _inputs(data):
    return data[0] if isinstance(data, tuple) else data


def _extra(model):
    return tf.add_n(model.losses) if model.losses else 0.0


def _count(x):
    return tf.shape(tf.nest.flatten(x)[0])[0]


def _scaled(optimizer, loss):
    replicas = tf.distribute.get_strategy().num_replicas_in_sync
    if replicas > 1:
        loss = loss / replicas  # their gradients are summed
    for name in ("get_scaled_loss", "scale_loss"):
        if hasattr(optimizer, name):
            return getattr(optimizer, name)(loss)
    return loss


def _unscaled(optimizer, gradients):
    return optimizer.get_unscaled_gradients(gradients) if hasattr(optimizer, "get_unscaled_gradients") else gradients
