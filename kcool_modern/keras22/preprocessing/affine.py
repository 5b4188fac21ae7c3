"""Pictures rotated, shifted, sheared and zoomed, as Keras 2.2.4 did it.

Keras 3 has come to exchange rows and columns in the matrix, which turns and shears the other way round, and to take
another point for the centre.
"""
import numpy as np

__all__ = ["apply_affine_transform", "random_rotation", "random_shear", "random_shift", "random_zoom"]


def apply_affine_transform(x, theta=0, tx=0, ty=0, shear=0, zx=1, zy=1, row_axis=0, col_axis=1, channel_axis=2,
                           fill_mode="nearest", cval=0.0, order=1):
    """A picture through one affine map.

    Args:
        x: array of rank 3.
        theta: rotation in degrees.
        tx, ty: shift along rows and columns, in pixels.
        shear: in degrees.
        zx, zy: zoom of rows and columns.
        row_axis, col_axis, channel_axis: of `x`.
        fill_mode, cval: what to put outside of the picture.
        order: of the interpolation.

    Returns:
        An array of the same shape.
    """
    try:
        from scipy import ndimage
    except ImportError as error:
        raise ImportError("Image transformations require SciPy: pip install scipy") from error
    matrix = _matrix(np.deg2rad(theta), tx, ty, np.deg2rad(shear), zx, zy)
    if matrix is None:
        return x
    # The true centre is half a pixel before the middle, not behind it; old numbers were got with this one.
    centre = np.array([x.shape[row_axis] / 2 + 0.5, x.shape[col_axis] / 2 + 0.5])
    # As a product of three matrices, like the old code, so that rounding falls the same way.
    there, back = np.eye(3), np.eye(3)
    there[:2, 2], back[:2, 2] = centre, -centre
    matrix = np.dot(np.dot(there, matrix), back)
    channels = [ndimage.affine_transform(channel, matrix[:2, :2], matrix[:2, 2], order=order, mode=fill_mode,
                                         cval=cval) for channel in np.rollaxis(x, channel_axis, 0)]
    return np.rollaxis(np.stack(channels, axis=0), 0, channel_axis + 1)


def _matrix(theta, tx, ty, shear, zx, zy):
    """The product of the maps that do something; None when none does."""
    maps = []
    if theta != 0:
        maps.append([[np.cos(theta), -np.sin(theta), 0], [np.sin(theta), np.cos(theta), 0], [0, 0, 1]])
    if tx != 0 or ty != 0:
        maps.append([[1, 0, tx], [0, 1, ty], [0, 0, 1]])
    if shear != 0:
        maps.append([[1, -np.sin(shear), 0], [0, np.cos(shear), 0], [0, 0, 1]])
    if zx != 1 or zy != 1:
        maps.append([[zx, 0, 0], [0, zy, 0], [0, 0, 1]])
    product = None
    for following in maps:
        product = np.array(following) if product is None else np.dot(product, np.array(following))
    return product


# The old functions did not hand `row_axis` and `col_axis` on: the centre that they turn about is that of the first two
# axes, whatever these are. Only a shift reads its lengths off the right ones.


def random_rotation(x, rg, row_axis=1, col_axis=2, channel_axis=0, fill_mode="nearest", cval=0.0):
    """A picture rotated by up to `rg` degrees either way; see `apply_affine_transform`."""
    return apply_affine_transform(x, theta=np.random.uniform(-rg, rg), channel_axis=channel_axis, fill_mode=fill_mode,
                                  cval=cval)


def random_shift(x, wrg, hrg, row_axis=1, col_axis=2, channel_axis=0, fill_mode="nearest", cval=0.0):
    """A picture shifted by up to the shares `wrg` and `hrg` of its width and height; see `apply_affine_transform`."""
    tx = np.random.uniform(-hrg, hrg) * x.shape[row_axis]
    ty = np.random.uniform(-wrg, wrg) * x.shape[col_axis]
    return apply_affine_transform(x, tx=tx, ty=ty, channel_axis=channel_axis, fill_mode=fill_mode, cval=cval)


def random_shear(x, intensity, row_axis=1, col_axis=2, channel_axis=0, fill_mode="nearest", cval=0.0):
    """A picture sheared by up to `intensity` degrees either way; see `apply_affine_transform`."""
    return apply_affine_transform(x, shear=np.random.uniform(-intensity, intensity), channel_axis=channel_axis,
                                  fill_mode=fill_mode, cval=cval)


def random_zoom(x, zoom_range, row_axis=1, col_axis=2, channel_axis=0, fill_mode="nearest", cval=0.0):
    """A picture zoomed by factors between the two of `zoom_range`; see `apply_affine_transform`."""
    if len(zoom_range) != 2:
        raise ValueError("`zoom_range` should be a tuple or list of two floats. Received: %s" % (zoom_range,))
    zx, zy = (1, 1) if tuple(zoom_range) == (1, 1) else np.random.uniform(zoom_range[0], zoom_range[1], 2)
    return apply_affine_transform(x, zx=zx, zy=zy, channel_axis=channel_axis, fill_mode=fill_mode, cval=cval)
