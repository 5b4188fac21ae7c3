"""Whether anything in a file makes masks."""
import ast

__all__ = ["makes_masks"]


def makes_masks(file):
    """Whether there is a Masking layer, or an Embedding that masks.

    Args:
        file: what rules are handed.
    """
    for node in file.names.nodes:
        if isinstance(node, ast.Call):
            name = file.names.of(node.func)
            if name == "keras.layers.Masking" or name == "keras.layers.Embedding" and any(
                    one.arg == "mask_zero" and not (isinstance(one.value, ast.Constant) and not one.value.value)
                    for one in node.keywords):
                return True
    return False
