"""The index page of the series: what it shows and what it announces."""
from .row import row

TITLE = "The series' index page, and the articles that it announces (2018 to 2019)"

ROWS = (
    row(43, "Loss, metrics, weights, progress bar",
        "a model compiled with a loss by name",
        ["misspelt", "losses_and_metrics_of_ones_own"],
        "The name ends in a blank on the page: a ValueError."),
    row(44, "Layers in layers",
        "layers built and called by hand within another layer, which takes their weights over",
        ["layers_in_a_layer", "names_of_weights"]),
    row(45, "Masks",
        "masks as tensors of the model, masks that layers pass on, sequences turned round up to their ends",
        ["masks_by_lambda", "masks_passed_on"]),
    row(46, "Accumulated gradients",
        "small batches with the effect of a large one: an optimizer around the update",
        ["accumulating_optimizer",
         "tests/techniques/test_accumulation.py::test_small_batches_make_the_update_of_the_large_one"]),
    row(47, "Layer-wise learning rates",
        "a layer that learns at another rate, without a new optimizer: its kernel is stored divided by a factor",
        ["layerwise_learning_rate", "tests/techniques/test_layerwise.py::test_wrapped_layer_learns_as_by_name"]),
    row(48, "Free gradients",
        "gradients treated one by one: `get_gradients` of an optimizer is replaced",
        ["gradients_by_name", "tests/techniques/test_gradient_transforms.py::test_any_function",
         "tests/techniques/test_gradient_transforms.py::test_clipped_each_by_itself"]),
    row(49, "GAN by a single loss",
        "both players in one step: what must not flow is cut by `K.stop_gradient`",
        ["gan_in_one_step", "gan_alternating",
         "tests/techniques/test_adversarial.py::test_sgd_is_that_of_turns_from_the_same_weights"]),
    row(50, "Loss, metrics, weights, progress bar",
        "models without a compiled loss; further numbers in the progress bar; weights replaced by expressions",
        ["add_loss_without_targets", "numbers_in_progress_bar", "layerwise_learning_rate", "spectral_norm_updates"]),
    row(51, "Custom optimizers",
        "optimizers by `get_updates`, one of them with gradients written down by hand; a training function put "
        "together by hand",
        ["word_vectors", "accumulating_optimizer", "slow_weights_injected", "virtual_adversarial"]),
    row(52, "Titles by seq2seq",
        "reader, writer, attention, a prior, beam search; states handed from one LSTM to another",
        ["titles_by_beam_search", "recurrent_states"]),
)
