"""Loading a saved model of Keras 2 with the answers that it had there.

Keras 3 itself reads hardly any of these files, and some of those that it reads answer differently. This side converts
them in memory, as `kcool convert` does on disk (see `convert`), to a model of Keras 3.

Known differences from Keras's own `load_model`: files of ``.keras`` that `kcool convert` wrote are read as well; Lambda
layers get their functions from the caller.
"""
import os

__all__ = ["load_model"]


def load_model(path, custom_objects=None, lambdas=None, architecture=None, verify=None, tolerance=1e-5):
    """Loads a model of Keras 2 as one of Keras 3.

    Args:
        path: of an ``.h5`` file: a whole model, or weights alone; or of a ``.keras`` file.
        custom_objects: dict from a name in the file to a class or function of Keras 3.
        lambdas: dict from the name of a Lambda layer to its function, written with ``keras.ops``; the bytecode in the
            file is never looked at.
        architecture: for a file of weights alone, the path of a file with what ``to_json()`` gave.
        verify: path of a recording (`kcool record`, on the old stack), or None: nothing is proven then.
        tolerance: float, the largest difference as a part of the largest answer.

    Returns:
        A model of plain Keras 3; compiled if it was when it was saved.

    Raises:
        NotFound: there is no such file.
        UnreadableModel: it is no saved model of Keras 2, or damaged.
        NotConverted: it holds something that Keras 3 has no equal of.
        DifferentResult: the answers are not the recorded ones; the message names the layer where they part.
    """
    if os.path.splitext(os.fspath(path))[1] == ".keras":
        return _of_keras_3(path, dict(custom_objects or {}, **dict(lambdas or {})))
    from kcool_common.recordings import reference

    from .convert import proof
    from .convert.architecture import read_architecture
    from .convert.conversion import converted

    text = None if architecture is None else read_architecture(architecture)
    made = converted(path, custom_objects, lambdas, architecture=text)
    if verify is not None:
        proof.prove(made, reference(verify), tolerance)
        proof.reset(made.model)
    return made.model


def _of_keras_3(path, customs):
    import keras

    from .convert import objects  # noqa: F401 - makes kcool's own layers known

    return keras.saving.load_model(path, custom_objects=customs or None)
