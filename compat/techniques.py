"""The table of techniques: what each is called, who implements it on either side, and where it cannot be had.

Nothing else in kcool knows who does what: `dispatch` reads this table to hand techniques out, the tests read it to know
what must work, and the technique x stack table of the README is generated from it. Adding a technique is adding a row.
"""
from collections import OrderedDict, namedtuple

from .probe import release

__all__ = ["TECHNIQUES", "Technique", "Unavailable", "technique_of"]


class Unavailable(namedtuple("Unavailable", "stacks reason nearest before")):
    """A place where a technique cannot be had.

    Attributes:
        stacks: stack names or families.
        reason: one sentence.
        nearest: the call or tool to use there instead.
        before: the first version of Keras where it can be had; None for no version.
    """

    def __new__(cls, stacks, reason, nearest, before=None):
        """Fills in what is left out."""
        return super(Unavailable, cls).__new__(cls, stacks, reason, nearest, before)


#: One capability. ``exports``: public names. ``legacy``/``modern``: the module on each side. ``since``: first version.
#: ``note``: what it does, one sentence. ``unavailable``: a tuple of `Unavailable`.
Technique = namedtuple("Technique", "name exports legacy modern since note unavailable")


def _row(name, exports, since, note, unavailable=()):
    return Technique(name, exports, "kcool_legacy." + name, "kcool_modern." + name, since, note, unavailable)


TECHNIQUES = OrderedDict((row.name, row) for row in (
    _row("ema", ("ExponentialMovingAverage",), "0.1",
         "moving average of all weights, kept inside the compiled training step"),
    _row("function", ("function",), "0.1",
         "values of any tensor that came up while a model was built"),
    _row("gradients", ("gradients",), "0.1",
         "symbolic gradients of a tensor with respect to weights, inputs or layer outputs"),
    _row("accumulation", ("AccumOptimizer", "SoftSGD"), "0.1",
         "several small batches make the update of a large one, with any optimizer"),
    _row("layerwise", ("LRMultiplier", "SetLearningRate"), "0.1",
         "learning rates of their own for some layers or weights, with any optimizer"),
    _row("gradient_transforms",
         ("TransformGradients", "ClipGradientsEach", "CentralizeGradients", "AddGradientNoise"), "0.1",
         "gradients that a function changes before any optimizer sees them"),
    _row("adversarial", ("GradientReversal", "single_loss_gan"), "0.1",
         "both players of a GAN updated in one step of one model; gradient reversal"),
    _row("surgery", ("get_outputs_of", "replace_layer", "insert_layer"), "0.1",
         "cut a model open anywhere and go on with the rest; replace or insert a layer"),
    _row("parallel", ("multi_gpu_model", "ParallelModelCheckpoint"), "0.1",
         "data parallel training of a template model on the devices of one machine",
         (Unavailable(("keras3/torch",), "Keras 3 on PyTorch has no data parallel engine of its own",
                      "wrap the model in torch.nn.parallel.DistributedDataParallel in a loop of your own"),)),
    _row("distribute", ("distribute",), "0.1",
         "data parallel training over several machines",
         (Unavailable(("legacy", "bridge"), "Keras 2.2 cannot train over several machines",
                      "multi_gpu_model on one machine, or a Keras 2 stack on TensorFlow 2"),
          Unavailable(("keras3/jax",), "several processes on JAX are set up by jax itself",
                      "keras.distribution.initialize(...) and keras.distribution.DataParallel"),
          Unavailable(("keras3/torch",), "Keras 3 on PyTorch has no distribution engine of its own",
                      "torch.distributed with torch.nn.parallel.DistributedDataParallel"))),
    _row("load_model", ("load_model",), "0.1",
         "a model that Keras 2 saved, with the answers that it had there",
         (Unavailable(("keras2",), "tf.keras reads files of Keras 2.0-2.3 and does not say where it computes "
                      "differently (bilinear UpSampling2D, GRU without reset_after)",
                      "its own load_model, and comparing with what `kcool record` recorded on the old stack"),
          Unavailable(("keras3",), "Keras 3.0 cannot read back some of the layers that it has written, and versions up "
                      "to 3.14 were not tried", "pip install -U keras", "3.15"))),
    _row("process_safe", ("process_safe",), "0.1",
         "batches of a Sequence or generator from watched workers: each once, in order, none left behind"),
))

#: Names that are whole modules: export name -> (the attribute of the Keras module, None for TensorFlow itself; the
#: module on Keras 3).
NAMESPACES = OrderedDict((
    ("keras", ("", "kcool_modern.keras22")),
    ("K", (".backend", "kcool_modern.keras22.backend")),
    ("tf", (None, "kcool_modern.tf1")),
))

_BY_EXPORT = {export: row for row in TECHNIQUES.values() for export in row.exports}


def technique_of(name):
    """The row that exports a public name, or None."""
    return _BY_EXPORT.get(name)


def unavailable(technique, stack_name, keras=None):
    """The `Unavailable` entry of a technique on a stack with a version of Keras, or None where it can be had."""
    family = stack_name.split("/")[0]
    for entry in technique.unavailable:
        if (stack_name in entry.stacks or family in entry.stacks) and _too_old(entry, keras):
            return entry
    return None


def _too_old(entry, keras):
    return entry.before is None or keras is not None and release(keras) < release(entry.before)
