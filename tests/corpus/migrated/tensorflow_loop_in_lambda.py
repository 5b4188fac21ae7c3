"""Operations of TensorFlow 1 inside of a Lambda: a loop over a growing array, a mask, a choice."""
import json

import numpy as np
from compat import tf
from compat import K
from compat.keras.layers import Input, Lambda
from compat.keras.models import Model

rng = np.random.RandomState(29)


def running(x):
    def step(i, array, total):
        total = total + tf.where(x[:, i] > 0, x[:, i], tf.zeros_like(x[:, i]))
        return i + 1, array.write(i, total), total

    array = tf.TensorArray(tf.float32, size=1, dynamic_size=True)
    _, array, _ = K.control_flow_ops.while_loop(lambda i, *rest: i < K.shape(x)[1], step, [0, array, x[:, 0] * 0])
    return tf.transpose(array.stack())


x_in = Input(shape=(4,))
total = Lambda(running, output_shape=(4,))(x_in)
shown = Lambda(lambda t: tf.Print(t, [tf.shape(t)], message='seen '))(total)
model = Model(x_in, Lambda(lambda t: tf.clip_by_value(K.tf.log(1 + tf.to_float(t)), 0.2, 1.5))(shown))
data = rng.randn(3, 4)
picked = tf.boolean_mask(model.output, tf.greater(model.output, 0.5))
outside = K.function([x_in], [tf.reduce_sum(picked), tf.gather_nd(total, [[0, 1], [2, 3]])])([data])
print(json.dumps({'out': model.predict(data).tolist(), 'picked': [np.array(v).tolist() for v in outside]}))
