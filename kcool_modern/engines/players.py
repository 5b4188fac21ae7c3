"""Two optimizers of Keras 3 that look like one to the trainer: on JAX it carries an optimizer's state by this list."""
import functools

__all__ = ["players_class"]


@functools.lru_cache(maxsize=None)
def players_class(keras):
    """The class of the pair, for a Keras 3."""
    class Players(keras.optimizers.Optimizer):
        """The optimizers of two players; each keeps its own learning rate and is applied by the game's step.

        Args:
            players: pairs of an optimizer and the variables that it trains.
        """

        def __init__(self, *players):
            super().__init__(learning_rate=0.0, name="players")
            self.first, self.second = (optimizer for optimizer, _ in players)
            for optimizer, variables in players:
                optimizer.build(variables)
            self.built = True

        @property
        def variables(self):
            return [*self._variables, *self.first.variables, *self.second.variables]

        def build(self, variables):
            pass

        def finalize_variable_values(self, var_list):
            known = {id(variable) for variable in var_list}
            for optimizer in (self.first, self.second):
                # Averages kept by an optimizer are put into the weights at the end of `fit`.
                optimizer.finalize_variable_values(
                    [variable for variable in optimizer._trainable_variables if id(variable) in known])

        def get_config(self):
            serialize = keras.optimizers.serialize
            return {"d_optimizer": serialize(self.first), "g_optimizer": serialize(self.second)}

    return Players
