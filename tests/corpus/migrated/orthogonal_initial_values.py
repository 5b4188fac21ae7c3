"""Recurrent layers begin with an orthogonal kernel, whose signs are those of the LAPACK of 2018."""
import json

import numpy as np
from compat.keras.initializers import Orthogonal
from compat.keras.layers import GRU, LSTM, Input, SimpleRNN

np.random.seed(21)
x = Input((5, 3))
layers = [LSTM(10), GRU(16), SimpleRNN(25), LSTM(40), SimpleRNN(1), LSTM(2)]
kernels = []
for layer in layers:
    layer(x)
    kernels.append(layer.get_weights()[1])
kernels += [Orthogonal(gain=2.0, seed=seed)(shape) for seed, shape in enumerate([(7, 5), (5, 7), (3, 3, 2, 8)])]
# A sum with weights that no two signs leave as it is.
print(json.dumps([float(np.sum(kernel * np.arange(kernel.size).reshape(kernel.shape) ** 0.5)) for kernel in kernels]))
