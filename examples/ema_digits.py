"""Moving average of weights: noisy training on digits, judged with the last weights and with their average."""
from common import arguments, digits, measured

from compat import ExponentialMovingAverage, keras

arguments(__doc__)
(x, y), (x_test, y_test) = digits()

model = keras.models.Sequential([
    keras.layers.Dense(32, activation="relu", input_shape=(64,)),
    keras.layers.Dense(10, activation="softmax")])
# The learning rate is too high on purpose: the weights jump about the place where they should come to rest.
model.compile(keras.optimizers.SGD(lr=0.3, momentum=0.5), "sparse_categorical_crossentropy", metrics=["accuracy"])
ema = ExponentialMovingAverage(model, momentum=0.99)
ema.inject()

latest, averaged = [], []
for epoch in range(12):
    model.fit(x, y, batch_size=8, epochs=1, verbose=0)
    latest.append(model.evaluate(x_test, y_test, verbose=0)[1])
    with ema.applied():
        averaged.append(model.evaluate(x_test, y_test, verbose=0)[1])
    print("epoch %2d: accuracy %.3f with the last weights, %.3f with their average" % (
        epoch + 1, latest[-1], averaged[-1]))

last, mean = latest[4:], averaged[4:]
print("from epoch 5 on: %.3f and %.3f on average, %.3f and %.3f at worst" % (
    sum(last) / len(last), sum(mean) / len(mean), min(last), min(mean)))
measured(last=sum(last) / len(last), averaged=sum(mean) / len(mean), worst_last=min(last), worst_averaged=min(mean))
