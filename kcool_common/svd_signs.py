"""Singular vectors with the signs that they had when Keras 2.2 was current.

The sign of a pair of singular vectors is free, and LAPACK 3.10 (2021) began to choose otherwise: the plane rotation
that maps ``(f, g)`` to ``(r, 0)`` takes the sign of ``f`` for ``r`` now, always. Up to 25 rows the vectors come from
nothing but such rotations (the QR iteration of Demmel and Kahan, "Accurate Singular Values of Bidiagonal Matrices",
1990), so that orthogonal initial values of small recurrent layers changed; larger matrices are divided first, which
hides it. This is that iteration with the rotation as it was. Where its last steps are decided by rounding alone (about
one matrix in 300) a sign may still differ.
"""
from math import copysign, sqrt

import numpy as np

__all__ = ["SMALL", "svd"]

#: Up to this many singular values LAPACK does not divide the problem.
SMALL = 25

_EPS = np.finfo("float64").eps / 2
_TOLERANCE = max(10.0, min(100.0, _EPS ** -0.125)) * _EPS
_TINY = np.finfo("float64").tiny


def svd(a):
    """``u, s, vt`` of a matrix of float64, as ``numpy.linalg.svd(a, full_matrices=False)`` of NumPy 1.18 gave them.

    Args:
        a: array, ``(m, n)``.

    Returns:
        Arrays ``(m, k)``, ``(k,)`` and ``(k, n)`` with ``k = min(m, n)``.
    """
    rows, columns = a.shape
    if min(rows, columns) > SMALL or min(rows, columns) == 0:
        return np.linalg.svd(a, full_matrices=False)
    # From this ratio on LAPACK begins with a triangle.
    if max(rows, columns) >= min(rows, columns) * 11 // 6:
        if rows >= columns:
            q, r = np.linalg.qr(a)
            u, s, vt = _of_bidiagonal(*_bidiagonal(r))
            return q @ u, s, vt
        q, r = np.linalg.qr(a.T)
        u, s, vt = _of_bidiagonal(*_bidiagonal(r.T))
        return u, s, vt @ q.T
    return _of_bidiagonal(*_bidiagonal(a))


# --- to two diagonals -------------------------------------------------------------------------------------------------

def _bidiagonal(a):
    """``left, d, e, right, lower`` with ``a = left @ (d on the diagonal, e beside it) @ right``."""
    a = np.array(a, dtype="float64")
    rows, columns = a.shape
    lower, size = rows < columns, min(rows, columns)
    left, right = np.eye(rows), np.eye(columns)
    for i in range(size):
        if lower:
            _reflect_columns(a, right, i, i)
            _reflect_rows(a, left, i + 1, i)
        else:
            _reflect_rows(a, left, i, i)
            _reflect_columns(a, right, i, i + 1)
    beside = np.diagonal(a, -1 if lower else 1)[:size - 1]
    return left[:, :size], np.diagonal(a).copy(), beside.copy(), right[:size], lower


def _reflect_rows(a, left, first, column):
    """Makes what is below ``a[first, column]`` zero."""
    v, tau = _reflector(a[first:, column])
    a[first:] -= tau * np.outer(v, v @ a[first:])
    left[:, first:] -= tau * np.outer(left[:, first:] @ v, v)


def _reflect_columns(a, right, row, first):
    """Makes what is to the right of ``a[row, first]`` zero."""
    v, tau = _reflector(a[row, first:])
    a[:, first:] -= tau * np.outer(a[:, first:] @ v, v)
    right[first:] -= tau * np.outer(v, v @ right[first:])


def _reflector(x):
    """The vector and the factor of Householder's reflection that leaves the first element only."""
    if len(x) < 2 or not np.any(x[1:]):
        return np.zeros(len(x)), 0.0
    beta = -copysign(np.linalg.norm(x), x[0])
    v = x / (x[0] - beta)
    v[0] = 1.0
    return v, (beta - x[0]) / beta


# --- to one diagonal --------------------------------------------------------------------------------------------------

def _of_bidiagonal(left, d, e, right, lower):
    d, e = [float(one) for one in d], [float(one) for one in e]
    size = len(d)
    u, vt, turns = np.eye(size), np.eye(size), []
    if size == 1:
        return left * copysign(1.0, d[0]), np.abs(d), right
    if lower:
        for i in range(size - 1):
            c, s, d[i] = _rotation(d[i], e[i])
            e[i], d[i + 1] = s * d[i + 1], c * d[i + 1]
            turns.append((i, c, -s))
    _Iteration(d, e, u, vt).run()
    for i in range(size):
        if d[i] < 0:
            d[i], vt[i] = -d[i], -vt[i]
    order = np.argsort(-np.array(d), kind="stable")
    u, vt = u[:, order], vt[order]
    for i, c, s in reversed(turns):
        _turn(u, i, c, s)
    return left @ u, np.array(d)[order], vt @ right


