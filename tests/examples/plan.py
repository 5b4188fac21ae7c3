"""What is run of each example of Keras 2.2.4: its arguments, and the limits that are set from outside."""

#: Not expected to run: the one needs Theano, the other fails on the real stack by itself.
EXCLUDED = ("mnist_swwae.py", "cifar10_cnn_tfaugment2d.py")
#: For each call of `fit` and the like. One worker, or none where validation has one, too: several draw from one random
#: generator in turns of their own.
LIMITS = {"epochs": 2, "samples": 256, "evaluated": 500, "steps": 4, "workers": 1}
#: "last": the last epochs instead of the first; "ranges": {stop: lower stop} for the example's own loops; "clusters":
#: `k_means` has a generator of its own, since scikit-learn has changed how often it draws; "candidates": of a grid.
CUTS = {
    "addition_rnn.py": {"ranges": {"200": 2}, "epochs": 1},
    "antirectifier.py": {"epochs": 1},
    "conv_filter_visualization.py": {"ranges": {"200": 12, "20": 2, "8": 1}},
    "conv_lstm.py": {"samples": 21, "epochs": 1, "ranges": {"1200": 40}},
    "deep_dream.py": {"ranges": {"20": 3}},
    "reuters_mlp_relu_vs_selu.py": {"ranges": {"40": 2}},
    "image_ocr.py": {"epochs": 1, "last": True, "steps": 2, "workers": 0},
    "lstm_seq2seq.py": {"ranges": {"100": 10}},
    "lstm_seq2seq_restore.py": {"ranges": {"100": 10}},
    "lstm_stateful.py": {"ranges": {"10": 3}},
    "lstm_text_generation.py": {"epochs": 1, "ranges": {"400": 20}},
    "mnist_acgan.py": {"ranges": {"101": 2}},
    "mnist_hierarchical_rnn.py": {"samples": 64},
    "mnist_irnn.py": {"samples": 64, "epochs": 1},
    "mnist_sklearn_wrapper.py": {"epochs": 1, "samples": 32, "evaluated": 32, "candidates": 2},
    "neural_doodle.py": {"ranges": {"50": 1}, "clusters": True},
}
ARGUMENTS = {
    "deep_dream.py": ["dream.png", "dreamt"],
    "neural_style_transfer.py": ["base.png", "style.png", "styled", "--iter", "1"],
    "neural_doodle.py": ["--nlabels", "2", "--style-image", "doodle_style.png", "--style-mask",
                         "doodle_style_mask.png", "--target-mask", "doodle_target_mask.png",
                         "--target-image-prefix", "doodled"],
}
#: An example that lives on files of another one.
AFTER = {"lstm_seq2seq_restore.py": "lstm_seq2seq.py"}
#: Examples that count on the true number of pictures.
FULL = ("antirectifier.py", "mnist_mlp.py")
#: Why the numbers are not the same everywhere, and how far they may be off at least: beyond that, four times the spread
#: of four runs of the real stack.
LOOSE = {
    "image_ocr.py": ("it paints with the fonts of the system", 0.1),
    "mnist_dataset_api.py": ("tf.data shuffles by the clock", 0),
    "mnist_tfrecord.py": ("the queue shuffles in threads", 0),
}


def cuts_of(name):
    """The limits of one example."""
    return dict(LIMITS, **CUTS.get(name, {}))


def expected(folder):
    """The names of the examples that have to run."""
    return sorted(path.name for path in folder.glob("*.py") if path.name not in EXCLUDED)
