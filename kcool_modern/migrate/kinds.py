"""What an expression is, as far as the file itself tells: a model, an optimizer, a layer, a tensor, a history.

Told only where every assignment that a name can have in its scope says the same; a parameter, a loop variable or a
result of unknown origin is nothing.
"""
import ast

__all__ = ["Kinds"]

_MODEL_METHODS = {"fit": "history", "fit_generator": "history", "predict": "array", "get_layer": "layer"}
_BY_NAME = {"keras.models.load_model": "model", "keras.models.model_from_json": "model",
            "keras.models.model_from_config": "model", "keras.models.model_from_yaml": "model",
            "keras.models.clone_model": "model", "keras.models.Model": "model", "keras.models.Sequential": "model",
            "keras.Model": "model", "keras.Sequential": "model", "keras.utils.multi_gpu_model": "model",
            "keras.layers.Input": "tensor", "keras.Input": "tensor", "keras.backend.function": "function",
            "keras.backend.variable": "variable", "keras.backend.placeholder": "tensor",
            "compat.multi_gpu_model": "model"}
_NOTED = frozenset((ast.Assign, ast.AugAssign, ast.AnnAssign, ast.For, ast.AsyncFor, ast.comprehension, ast.withitem,
                    ast.NamedExpr, ast.arg, ast.Return, ast.ClassDef))
_FUNCTIONS_OF_LAYERS = frozenset("add average concatenate dot maximum minimum multiply subtract".split())