class _Iteration(object):
    """QR iteration on the diagonal `d` and the superdiagonal `e`; its rotations go to `u` and `vt`."""

    def __init__(self, d, e, u, vt):
        self.d, self.e, self.u, self.vt = d, e, u.T, vt
        self.downward, self.former = True, (-1, -1)
        smallest = least = abs(d[0])
        for diagonal, beside in zip(d[1:], e):
            least = abs(diagonal) * (least / (least + abs(beside))) if least else 0.0
            smallest = min(smallest, least)
        self.negligible = max(_TOLERANCE * smallest / sqrt(len(d)), 6 * len(d) ** 2 * _TINY)

    def run(self):
        """Carries the iteration out."""
        last = len(self.d) - 1
        while last > 0:
            first = self._block(last)
            if first == last:
                last -= 1
            elif first == last - 1:
                self._two_by_two(first)
                last -= 2
            else:
                self._step(first, last)

    def _block(self, last):
        """Where the block without zeros beside the diagonal begins that ends at `last`."""
        for i in range(last - 1, -1, -1):
            if abs(self.e[i]) <= self.negligible:
                self.e[i] = 0.0
                return i + 1
        return 0

    def _two_by_two(self, i):
        low, self.d[i], (cr, sr), (cl, sl) = _two_by_two(self.d[i], self.e[i], self.d[i + 1])
        self.d[i + 1], self.e[i] = low, 0.0
        _turn(self.vt, i, cr, sr)
        _turn(self.u, i, cl, sl)

    def _step(self, first, last):
        if first > self.former[1] or last < self.former[0]:
            # The bulge is chased from the end with the larger elements to the other one.
            self.downward = abs(self.d[first]) >= abs(self.d[last])
        least = self._split(first, last)
        if least is None:
            return
        self.former = first, last
        shift = self._shift(first, last, least)
        sweep = self._sweep if shift else self._sweep_without_shift
        sweep(first, last, shift)
        end = last - 1 if self.downward else first
        if abs(self.e[end]) <= self.negligible:
            self.e[end] = 0.0

    def _split(self, first, last):
        """A lower bound of the block's singular values; None if an element beside the diagonal could be given up."""
        d, e = self.d, self.e
        places = range(first, last) if self.downward else range(last - 1, first - 1, -1)
        end, begin = (last, first) if self.downward else (first, last)
        nearest = last - 1 if self.downward else first
        if abs(e[nearest]) <= _TOLERANCE * abs(d[end]):
            e[nearest] = 0.0
            return None
        least = bound = abs(d[begin])
        for i in places:
            if abs(e[i]) <= _TOLERANCE * bound:
                e[i] = 0.0
                return None
            bound = abs(d[i + 1 if self.downward else i]) * (bound / (bound + abs(e[i])))
            least = min(least, bound)
        return least

    def _shift(self, first, last, least):
        d, e = self.d, self.e
        largest = max(max(map(abs, d[first:last + 1])), max(map(abs, e[first:last])))
        if len(d) * _TOLERANCE * (least / largest) <= max(_EPS, 0.01 * _TOLERANCE):
            return 0.0
        i = last - 1 if self.downward else first
        shift = _smaller_singular_value(d[i], e[i], d[i + 1])
        reference = abs(d[first if self.downward else last])
        return 0.0 if reference > 0 and (shift / reference) ** 2 < _EPS else shift

    def _sweep_without_shift(self, first, last, _):
        d, e = self.d, self.e
        c = old_c = 1.0
        old_s, turns = 0.0, []
        down = self.downward
        for i in (range(first, last) if down else range(last, first, -1)):
            beside, following = (i, i + 1) if down else (i - 1, i - 1)
            c, s, r = _rotation(d[i] * c, e[beside])
            if i != (first if down else last):
                e[i - 1 if down else i] = old_s * r
            old_c, old_s, d[i] = _rotation(old_c * r, d[following] * s)
            turns.append((min(i, following), (c, s), (old_c, old_s)))
        end = last if down else first
        h = d[end] * c
        d[end], e[last - 1 if down else first] = h * old_c, h * old_s
        self._apply(turns)

    def _sweep(self, first, last, shift):
        d, e = self.d, self.e
        down, turns = self.downward, []
        start = first if down else last
        f = (abs(d[start]) - shift) * (copysign(1.0, d[start]) + shift / d[start])
        g = e[first if down else last - 1]
        for i in (range(first, last) if down else range(last, first, -1)):
            beside, following = (i, i + 1) if down else (i - 1, i - 1)
            c, s, r = _rotation(f, g)
            if i != start:
                e[i - 1 if down else i] = r
            f, e[beside] = c * d[i] + s * e[beside], c * e[beside] - s * d[i]
            g, d[following] = s * d[following], c * d[following]
            c2, s2, d[i] = _rotation(f, g)
            f, d[following] = c2 * e[beside] + s2 * d[following], c2 * d[following] - s2 * e[beside]
            ahead = i + 1 if down else i - 2
            if first <= ahead < last:
                g, e[ahead] = s2 * e[ahead], c2 * e[ahead]
            turns.append((min(i, following), (c, s), (c2, s2)))
        e[last - 1 if down else first] = f
        self._apply(turns)

    def _apply(self, turns):
        for i, (c, s), (c2, s2) in turns:
            if self.downward:
                _turn(self.vt, i, c, s)
                _turn(self.u, i, c2, s2)
            else:
                _turn(self.vt, i, c2, -s2)
                _turn(self.u, i, c, -s)


