"""Keras 2.2 models on several machines: the training function is that of a model around the shared one.

Each worker runs its rows of every batch through the model; outputs, losses and gradients are put together over the
network. Loss, metrics, regularizers and optimizer see what one process would see. Evaluation and prediction are not
shared.
"""
from kcool.errors import TechniqueUnavailable

from ..keras22.engine import after_compile
from ..parallel import output_names
from .engines.tensorflow_distribute import Share, equalize
from .parallel import model_around

__all__ = ["sharing"]


def sharing(team):
    """A context in which models that are compiled will train together with the other workers.

    Args:
        team: an `engines.tensorflow.team.Team`.
    """
    return after_compile.doing(lambda model: _let_share(model, team))


def _let_share(model, team):
    if not model._is_graph_network:
        raise TechniqueUnavailable("`distribute`: a model without a graph of layers cannot be shared.",
                                   found="%s (%s)" % (type(model).__name__, team.stack),
                                   supported="functional and sequential models", do="make it functional")
    equal = []

    def _make_train_function():
        model._require_compiled()
        model._check_trainable_weights_consistency()
        if model.train_function is None:
            if not equal:
                equalize(model, team)
                equal.append(True)
            model.train_function = _shared(model, team)

    vars(model)["_make_train_function"] = _make_train_function


def _shared(model, team):
    share = Share(model, team)
    around = model_around(model, share, output_names(model))
    share.draw_apart(model._inbound_nodes[-1].draws)
    with after_compile.doing(None):
        around.compile(model.optimizer, loss=model.loss, metrics=model.metrics, loss_weights=model.loss_weights,
                       sample_weight_mode=model.sample_weight_mode, weighted_metrics=model.weighted_metrics,
                       **model._function_kwargs)
    around._collected_trainable_weights = model._collected_trainable_weights
    around._make_train_function()
    return around.train_function
