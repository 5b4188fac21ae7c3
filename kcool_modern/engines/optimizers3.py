"""What an adopted optimizer of Keras 3 does otherwise."""
import functools
import importlib

import keras

from kcool_common.gradient_transforms import AddGradientNoise, transformed
from kcool_common.layerwise import multipliers_of

from .weight_decay import DecayByMultiplier

__all__ = ["Accumulating", "Multiplying", "Transforming"]

one_of = importlib.import_module("kcool_modern.engines.%s.accumulation" % keras.config.backend()).one_of


class _Applying:
    """Knows its variables before anything is applied."""

    def _prepared(self, trainable_variables):
        variables = list(self._trainable_variables if trainable_variables is None else trainable_variables)
        if not self.built:
            with keras.name_scope(self.name):
                self.build(variables)
            self.built = True
        return variables


def _refuse_replicas(name):
    if keras.config.backend() == "tensorflow":
        from .tensorflow.one_replica import refuse_replicas
        refuse_replicas(name)


class Accumulating(_Applying):
    """One update in a number of batches; between two of them gradients are summed up."""

    def build(self, variables):
        """Makes the optimizer's variables, the sums among them."""
        fresh = not self.built
        super().build(variables)
        if fresh:
            self._batches = self.add_variable(shape=(), initializer="zeros", dtype="int", name="batches")
            self._sums = [self.add_variable_from_reference(one, name="accumulated_gradient") for one in variables]

    def apply(self, grads, trainable_variables=None):
        """Adds the gradients to the sums, and updates when it is time."""
        _refuse_replicas("AccumOptimizer")
        variables = self._prepared(trainable_variables)
        sums = [self._sums[self._get_variable_index(variable)] for variable in variables]
        totals = [None if gradient is None else kept + gradient for kept, gradient in zip(sums, grads)]

        def update():
            super(Accumulating, self).apply(
                [None if total is None else total / self.steps_per_update for total in totals], variables)
            for kept in sums:
                kept.assign(keras.ops.zeros(kept.shape, kept.dtype))

        def wait():
            for kept, total in zip(sums, totals):
                if total is not None:
                    kept.assign(total)

        due = keras.ops.equal((self._batches + 1) % self.steps_per_update, 0)
        one_of(due, update, wait, variables + self.variables)
        self._batches.assign(self._batches + 1)


class Multiplying(DecayByMultiplier, _Applying):
    """Steps that are multiplied, weight by weight."""

    def build(self, variables):
        """Makes the optimizer's variables; looks the weights' names up."""
        super().build(variables)
        object.__setattr__(self, "_multipliers", tuple(multipliers_of(
            [variable.path for variable in variables], self.lr_multipliers)))

    def _multiplier(self, variable):
        return self._multipliers[self._get_variable_index(variable)]

    def apply(self, grads, trainable_variables=None):
        """Updates what is not frozen."""
        variables = self._prepared(trainable_variables)
        pairs = [pair for pair in zip(grads, variables) if self._multiplier(pair[1])]
        super().apply([gradient for gradient, _ in pairs], [variable for _, variable in pairs])

    def update_step(self, gradient, variable, learning_rate):
        """One weight's step at its own rate."""
        super().update_step(gradient, variable, learning_rate * self._multiplier(variable))

    def _parallel_update_step(self, grads, variables, learning_rate):
        # On PyTorch all weights are written at once, at one rate and in place.
        multiplied = [variable for variable in variables if self._multiplier(variable) != 1]
        before = [variable.value.clone() for variable in multiplied]
        super()._parallel_update_step(grads, variables, learning_rate)
        for variable, old in zip(multiplied, before):
            variable.value.sub_(old).mul_(self._multiplier(variable)).add_(old)


class _Noting(keras.StatelessScope):
    """Notes what is written to, and lets nothing be written; `written`: list of variables."""

    def __init__(self):
        super().__init__()
        self.written = []

    def add_update(self, update):
        """Notes a variable."""
        if not any(update[0] is one for one in self.written):
            self.written.append(update[0])
        super().add_update(update)


class Transforming(_Applying):
    """Gradients that a function changes."""

    def build(self, variables):
        """Makes the optimizer's variables, and one for random numbers."""
        fresh = not self.built
        super().build(variables)
        if fresh:
            self._seed_generator = keras.random.SeedGenerator()
            # Among the optimizer's variables: JAX forgets what is written to any other one in a step.
            self._track_variable(self._seed_generator.state)
            object.__setattr__(self, "_draws", {})
            for written in self._written_by_the_transform(variables):
                self._track_variable(written)

    def _written_by_the_transform(self, variables):
        """Variables of the user's, such as the states of random generators, which the step has to carry along."""
        with _Noting() as scope, self._computing():
            self._function()([keras.ops.zeros(one.shape, one.dtype) for one in variables], variables)
        known = {id(one) for one in self.variables}
        return [one for one in scope.written if id(one) not in known]

    def apply(self, grads, trainable_variables=None):
        """Applies other gradients."""
        _refuse_replicas("TransformGradients")
        variables = self._prepared(trainable_variables)
        pairs = [pair for pair in zip(grads, variables) if pair[0] is not None]
        with self._computing():
            found = transformed(self._function(), [gradient for gradient, _ in pairs], [weight for _, weight in pairs])
        super().apply(found, [variable for _, variable in pairs])

    def _function(self):
        if not isinstance(self.transform, AddGradientNoise):
            return self.transform
        return functools.partial(self.transform, normal=lambda shape, dtype: keras.random.normal(
            shape, dtype=dtype, seed=self._seed_generator))

    def _computing(self):
        """Operations of `compat.K` are carried out here and now, with the same random generators in each trace."""
        from ..keras22._symbolic.context import Direct

        computation = Direct()
        computation.begin(self._draws)
        return computation
