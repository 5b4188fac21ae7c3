"""Intermediate variables, moving averages of weights, safe generators (28 April 2019)."""
from .row import row

TITLE = "Intermediate variables, moving averages of weights, safe generators (article of 28 April 2019)"
EMA, FUNCTION = "tests/techniques/test_ema.py::", "tests/techniques/test_function.py::"

ROWS = (
    row(1, "As a new model",
        "a tensor between two layers is kept, and a second model that ends there is used after the first was trained",
        ["reused_layers_and_models"]),
    row(2, "K.function",
        "the value of a tensor that a layer computes on its way, after training",
        ["function_inner_tensor", FUNCTION + "test_tensor_set_in_call", FUNCTION + "test_after_fit_predict_evaluate"]),
    row(3, "K.function",
        "such a function gives what the session gives for the same tensor",
        ["function_inner_tensor"]),
    row(4, "Introduction; K.function",
        "the matrix that an attention layer looks at, and other tensors within it, with the learning phase fed",
        ["attention_with_many_heads", "titles_by_beam_search", FUNCTION + "test_learning_phase"]),
    row(5, "Clever injection",
        "average of all weights by updates appended to `metrics_updates`; training does not notice",
        ["ema_metrics_updates", "ema_as_published", EMA + "test_fit_gives_the_closed_form",
         EMA + "test_the_path_of_the_optimizer_is_the_same_bit_by_bit"],
        "The weights take the same path to the last bit (difference 0.0). But the average is not that of the "
        "article's formula: Keras 2.2.4 corrects it as if it had started at zero, and after one step it is as far "
        "from the formula as the weights have come from their start (1.00 of that way; 0.94 to 1.22 in five steps). "
        "`ExponentialMovingAverage` computes the formula."),
    row(6, "Clever injection, usage",
        "the averages put in the place of the weights, and the weights back, training goes on",
        ["ema_metrics_updates", EMA + "test_apply_then_reset_restores_every_weight",
         EMA + "test_training_goes_on_after_reset"],
        "The working note writes `MAer` for `EMAer` here: a NameError."),
    row(7, "Clever injection, usage",
        "between compile and the first training; a momentum of 0.9999 if none is given",
        ["ema_as_published", EMA + "test_evaluate_and_predict_do_not_move_the_average",
         EMA + "test_injected_in_the_middle_of_training"],
        "As published `evaluate` moves the average (by up to 0.078 in the script) without any training; injected "
        "after the first step it never moves (0.0), and compiling again drops it (0 updates are left). "
        "`ExponentialMovingAverage` has none of the three."),
    row(8, "Clever injection",
        "the moving statistics of batch normalization are weights, and averaged too",
        ["batch_normalization_frozen", EMA + "test_moving_statistics_are_averaged_too"]),
    row(9, "Process-safe generators",
        "an endless generator, read by the main thread: `workers=0`",
        ["generators", "generator_claims"],
        "The text says `worker=0`, which is a TypeError."),
    row(10, "Process-safe generators",
        "a Sequence that loads pictures batch by batch, for fitting, evaluating and predicting",
        ["generators", "tests/techniques/test_process_safe.py::test_each_sample_once_an_epoch"]),
    row(11, "Process-safe generators",
        "a Sequence hands out each sample once an epoch, whatever workers there are",
        ["samples_seen_once",
         "tests/techniques/test_process_safe.py::test_order_is_kept_whatever_keras_shuffles"]),
    row(12, "Process-safe generators",
        "a generator that has processes of its own, and what to do where that gets stuck: no workers, or a Sequence",
        ["generator_with_a_pool",
         "tests/techniques/test_process_safe.py::test_sources_that_use_processes_themselves"],
        "With one thread it did not get stuck either (same weights by 0 workers, 1 worker and a Sequence)."),
)
