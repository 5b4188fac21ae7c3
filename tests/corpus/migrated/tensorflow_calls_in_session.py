"""Functions of TensorFlow 1 beside Keras: choices, indices, boxes, clipping and growing lists, run by a session."""
import json

import numpy as np
from compat import tf
from compat import K
from compat.keras.layers import Dense, Input, Lambda, add
from compat.keras.models import Model

rng = np.random.RandomState(42)
condition = np.array([[True, False, False], [False, True, True]])
table = tf.constant(rng.randn(2, 3, 2), dtype=tf.float32)
boxes = tf.constant([[0, 0, 1, 1], [0, 0.1, 1, 1.1], [0, 2, 1, 3], [0, 0, 0.9, 1]], dtype=tf.float32)
scores = tf.constant([0.9, 0.8, 0.7, 0.95])
kept = tf.image.non_max_suppression(boxes, scores, 3, iou_threshold=0.5)
t, u = tf.constant([3., -4., 12.]), tf.constant([[1., 2.], [3., 4.]])
clipped, norm = tf.clip_by_global_norm([t, u], 5.)


def grown(n):
    i, found = tf.constant(0), tf.zeros([0])

    def body(i, found):
        return i + 1, tf.concat([found, [tf.to_float(i) ** 2]], 0)
    return tf.while_loop(lambda i, found: i < n, body, [i, found],
                         shape_invariants=[i.get_shape(), tf.TensorShape([None])])[1]


fetched = [tf.where(condition), tf.where(condition, np.ones((2, 3)), np.zeros((2, 3))),
           tf.gather(table, [1, 0], axis=1), tf.gather_nd(table, [[0, 1], [1, 2]]),
           tf.batch_gather(table, [[0, 2], [1, 1]]), tf.boolean_mask(table, condition),
           kept, tf.gather(boxes, kept), tf.clip_by_value(t, -1., 5.), tf.clip_by_norm(t, 6.5),
           tf.clip_by_norm(u, 2., axes=[1]), tf.clip_by_average_norm(t, 1.), clipped, norm, grown(5),
           tf.reduce_max(u, reduction_indices=1), tf.one_hot([0, 2], 3), tf.reverse_sequence(u, [1, 2], seq_axis=1)]
with tf.Session() as session:
    values = session.run(fetched)


def shown(args):
    one, other = args
    return [tf.Print(one, [one], message='one: ', summarize=2), tf.Print(other, [tf.reduce_sum(other)], 'other: ')]


x_in = Input(shape=(3,))
left, right = Lambda(shown)([Dense(2, kernel_initializer='ones')(x_in), Dense(2, bias_initializer='ones',
                                                                              kernel_initializer='zeros')(x_in)])
model = Model(x_in, add([left, right]))
total = tf.reduce_sum(model.output) + tf.reduce_sum(model.layers[1].kernel)
print(json.dumps({
    'values': [[np.array(v).tolist() for v in value] if isinstance(value, list) else np.array(value).tolist()
               for value in values],
    'model': model.predict(np.ones((2, 3))).tolist(),
    'total': float(K.get_session().run(total, {x_in: np.ones((2, 3)), K.learning_phase(): 0})),
    'split': [v.tolist() for v in K.get_session().run(tf.split(model.output, 2, axis=1), {x_in: np.ones((1, 3))})]}))
