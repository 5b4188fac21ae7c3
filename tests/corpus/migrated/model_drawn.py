"""The picture of a model, as the program that draws it gets it: a stand-in for Graphviz hands on what it is given."""
import json
import os
import re
import stat

import numpy as np
from compat.keras.layers import Dense, Input, Lambda, Reshape, concatenate
from compat.keras.models import Model, Sequential
from compat.keras.utils import plot_model

with open('dot', 'w') as f:
    f.write('#!/bin/sh\nfor last; do :; done\ncat "$last"\n')
os.chmod('dot', stat.S_IRWXU)
os.environ['PATH'] = os.getcwd() + os.pathsep + os.environ['PATH']


def piece(x, index):
    return x[:, :, index]


def drawn(model, **kwargs):
    plot_model(model, to_file='model.png', **kwargs)
    with open('model.png') as f:
        text = f.read()
    return sorted(label.strip('"') for label in re.findall(r'label=("[^"]*"|\w+)', text)), text.count('->')


a = Input(shape=(4, 2), name='a')
one = Lambda(piece, output_shape=(4, 1), arguments={'index': 0}, name='one')(a)
other = Lambda(piece, output_shape=(4, 1), arguments={'index': 1}, name='other')(a)
both = concatenate([Reshape((4, 1, 1), name='first')(one), Reshape((4, 1, 1), name='second')(other)], name='both')
model = Model(a, both)
print(json.dumps({'shapes': drawn(model, show_shapes=True, show_layer_names=True), 'names': drawn(model),
                  'kinds': drawn(Sequential([Dense(2, input_shape=(3,)), Dense(1)]), show_layer_names=False),
                  'said': list(model.output_shape), 'real': list(model.predict(np.zeros((3, 4, 2))).shape)}))
