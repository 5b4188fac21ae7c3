"""A loss of many tensors as the last layer: targets are inputs, a loop over the batch, arguments of a Lambda."""
import json

import numpy as np
from compat import tf
from compat import K
from compat.keras.layers import Conv2D, Input, Lambda
from compat.keras.models import Model
from compat.keras.optimizers import Adam

rng = np.random.RandomState(43)


def overlap(one, other):
    one, other = K.expand_dims(one, -2), K.expand_dims(other, 0)
    low = K.maximum(one[..., :2] - one[..., 2:] / 2., other[..., :2] - other[..., 2:] / 2.)
    high = K.minimum(one[..., :2] + one[..., 2:] / 2., other[..., :2] + other[..., 2:] / 2.)
    sides = K.maximum(high - low, 0.)
    both = sides[..., 0] * sides[..., 1]
    return both / (one[..., 2] * one[..., 3] + other[..., 2] * other[..., 3] - both)


def boxes_of(features, anchors):
    grid = K.shape(features)[1:3]
    rows = K.tile(K.reshape(K.arange(0, stop=grid[0]), [-1, 1, 1, 1]), [1, grid[1], 1, 1])
    columns = K.tile(K.reshape(K.arange(0, stop=grid[1]), [1, -1, 1, 1]), [grid[0], 1, 1, 1])
    cells = K.cast(K.concatenate([columns, rows]), K.dtype(features))
    features = K.reshape(features, [-1, grid[0], grid[1], len(anchors), 6])
    xy = (K.sigmoid(features[..., :2]) + cells) / K.cast(grid[::-1], K.dtype(features))
    wh = K.exp(features[..., 2:4]) * K.reshape(K.constant(anchors), [1, 1, 1, len(anchors), 2])
    return features, K.concatenate([xy, wh])


def detection_loss(args, anchors, ignore_thresh=.5):
    features, target = args
    count = K.shape(features)[0]
    raw, boxes = boxes_of(features, anchors)
    there = target[..., 4:5]
    is_there = K.cast(there, 'bool')
    ignored = tf.TensorArray(K.dtype(target), size=1, dynamic_size=True)

    def body(b, ignored):
        true_boxes = tf.boolean_mask(target[b, ..., 0:4], is_there[b, ..., 0])
        best = K.max(overlap(boxes[b], true_boxes), axis=-1)
        return b + 1, ignored.write(b, K.cast(best < ignore_thresh, K.dtype(true_boxes)))

    _, ignored = K.control_flow_ops.while_loop(lambda b, *args: b < count, body, [0, ignored])
    ignored = K.expand_dims(ignored.stack(), -1)
    sure = K.binary_crossentropy(there, raw[..., 4:5], from_logits=True)
    xy = there * K.square(boxes[..., :2] - target[..., :2])
    wh = there * 0.5 * K.square(K.log(boxes[..., 2:]) - K.switch(is_there, K.log(target[..., 2:4]),
                                                               K.zeros_like(target[..., 2:4])))
    sure = there * sure + (1 - there) * sure * ignored
    kind = there * K.binary_crossentropy(target[..., 5:], raw[..., 5:], from_logits=True)
    parts = [K.sum(one) / K.cast(count, K.dtype(features)) for one in (xy, wh, sure, kind)]
    return parts[0] + parts[1] + parts[2] + parts[3]


image, target = Input(shape=(None, None, 1)), Input(shape=(4, 4, 2, 6))
body = Model(image, Conv2D(12, 1)(Conv2D(4, 3, strides=2, padding='same', activation='relu')(image)))
loss = Lambda(detection_loss, output_shape=(1,), name='detection',
              arguments={'anchors': np.array([[0.3, 0.3], [0.6, 0.5]]), 'ignore_thresh': 0.3})([body.output, target])
model = Model([body.input, target], loss)
body.set_weights([rng.randn(*w.shape) * 0.5 for w in body.get_weights()])
model.compile(optimizer=Adam(lr=1e-2), loss={'detection': lambda y_true, y_pred: y_pred})
x, y = rng.rand(3, 8, 8, 1), np.zeros((3, 4, 4, 2, 6))
for b in range(3):
    for _ in range(b + 1):
        y[b, rng.randint(4), rng.randint(4), rng.randint(2)] = np.r_[rng.rand(4) * 0.6 + 0.2, 1., rng.randint(0, 2)]
losses = [float(model.train_on_batch([x, y], np.zeros(3))) for _ in range(4)]
print(json.dumps({'losses': losses, 'out': body.predict(x).tolist()}))
