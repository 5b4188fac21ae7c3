"""The graph on JAX: shapes told by abstract evaluation, functions compiled once per learning phase and shapes."""
import sys
from collections import OrderedDict, namedtuple
from contextlib import contextmanager, nullcontext

import jax
import jax.numpy as jnp
import keras
import numpy as np
from keras.src.backend.common import global_state

from kcool.errors import TechniqueUnavailable

from ....engines.stateless import Scope
from ....graph import node_of
from ..run import Plan, Run
from ..spec import is_symbol
from . import looks

__all__ = ["MissingFeed", "advance", "clear", "compile", "connected", "devices", "gradients", "infer", "is_traced",
           "knows_sizes", "on_device", "outside_trace", "read", "values"]


#: Whether tensors have no open sizes while a function is traced.
knows_sizes = True

#: A placeholder was given no value.
MissingFeed = ValueError


def infer(function, args, kwargs, name):
    """See `infer.infer`."""
    return looks.infer(function, args, kwargs, name, _looked)


def _looked(inference, function, args, kwargs):
    found = {}

    def look():
        from ..infer import substituted
        with Scope(), inference:
            values = substituted((args, kwargs), inference.resolve)
            found["outputs"] = looks.as_values(function(*values[0], **values[1]))
        return 0

    jax.eval_shape(look)
    return found["outputs"]


@contextmanager
def outside_trace():
    """A context in which nothing is added to the trace under way, and variables can be made."""
    scope = global_state.get_global_attribute("stateless_scope")
    global_state.set_global_attribute("stateless_scope", None)
    try:
        with jax.ensure_compile_time_eval():
            yield
    finally:
        global_state.set_global_attribute("stateless_scope", scope)


def read(variable):
    """A variable's value as a tensor."""
    return variable.value


def is_traced(value):
    """Whether a tensor stands for a value in a trace, rather than having one."""
    return isinstance(value, jax.core.Tracer)


def devices():
    """The devices, objects with ``name`` and ``device_type``."""
    device = namedtuple("Device", "name device_type")
    return [device("%s:%d" % (one.platform, one.id), one.platform.upper()) for one in jax.devices()]


def on_device(name):
    """No context: names of devices are TensorFlow's."""
    return nullcontext()


def clear():
    """Nothing is kept here."""


def compile(plan, updates):
    """See `engines.tensorflow.compile`."""
    ready, variables, lay_out = {}, {}, _layout(plan)

    def compute(arrays, training):
        feeds = [_fed(array, symbol) for array, symbol in zip(arrays, plan.inputs)]
        key = (training,) + tuple((feed.shape, str(feed.dtype)) for feed in feeds)
        if key not in ready:
            ready[key] = _compiled(plan, updates, feeds, training, variables)
        read, changing, step = ready[key]
        try:
            outputs, changed = step(lay_out([variable.value for variable in read]), feeds)
        except _Unnoted:
            # For these shapes the operations read other variables than before.
            variables.pop(training)
            ready[key] = read, changing, step = _compiled(plan, updates, feeds, training, variables)
            outputs, changed = step(lay_out([variable.value for variable in read]), feeds)
        for variable, value in zip(changing, changed):
            variable.assign(value)
        return [np.array(output) for output in outputs]

    return compute


class _Unnoted(Exception):
    """A function reads or writes variables that it did not when it was looked at."""


def _layout(plan):
    """Puts variables on the devices that a plan computes on."""
    calls = [getattr(node, "call", None) for node in plan.nodes]
    found = [call.__self__.lay_out for call in calls if hasattr(getattr(call, "__self__", None), "lay_out")]
    return found[0] if found else lambda arrays: arrays


def _fed(array, symbol):
    if hasattr(array, "toarray"):
        array = array.toarray()
    return jnp.asarray(array, keras.backend.standardize_dtype(symbol.dtype))


def _compiled(plan, updates, feeds, training, noted):
    """The variables that a function reads, those that it changes, and the compiled function of their values and feeds.

    Args:
        noted: dict from the learning phase to the variables; filled once, for looking takes as long as tracing.
    """
    def look(feeds):
        run, _, changed = _traced(plan, updates, [], feeds, training)
        noted[training] = list(run.scope.read.values()), [variable for variable, _ in changed]
        return 0

    if training not in noted:
        jax.eval_shape(look, feeds)
    read, changing = noted[training]
    known = set(map(id, read))

    def step(values, feeds):
        run, outputs, changed = _traced(plan, updates, list(zip(read, values)), feeds, training)
        if not known.issuperset(run.scope.read) or [id(one) for one, _ in changed] != list(map(id, changing)):
            raise _Unnoted
        return outputs, [value for _, value in changed]

    return read, changing, jax.jit(step)


