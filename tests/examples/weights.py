"""Writes stand-ins for weights trained on ImageNet: `kcool run weights.py` or a real Keras 2.2.4, with HOME set.

They are drawn from a seed, scaled as He et al. do, so that signals neither die nor explode on their way.
"""
import os

import numpy as np
from keras.applications import inception_v3, vgg16, vgg19

NETWORKS = ((vgg16.VGG16, "vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5"),
            (vgg19.VGG19, "vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5"),
            (inception_v3.InceptionV3, "inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5"))


def main():
    """Writes the files that are not there yet."""
    folder = os.path.join(os.path.expanduser("~"), ".keras", "models")
    for build, name in NETWORKS:
        path = os.path.join(folder, name)
        if os.path.exists(path):
            continue
        model, random = build(weights=None, include_top=False), np.random.RandomState(15)
        for layer in model.layers:
            layer.set_weights([_values(weight, random) for weight in layer.get_weights()])
        model.save_weights(path)


def _values(initial, random):
    if initial.ndim != 4:
        return initial
    deviation = np.sqrt(2.0 / np.prod(initial.shape[:3]))
    return (random.randn(*initial.shape) * deviation).astype("float32")


if __name__ == "__main__":
    main()
