"""Who a name belongs to: references that lead to imports of Keras and TensorFlow.

Scopes are those of Python's own compiler (`symtable`). A name counts as resolved where every binding that it can have
is an import of the same thing: aliases, star imports, `try ... except ImportError` and re-exports inside of the
project. A name that is assigned as well is nobody's.
"""
import ast
import functools
import symtable

from .facts import api

__all__ = ["Names", "canonical", "is_ours", "keras_spelling", "star"]

_FACADES = ("compat", "kcool")
_KERAS_ROOTS = ("compat.keras", "kcool.keras", "tensorflow.compat.v1.keras", "tensorflow.compat.v2.keras",
                "tensorflow.contrib.keras.python.keras", "tensorflow.contrib.keras", "tensorflow.python.keras",
                "tensorflow.keras", "tf_keras", "keras")
_FUNCTIONS = frozenset((ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
_SCOPES = _FUNCTIONS | {ast.ClassDef, ast.GeneratorExp, ast.ListComp, ast.SetComp, ast.DictComp}
_NOTED = (ast.Name, ast.arg, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Global,
          ast.Import, ast.ImportFrom)
_COMPREHENSIONS = {ast.GeneratorExp: "genexpr", ast.ListComp: "listcomp", ast.SetComp: "setcomp",
                   ast.DictComp: "dictcomp"}
_BARREN = frozenset(("ctx", "op", "ops"))  # what has no place in the text
_ROOTS = ("keras", "tensorflow", "tf_keras")


@functools.lru_cache(8192)
def canonical(path):
    """A dotted name under one spelling: ``keras.…`` for every Keras, its public home, ``tf.…`` for TensorFlow."""
    keras = keras_spelling(path)
    if keras is not None:
        return api.home(keras)
    for root in ("tensorflow.compat.v1", "tensorflow", "compat.tf", "kcool.tf"):
        if path == root or path.startswith(root + "."):
            return "tf" + path[len(root):]
    return path


@functools.lru_cache(8192)
def keras_spelling(path):
    """A dotted name of any Keras as it would be below ``keras``; None for others."""
    for root in _KERAS_ROOTS:
        if path == root or path.startswith(root + "."):
            return "keras" + path[len(root):]
    for facade in _FACADES:
        if path == facade + ".K" or path.startswith(facade + ".K."):
            return "keras.backend" + path[len(facade) + 2:]
    return None


def _is_followed(path):
    """Whether references to a dotted name are told: those of NumPy are, too, which has lost names since."""
    return is_ours(path) or path.partition(".")[0] == "numpy"


def is_ours(path):
    """Whether a dotted name is one of Keras or TensorFlow."""
    root, _, rest = path.partition(".")
    return root in _ROOTS or root in _FACADES and rest.partition(".")[0] in ("K", "keras", "tf")


class Names:
    """The names of one file.

    Args:
        tree: the module, from `ast`.
        text: its source.
        lookup: for a relative or project import, called with (module, level, name): the dotted name of Keras or
            TensorFlow that the project's module has under it, or None.

    Attributes:
        imports: the import statements of Keras and TensorFlow, in order.
        nodes: all nodes of the tree in the order of the text, each with ``parent``.
        used: every identifier of the file.
    """

    def __init__(self, tree, text, lookup=None):
        self._lookup = lookup or (lambda *_: None)
        self.imports, self.nodes, self.used, self.stars = [], [], set(), []
        self.table = symtable.symtable(text, "?", "exec")
        self._bindings = {}  # (table id, name) -> set of dotted names
        self._paths = {}  # id(ast.Name) -> dotted name
        self._bound = None
        self._hidden = set()  # ids of names that a comprehension has made its own
        self._outer = {}  # table id -> the table around it
        self._assigned_globals = set()
        self._candidates = []
        tree.parent = None
        self._walk(tree, self.table)
        self._resolve()

    def path(self, node):
        """The dotted name that a reference leads to as it is spelt, such as ``keras.layers.core.Dense``, or None."""
        if isinstance(node, ast.Name):
            return self._paths.get(id(node))
        if isinstance(node, ast.Attribute):
            base = self.path(node.value)
            return base and base + "." + node.attr
        return None

    def of(self, node):
        """The canonical dotted name of a reference, or None."""
        path = self.path(node)
        return path and canonical(path)

    def module_names(self, path):
        """Names that mean a canonical name wherever no scope hides them: bound at module level by imports alone."""
        return [name for (table, name), paths in self._bindings.items()
                if table == self.table.get_id() and all(is_ours(one) and canonical(one) == path for one in paths)
                and not self._is_assigned(self.table, name)]

    def bound_to(self, name):
        """The canonical name that a module-level import binds a name to, or None."""
        paths = {canonical(path) for path in self._bindings.get((self.table.get_id(), name), ())}
        return paths.pop() if len(paths) == 1 and not self._is_assigned(self.table, name) else None

    @property
    def bound_names(self):
        """Every name that something in the file binds: an import, an assignment, a parameter, a definition."""
        if self._bound is None:
            self._bound = {name for _, name in self._bindings}
            for node in self.nodes:
                if type(node) is ast.Name and type(node.ctx) is not ast.Load:
                    self._bound.add(node.id)
                elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                    self._bound.add(node.name)
                elif isinstance(node, ast.arg):
                    self._bound.add(node.arg)
        return self._bound

    def loads(self, name):
        """The references, nodes of `ast.Name`, that read a name anywhere in the file."""
        return [node for node, _ in self._candidates if node.id == name and isinstance(node.ctx, ast.Load)]

    # --- the walk

    def _walk(self, node, table):
        node.function = None
        stack = [(node, table, self._children(table))]
        notes = {kind: getattr(self, "_note_" + kind.__name__.lower(), None) for kind in _NOTED}
        while stack:
            node, table, children = stack.pop()
            self.nodes.append(node)
            kind = type(node)
            if kind in notes:
                notes[kind](node, table)
            inside = _inside(node, kind)
            if not inside:
                continue
            function = node if kind in _FUNCTIONS else node.function
            for child, _ in inside:
                child.parent, child.function = node, function
            if kind in _SCOPES:
                inner = _taken(children, node)
                if inner is not None:
                    self._outer[inner.get_id()] = table
                below = self._children(inner) if inner is not None else {}
                if inner is None and kind in _COMPREHENSIONS:
                    # Python 3.12 and later make it a part of the scope around, under whose children it is not.
                    self._hide(node)
                    inner, below = table, children
                pairs = [(child, inner, below) if _is_inner(node, field) else (child, table, children)
                         for child, field in inside]
            else:
                pairs = [(child, table, children) for child, _ in inside]
            stack.extend(reversed(pairs))

    def _hide(self, comprehension):
        targets = {one.id for part in comprehension.generators for one in ast.walk(part.target)
                   if isinstance(one, ast.Name)}
        self._hidden.update(id(one) for one in ast.walk(comprehension)
                            if isinstance(one, ast.Name) and one.id in targets)

    @staticmethod
    def _children(table):
        found = {}
        for child in table.get_children():
            kind = str(child.get_type()).rpartition(".")[2].lower()
            if kind in ("function", "class"):
                found.setdefault((child.get_name(), child.get_lineno()), []).append(child)
            else:  # type parameters and annotations of Python 3.12 and later
                for key, tables in Names._children(child).items():
                    found.setdefault(key, []).extend(tables)
        return found

    def _note_name(self, node, table):
        self.used.add(node.id)
        self._candidates.append((node, table))

    def _note_arg(self, node, table):
        self.used.add(node.arg)

    def _note_functiondef(self, node, table):
        self.used.add(node.name)

    _note_asyncfunctiondef = _note_classdef = _note_functiondef

    def _note_global(self, node, table):
        self._assigned_globals.update(node.names)

    def _note_import(self, node, table):
        ours = False
        for alias in node.names:
            root = alias.name.partition(".")[0]
            self.used.add(alias.asname or root)
            if is_ours(alias.name):
                ours = True
                self._bind(table, alias.asname or root, alias.name if alias.asname else root)
            else:
                self._bind(table, alias.asname or root, alias.name if root == "numpy" else "?")
        if ours:
            self.imports.append(node)

    def _note_importfrom(self, node, table):
        module = node.module or ""
        if node.level or not (is_ours(module) or module in _FACADES):
            self._note_project(node, module, table)
            return
        self.imports.append(node)
        for alias in node.names:
            if alias.name == "*":
                self.stars.append(node)
                for name, path in star(module).items():
                    self._bind(table, name, path)
            else:
                self.used.add(alias.asname or alias.name)
                self._bind(table, alias.asname or alias.name, module + "." + alias.name)

    def _note_project(self, node, module, table):
        for alias in node.names:
            name = alias.asname or alias.name
            self.used.add(name)
            if alias.name == "*":
                for one, path in (self._lookup(module, node.level, "*") or {}).items():
                    self._bind(table, one, path)
            else:
                self._bind(table, name, self._lookup(module, node.level, alias.name) or "?")

    def _bind(self, table, name, path):
        if table is not None:
            self._bindings.setdefault((table.get_id(), name), set()).add(path)

    # --- what a reference leads to

    def _resolve(self):
        ours = {name for (_, name), paths in self._bindings.items() if any(_is_followed(path) for path in paths)}
        for node, table in self._candidates:
            if node.id not in ours or table is None or id(node) in self._hidden or not isinstance(node.ctx, ast.Load):
                continue
            path = self._found(node.id, table)
            if path is not None:
                self._paths[id(node)] = path

    def _found(self, name, table):
        symbol = _symbol(table, name)
        while symbol is None and table is not self.table:
            # The first iterable of a comprehension belongs to the scope around it.
            table = self._outer[table.get_id()]
            symbol = _symbol(table, name)
        if symbol is None:
            return None
        if table is not self.table and symbol.is_global():
            table = self.table
        elif symbol.is_free():
            # Of a function around, whose names a class in between does not hide; it is not worth a search.
            owners = [key for key in self._bindings if key[1] == name and key[0] != self.table.get_id()]
            paths = {path for key in owners for path in self._bindings[key]}
            return paths.pop() if len(paths) == 1 and _is_followed(next(iter(paths))) else None
        if self._is_assigned(table, name):
            return None
        paths = self._bindings.get((table.get_id(), name), set())
        if not paths or not all(_is_followed(path) for path in paths):
            return None
        return min(paths) if len({canonical(path) for path in paths}) == 1 else None

    def _is_assigned(self, table, name):
        symbol = _symbol(table, name)
        if symbol is None:
            return False
        if table is self.table and name in self._assigned_globals:
            return True
        return symbol.is_assigned() or symbol.is_parameter()


def _symbol(table, name):
    try:
        return table.lookup(name)
    except KeyError:
        return None


def star(module):
    """What ``from module import *`` binds: {name: dotted name}."""
    names = api.keras22().get(canonical(module), ())
    return {name: "%s.%s" % (module, name) for name in sorted(names)}


def _inside(node, kind):
    """The nodes right below a node, each with the field that it is in."""
    fields = _FIELDS.get(kind)
    if fields is None:
        fields = _FIELDS[kind] = tuple(name for name in kind._fields if name not in _BARREN)
    found = []
    for name in fields:
        value = getattr(node, name, None)
        if type(value) is list:
            for one in value:
                if isinstance(one, ast.AST):
                    found.append((one, name))
        elif value is not None and isinstance(value, ast.AST):
            found.append((value, name))
    return found


#: Kind of node -> fields that may hold nodes.
_FIELDS = {ast.Name: (), ast.Constant: (), ast.alias: (), ast.Global: (), ast.Nonlocal: (), ast.Pass: (),
           ast.Import: (), ast.ImportFrom: (), ast.Attribute: ("value",), ast.keyword: ("value",),
           ast.arg: ("annotation",)}


def _taken(children, node):
    """The table of a scope: the next one of its name and line."""
    name = _COMPREHENSIONS.get(type(node)) or ("lambda" if isinstance(node, ast.Lambda) else node.name)
    lines = [node.lineno] + [one.lineno for one in getattr(node, "decorator_list", ())]
    for line in lines:
        tables = children.get((name, line))
        if tables:
            return tables.pop(0)
    return None


def _is_inner(node, field):
    """Whether a child belongs to the scope that a node opens, rather than to the one around it."""
    if isinstance(node, ast.ClassDef):
        return field == "body"
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        return field == "body"  # of the arguments only the names are inside, which are no references
    return True  # of a comprehension the first iterable is outside, which `_found` knows
