"""Data parallel training on two devices of one machine (two CPU devices here): the same weights as on one."""
import numpy as np
from common import arguments, digits, measured

from compat import keras, multi_gpu_model, stack

arguments(__doc__)


def two_cpu_devices():
    """Lets TensorFlow see this machine's CPU as two devices."""
    import tensorflow as tf

    if stack().has_sessions:
        keras.backend.set_session(tf.Session(config=tf.ConfigProto(device_count={"CPU": 2})))
    else:
        cpu = tf.config.list_physical_devices("CPU")[0]
        tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)


two_cpu_devices()
(x, y), (x_test, y_test) = digits()


def network():
    # One layer: on TensorFlow 1 the training of a deeper one on a single device does not repeat itself exactly, because
    # a gradient may be taken after a later layer's kernel has been updated. (The parallel model's writes are ordered.)
    return keras.models.Sequential([keras.layers.Dense(10, activation="softmax", input_shape=(64,))])


def train(model):
    model.compile(keras.optimizers.SGD(lr=0.1, momentum=0.9), "sparse_categorical_crossentropy")
    model.fit(x, y, batch_size=50, epochs=5, shuffle=False, verbose=0)


template, alone = network(), network()
template.set_weights(alone.get_weights())
start = alone.get_weights()
train(alone)
parallel = multi_gpu_model(template, devices=["cpu:0", "cpu:1"])
train(parallel)

# The parallel model trains the template's own weights: what is evaluated, or saved, is the template.
template.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
accuracy = template.evaluate(x_test, y_test, verbose=0)[1]
difference = max(abs(a - b).max() for a, b in zip(template.get_weights(), alone.get_weights()))
way = max(abs(a - b).max() for a, b in zip(template.get_weights(), start))
print("accuracy of the template after training on two devices: %.3f" % accuracy)
print("its weights are %.1e from those of training on one device, after a way of %.2f" % (difference, way))
print("its template is found again as layers[-2]: %s" % (parallel.layers[-2] is template))
measured(accuracy=accuracy, difference=difference, way=way, found=np.float32(parallel.layers[-2] is template))
