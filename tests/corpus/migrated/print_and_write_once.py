"""Operations of TensorFlow outside of layers, and arrays of tensors: what is refused, and what is done instead."""
import json

import numpy as np
from compat import tf
from compat import K
from compat.keras.layers import Dense, Input, Lambda
from compat.keras.models import Model

rng = np.random.RandomState(74)
x_in = Input(shape=(3,))
hidden = Dense(2)(x_in)


def error_of(action):
    try:
        action()
        return ''
    except AttributeError:
        return 'AttributeError'
    except Exception as error:
        return type(error).__name__


printed = tf.Print(hidden, [hidden], message='seen: ', summarize=10)
found = {'a model of it': error_of(lambda: Model(x_in, printed)),
         'a layer on it': error_of(lambda: Model(x_in, Dense(1)(printed)))}
model = Model(x_in, Dense(1)(Lambda(lambda t: tf.Print(t, [t, tf.shape(t)], message='seen: '))(hidden)))
model.set_weights([rng.randn(*w.shape) for w in model.get_weights()])
data = rng.randn(2, 3)
found['by a Lambda'] = model.predict(data).tolist()

array = tf.TensorArray(tf.float32, size=1, dynamic_size=True, clear_after_read=False)
array = array.write(0, [1., 2.]).write(2, [3., 4.]).write(1, [5., 6.])
with tf.compat.v1.Session() as session:
    found['array'] = session.run([array.stack(), array.read(1), array.size()])
    found['array'] = [np.array(value).tolist() for value in found['array']]
    found['condition'] = session.run(tf.where(np.array([[True, False, False], [False, True, True]]))).tolist()


def twice():
    written = tf.TensorArray(tf.float32, size=1, dynamic_size=True).write(0, 1.).write(0, 2.)
    K.get_session().run(written.stack())


found['written twice'] = bool(error_of(twice))
found['names'] = [error_of(lambda: tf.multiclass_non_max_suppression), error_of(lambda: tf.device_scope('/cpu:0'))]
print(json.dumps(found))
