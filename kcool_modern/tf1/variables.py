"""Variables, the scopes that name and share them, and collections."""
import contextlib
from collections import defaultdict

import keras
import numpy as np
import tensorflow as tf

from kcool_modern.keras22 import backend as K
from kcool_modern.keras22._symbolic import variable as variables
from kcool_modern.keras22._symbolic.context import computation, describing, drawn
from kcool_modern.keras22._symbolic.engines import outside_trace
from kcool_modern.keras22._symbolic.functions import evaluate
from kcool_modern.keras22._symbolic.spec import is_symbol, is_variable
from kcool_modern.keras22.backend.names import name_scope

from .control import Operation
from .randoms import glorot_uniform_initializer

__all__ = ["AUTO_REUSE", "Variable", "VariableScope", "add_to_collection", "assign", "assign_add", "assign_sub",
           "get_collection", "get_collection_ref", "get_variable", "get_variable_scope", "global_variables",
           "global_variables_initializer", "is_variable_initialized", "local_variables", "model_variables",
           "report_uninitialized_variables", "trainable_variables", "variable_scope", "variables_initializer"]

AUTO_REUSE = tf.compat.v1.AUTO_REUSE
_collections = defaultdict(list)  # type: defaultdict
_shared = {}  # type: dict


def forget():
    """Forgets collections and shared variables."""
    _collections.clear()
    _shared.clear()
    _scopes[:] = [VariableScope("", False, None, None)]


class _Kind(type(variables.Variable)):
    def __call__(cls, initial_value=None, trainable=True, collections=None, validate_shape=True, caching_device=None,
                 name=None, variable_def=None, dtype=None, expected_shape=None, import_scope=None, constraint=None,
                 **kwargs):
        return drawn("variable", lambda: _made(cls, initial_value, trainable, collections, name, dtype, constraint))

    def __instancecheck__(cls, instance):
        return is_variable(instance)


class Variable(variables.Variable, metaclass=_Kind):
    """A variable; see TensorFlow 1 for the arguments.

    It has its value from the start. To run its initializer gives it the initial value again; the second time a random
    one is drawn anew.
    """

    @property
    def name(self):
        """The name with the number of the output."""
        return self.old_name + ":0"

    @property
    def op(self):
        """What makes the variable; has a ``name``."""
        return Operation(name=self.old_name)

    @property
    def initializer(self):
        """Something to be run that sets the initial value."""
        return Operation(actions=[self.initialize_again], name=self.old_name + "/Assign")

    @property
    def initial_value(self):
        """What the variable starts with: a tensor or an array."""
        return self._initial

    def initialize_again(self):
        """Sets the initial value."""
        value, self._first = self._first, None
        if value is None:
            value = evaluate(self._initial) if is_symbol(self._initial) else self._initial
        K.set_value(self, value)

    def load(self, value, session=None):
        """Writes an array into the variable now."""
        K.set_value(self, value)

    def read_value(self):
        """The value as a tensor of the graph."""
        return variables.reading(self)

    def assign(self, value, use_locking=False, name=None, read_value=True):
        """An update that sets the variable."""
        return assign(self, value)

    def assign_add(self, delta, use_locking=False, name=None, read_value=True):
        """An update that adds to the variable."""
        return assign_add(self, delta)

    def assign_sub(self, delta, use_locking=False, name=None, read_value=True):
        """An update that subtracts from the variable."""
        return assign_sub(self, delta)


def _made(cls, initial, trainable, collections, name, dtype, constraint):
    with describing(), outside_trace():
        initial = initial() if callable(initial) else initial
        if is_variable(initial):
            initial = variables.reading(initial)
        if not is_symbol(initial) and tf.is_tensor(initial):
            initial = initial.numpy()
        first = evaluate(initial) if is_symbol(initial) else np.asarray(initial)
        if dtype is None:
            # As TensorFlow: numbers of Python have 32 bits, arrays keep what they have.
            wide = not is_symbol(initial) and not isinstance(initial, (np.ndarray, np.generic))
            dtype = {"float64": "float32", "int64": "int32"}.get(first.dtype.name) if wide else None
        dtype = tf.as_dtype(dtype or first.dtype).name
        made = variables.variable(first, dtype, name, trainable=trainable)
    made.__class__ = cls
    made._initial, made._first, made.constraint = initial, first, constraint
    for collection in collections or ["variables"]:
        _collections[collection].append(made)
    return made


# --- scopes -----------------------------------------------------------------------------------------------------------

class VariableScope:
    """What `variable_scope` opens."""

    def __init__(self, name, reuse, initializer, regularizer):
        self.name, self.reuse, self.initializer, self.regularizer = name, reuse, initializer, regularizer
        self.original_name_scope = name + "/"

    def reuse_variables(self):
        """From now on variables are shared, not made."""
        self.reuse = True

    def set_initializer(self, initializer):
        """The initializer of variables that are given none."""
        self.initializer = initializer

    def set_regularizer(self, regularizer):
        """The regularizer of variables that are given none."""
        self.regularizer = regularizer


_scopes = [VariableScope("", False, None, None)]


def get_variable_scope():
    """The innermost `VariableScope`."""
    return _scopes[-1]


