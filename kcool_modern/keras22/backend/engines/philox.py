"""The random numbers of TensorFlow 1's kernels for CPUs, in the operations of NumPy or of ``jax.numpy``.

The generator is Philox4x32-10 (Salmon and others, "Parallel Random Numbers: As Easy as 1, 2, 3", 2011): four numbers of
32 bits from a key and a counter of 128 bits. The key is the graph's seed; the upper half of the counter is the
operation's seed, the lower half the position, which goes on by `STRIDE` for each number that was asked for.
"""
__all__ = ["STRIDE", "draw", "moved", "moved_by_product"]

#: How many blocks of four a number counts for, whether it needs them or not.
STRIDE = 256

_WORD = 0xFFFFFFFF
_FACTORS = 0xD2511F53, 0xCD9E8D57
_KEY_STEPS = 0x9E3779B9, 0xBB67AE85
_ROUNDS = 10
#: Normal numbers to choose four from that are within the bounds: too few are there once in 10 ** 14 times.
_CANDIDATES = 16


def draw(xp, as_float, kind, shape, seeds, position):
    """Numbers of one operation.

    Args:
        xp: ``numpy`` or ``jax.numpy``.
        as_float: function that takes the bits of an array of uint32 for float32.
        kind: ``uniform`` (from 0 up to 1), ``normal`` or ``truncated`` (mean 0, standard deviation 1), or ``bits``.
        shape: tuple of int.
        seeds: pair of int.
        position: pair of uint32: the lower and the upper half.

    Returns:
        float32, for ``bits`` uint32, of that shape.
    """
    count = 1
    for size in shape:
        count *= size
    groups = -(-count // 4)
    if kind == "truncated":
        found = _truncated(xp, as_float, groups, seeds, position)
    else:
        words = _blocks(xp, xp.arange(groups, dtype="uint32"), seeds, position)
        found = words if kind == "bits" else (_uniform if kind == "uniform" else _normal)(xp, as_float, words)
    return xp.reshape(xp.reshape(found, (-1,))[:count], shape)


def moved(xp, position, amount):
    """A position, a pair of halves, after `amount` (int) steps."""
    low, high = [xp.asarray(half, "uint32") for half in position]
    by_low, by_high = [xp.asarray(half, "uint32") for half in _halves(amount)]
    after = low + by_low
    return after, high + by_high + (after < low).astype("uint32")


def moved_by_product(xp, position, amount, times):
    """A position after `times` (an array of uint32) times `amount` (int, of 32 bits) steps."""
    low, high = [xp.asarray(half, "uint32") for half in position]
    by_high, by_low = _product(xp, amount & _WORD, times)
    after = low + by_low
    return after, high + by_high + (after < low).astype("uint32")


def _truncated(xp, as_float, groups, seeds, position):
    # Each group of four has a stretch of the counter to itself and takes from it until it has enough.
    places = xp.arange(groups, dtype="uint32")[:, None] * STRIDE + xp.arange(_CANDIDATES // 4, dtype="uint32")[None]
    words = _blocks(xp, xp.reshape(places, (-1,)), seeds, position)
    numbers = xp.reshape(_normal(xp, as_float, words), (groups, _CANDIDATES))
    order = xp.argsort(xp.abs(numbers) >= 2, axis=1, stable=True)
    return xp.take_along_axis(numbers, order[:, :4], axis=1)


def _uniform(xp, as_float, words):
    return as_float((words & 0x7FFFFF) | 0x3F800000) - xp.asarray(1, "float32")


def _normal(xp, as_float, words):
    """By the method of Box and Muller, from pairs of neighbours."""
    first, second = _uniform(xp, as_float, words[:, ::2]), _uniform(xp, as_float, words[:, 1::2])
    angle = xp.asarray(2 * 3.14159265358979323846, "float32") * second
    radius = xp.sqrt(xp.asarray(-2, "float32") * xp.log(xp.maximum(first, xp.asarray(1e-7, "float32"))))
    return xp.reshape(xp.stack([xp.sin(angle) * radius, xp.cos(angle) * radius], axis=-1), (words.shape[0], -1))


def _blocks(xp, places, seeds, position):
    """Four words for each place behind the position: ``(places, 4)``."""
    low, high = [xp.asarray(half, "uint32") for half in position]
    first = low + places
    counter = [first, high + (first < low).astype("uint32")] + [
        xp.full_like(first, half) for half in _halves(seeds[1])]
    key = _halves(seeds[0])
    for _ in range(_ROUNDS):
        (high0, low0), (high1, low1) = [_product(xp, factor, word) for factor, word in zip(_FACTORS, counter[::2])]
        counter = [high1 ^ counter[1] ^ xp.asarray(key[0], "uint32"), low1,
                   high0 ^ counter[3] ^ xp.asarray(key[1], "uint32"), low0]
        key = [(half + step) & _WORD for half, step in zip(key, _KEY_STEPS)]
    return xp.stack(counter, axis=-1)


def _product(xp, factor, words):
    """The upper and the lower half of the products of 32-bit numbers; there may be no 64-bit ones."""
    f_low, f_high = xp.asarray(factor & 0xFFFF, "uint32"), xp.asarray(factor >> 16, "uint32")
    w_low, w_high = words & 0xFFFF, words >> 16
    lowest = w_low * f_low
    middle = w_high * f_low + (lowest >> 16)
    other = w_low * f_high + (middle & 0xFFFF)
    return w_high * f_high + (middle >> 16) + (other >> 16), words * xp.asarray(factor, "uint32")


def _halves(number):
    number %= 1 << 64
    return [number & _WORD, number >> 32]
