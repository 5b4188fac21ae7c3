"""``tf.contrib.training.HParams``."""

__all__ = ["HParams"]


class HParams(object):
    """Named values, which a text can change."""

    def __init__(self, **values):
        self.__dict__.update(values)

    def values(self):
        """The values by their names."""
        return dict(self.__dict__)

    def add_hparam(self, name, value):
        """One more."""
        setattr(self, name, value)

    set_hparam = add_hparam

    def parse(self, text):
        """Sets values from ``name=value,name=value``."""
        for part in filter(None, text.split(",")):
            name, _, value = part.partition("=")
            setattr(self, name, type(getattr(self, name))(value))
        return self
