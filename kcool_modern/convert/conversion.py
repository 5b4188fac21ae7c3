"""From a file of Keras 2 to a model of stock Keras 3."""
import os
from collections import namedtuple

import numpy as np

from kcool.errors import KcoolError, UnreadableModel

from .arguments import Context, budget, settled
from .graph import built
from .lambdas import require_functions
from .multi_gpu import template_of
from .parts import MODELS
from .repairs import Repairs
from .source import LIMITS, opened
from .training import compile_as_saved
from .trial import require_harmless
from .weights import assigned, distributed

__all__ = ["Converted", "converted", "converted_here"]

#: ``model``: of Keras 3. ``repairs``: `Repairs`. ``tensors``: symbolic outputs by (layer, call, output) in the file's
#: names. ``kind``, ``config``: the old architecture. ``parameters``: numbers that were read. ``layers``: their
#: number. ``version``: of the Keras that wrote it. ``unsteady``: names of layers that answer otherwise
#: each time that the model is asked.
Converted = namedtuple("Converted", "model repairs tensors parameters layers version kind config unsteady")


def converted(path, customs=None, lambdas=None, limits=LIMITS, architecture=None):
    """Reads a saved model of Keras 2.

    Args:
        path: of an ``.h5`` file with a whole model, or with weights alone.
        customs: dict from a name in the file to a class or function of Keras 3.
        lambdas: dict from the name of a Lambda layer to its function.
        limits: `source.Limits`.
        architecture: JSON text for a file with weights alone.

    Returns:
        `Converted`.

    Raises:
        NotFound: there is no such file.
        UnreadableModel: it is not a whole model, damaged, or contradicts itself.
        NotConverted: it holds something that Keras 3 has no equal of.
    """
    path = os.fspath(path)
    if os.path.isfile(path):
        require_harmless(path, limits, architecture)
    return converted_here(path, customs, lambdas, limits, architecture)


def converted_here(path, customs=None, lambdas=None, limits=LIMITS, architecture=None):
    """The same for a file that has been read before and did no harm."""
    with opened(path, limits, architecture) as saved:
        try:
            return _converted(saved, customs, lambdas, limits)
        except KcoolError:
            raise
        except Exception as error:
            # What a file says is checked where it is used; whatever was not thought of ends here, with nothing written.
            raise UnreadableModel(
                "The model in %s cannot be read." % path, found="%s: %s" % (
                    type(error).__name__, " ".join(str(error).split())[:300]),
                do="save the model again where it was trained; if that does not help, report it") from error


def _converted(saved, customs, lambdas, limits):
    path, repairs = saved.path, Repairs()
    kind, config = saved.config.get("class_name"), saved.config.get("config")
    if kind not in MODELS:
        raise UnreadableModel("The architecture in %s cannot be read." % path, found="class_name %r" % (kind,),
                              supported=", ".join(MODELS), do="save a Sequential or functional model")
    context = Context(path, repairs, customs, lambdas, _dtype(saved), _resizes_as_tf1(saved),
                      "zeros" if _later_than_2_2(saved) else "state", _leaves_masked_steps_out(saved))
    template = template_of(config)
    if template is not None:
        repairs.add("H106", config.get("name") or kind, "template %s" % template.get("name"))
        kind, config = template["class_name"], template["config"]
    if context.dtype != "float32":
        repairs.add("H118", "all", context.dtype)
    require_functions(kind, config, context)
    tensors = {}
    with budget(4 * saved.elements + 100_000):
        part = built(kind, config, context, limits, tensors)
    model = settled(part.layer)
    if not model.built:
        raise UnreadableModel("The model in %s has no input shape." % path, found="a model that was never built",
                              do="call the model once in Keras 2 and save it again")
    if template is None:
        count = assigned(saved, part, context)
    else:
        count = _from_template(saved, template, part, context)
    trained = part.groups()[0]
    part.freeze()
    compile_as_saved(saved, part, trained, config, context)
    return Converted(model, repairs, tensors, count, _layers(part), saved.version, kind, config,
                     context.unsteady)


def _from_template(saved, template, part, context):
    trainable, others = part.groups()
    for stored in saved.layers:
        if stored.name == (template.get("name") or part.name):
            return distributed(stored, trainable + others, saved, context)
    raise UnreadableModel("The weights in %s do not fit its architecture." % saved.path,
                          found="none for the template %s" % template.get("name"), do="save the template itself")


def _layers(part):
    return sum(_layers(child) if child.is_model else 1 for child in part.children)


def _dtype(saved):
    kinds = {dtype.name for one in saved.layers for dtype in one.dtypes if np.issubdtype(dtype, np.floating)}
    return kinds.pop() if len(kinds) == 1 else "float32"


def _later_than_2_2(saved):
    return not _resizes_as_tf1(saved) or saved.version.startswith("2.3")


def _leaves_masked_steps_out(saved):
    # The BatchNormalization of tf.keras, from 2.12 on.
    numbers = saved.version.split("-")[0].split(".")[:2]
    return all(one.isdecimal() for one in numbers) and tuple(map(int, numbers)) >= (2, 12)


def _resizes_as_tf1(saved):
    # tf.keras says "2.2.4-tf" or a version from 2.4 on; Keras 2.4 was tf.keras itself.
    numbers = saved.version.split("-")[0].split(".")
    return not saved.version.endswith("-tf") and numbers[:2] in (["1"], ["2", "0"], ["2", "1"], ["2", "2"], ["2", "3"])
