"""What of the Keras 2.2.4 API is served on Keras 3, name by name.

``EXACT`` names are Keras 3's own objects, exposed because their numbers equal Keras 2.2.4's when called the way the
tests call them. ``CLOSE`` names differ in a way that is written down here. Everything else is refused: a name that
resolves and then acts differently is worse than an error.
"""

EXACT = {
    "": ("Input", "Model"),
    "models": ("Model", "clone_model"),
    "layers": (
        "Input", "InputLayer", "Layer", "Dense", "Activation", "Dropout", "Flatten", "Reshape", "Permute",
        "RepeatVector", "Lambda", "Masking", "Conv1D", "Conv2D", "MaxPooling1D", "MaxPooling2D", "AveragePooling2D",
        "GlobalAveragePooling1D", "GlobalAveragePooling2D", "GlobalMaxPooling1D", "GlobalMaxPooling2D", "ZeroPadding2D",
        "Add", "Subtract", "Multiply", "Average", "Maximum", "Concatenate", "Dot", "add", "multiply", "concatenate",
        "average", "maximum", "subtract", "dot", "Embedding", "TimeDistributed", "GaussianNoise", "ReLU", "LeakyReLU",
        "ELU", "PReLU", "Softmax",
    ),
    "optimizers": ("Optimizer", "SGD", "Adam"),
    "callbacks": ("Callback", "History", "LambdaCallback", "LearningRateScheduler", "EarlyStopping", "CSVLogger",
                  "TerminateOnNaN"),
    "initializers": ("Initializer", "Zeros", "Ones", "Constant", "RandomNormal", "RandomUniform", "TruncatedNormal",
                     "Identity", "Orthogonal"),
    "regularizers": ("Regularizer", "l1", "l2"),
    "constraints": ("Constraint", "MaxNorm", "NonNeg", "UnitNorm"),
    "utils": ("to_categorical",),
    "applications": ("ResNet50",),
}

#: (module, name) -> the difference.
CLOSE = {
    ("layers", "BatchNormalization"): "with trainable=False it trains on the moving statistics, not the batch's; "
                                      "2.2.4 (not 2.3.1) debiases the moving statistics as if they had started at zero",
    ("models", "Sequential"): "`input` and `output` raise: use inputs[0] and outputs[0], which 2.2.4 has as well",
    ("", "Sequential"): "`input` and `output` raise: use inputs[0] and outputs[0], which 2.2.4 has as well",
    ("callbacks", "ModelCheckpoint"): "paths must end in .keras or .weights.h5",
    ("applications", "ResNet50"): "layer names are Keras 3's (conv5_block1_1_conv, not res5a_branch2a)",
}


#: (module, name) -> why it is refused although Keras 3 has the name.
REFUSED = {
    ("optimizers", "RMSprop"): "Keras 3 divides by sqrt(v + epsilon), 2.2.4 by sqrt(v) + epsilon",
    ("layers", "LSTM"): "recurrent_activation defaults to sigmoid, 2.2.4's to its own hard_sigmoid",
    ("layers", "GRU"): "recurrent_activation and reset_after have other defaults than in 2.2.4",
    ("layers", "UpSampling2D"): "bilinear interpolation uses half-pixel centres, 2.2.4's did not",
    ("activations", "hard_sigmoid"): "Keras 3 computes relu6(x + 3) / 6, 2.2.4 clip(0.2 x + 0.5, 0, 1)",
}


def served(module):
    """The names that a module of the emulation serves."""
    return sorted(set(EXACT.get(module, ())) | {name for home, name in CLOSE if home == module})