@contextlib.contextmanager
def variable_scope(name_or_scope=None, default_name=None, values=None, initializer=None, regularizer=None, reuse=None,
                   **kwargs):
    """A context in which `get_variable` puts a name in front, and shares variables if `reuse` says so."""
    outer = _scopes[-1]
    if isinstance(name_or_scope, VariableScope):
        name, reuse = name_or_scope.name, name_or_scope.reuse if reuse is None else reuse
        initializer = initializer or name_or_scope.initializer
        regularizer = regularizer or name_or_scope.regularizer
    else:
        part = name_or_scope
        if part is None:
            part = K.get_uid("scope " + outer.name + "/" + default_name) - 1
            part = default_name if part == 0 else "%s_%d" % (default_name, part)
        name = outer.name + "/" + part if outer.name else part
    scope = VariableScope(name, reuse or outer.reuse, initializer or outer.initializer,
                          regularizer or outer.regularizer)
    _scopes.append(scope)
    try:
        with name_scope(name.rsplit("/", 1)[-1]):
            yield scope
    finally:
        _scopes.remove(scope)


def get_variable(name, shape=None, dtype=None, initializer=None, regularizer=None, trainable=None, collections=None,
                 caching_device=None, partitioner=None, validate_shape=True, use_resource=None, custom_getter=None,
                 constraint=None, **kwargs):
    """A variable by its name within the scopes: made, or shared where the scope says so."""
    scope = _scopes[-1]
    full = scope.name + "/" + name if scope.name else name
    if full in _shared:
        if not scope.reuse:
            raise ValueError("Variable %s already exists, disallowed. Did you mean to set reuse=True or "
                             "reuse=tf.AUTO_REUSE in VarScope?" % full)
        return _shared[full]
    if scope.reuse is True:
        raise ValueError("Variable %s does not exist, or was not created with tf.get_variable(). Did you mean to set "
                         "reuse=tf.AUTO_REUSE in VarScope?" % full)
    dtype = tf.as_dtype(dtype or "float32")
    initial = initializer if initializer is not None else scope.initializer
    if initial is None:
        initial = glorot_uniform_initializer() if dtype.is_floating else lambda shape, dtype: np.zeros(shape, dtype)
    if isinstance(initial, type):
        initial = initial()
    if callable(initial):
        sizes = tf.TensorShape(shape).as_list()
        make, arguments = initial, {"dtype": dtype}
        try:
            initial = make(sizes, **arguments)
        except TypeError:
            initial = make(sizes)
    with name_scope(None):
        made = _made(Variable, initial, trainable is not False, collections, full, dtype, constraint)
    made.old_name = full
    _shared[full] = made
    regularizer = regularizer or scope.regularizer
    if regularizer is not None:
        loss = regularizer(made)
        if loss is not None:
            _collections["regularization_losses"].append(loss)
    return made


# --- collections ------------------------------------------------------------------------------------------------------

def _all():
    return [one for one in variables.living() if one.old_name is None or "local_variables" not in _kinds(one)]


def _kinds(one):
    return [name for name, members in _collections.items() if any(member is one for member in members)]


def get_collection(key, scope=None):
    """What was put into a collection; those of variables know the weights of Keras's layers as well."""
    found = list(_collections[key])
    if key == "variables":
        found = _all()
    elif key == "trainable_variables":
        found = [one for one in _all() if one.trainable]
    if scope is not None:
        found = [one for one in found if (getattr(one, "old_name", None) or one.name or "").startswith(scope)]
    return found


def get_collection_ref(key):
    """The list of a collection itself."""
    return _collections[key]


def add_to_collection(name, value):
    """Puts something into a collection."""
    _collections[name].append(value)


def add_to_collections(names, value):
    """Puts something into several collections."""
    for name in [names] if isinstance(names, str) else names:
        add_to_collection(name, value)


def global_variables(scope=None):
    """All variables."""
    return get_collection("variables", scope)


def trainable_variables(scope=None):
    """The variables that training changes; Keras's weights are among them."""
    return get_collection("trainable_variables", scope)


def local_variables(scope=None):
    """The variables that were put among the local ones."""
    return get_collection("local_variables", scope)


def model_variables(scope=None):
    """The variables that were put among those of the model."""
    return get_collection("model_variables", scope)


# --- first values -----------------------------------------------------------------------------------------------------

def global_variables_initializer():
    """Something to be run that gives the variables their initial values, those of Keras's layers included."""
    return Operation(actions=[lambda: _initialize(_all())], name="init")


def variables_initializer(var_list, name="init"):
    """Something to be run that gives some variables their initial values."""
    return Operation(actions=[lambda: _initialize(var_list)], name=name)


def local_variables_initializer():
    """Something to be run that gives the local variables their initial values."""
    return Operation(actions=[lambda: _initialize(local_variables())], name="init")


def _initialize(listed):
    for one in listed:
        if hasattr(one, "initialize_again"):
            one.initialize_again()


def is_variable_initialized(variable):
    """True: variables have their values from the start."""
    return K.constant(True, dtype="bool")


def report_uninitialized_variables(var_list=None, name="report_uninitialized_variables"):
    """None are left without a value."""
    return K.constant(np.zeros((0,), "object"), dtype="object")


# --- updates ----------------------------------------------------------------------------------------------------------

def assign(ref, value, validate_shape=None, use_locking=None, name=None):
    """An update to be run or handed to a function."""
    return _written(ref, value, "set", keras.Variable.assign)


def assign_add(ref, value, use_locking=None, name=None):
    """An update that adds."""
    return _written(ref, value, "add", keras.Variable.assign_add)


def assign_sub(ref, value, use_locking=None, name=None):
    """An update that subtracts."""
    return _written(ref, value, "subtract", keras.Variable.assign_sub)


def _written(ref, value, kind, at_once):
    if not is_variable(ref):
        raise TypeError("Only variables can be assigned to, not %r." % (ref,))
    if computation() is None and not tf.executing_eagerly():
        # The step that carries an update out.
        return at_once(ref, value)
    return {"set": K.update, "add": K.update_add, "subtract": K.update_sub}[kind](ref, value)
