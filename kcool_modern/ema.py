"""Moving average of all weights of a model, injected into its training step.

The recipe (Su Jianlin, "Make Keras a Bit Cooler", 2019-04-28): beside the weights that the optimizer moves, keep a
set that follows them, ``average <- momentum * average + (1 - momentum) * weight`` after every update, and evaluate
and save with that one. It needs no optimizer of its own and leaves the path of the optimizer as it was.

What changed between stacks: Keras 2.2 collects update operations in lists, and the recipe appends its own to
``model.metrics_updates``. Keras 2.5 and later, and Keras 3, have no such list: a training step is a Python function
that is traced and compiled.

On models of Keras 2.2 on Keras 3 the averages follow what the training function writes (`symbolic.ema`). On the others
this side puts its update behind the ``train_step`` of the one model, inside what is compiled; a user's own
``train_step`` stays in charge. The averages are no variables of the model: no file, summary, metric or log shows
them. A step that makes no update (a gradient that overflowed under loss scaling, a batch that is only accumulated)
moves nothing.

Known differences from the recipe: the average is a plain one from the weights on, without the correction towards zero
that Keras 2.2's `K.moving_average_update` makes; `evaluate` does not move it; calls in a wrong order raise instead of
losing weights, and so does training while the averages are applied. ``ema_weights`` are variables of TensorFlow,
tensors of PyTorch, and on JAX objects whose ``value`` is the present array.
"""
import importlib

from kcool_common.ema import Averaging

from .kinds import is_keras22

__all__ = ["ExponentialMovingAverage"]


class ExponentialMovingAverage(Averaging):
    """Keeps an exponential moving average of all weights of a model while it trains.

        ema = ExponentialMovingAverage(model)   # after model.compile
        ema.inject()
        model.fit(x, y)
        with ema.applied():                     # or apply_ema_weights() ... reset_old_weights()
            model.evaluate(x_test, y_test)

    Attributes:
        ema_weights: the averages, backend variables in the order that ``model.weights`` had when this object was made.
            Averages of float16 and bfloat16 weights are float32; an integer or boolean weight is copied.
        old_weights: NumPy arrays, the weights as they were before `apply_ema_weights` (or at `initialize`).
    """

    def _average_of(self, model, momentum):
        home = "symbolic" if is_keras22(model) else "engines." + self._stack.engine
        return importlib.import_module("kcool_modern.%s.ema" % home).Average(model, momentum)

    @staticmethod
    def _is_compiled(model):
        if is_keras22(model):
            return vars(model).get("_is_compiled", False)
        return bool(getattr(model, "compiled", getattr(model, "_is_compiled", False)))
