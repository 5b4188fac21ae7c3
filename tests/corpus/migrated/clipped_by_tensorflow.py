"""Four ways to clip in TensorFlow, held against their formulas; that of the global norm is not what was noted down."""
import json

import numpy as np
from compat import tf

t, u = np.array([3., -4., 12.], 'float32'), np.array([[1., 2.], [3., 4.]], 'float32')


def length(x, axis=None):
    return np.sqrt((x ** 2).sum(axis=axis, keepdims=axis is not None))


with tf.Session() as session:
    value, norm, norms, average, (both, size), (alone, _) = session.run([
        tf.clip_by_value(t, -1., 5.), tf.clip_by_norm(t, 6.5), tf.clip_by_norm(u, 2., axes=[1]),
        tf.clip_by_average_norm(t, 1.), tf.clip_by_global_norm([t, u], 7.), tf.clip_by_global_norm([u], 2.)])
whole = np.sqrt(length(t) ** 2 + length(u) ** 2)
noted = [x * 7. / length(x) if length(x) > whole else x for x in (t, u)]
print(json.dumps({
    'size': float(size), 'lengths': [float(length(t)), float(length(u))], 'both': [one.tolist() for one in both],
    'value': bool((value == np.clip(t, -1, 5)).all()), 'norm': float(np.abs(norm - t * 6.5 / 13.).max()) < 1e-5,
    'norms': float(np.abs(norms - u * np.minimum(2. / length(u, 1), 1.)).max()) < 1e-5,
    'average': float(np.abs(average - t / (13. / 3)).max()) < 1e-5,
    'formula': max(float(np.abs(a - x * 7. / max(whole, 7.)).max()) for a, x in zip(both, (t, u))) < 1e-5,
    'as noted': [float(np.abs(a - b).max()) for a, b in zip(both, noted)],
    'a single one': float(np.abs(alone[0] - u * 2. / length(u)).max()) < 1e-5}))
