"""``K.gradients``: symbolic gradients of a tensor, to be evaluated by `function`.

Recipe preserved: ``K.gradients(loss, variables)`` of Keras 2.2, as used for saliency maps, Grad-CAM, filter
visualisation and gradient penalties. The gradients are tensors like any other: they can be combined by ``K`` and
fetched.

On modern Keras a graph knows layer calls only. This side adds a node to it whose outputs stand for the gradients;
`function` computes them when it gets there: TensorFlow differentiates the graph that is being traced, JAX
differentiates the loss's answer to a small push of each tensor, PyTorch walks its tape back.

Known differences: a Model made from such tensors cannot be run by itself, only `function` can run them. Where
``loss`` depends on a variable only through operations without a gradient (``K.stop_gradient``, ``K.argmax``), JAX and
PyTorch give zeros, TensorFlow gives None as Keras 2.2 did. On JAX the gradient with respect to a tensor that a layer
holds is refused.
"""
import importlib

from kcool.errors import NotATensor, TechniqueUnavailable

from .function import is_variable, layer_class, one_stack
from .graph import is_symbolic, node_inputs, node_outputs, nodes_between
from .kinds import any_is_keras22
from .marks import GradientOf, add_node, held_behind, symbol_of
from .plain import has_plain_layers
from .program import Program, Symbol, VariableValue

__all__ = ["gradients"]


def gradients(loss, variables):
    """Gradients of a tensor with respect to inputs, layer outputs or weights.

        grad, = compat.gradients(K.sum(model.output[:, 3]), [model.input])
        saliency = compat.function([model.input], [grad])

    Args:
        loss: a tensor; the gradient of the sum of its elements is taken.
        variables: a tensor or variable, or a list of them.

    Returns:
        List of tensors, one per variable, in the variable's shape; None where `loss` does not depend on it.

    Raises:
        NotATensor: an argument is neither a tensor nor a variable.
    """
    variables = list(variables) if isinstance(variables, (list, tuple)) else [variables]
    if any_is_keras22([loss, variables]) and not has_plain_layers([loss, variables]):
        from .symbolic.gradients import gradients as symbolic_gradients
        return symbolic_gradients(loss, variables)
    loss, targets = _symbol("loss", loss), [_target("variables[%d]" % i, v) for i, v in enumerate(variables)]
    stack = one_stack([loss])
    if stack.engine == "jax":
        _refuse_held(targets)
    connected = _connected(loss, targets, stack)
    wanted = [target for target, yes in zip(targets, connected) if yes]
    found = iter(add_node(GradientOf(Symbol(loss), wanted), stack) if wanted else ())
    return [next(found) if yes else None for yes in connected]


def _target(place, value):
    return VariableValue(value) if is_variable(value) and not is_symbolic(value) else Symbol(_symbol(place, value))


def _symbol(place, value):
    symbol = symbol_of(value)
    if symbol is None:
        raise NotATensor("compat.gradients: %s is neither a symbolic tensor nor a variable: %r." % (place, value),
                         found="type %s" % type(value).__name__,
                         supported="symbolic tensors, tensors that a layer holds, weights")
    return symbol


def _refuse_held(targets):
    for target in targets:
        if isinstance(target, Symbol) and held_behind(target.tensor) is not None:
            raise TechniqueUnavailable(
                "JAX cannot differentiate with respect to a tensor inside a layer's `call`.",
                do="make the part of the layer before that tensor a layer of its own and use its output")


def _connected(loss, targets, stack):
    """Whether the loss depends on each target in a way that has a gradient, as far as the engine can tell."""
    nodes, entries = nodes_between([], [loss])
    known = {id(tensor) for node in nodes for tensor in node_inputs(node) + node_outputs(node)}
    known |= {id(tensor) for tensor in entries} | {id(node) for node in nodes}
    sure = [target for target in targets if isinstance(target, VariableValue) or _leads_to(known, target.tensor)]
    if not sure:
        return [False] * len(targets)
    engine = importlib.import_module("kcool_modern.engines.%s.function" % stack.engine)
    wanted = [Symbol(loss)] + [target for target in sure if isinstance(target, Symbol)]
    answers = engine.connected(Program(entries, wanted, [], layer_class(stack)), Symbol(loss), sure, stack)
    yes = {id(target) for target, answer in zip(sure, answers) if answer}
    return [id(target) in yes for target in targets]


def _leads_to(known, tensor):
    held = held_behind(tensor)
    return _is_float(tensor) and id(tensor if held is None else held.node) in known


def _is_float(tensor):
    return "float" in str(getattr(tensor.dtype, "name", tensor.dtype))