def _turn(rows, i, c, s):
    """Rotates the rows `i` and ``i + 1``."""
    rows[i], rows[i + 1] = c * rows[i] + s * rows[i + 1], c * rows[i + 1] - s * rows[i]


def _rotation(f, g):
    """``c, s, r`` with ``c * f + s * g = r`` and ``c * g = s * f``, by the rule for signs before LAPACK 3.10."""
    if g == 0:
        return 1.0, 0.0, f
    if f == 0:
        return 0.0, 1.0, g
    r = sqrt(f * f + g * g)
    if abs(f) > abs(g) and f < 0:
        r = -r
    return f / r, g / r, r


def _smaller_singular_value(f, g, h):
    """Of the matrix ``[[f, g], [0, h]]``."""
    f, g, h = abs(f), abs(g), abs(h)
    low, high = min(f, h), max(f, h)
    if low == 0:
        return 0.0
    if g < high:
        added, missing, ratio = 1 + low / high, (high - low) / high, (g / high) ** 2
        return low * (2 / (sqrt(added * added + ratio) + sqrt(missing * missing + ratio)))
    ratio = high / g
    if ratio == 0:
        return low * high / g
    added, missing = 1 + low / high, (high - low) / high
    c = 1 / (sqrt(1 + (added * ratio) ** 2) + sqrt(1 + (missing * ratio) ** 2))
    return 2 * (low * c) * ratio


def _two_by_two(f, g, h):
    """Of ``[[f, g], [0, h]]`` the smaller and the larger singular value, with signs; right and left rotation."""
    ft, ht, swapped = (h, f, True) if abs(h) > abs(f) else (f, h, False)
    fa, ha, ga = abs(ft), abs(ht), abs(g)
    largest = "h" if swapped else "f"
    if ga == 0:
        low, high, cl, cr, sl, sr = ha, fa, 1.0, 1.0, 0.0, 0.0
    else:
        if ga > fa:
            largest = "g"
        if ga > fa and fa / ga < _EPS:
            low, high = fa / (ga / ha) if ha > 1 else fa / ga * ha, ga
            cl, sl, sr, cr = 1.0, ht / g, 1.0, ft / g
        else:
            low, high, cl, cr, sl, sr = _turned(ft, g, ht)
    if swapped:
        cl, sl, cr, sr = sr, cr, sl, cl
    one = 1.0
    sign = {"f": copysign(one, cr) * copysign(one, cl) * copysign(one, f),
            "g": copysign(one, sr) * copysign(one, cl) * copysign(one, g),
            "h": copysign(one, sr) * copysign(one, sl) * copysign(one, h)}[largest]
    return (copysign(low, sign * copysign(one, f) * copysign(one, h)), copysign(high, sign), (cr, sr), (cl, sl))


def _turned(f, g, h):
    fa, ha = abs(f), abs(h)
    difference, m = fa - ha, g / f
    part = 1.0 if difference == fa else difference / fa
    t, mm = 2 - part, m * m
    s = sqrt(t * t + mm)
    r = abs(m) if part == 0 else sqrt(part * part + mm)
    a = 0.5 * (s + r)
    if mm == 0:
        t = copysign(2.0, f) * copysign(1.0, g) if part == 0 else g / copysign(difference, f) + m / t
    else:
        t = (m / (s + t) + m / (r + part)) * (1 + a)
    length = sqrt(t * t + 4)
    cr, sr = 2 / length, t / length
    return ha / a, fa * a, (cr + sr * m) / a, cr, h / f * sr / a, sr
