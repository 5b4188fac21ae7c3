"""State that is learnt by assignment: class centres that move towards their samples' features, once per batch.

The centres are weights without a gradient; `add_update` moves them in the training step. The loss pulls the features
towards the centre of their class, which makes the classes compact.
"""
import numpy as np
from common import arguments, digits, measured

from compat import K, keras


class Centers(keras.layers.Layer):
    """Squared distance of features to the centre of their class. Inputs: features, class numbers (samples, 1)."""

    def __init__(self, classes, rate=0.5, **kwargs):
        super(Centers, self).__init__(**kwargs)
        self.classes, self.rate = classes, rate

    def build(self, input_shape):
        self.centers = self.add_weight(name="centers", shape=(self.classes, input_shape[0][-1]),
                                       initializer="zeros", trainable=False)
        super(Centers, self).build(input_shape)

    def call(self, inputs):
        features, labels = inputs
        members = K.one_hot(K.cast(K.flatten(labels), "int32"), self.classes)
        away = K.dot(members, self.centers) - features
        # The mean way of a class's samples; one more in the count keeps rare classes calm.
        ways = K.dot(K.transpose(members), away) / K.expand_dims(K.sum(members, axis=0) + 1, 1)
        self.add_update((self.centers, self.centers - self.rate * ways), inputs)
        return K.sum(K.square(away), axis=1, keepdims=True)

    def compute_output_shape(self, input_shape):
        return input_shape[0][0], 1


arguments(__doc__)
(x, y), (x_test, y_test) = digits()


def network(weight):
    """Classifier, feature extractor, and the layer with the centres."""
    x_in, y_in = keras.layers.Input((64,)), keras.layers.Input((1,))
    features = keras.layers.Dense(8)(keras.layers.Dense(48, activation="relu")(x_in))
    layer = Centers(10)
    chances = keras.layers.Dense(10, activation="softmax")(features)
    model = keras.models.Model([x_in, y_in], [chances, layer([features, y_in])])
    model.compile(keras.optimizers.Adam(0.005),
                  ["sparse_categorical_crossentropy", lambda y_true, y_pred: K.mean(y_pred)], loss_weights=[1, weight])
    return model, keras.models.Model(x_in, features), layer


def spread(extractor):
    """Distance of features to the mean of their class, over the distance between these means."""
    features = extractor.predict(x_test)
    means = np.stack([features[y_test == k].mean(0) for k in range(10)])
    within = np.sqrt(np.square(features - means[y_test]).sum(1)).mean()
    between = np.sqrt(np.square(means[:, None] - means[None]).sum(2)).sum() / 90
    return within / between


def moved_by_hand(centers, features, labels, rate=0.5):
    for k in range(10):
        mine = features[labels == k]
        centers[k] -= rate * (centers[k] - mine).sum(0) / (len(mine) + 1)
    return centers


results = {}
for name, weight in (("without", 0.0), ("with", 0.1)):
    model, extractor, layer = network(weight)
    dummy = np.zeros((len(x), 1))
    # One batch by hand: the centres move by the features that the step was made with.
    before, part = layer.get_weights()[0].astype("float64"), slice(0, 64)
    expected = moved_by_hand(before, extractor.predict(x[part]).astype("float64"), y[part])
    model.train_on_batch([x[part], y[part, None]], [y[part, None], dummy[part]])
    off = abs(layer.get_weights()[0] - expected).max()
    model.fit([x, y[:, None]], [y[:, None], dummy], batch_size=64, epochs=12, verbose=0)
    accuracy = (model.predict([x_test, y_test[:, None]])[0].argmax(1) == y_test).mean()
    results[name] = spread(extractor)
    print("%-7s the pull to the centres: accuracy %.3f, spread within classes %.3f of that between them" % (
        name, accuracy, results[name]))
print("centres after the first batch: %.1e from the formula" % off)
measured(accuracy=accuracy, spread_without=results["without"], spread_with=results["with"], off=off)
