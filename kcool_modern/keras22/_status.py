"""What of the Keras 2.2.4 API is served, and how exactly.

Every public name of 2.2.4 is *exact* (same numbers, same behaviour, as far as 2.2.4's own tests and comparisons with
the real stack go), unless it stands here: *close* names differ in a way that is written down, *refused* ones raise an
error that says why and what to do.
"""

__all__ = ["CLOSE", "REFUSED"]

_RANDOM = ("the numbers are TensorFlow 1's on every backend; on JAX and PyTorch those of float64 and float16 are "
           "those of float32, cast")

#: ``module.name`` below ``keras`` -> the difference.
CLOSE = {
    "backend.gradients": "the gradient of `gather` is a dense tensor, not IndexedSlices",
    "backend.dropout": _RANDOM,
    "backend.random_binomial": _RANDOM,
    "backend.random_normal": _RANDOM,
    "backend.random_uniform": _RANDOM,
    "backend.truncated_normal": _RANDOM,
    "callbacks.TensorBoard": "the graph that it writes is the compiled function's",
    "initializers.Orthogonal": "the signs are those of NumPy 1.18's LAPACK, computed anew where today's gives others "
                               "(up to 25 rows); of 900 small matrices tried 3 differ, where rounding decides; of "
                               "larger ones one or two rows have the other sign now and then (4 of 12 of 128 by 512)",
    "layers.Conv3DTranspose": "`dilation_rate` is an error; 2.2.4 accepted and ignored it",
    "layers.Lambda": "a function of `keras.backend` is saved by its name, not as bytecode",
    "engine.saving.load_model": "a `.keras` file gives a plain model of Keras 3",
    "optimizers.TFOptimizer": "a learning rate that is a tensor of the graph is not supported",
    "utils.multi_gpu_model": "on JAX and PyTorch the replicas are computed one after the other, on one device",
}

#: ``module.name`` below ``keras`` -> ``(reason, what to do)``.
REFUSED = {
    "backend.cntk_backend": ("CNTK is not developed any more, and Keras 3 does not run on it",
                             "use keras.backend, which runs on TensorFlow, JAX or PyTorch"),
    "backend.theano_backend": ("Theano is not developed any more, and Keras 3 does not run on it",
                               "use keras.backend, which runs on TensorFlow, JAX or PyTorch"),
    "legacy.models": ("it could not be imported in 2.2.4 itself, because of a name that was gone",
                      "use keras.models, and keras.layers.add, concatenate ... in the place of Merge"),
}
