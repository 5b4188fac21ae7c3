"""Running Keras 3 layers without touching their variables.

Inside a `Scope` every variable that is read is noted, and every assignment goes to the scope. Afterwards only the
states of random generators are carried over: K.function on Keras 2.2 drew new random numbers at every call, and left
moving statistics alone.
"""
from keras import StatelessScope

__all__ = ["Scope"]


class Scope(StatelessScope):
    """A stateless scope that remembers what was read and written.

    Attributes:
        read: dict from id to every variable that was read without a value given for it.
        written: dict from id to every variable that was assigned.
    """

    def __init__(self, mapping=()):
        super().__init__(state_mapping=list(mapping), collect_losses=True, initialize_variables=False)
        self.read, self.written = {}, {}

    def get_current_value(self, variable):
        """The value inside the scope, or None; Keras asks at every reading of a variable."""
        value = super().get_current_value(variable)
        if value is None:
            self.read[id(variable)] = variable
        return value

    def add_update(self, update):
        """Takes an assignment; Keras calls this in place of carrying it out."""
        self.written[id(update[0])] = update[0]
        super().add_update(update)

    def random_states(self):
        """The random generators' variables that were advanced, with their new values."""
        return [(v, self.get_current_value(v)) for v in self.written.values() if "seed_generator_state" in v.name]
