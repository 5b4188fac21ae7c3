"""K105."""
from .. import destinations
from ..names import is_ours
from ..rule import FACADE, Rule
from ..statements import bindings


class UnknownNames(Rule):
    """A name is none of Keras 2.2.4.

    It came with a later Keras (`MultiHeadAttention`, `keras.mixed_precision`), or it never was a public name. The
    facade speaks the API of 2.2.4, so the import stays as it is, and its objects do not mix with those of
    `compat.keras`.
    """

    code = "K105"
    targets = (FACADE,)
    pains = (31,)
    imports = True
    before = "from keras.layers import MultiHeadAttention\n"

    def on_import(self, node, file):
        """Reports names that kcool does not know."""
        for one in bindings(node, file):
            if is_ours(one.old) and not destinations.is_known(one.path):
                file.left(node, "%s is no name of Keras 2.2.4" % one.path,
                          "migrate this file with --to keras3, or write the part anew for the API of 2.2.4")