def _traced(plan, updates, mapping, feeds, training):
    run = _run(plan, feeds, training, mapping)
    with run.scope:
        run.execute()
        found = [run.resolve(target) for target in plan.targets]
        count = len(plan.targets) - len(updates)
        changed = updates.new_values(found[count:]) + _advanced(run)
    return run, found[:count], run.scope.random_states() + changed


def _run(plan, feeds, training, mapping):
    run = Run(plan, _this, feeds, training)
    run.scope, run.given = Scope(mapping), list(mapping)
    return run


def advance(computation, generator, amount):
    """How far a generator has gone on in a computation before, where it goes on by `amount` now.

    Args:
        computation: the computation under way.
        generator: a `_symbolic.random.Generator` with a variable for its ``state``.
        amount: int.
    """
    used = vars(computation).setdefault("used", OrderedDict())
    before = used.get(generator, 0)
    used[generator] = before + amount
    return before


def _advanced(run):
    """The states of the generators that a run has drawn from, with their new values."""
    from ...backend.engines.philox import moved
    return [(generator.state, jnp.stack(moved(jnp, generator.state.value, amount)))
            for generator, amount in getattr(run, "used", {}).items()]


def values(plan, feeds, training):
    """See `engines.tensorflow.values`."""
    run = Run(plan, _this, [_fed(feed, symbol) for feed, symbol in zip(feeds, plan.inputs)], training)
    with Scope() as scope:
        run.execute()
        found = [np.array(run.resolve(target)) for target in plan.targets]
        changed = scope.random_states() + _advanced(run)
    for variable, value in changed:
        variable.assign(value)
    return found


def gradients(run, node, loss, wrt):
    """See `engines.tensorflow.gradients`: how the loss answers to small pushes of what it depends on."""
    pushed, zeros = _pushed(run, node, loss, wrt, {id(one): run.resolve(one) for one in wrt if is_symbol(one)})
    found = jax.grad(pushed)(zeros)
    return [found[str(id(one))] for one in wrt]


def _pushed(run, node, loss, wrt, symbols):
    variables = {id(one): one for one in wrt if not is_symbol(one)}

    def pushed(by):
        # The random numbers are the same again: the run starts from the same states.
        mapping = [(variable, variable.value + by[str(key)]) for key, variable in variables.items()]
        again = run.again(lambda symbol, value: value + by[str(id(symbol))] if id(symbol) in symbols else value)
        again.given = run.given + mapping
        again.scope = Scope(again.given)
        with again.scope:
            again.execute(stop=node)
            total = jnp.sum(again.resolve(loss))
        for key, variable in again.scope.read.items():
            run.scope.read.setdefault(key, variable)
        return total

    zeros = {str(key): jnp.zeros_like(value) for key, value in symbols.items()}
    zeros.update((str(key), jnp.zeros(variable.shape, str(variable.dtype))) for key, variable in variables.items())
    return pushed, zeros


def connected(loss, wrt):
    """Whether derivatives get from each variable or symbol to a symbol."""
    for one in wrt:
        _require_outside(one)
    return looks.connected(loss, wrt, _reached)


def _require_outside(one):
    """Refuses a tensor that a layer kept in ``call``: what comes from it in there cannot be made to follow a push."""
    node = node_of(one) if is_symbol(one) else None
    if node is not None and any(one is product for product in getattr(node, "products", ())):
        raise TechniqueUnavailable(
            "K.gradients: JAX cannot differentiate with respect to a tensor inside a layer's `call`.", found=repr(one),
            do="make the part of the layer before that tensor a layer of its own and use its output")


def _reached(loss, sources, entries, training):
    plan = Plan(entries, [loss])

    def derivative(by):
        feeds = [symbol._known[0] if getattr(symbol, "_known", None) else
                 jnp.zeros(looks.shape_of(symbol, 0), str(keras.backend.standardize_dtype(symbol.dtype)))
                 for symbol in entries]
        run = _run(plan, feeds, training, [])
        with run.scope:
            run.execute()
            symbols = {id(one): run.resolve(one) for one in sources if is_symbol(one)}
            pushed, zeros = _pushed(run, None, loss, sources, symbols)
            return jax.jvp(pushed, (zeros,), (_like(zeros, by),))[1]

    pushes = {str(id(one)): np.zeros((), str(one.dtype)) for one in sources}
    traced = jax.make_jaxpr(derivative)(pushes)
    needed = _needed(traced.jaxpr)
    return {int(key) for key, variable in zip(sorted(pushes), traced.jaxpr.invars) if variable in needed}


def _like(zeros, by):
    return {key: jnp.broadcast_to(by[key], value.shape) for key, value in zeros.items()}


def _needed(jaxpr):
    """The variables of a traced function that its results depend on."""
    needed = {one for one in jaxpr.outvars if not hasattr(one, "val")}
    for equation in reversed(jaxpr.eqns):
        if any(one in needed for one in equation.outvars):
            needed.update(one for one in equation.invars if not hasattr(one, "val"))
    return needed


_this = sys.modules[__name__]
