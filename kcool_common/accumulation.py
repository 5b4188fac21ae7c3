"""What is the same for gradient accumulation on every stack."""
import numbers

from kcool.errors import WrongValue
from kcool.stack import stack

__all__ = ["checked_steps"]


def checked_steps(steps_per_update):
    """The number of batches per update as an int; a WrongValue if it is no whole number above zero."""
    if not isinstance(steps_per_update, numbers.Integral) or isinstance(steps_per_update, bool) or steps_per_update < 1:
        raise WrongValue("steps_per_update=%r." % (steps_per_update,), found=str(stack()),
                         supported="whole numbers from 1: the number of batches whose gradients make one update")
    return int(steps_per_update)
