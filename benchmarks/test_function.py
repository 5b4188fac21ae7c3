"""What a call of `compat.function` costs: against the same computation as the stack's own compiled function.

    python -m pytest benchmarks/test_function.py -s

The rival computes the article's inner tensor from the same weights, written by hand: a plain tf.function or jax.jit,
eager PyTorch, on the legacy stack the real K.function. Both take an array and give an array. Each ratio is the median
over rounds in which the two take turns. Nothing is asserted about speed.
"""
import time

import numpy as np
import pytest

import compat
from compat import function

ROUNDS, CALLS = 21, 30


def article(keras, K, width):
    class Normal(keras.layers.Layer):
        def call(self, x):
            self.x_normalized = K.l2_normalize(x, -1)
            return self.x_normalized * 2.0

    x_in = keras.layers.Input((width,))
    dense, normal = keras.layers.Dense(width, activation="tanh"), Normal()
    normal(dense(x_in))
    return x_in, dense, normal


def by_hand(stack, K, x_in, dense, normal):
    """The rival: array in, array out, current weights."""
    if stack.dialect == "legacy":
        fn = K.function([x_in], [normal.x_normalized])
        return lambda x: fn([x])[0]
    if stack.engine == "tensorflow":
        import tensorflow as tf
        width = x_in.shape[1]

        @tf.function(input_signature=[tf.TensorSpec((None, width), "float32")])
        def compute(x):
            hidden = tf.tanh(tf.nn.bias_add(tf.matmul(x, tf.convert_to_tensor(dense.kernel)), dense.bias))
            return hidden * tf.math.rsqrt(tf.maximum(tf.reduce_sum(hidden * hidden, -1, keepdims=True), 1e-12))

        return lambda x: compute(tf.convert_to_tensor(x)).numpy()
    if stack.engine == "jax":
        import jax
        import jax.numpy as jnp

        @jax.jit
        def compute(x, kernel, bias):
            hidden = jnp.tanh(jnp.matmul(x, kernel) + bias)
            return hidden * jax.lax.rsqrt(jnp.maximum(jnp.sum(hidden * hidden, -1, keepdims=True), 1e-12))

        return lambda x: np.asarray(compute(x, dense.kernel.value, dense.bias.value))
    import torch

    def compute(x):
        with torch.no_grad():
            hidden = torch.tanh(torch.from_numpy(x) @ dense.kernel.value + dense.bias.value)
            return (hidden * torch.rsqrt(torch.clamp((hidden * hidden).sum(-1, keepdim=True), min=1e-12))).numpy()

    return compute


def seconds(call, x):
    start = time.perf_counter()
    for _ in range(CALLS):
        call(x)
    return (time.perf_counter() - start) / CALLS


@pytest.mark.parametrize("width, batch", [(64, 32), (1024, 256)])
def test_call(stack, keras, K, width, batch):
    x_in, dense, normal = article(keras, K, width)
    fn = function([x_in], [normal.x_normalized])
    rival = by_hand(stack, K, x_in, dense, normal)
    x = np.random.normal(size=(batch, width)).astype("float32")
    np.testing.assert_allclose(fn([x])[0], rival(x), rtol=1e-4, atol=1e-5)
    pairs = []
    for turn in range(ROUNDS):
        order = [lambda a: fn([a]), rival]
        times = [seconds(call, x) for call in (order if turn % 2 else order[::-1])]
        pairs.append(times if turn % 2 else times[::-1])
    ours, theirs = np.median(pairs, axis=0)
    print("\ncompat.function / by hand, %s, width %d, batch %d: RATIO %.2f (%.0f us / %.0f us)" % (
        stack.name, width, batch, np.median([a / b for a, b in pairs]), ours * 1e6, theirs * 1e6))


def test_building(stack, keras, K):
    x_in, dense, normal = article(keras, K, 64)
    start = time.perf_counter()
    fn = compat.function([x_in], [normal.x_normalized])
    made = time.perf_counter()
    fn([np.zeros((1, 64), "float32")])
    print("\n%s: made in %.1f ms, first call (tracing) %.1f ms" % (
        stack.name, 1e3 * (made - start), 1e3 * (time.perf_counter() - made)))
