"""What is the same for layer-wise learning rates on every stack: which weight a name means."""
import math
import numbers

from kcool.errors import WrongOrder, WrongValue
from kcool.stack import stack

__all__ = ["checked_factor", "checked_multipliers", "multipliers_of", "refuse_second"]


def checked_multipliers(lr_multipliers):
    """The argument as a dict of floats; a WrongValue if it is none."""
    if not isinstance(lr_multipliers, dict) or not all(
            isinstance(key, str) and key and _is_number(value) and value >= 0 for key, value in lr_multipliers.items()):
        raise WrongValue("lr_multipliers=%r." % (lr_multipliers,), found=str(stack()),
                         supported="a dict from names of layers or weights, or what they begin with, to numbers that "
                         "are not negative; 0 freezes", do="lr_multipliers={'embedding': 0.1, 'dense_2/bias': 0}")
    return {key: float(value) for key, value in lr_multipliers.items()}


def _is_number(value):
    return isinstance(value, numbers.Real) and not isinstance(value, bool) and math.isfinite(value)


def multipliers_of(names, lr_multipliers):
    """The multiplier of each weight.

    Args:
        names: names of weights, such as ``"dense_1/kernel:0"`` or ``"encoder/dense_1/kernel"``.
        lr_multipliers: dict. A key that is the name of a layer or of a weight stands for these and no others; another
            one stands for all names that begin with it, part by part between the slashes. If several keys stand for a
            weight, its own name goes before a layer's, that before a beginning, and a longer key before a shorter
            one.

    Returns:
        List of floats, 1.0 where no key stands for the weight.

    Raises:
        WrongValue: a key stands for no weight.
    """
    names = [name.split(":")[0] for name in names]
    chosen = [((0, 0), 1.0)] * len(names)
    for key, multiplier in lr_multipliers.items():
        ranks = [_rank(key.split(":")[0], name) for name in names]
        best = min(max(ranks), 2)
        if not max(ranks):
            raise WrongValue("lr_multipliers: %r stands for no weight that is trained." % key, found=str(stack()),
                             supported=", ".join(names), do="give the name of a layer, of a weight, or its beginning")
        for i, rank in enumerate(ranks):
            if rank >= best and (rank, len(key)) > chosen[i][0]:
                chosen[i] = (rank, len(key)), multiplier
    return [multiplier for _, multiplier in chosen]


def _rank(key, name):
    """3: the weight's own name; 2: a layer that it belongs to; 1: such a name begins with the key; 0: neither."""
    parts = name.split("/")
    if key == name or key == parts[-1]:
        return 3
    layers = ["/".join(parts[i:j]) for i in range(len(parts)) for j in range(i + 1, len(parts))]
    if key in layers:
        return 2
    # Segment by segment: a graph that has two layers of one name calls the weights of the second one "name_1/...".
    starts = key.split("/")
    return int(any(all(part.startswith(start) for part, start in zip(parts[i:], starts))
                   for i in range(len(parts) - len(starts) + 1)))


def checked_factor(lamb, is_ada):
    """What a weight is divided by so that it learns `lamb` times as fast: `lamb`, or its root without `is_ada`."""
    if not _is_number(lamb) or lamb <= 0:
        raise WrongValue("SetLearningRate(layer, lamb=%r)." % (lamb,), found=str(stack()),
                         supported="numbers above zero: the layer's weights are divided by it",
                         do="to freeze a layer: layer.trainable = False, or LRMultiplier(optimizer, {layer.name: 0})")
    return float(lamb) if is_ada else math.sqrt(lamb)


def refuse_second(layer):
    """A WrongOrder: this layer's weights are divided already."""
    raise WrongOrder("SetLearningRate: layer %r has a learning rate of its own already. Nothing was changed."
                     % layer.name, found=str(stack()),
                     do="call the SetLearningRate object that you have again: it shares the layer's weights")
