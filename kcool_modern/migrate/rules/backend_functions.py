"""K301."""
import ast

from ..edits import Edit
from ..facts import backend
from ..rule import KERAS3, Rule

_PLAIN = (ast.Name, ast.Attribute, ast.Subscript)


class BackendFunctions(Rule):
    """Functions of keras.backend become those of keras.ops.

    Of the 155 functions of `keras.backend`, Keras 3 has kept 10. Most of the others live on in `keras.ops`, some
    under another name, some with other defaults (`argmax` along the last axis, `expand_dims` at the end), which are
    then written out. `K.sqrt` took negative numbers for zero, and goes on to do so.
    """

    code = "K301"
    targets = (KERAS3,)
    issues = ("XuexiongLuoMQ/ComGA#5", "DataCanvasIO/DeepTables#93", "PINTO0309/onnx2tf#541", "bojone/bert4keras#432")
    pains = (5, 12)
    names = calls = ("keras.backend.",)
    before = ("from keras import backend as K\n\ny = K.concatenate([K.permute_dimensions(x, (1, 0)), "
              "K.expand_dims(K.argmax(x))])\nn = K.int_shape(x)[1]\n")
    after = {"keras3": "from keras import ops\n\ny = ops.concatenate([ops.transpose(x, (1, 0)), "
                       "ops.expand_dims(ops.argmax(x, axis=-1), axis=-1)])\nn = tuple(x.shape)[1]\n"}

    def on_call(self, node, name, file):
        """Rewrites a call where all of its arguments are known."""
        leaf = name.rpartition(".")[2]
        special = getattr(self, "_" + leaf, None)
        if special is not None:
            return special(node, file)
        known = backend.FUNCTIONS.get(leaf)
        if known is None:
            return None
        given = [one.arg for one in node.keywords]
        if len(node.args) > len(known.arguments) or not set(given) <= set(known.arguments) or any(
                isinstance(one, ast.Starred) for one in node.args):
            return None
        present = set(known.arguments[:len(node.args)]) | set(given)
        added = {one: text for one, text in known.added.items() if one not in present}

        def steps(arguments):
            for one in given:
                if one in known.renamed:
                    arguments.rename(one, known.renamed[one])
            for one, text in added.items():
                arguments.add(one, text)

        text, needs = file.spell(known.path)
        edits = [file.replaced(node.func, text)]
        if added or set(given) & set(known.renamed):
            edits.append(file.call(node, steps))
        return file.change(node, "K.%s is %s" % (leaf, text), edits, needs, [_first(node.func)])

    def on_name(self, node, name, file):
        """Rewrites a function that is handed over, such as `activation=K.tanh`."""
        known = backend.FUNCTIONS.get(name.rpartition(".")[2])
        if known is None or known.added or isinstance(node.parent, ast.Attribute):
            return
        text, needs = file.spell(known.path)
        file.change(node, "%s is %s" % (file.source(node), text), [file.replaced(node, text)], needs, [_first(node)])

    # --- those that are no single function any more

    def _sqrt(self, node, file):
        """`K.sqrt` took negative numbers for zero."""
        if len(node.args) == 1 and not node.keywords:
            text, needs = file.spell("keras.ops.sqrt")
            inner, more = file.spell("keras.ops.maximum")
            self._around(node, file, "%s(%s(" % (text, inner), ", 0.0))", needs + more)

    def _int_shape(self, node, file):
        if len(node.args) == 1 and not node.keywords and isinstance(node.args[0], _PLAIN):
            self._around(node, file, "tuple(", ".shape)", [])

    def _ndim(self, node, file):
        if len(node.args) == 1 and not node.keywords and isinstance(node.args[0], _PLAIN):
            self._around(node, file, "len(", ".shape)", [])

    def _l2_normalize(self, node, file):
        """The same formula with its own smallest norm, for one axis; without one it went over all of them."""
        given = {one.arg for one in node.keywords}
        if not node.args or not (len(node.args) == 2 or given == {"axis"}) or given - {"axis"}:
            return
        text, needs = file.spell("keras.ops.normalize")

        def steps(arguments):
            arguments.add("epsilon", "1e-06")

        file.change(node, "K.l2_normalize is %s" % text, [file.replaced(node.func, text), file.call(node, steps)],
                    needs, [_first(node.func)])

    def _flatten(self, node, file):
        if len(node.args) == 1 and not node.keywords:
            text, needs = file.spell("keras.ops.reshape")
            self._around(node, file, text + "(", ", (-1,))", needs)

    def _batch_flatten(self, node, file):
        if len(node.args) == 1 and not node.keywords and isinstance(node.args[0], _PLAIN):
            text, needs = file.spell("keras.ops.reshape")
            shape, more = file.spell("keras.ops.shape")
            self._around(node, file, text + "(", ", (%s({0})[0], -1))" % shape, needs + more)

    def _set_value(self, node, file):
        """`K.set_value(x, value)` is `x.assign(value)`; rates of optimizers are properties."""
        if len(node.args) != 2 or node.keywords or not isinstance(node.args[0], _PLAIN) or not isinstance(
                node.parent, ast.Expr):
            return
        start, end = file.positions.span(node)
        target, value = (file.positions.span(one) for one in node.args)
        first = file.text[value[0]:value[1]]
        is_rate = isinstance(node.args[0], ast.Attribute) and node.args[0].attr in ("lr", "learning_rate")

        def change(text):
            # What stands before the value and after it is the same as before; the target is told by its own length.
            inner = text[text.index("(") + 1:]
            name = inner[:inner.index(",")].strip()
            rest = inner[inner.index(",") + 1:].strip()
            if is_rate:
                return "%s.learning_rate = %s" % (name.rpartition(".")[0], rest[:-1].rstrip())
            return "%s.assign(%s" % (name, rest)

        if first and "," not in file.text[target[0]:target[1]] and "(" not in file.text[target[0]:target[1]]:
            file.change(node, "K.set_value is an assignment", [file.wrapped(node, change)], (), [_first(node.func)])

    def _around(self, node, file, before, after, needs):
        """Replaces the callee and its brackets by other text around the argument, whatever becomes of that."""
        outer_start, outer_end = file.positions.span(node)
        start, end = _bracketed(node, file)
        argument = file.text[start:end].strip()
        edits = [Edit(outer_start, start, before), Edit(end, outer_end, after.replace("{0}", argument))]
        leaf = file.names.of(node.func).rpartition(".")[2]
        file.change(node, "K.%s is %s...%s" % (leaf, before, after.replace("{0}", "...")), edits, needs,
                    [_first(node.func)])


def _bracketed(node, file):
    """The span between the brackets of a call with one argument, without a comma at the end."""
    end = file.positions.span(node)[1] - 1
    start = file.text.index("(", file.positions.span(node.func)[1]) + 1
    last = file.positions.span(node.args[0])[1]
    rest = file.text[last:end]
    if rest.strip() == ",":
        end = last
    return start, end


def _first(node):
    while isinstance(node, ast.Attribute):
        node = node.value
    return node
