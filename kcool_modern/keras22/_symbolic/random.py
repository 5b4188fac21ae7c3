"""Sources of random numbers."""

__all__ = ["Generator", "set_graph_seed"]

#: What TensorFlow 1 takes for the seed of a graph that has none.
_DEFAULT = 87654321


class _Graph(object):
    seed = None


def set_graph_seed(seed):
    """Sets the seed that all generators made from now on share; None is the default one."""
    _Graph.seed = seed


class Generator(object):
    """The state of one random operation: it starts at its seed, and goes on whenever the operation is computed.

    Attributes:
        seeds: pair of int, the graph's and the operation's.
        state: the engine's own; None before the first use.
    """

    def __init__(self, seed):
        self.seeds = (_DEFAULT if _Graph.seed is None else _Graph.seed, int(seed))
        if self.seeds == (0, 0):
            self.seeds = (0, 2 ** 31 - 1)
        self.state = None
