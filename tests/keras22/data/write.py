"""Writes `model224.h5` and `predictions224.npy` here; to be run by the real Keras 2.2.4 on TensorFlow 1.15."""
import os

import numpy as np
import tensorflow as tf
from keras import layers, models, optimizers, regularizers

HERE = os.path.dirname(os.path.abspath(__file__))


def main():
    """A model of several kinds of layers, trained for a few steps and saved with its optimizer."""
    tf.enable_resource_variables()
    np.random.seed(1)
    words, numbers = layers.Input((6,), name="words"), layers.Input((4,), name="numbers")
    x = layers.Embedding(11, 5, mask_zero=True)(words)
    x = layers.Bidirectional(layers.GRU(3, return_sequences=True))(x)
    x = layers.TimeDistributed(layers.Dense(4, activation="tanh", kernel_regularizer=regularizers.l2(0.01)))(x)
    x = layers.LSTM(5)(x)
    y = layers.BatchNormalization()(layers.Dense(3, activation="relu")(numbers))
    inner = models.Sequential([layers.Dense(4, activation="elu", input_shape=(8,)), layers.Dropout(0.25)])
    z = inner(layers.concatenate([x, y]))
    model = models.Model([words, numbers], [layers.Dense(2, activation="softmax", name="kind")(z),
                                            layers.Dense(1, name="amount")(z)])
    model.compile(optimizers.Adam(lr=0.01), {"kind": "categorical_crossentropy", "amount": "mse"}, metrics=["acc"],
                  loss_weights=[1.0, 0.5])
    inputs = [np.random.randint(0, 11, (8, 6)), np.random.rand(8, 4)]
    targets = [np.eye(2)[np.random.randint(0, 2, 8)], np.random.rand(8, 1)]
    for _ in range(4):
        model.train_on_batch(inputs, targets)
    model.save(os.path.join(HERE, "model224.h5"))
    np.savez(os.path.join(HERE, "predictions224.npz"), *(inputs + targets + model.predict(inputs)),
             losses=model.test_on_batch(inputs, targets))


if __name__ == "__main__":
    main()
