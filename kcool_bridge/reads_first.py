"""The order within one run of a function of Keras: what reads a variable does so before an update writes it.

TensorFlow orders no write of a variable behind the reads of the same run. Which of two values a metric or a counter
gave was decided by chance, with resource variables as well. A read that is told when to happen is left alone.
"""
import tensorflow as tf

__all__ = ["order"]

_WRITES = ("AssignVariableOp", "AssignAddVariableOp", "AssignSubVariableOp", "ResourceApply", "ResourceScatter",
           "ResourceSparseApply")


def order(outputs, updates):
    """Makes the writes that updates carry out wait for the reads that stand free.

    Args:
        outputs: tensors that a function returns.
        updates: the operation that carries its updates out.
    """
    operations = _needed([tensor.op for tensor in outputs if hasattr(tensor, "op")] + [updates])
    reads = {}
    for operation in operations:
        if operation.type == "ReadVariableOp" and _is_free(operation) and not operation.control_inputs:
            reads.setdefault(operation.inputs[0].name, []).append(operation)
    for operation in operations:
        if operation.type.startswith(_WRITES) and _is_free(operation) and operation.inputs[0].dtype == tf.resource:
            known = {id(one) for one in operation.control_inputs}
            missing = [read for read in reads.get(operation.inputs[0].name, ()) if id(read) not in known]
            # A free read needs nothing but the variable, so that no circle can close.
            if missing:
                operation._add_control_inputs(missing)


def _is_free(operation):
    """Whether an operation stands outside of all loops and branches."""
    return operation._get_control_flow_context() is None


def _needed(operations):
    found, waiting = {}, list(operations)
    while waiting:
        operation = waiting.pop()
        if id(operation) not in found:
            found[id(operation)] = operation
            waiting.extend(tensor.op for tensor in operation.inputs)
            waiting.extend(operation.control_inputs)
    return list(found.values())
