"""The order of a training step on TensorFlow 1: all writes of the optimizer come last.

TensorFlow 1 orders no write of a variable behind the reads of the same step. A gradient that is computed late, or a
second device, may thus read a kernel that is already the next step's, and weights differ from run to run. Here every
write waits, by a control dependency, until the loss, the metrics, the outputs and each value to be written are known.
"""
import tensorflow as tf

__all__ = ["make_in_order", "with_writes_last"]

_WRITES = ("Assign", "Apply", "Scatter", "SparseApply", "ResourceApply", "ResourceScatter", "ResourceSparseApply")


def with_writes_last(model):
    """Makes the model's training function write its optimizer's variables after all that reads them.

    Args:
        model: a functional model of Keras 2.2 or 2.3; compile it whenever you like.

    Returns:
        The same model, whose `_make_train_function` is its own from now on.
    """
    make = model._make_train_function
    model.__dict__["_make_train_function"] = lambda: make_in_order(model, make)
    return model


def make_in_order(model, make):
    """Makes the model's training function so that it writes the optimizer's variables after all that reads them.

    Args:
        model: a compiled model of Keras 2.2 or 2.3.
        make: its own `_make_train_function`, bound.
    """
    optimizer = getattr(model, "optimizer", None)
    if optimizer is None or getattr(model, "train_function", None) is not None:
        return make()
    get_updates = optimizer.get_updates
    if getattr(get_updates, "in_order", False):
        return make()
    before = optimizer.__dict__.get("get_updates")

    def get_updates_in_order(*args, **kwargs):
        return _get_ordered_updates(model, get_updates, args, kwargs)

    get_updates_in_order.in_order = True
    optimizer.get_updates = get_updates_in_order
    try:
        return make()
    finally:
        del optimizer.get_updates
        if before is not None:
            optimizer.get_updates = before


def _get_ordered_updates(model, get_updates, args, kwargs):
    graph = model.total_loss.graph
    older = {id(operation) for operation in graph.get_operations()}
    updates = get_updates(*args, **kwargs)
    fresh = [operation for operation in graph.get_operations() if id(operation) not in older]
    # Only what the updates run: the initializers of new moments are writes as well.
    run = _ancestors([getattr(update, "op", update) for update in updates], {id(operation) for operation in fresh})
    writes = [operation for operation in fresh if id(operation) in run and _writes(operation)]
    gated = {id(gate): gate for gate in map(_gate_of, writes)}.values()
    gates = _read_by(model) + _values(writes, gated, fresh)
    for gate in gated:
        gate._add_control_inputs(gates)
    return updates


def _writes(operation):
    if operation.type == "If":
        return any(tensor.dtype == tf.resource for tensor in operation.inputs)
    return operation.type.startswith(_WRITES) and _is_variable(operation.inputs[0])


def _gate_of(write):
    # What stands in a branch waits for the choice of it. Nothing may wait for a value in a branch: what waits for the
    # branch that is not taken never runs.
    gate, context = write, write._get_control_flow_context()
    while context is not None:
        gate = context.pred.op if hasattr(context, "pred") else gate  # a loop has none
        context = context.outer_context
    return gate


def _is_variable(tensor):
    return tensor.dtype == tf.resource or tensor.dtype._is_ref_dtype


def _sources(operation):
    return [tensor.op for tensor in operation.inputs] + list(operation.control_inputs)


def _ancestors(operations, among):
    found, todo = set(), list(operations)
    while todo:
        operation = todo.pop()
        if id(operation) in among and id(operation) not in found:
            found.add(id(operation))
            todo.extend(_sources(operation))
    return found


def _descendants(operations, among):
    # Not in the order of making: in a branch TensorFlow puts a switch between an operation and its input afterwards.
    consumers = {}
    for operation in among:
        for source in _sources(operation):
            consumers.setdefault(id(source), []).append(operation)
    found, todo = set(), list(operations)
    while todo:
        operation = todo.pop()
        if id(operation) not in found:
            found.add(id(operation))
            todo.extend(consumers.get(id(operation), ()))
    return found


def _values(writes, gated, fresh):
    # What is computed from the outcome of a write cannot come before all writes.
    late = _descendants(list(writes) + list(gated), fresh)
    values = {id(tensor.op): tensor.op for write in writes for tensor in write.inputs
              if not _is_variable(tensor) and id(tensor.op) not in late and not tensor.op._get_control_flow_context()}
    return list(values.values())


def _read_by(model):
    metrics = getattr(model, "metrics_tensors", None)
    if metrics is None:
        metrics = [metric._call_result for metric in model._get_training_eval_metrics()
                   if hasattr(metric, "_call_result")]
    # A stateful layer says (state, new state).
    updates = [update[1] if isinstance(update, tuple) else update for update in model.updates]
    tensors = [model.total_loss] + list(metrics) + list(model.outputs) + updates
    operations = {id(each): each for each in (getattr(tensor, "op", tensor) for tensor in tensors)}
    graph = model.total_loss.graph
    return [operation for operation in operations.values() if getattr(operation, "graph", None) is graph]
