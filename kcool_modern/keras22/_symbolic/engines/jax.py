"""The graph on JAX: shapes told by abstract evaluation, functions compiled once per learning phase and shapes."""
import sys
from contextlib import nullcontext

import jax
import jax.numpy as jnp
import keras
import numpy as np

from ....engines.stateless import Scope
from ..infer import Inference, as_tensors, substituted
from ..run import Plan, Run, ordered
from ..spec import flat, is_symbol, map_structure
from ..tensor import Tensor

__all__ = ["compile", "connected", "gradients", "infer", "is_traced", "outside_trace", "read", "values"]

#: Stand for sizes that are open; a size of a result that differs between the two is open, too.
_FILLS = (83, 89)


def infer(function, args, kwargs, name):
    """See `infer.infer`."""
    arguments = [leaf for leaf in flat((args, kwargs)) if is_symbol(leaf)]
    looks = [_looked(function, args, kwargs, arguments, fill) for fill in _FILLS]
    inference, outputs = looks[0]
    others = iter(flat(looks[1][1]))
    inference.outputs = map_structure(lambda spec: _symbol(spec, next(others), name), outputs)
    return inference


def _looked(function, args, kwargs, arguments, fill):
    inference = Inference(lambda symbol: _stand_in(symbol, fill), arguments)
    found = {}

    def look():
        with Scope(), inference:
            values = substituted((args, kwargs), inference.resolve)
            found["outputs"] = as_tensors(function(*values[0], **values[1]))
        return flat(found["outputs"])

    jax.eval_shape(look)
    return inference, found["outputs"]


def _stand_in(symbol, fill):
    return jnp.zeros([fill if size is None else size for size in symbol.shape], symbol.dtype)


def _symbol(one, other, name):
    shape = tuple(a if a == b else None for a, b in zip(one.shape, other.shape))
    return Tensor(shape, keras.backend.standardize_dtype(one.dtype), name=name)


def outside_trace():
    """A context in which nothing is added to the trace under way."""
    return jax.ensure_compile_time_eval() if hasattr(jax, "ensure_compile_time_eval") else nullcontext()


def read(variable):
    """A variable's value as a tensor."""
    return variable.value


def is_traced(value):
    """Whether a tensor stands for a value in a trace, rather than having one."""
    return isinstance(value, jax.core.Tracer)


def compile(plan, updates):
    """See `engines.tensorflow.compile`."""
    ready = {}

    def compute(arrays, training):
        feeds = [jnp.asarray(array, symbol.dtype) for array, symbol in zip(arrays, plan.inputs)]
        if training not in ready:
            ready[training] = _compiled(plan, updates, feeds, training)
        variables, changing, step = ready[training]
        outputs, changed = step([variable.value for variable in variables], feeds)
        for variable, value in zip(changing, changed):
            variable.assign(value)
        return [np.array(output) for output in outputs]

    return compute


def _compiled(plan, updates, feeds, training):
    noted = {}

    def look(feeds):
        run, _, changed = _traced(plan, updates, [], feeds, training)
        noted["changing"] = [variable for variable, _ in changed]
        noted["read"] = list(run.scope.read.values())
        return 0

    jax.eval_shape(look, feeds)

    def step(values, feeds):
        _, outputs, changed = _traced(plan, updates, list(zip(noted["read"], values)), feeds, training)
        return outputs, [value for _, value in changed]

    return noted["read"], noted["changing"], jax.jit(step)


def _traced(plan, updates, mapping, feeds, training):
    run = Run(plan, _this, feeds, training)
    run.scope = Scope(mapping)
    run.scope.given = mapping
    with run.scope:
        run.execute()
        found = [run.resolve(target) for target in plan.targets]
        count = len(plan.targets) - len(updates)
        changed = updates.new_values(found[count:])
    return run, found[:count], run.scope.random_states() + changed


def values(plan, feeds, training):
    """See `engines.tensorflow.values`."""
    run = Run(plan, _this, [jnp.asarray(feed) for feed in feeds], training).execute()
    return [np.array(run.resolve(target)) for target in plan.targets]


def gradients(run, node, loss, wrt):
    """See `engines.tensorflow.gradients`: how the loss answers to small pushes of what it depends on."""
    symbols = {id(one): run.resolve(one) for one in wrt if is_symbol(one)}
    variables = {id(one): one for one in wrt if not is_symbol(one)}

    def pushed(by):
        mapping = [(variable, variable.value + by[key]) for key, variable in variables.items()]
        again = run.again(lambda symbol, value: value + by[id(symbol)] if id(symbol) in symbols else value)
        again.scope = Scope(run.scope.given + mapping)
        again.scope.given = run.scope.given + mapping
        with again.scope:
            again.execute(stop=node)
            return jnp.sum(again.resolve(loss))

    zeros = {key: jnp.zeros_like(value) for key, value in symbols.items()}
    zeros.update((key, jnp.zeros(variable.shape, variable.dtype)) for key, variable in variables.items())
    found = jax.grad(pushed)(zeros)
    return [found[id(one)] for one in wrt]


def connected(loss, wrt):
    """Whether each variable or symbol comes up on the way to a symbol."""
    nodes, entries = ordered([], [loss])
    known = set(map(id, entries)) | {id(tensor) for node in nodes for tensor in node.outputs}
    read_on_the_way = set()

    def look():
        feeds = [_stand_in(entry, _FILLS[0]) for entry in entries]
        run = Run(Plan(entries, [loss]), _this, feeds, False)
        run.scope = Scope()
        run.scope.given = []
        with run.scope:
            run.execute()
        read_on_the_way.update(run.scope.read)
        return 0

    jax.eval_shape(look)
    return [id(one) in (known if is_symbol(one) else read_on_the_way) for one in wrt]


_this = sys.modules[__name__]