class Kinds:
    """Answers for one file.

    Args:
        names: the `Names` of the file.
    """

    def __init__(self, names):
        self._names = names
        self._values, self._returns, self._classes, self._under_way = {}, {}, {}, set()
        self._stored = {}  # function -> the names that are assigned in it
        self._is_read = False

    def _read(self):
        self._is_read = True
        for node in self._names.nodes:
            if type(node) is ast.Name and type(node.ctx) is ast.Store and node.function is not None:
                self._stored.setdefault(node.function, set()).add(node.id)
            elif type(node) is ast.arg:
                self._stored.setdefault(node.function, set()).add(node.arg)
        for node in self._names.nodes:
            if isinstance(node, (ast.Global, ast.Nonlocal)):
                self._stored.get(node.function, set()).difference_update(node.names)
        for node in self._names.nodes:
            if type(node) in _NOTED:
                self._note(node)

    def of(self, node):
        """The kind of an expression, or None."""
        if not self._is_read:
            self._read()
        if id(node) in self._under_way:
            return None
        self._under_way.add(id(node))
        try:
            return self._of(node)
        finally:
            self._under_way.discard(id(node))

    def is_unknown(self, node):
        """Whether a file does not say what an expression is: it comes from a parameter, a loop or another module.

        What is made by a call of something that is not Keras's, such as a class of the file's own, is known to be else.
        """
        if isinstance(node, ast.Name):
            values = self._values.get((self._scope(node, node.id), node.id), [None])
            return all(value is None or self._is_opaque(value) for value in values)
        return not isinstance(node, (ast.Constant, ast.Dict, ast.List, ast.Tuple))

    def _is_opaque(self, value):
        if isinstance(value, ast.Call):
            return not (isinstance(value.func, ast.Name) and value.func.id in self._classes)
        return not isinstance(value, (ast.Constant, ast.Dict, ast.List, ast.Tuple))

    def values(self, node):
        """All that a name is assigned in its scope; None stands for what no expression tells."""
        self.of(node)
        return self._values.get((self._scope(node, node.id), node.id), [])

    def of_class(self, node):
        """The kind of a class that is defined here: ``layer``, ``model``, ``callback``, ``optimizer`` or None."""
        self.of(node)
        return self._classes.get(node.name)

    def is_model_class(self, node):
        """Whether a node stands in a class that is a model."""
        owner = self._class_of(node)
        return owner is not None and self._classes.get(owner.name) == "model"

    def _of(self, node):
        if isinstance(node, ast.Call):
            return self._of_call(node)
        if isinstance(node, ast.Name):
            return self._same(self._values.get((self._scope(node, node.id), node.id)))
        if isinstance(node, ast.Attribute):
            if isinstance(node.value, ast.Name) and node.value.id == "self":
                return self._of_self(node)
            owner = self.of(node.value)
            if node.attr in ("output", "input", "outputs", "inputs") and owner in ("model", "layer"):
                return "tensor"
            if node.attr == "optimizer" and owner == "model":
                return "optimizer"
            return None
        if isinstance(node, (ast.BinOp, ast.UnaryOp)):
            parts = [node.left, node.right] if isinstance(node, ast.BinOp) else [node.operand]
            return "tensor" if any(self.of(part) == "tensor" for part in parts) else None
        return "tensor" if isinstance(node, ast.Subscript) and self.of(node.value) == "tensor" else None

    def _of_call(self, node):
        name = self._names.of(node.func)
        if name:
            return _of_constructor(name)
        if isinstance(node.func, ast.Name):
            if node.func.id in self._returns:
                return self._same(self._returns[node.func.id])
            if node.func.id in self._classes:
                return self._classes[node.func.id]
        callee = self.of(node.func)
        if callee in ("model", "layer"):
            return "tensor"
        if isinstance(node.func, ast.Attribute) and self.of(node.func.value) == "model":
            return _MODEL_METHODS.get(node.func.attr)
        return None

    def _of_self(self, node):
        owner = self._class_of(node)
        if owner is None:
            return None
        if node.attr == "model" and self._classes.get(owner.name) == "callback":
            return "model"
        return self._same(self._values.get((owner, "self." + node.attr)))

    def _same(self, values):
        if not values or None in values:
            return None
        kinds = {self.of(value) for value in values}
        return kinds.pop() if len(kinds) == 1 else None

    # --- what is collected

    def _note(self, node):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                self._assign(target, node.value)
        elif isinstance(node, (ast.AugAssign, ast.AnnAssign)):
            self._assign(node.target, getattr(node, "value", None) if isinstance(node, ast.AnnAssign) else None)
        elif isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)):
            self._assign(node.target, None)
        elif isinstance(node, (ast.withitem,)) and node.optional_vars is not None:
            self._assign(node.optional_vars, None)
        elif isinstance(node, ast.NamedExpr):
            self._assign(node.target, node.value)
        elif isinstance(node, ast.arg):
            self._put((node.function, node.arg), None)
        elif isinstance(node, ast.Return) and isinstance(node.function, ast.FunctionDef):
            self._returns.setdefault(node.function.name, []).append(node.value)
        elif isinstance(node, ast.ClassDef):
            kinds = [_BASES.get(self._names.of(base)) or self._base_here(base) for base in node.bases]
            self._classes[node.name] = next(filter(None, kinds), None)

    def _base_here(self, base):
        """The kind of a base class: one of Keras's layers or optimizers, or a class that this file defines before."""
        name = self._names.of(base)
        if name and name.startswith("keras.layers."):
            return "layer"
        if name and name.startswith("keras.optimizers."):
            return "optimizer"
        return self._classes.get(base.id) if isinstance(base, ast.Name) else None

    def _assign(self, target, value):
        if isinstance(target, ast.Name):
            self._put((self._scope(target, target.id), target.id), value)
        elif isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self":
            owner = self._class_of(target)
            if owner is not None:
                self._put((owner, "self." + target.attr), value)
        elif isinstance(target, (ast.Tuple, ast.List)):
            for part in target.elts:
                self._assign(part, None)
        elif isinstance(target, ast.Starred):
            self._assign(target.value, None)

    def _put(self, key, value):
        self._values.setdefault(key, []).append(value)

    # --- scopes

    def _scope(self, node, name):
        """The function that a name belongs to, or None for the module."""
        function = node.function
        while function is not None:
            if name in self._stored.get(function, ()):
                return function
            function = function.function
        return None

    @staticmethod
    def _class_of(node):
        node = node.parent
        while node is not None and not isinstance(node, ast.ClassDef):
            node = node.parent
        return node


_BASES = {"keras.callbacks.Callback": "callback", "keras.layers.Layer": "layer", "keras.models.Model": "model",
          "keras.Model": "model", "keras.optimizers.Optimizer": "optimizer", "keras.models.Sequential": "model",
          "keras.layers.Wrapper": "layer", "keras.layers.RNN": "layer"}


def _of_constructor(name):
    """The kind of what a call of a name of Keras gives."""
    if name in _BY_NAME:
        return _BY_NAME[name]
    module, _, leaf = name.rpartition(".")
    if module == "keras.optimizers" and leaf not in ("get", "serialize", "deserialize"):
        return "optimizer"
    if module == "keras.layers":
        return "tensor" if leaf in _FUNCTIONS_OF_LAYERS else "layer" if leaf[:1].isupper() else None
    if module.startswith("keras.applications") and leaf[:1].isupper():
        return "model"
    return "tensor" if module == "keras.backend" and leaf[:1].islower() and leaf not in _NO_TENSORS else None


_NO_TENSORS = frozenset("backend batch_get_value count_params epsilon eval floatx get_session get_uid get_value "
                        "has_arg image_data_format image_dim_ordering int_shape is_keras_tensor is_placeholder "
                        "is_sparse is_tensor ndim dtype learning_phase cast_to_floatx gradients normalize_data_format "
                        "get_variable_shape".split())
