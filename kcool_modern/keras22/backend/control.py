"""Choices: between two tensors, and between training and inference."""
from keras import ops

from .._symbolic.context import branch, branches, computation
from .._symbolic.phase import LEARNING_PHASE, learning_phase, set_learning_phase
from .._symbolic.record import record
from .._symbolic.spec import is_symbol
from .engines import native
from .inspection import ndim

__all__ = ["in_test_phase", "in_train_phase", "learning_phase", "set_learning_phase", "switch"]


def _got(expression):
    return expression() if callable(expression) else expression


def switch(condition, then_expression, else_expression):
    """One of two tensors, or of each their elements.

    Args:
        condition: a scalar; or a tensor with at most the axes of the expressions, whose first axes are theirs.
        then_expression, else_expression: tensors, or functions that give them. For a scalar condition only the chosen
            function's operations are computed.
    """
    if isinstance(condition, (bool, int)):
        condition = ops.convert_to_tensor(condition) if computation() else record(ops.convert_to_tensor, (condition,))
    if not ndim(condition):
        return record(_switched, (condition, then_expression, else_expression), name="switch")
    return record(_selected, (condition, _got(then_expression), _got(else_expression)), name="switch")


def _switched(condition, then_expression, else_expression):
    places = branches()
    return native().cond(ops.cast(condition, "bool"), lambda: branch(places, 0, lambda: _got_value(then_expression)),
                         lambda: branch(places, 1, lambda: _got_value(else_expression)))


def _got_value(expression):
    return record(_same, (_got(expression),))


def _same(value):
    return native().as_tensors(value)


def _selected(condition, then_value, else_value):
    rank, wanted = ndim(condition), ndim(then_value)
    if rank > wanted:
        raise ValueError("Rank of `condition` should be less than or equal to rank of `then_expression` and "
                         "`else_expression`. ndim(condition)=%s, ndim(then_expression)=%s" % (rank, wanted))
    condition = ops.cast(condition, "bool")
    for _ in range(wanted - rank):
        condition = ops.expand_dims(condition, -1)
    return native().where(condition, then_value, else_value)


def in_train_phase(x, alt, training=None):
    """`x` in training and `alt` otherwise; both may be functions that give a tensor.

    Args:
        training: the learning phase, if it is not to be the graph's own: a bool, a number, or a symbolic tensor.
    """
    if is_symbol(training) and training is not LEARNING_PHASE:
        return switch(training, x, alt)
    phase = learning_phase() if training is None else training
    if phase is not LEARNING_PHASE and not is_symbol(phase) and not ops.is_tensor(phase):
        return _got(x if phase else alt)
    if ops.is_tensor(phase) and not is_symbol(phase):
        return switch(phase, x, alt)
    return record(_of_phase, (x, alt), name="in_train_phase") if computation() else record(
        _of_phase, (x, alt, LEARNING_PHASE), name="in_train_phase")


def _of_phase(x, alt, phase=None):
    now, places = computation(), branches()
    if not now.describes:
        chosen = bool(now.training)
        return branch(places, 0 if chosen else 1, lambda: _got_value(x if chosen else alt))
    # Both are looked at, as a graph holds both.
    first, second = branch(places, 0, lambda: _got_value(x)), branch(places, 1, lambda: _got_value(alt))
    return native().either(now.resolve(LEARNING_PHASE), first, second)


def in_test_phase(x, alt, training=None):
    """`x` in inference and `alt` in training; see `in_train_phase`."""
    return in_train_phase(alt, x, training=training)
