"""The table of techniques: what each is called, who implements it on either side, and where it cannot be had.

Nothing else in kcool knows who does what: `dispatch` reads this table to hand techniques out, the tests read it to know
what must work, and the technique x stack table of the README is generated from it. Adding a technique is adding a row.
"""
from collections import OrderedDict, namedtuple

__all__ = ["TECHNIQUES", "Technique", "Unavailable", "technique_of"]

#: A place where a technique cannot be had. ``stacks``: stack names or families. ``reason``: one sentence.
#: ``nearest``: the call or tool to use there instead.
Unavailable = namedtuple("Unavailable", "stacks reason nearest")

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
         (Unavailable(("legacy",), "Keras 2.2 cannot train over several machines",
                      "multi_gpu_model on one machine, or a Keras 2 stack on TensorFlow 2"),
          Unavailable(("keras3/jax",), "several processes on JAX are set up by jax itself",
                      "keras.distribution.initialize(...) and keras.distribution.DataParallel"),
          Unavailable(("keras3/torch",), "Keras 3 on PyTorch has no distribution engine of its own",
                      "torch.distributed with torch.nn.parallel.DistributedDataParallel"))),
    _row("process_safe", ("process_safe",), "0.1",
         "batches of a Sequence or generator from watched workers: each once, in order, none left behind"),
))

#: Names that are whole modules: export name -> (technique-like label, the Keras module's attribute, module on Keras 3).
NAMESPACES = OrderedDict((
    ("keras", ("", "kcool_modern.keras22")),
    ("K", (".backend", "kcool_modern.keras22.backend")),
))

_BY_EXPORT = {export: row for row in TECHNIQUES.values() for export in row.exports}


def technique_of(name):
    """The row that exports a public name, or None."""
    return _BY_EXPORT.get(name)


def unavailable(technique, stack_name):
    """The `Unavailable` entry of a technique on a stack, or None where it can be had."""
    family = stack_name.split("/")[0]
    for entry in technique.unavailable:
        if stack_name in entry.stacks or family in entry.stacks:
            return entry
    return None
