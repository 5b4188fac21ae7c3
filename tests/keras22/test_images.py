"""Pictures transformed, as the real Keras 2.2.4 did it."""
import numpy as np
import pytest

#: Sums over the transformed picture, weighted: channels first, channels last. Written down on the real stack.
SUMS = {
    "random_rotation": ((40,), -17.908068827709506, -18.39505468969436),
    "random_shear": ((40,), -18.149889496313982, -18.771700889545134),
    "random_zoom": (((0.6, 0.9),), -21.691553456867723, -22.935873976714035),
    "random_shift": ((0.4, 0.4), -26.133963211729096, -26.133963211729103),
}


@pytest.mark.parametrize("name", sorted(SUMS))
def test_the_centre_is_that_of_the_first_two_axes_whatever_these_are(keras, name):
    pytest.importorskip("scipy")
    arguments, channels_first, channels_last = SUMS[name]
    transform = getattr(keras.preprocessing.image, name)
    picture = np.arange(24.0).reshape(1, 4, 6)
    np.random.seed(3)
    moved = transform(picture, *arguments)
    assert (moved * np.cos(picture)).sum() == pytest.approx(channels_first, rel=1e-9)
    np.random.seed(3)
    moved = transform(picture.transpose(1, 2, 0), *arguments, row_axis=0, col_axis=1, channel_axis=2)
    assert (moved.transpose(2, 0, 1) * np.cos(picture)).sum() == pytest.approx(channels_last, rel=1e-9)
