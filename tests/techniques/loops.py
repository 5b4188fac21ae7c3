"""Training steps of one's own, written three times: for TensorFlow, JAX and PyTorch.

Each function takes a Keras and gives a class of models that scales its gradients by `share`, so that it shows in the
weights whether its step was taken, and keeps a mean loss of its own where `tracked` says so.
"""


def stepping(engine, keras, share=0.5, tracked=False):
    """The class of models for an engine; `seen` counts how often its steps were entered."""
    return {"tensorflow": _by_tape, "jax": _without_state, "torch": _backward}[engine](keras, share, tracked)


def _base(keras, tracked):
    class Base(keras.models.Model):
        seen = 0
        if tracked:
            tracker = keras.metrics.Mean(name="loss")
            misses = keras.metrics.MeanAbsoluteError(name="mae")

            @property
            def metrics(self):
                return [type(self).tracker, type(self).misses]

        def told(self, loss, y, y_pred):
            """What a step that writes to its variables gives back."""
            if not tracked:
                return {"loss": loss}
            self.tracker.update_state(loss)
            self.misses.update_state(y, y_pred)
            return {"loss": self.tracker.result(), "mae": self.misses.result()}

        def test_step(self, data):
            type(self).seen += 1
            x, y = data[:2]
            return {"tripled": 3. * self.loss_of(x, y, self(x, training=False))}

        def loss_of(self, x, y, y_pred):
            if tracked:
                return ((y - y_pred) ** 2).mean() if hasattr(y_pred, "mean") else _mean_square(y, y_pred)
            if hasattr(self, "compiled_loss"):  # Keras 2
                return self.compiled_loss(y, y_pred, regularization_losses=self.losses)
            return self.compute_loss(x, y, y_pred)

    return Base


def _mean_square(y, y_pred):
    import tensorflow as tf

    return tf.reduce_mean(tf.square(tf.cast(y, y_pred.dtype) - y_pred))


def _by_tape(keras, share, tracked):
    import tensorflow as tf

    class Stepping(_base(keras, tracked)):
        def train_step(self, data):
            type(self).seen += 1
            x, y = data[:2]
            with tf.GradientTape() as tape:
                y_pred = self(x, training=True)
                loss = self.loss_of(x, y, y_pred)
            weights = self.trainable_variables
            self.optimizer.apply_gradients([(g * share, w) for g, w in zip(tape.gradient(loss, weights), weights)])
            return self.told(loss, y, y_pred)

    return Stepping


def _backward(keras, share, tracked):
    import torch

    class Stepping(_base(keras, tracked)):
        def train_step(self, data):
            type(self).seen += 1
            x, y = data[:2]
            self.zero_grad()
            y_pred = self(x, training=True)
            loss = self.loss_of(x, y, y_pred)
            loss.backward()
            weights = list(self.trainable_weights)
            with torch.no_grad():
                self.optimizer.apply([w.value.grad * share for w in weights], weights)
            return self.told(loss.detach(), y, y_pred)

    return Stepping


def _without_state(keras, share, tracked):
    import jax

    class Stepping(_base(keras, tracked)):
        def train_step(self, state, data):
            type(self).seen += 1
            weights, others, slots, counts = state
            x, y = data[:2]

            def loss_of(weights):
                y_pred, moved = self.stateless_call(weights, others, x, training=True)
                return self.loss_of(x, y, y_pred), (y_pred, moved)

            (loss, (y_pred, moved)), slopes = jax.value_and_grad(loss_of, has_aux=True)(weights)
            weights, slots = self.optimizer.stateless_apply(slots, [slope * share for slope in slopes], weights)
            if not tracked:
                return {"loss": loss}, (weights, moved, slots, counts)
            size = len(self.tracker.variables)
            first = self.tracker.stateless_update_state(counts[:size], loss)
            last = self.misses.stateless_update_state(counts[size:], y, y_pred)
            logs = {"loss": self.tracker.stateless_result(first), "mae": self.misses.stateless_result(last)}
            return logs, (weights, moved, slots, list(first) + list(last))

        def test_step(self, state, data):
            type(self).seen += 1
            weights, others, counts = state
            x, y = data[:2]
            y_pred, others = self.stateless_call(weights, others, x, training=False)
            return {"tripled": 3. * self.loss_of(x, y, y_pred)}, (weights, others, counts)

    return Stepping


def loop(engine, keras, model, optimizer, loss, batches):
    """A training loop by hand: returns the loss of each batch."""
    return [float(_STEPS[engine](model, optimizer, loss, x, y)) for x, y in batches]


def _tape_step(model, optimizer, loss, x, y):
    import tensorflow as tf

    with tf.GradientTape() as tape:
        value = loss(y, model(x, training=True))
    optimizer.apply_gradients(zip(tape.gradient(value, model.trainable_weights), model.trainable_weights))
    return value


def _torch_step(model, optimizer, loss, x, y):
    import torch

    model.zero_grad()
    value = loss(torch.as_tensor(y), model(torch.as_tensor(x), training=True))
    value.backward()
    weights = list(model.trainable_weights)
    with torch.no_grad():
        optimizer.apply([w.value.grad for w in weights], weights)
    return value


def _jax_step(model, optimizer, loss, x, y):
    import jax

    if not optimizer.built:
        optimizer.build(model.trainable_variables)

    def loss_of(weights):
        return loss(y, model.stateless_call(weights, [v.value for v in model.non_trainable_variables], x)[0])

    weights = [v.value for v in model.trainable_variables]
    value, slopes = jax.value_and_grad(loss_of)(weights)
    weights, slots = optimizer.stateless_apply([v.value for v in optimizer.variables], slopes, weights)
    for variable, new in zip(model.trainable_variables + optimizer.variables, weights + slots):
        variable.assign(new)
    return value


_STEPS = {"tensorflow": _tape_step, "torch": _torch_step, "jax": _jax_step}
