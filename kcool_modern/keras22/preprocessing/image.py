"""Pictures read from arrays and folders, changed at random and handed out in batches.

The work is done by the code that Keras 3 keeps for it; arguments, defaults and classes are those of Keras 2.2.4.
"""
import numpy as np
from keras.src.legacy.preprocessing import image as _native
from keras.src.legacy.preprocessing.image import (
    apply_brightness_shift,
    apply_channel_shift,
    random_brightness,
    random_channel_shift,
)
from keras.src.utils import image_utils as _files

from .. import backend as K
from ..utils.data_utils import Sequence
from .affine import apply_affine_transform, random_rotation, random_shear, random_shift, random_zoom

__all__ = ["DirectoryIterator", "ImageDataGenerator", "Iterator", "NumpyArrayIterator", "apply_affine_transform",
           "apply_brightness_shift", "apply_channel_shift", "array_to_img", "img_to_array", "load_img",
           "random_brightness", "random_channel_shift", "random_rotation", "random_shear", "random_shift",
           "random_zoom", "save_img"]


def array_to_img(x, data_format=None, scale=True, dtype=None):
    """A PIL image of an array.

    Args:
        x: array of rank 3.
        data_format: ``'channels_first'``, ``'channels_last'``, or None for the configured one.
        scale: bring the values into 0 to 255.
        dtype: to compute in; the configured float type by default.
    """
    return _files.array_to_img(x, data_format or K.image_data_format(), scale, dtype or K.floatx())


def img_to_array(img, data_format=None, dtype=None):
    """The array of a PIL image.

    Args:
        img: a PIL image.
        data_format: ``'channels_first'``, ``'channels_last'``, or None for the configured one.
        dtype: of the array; the configured float type by default.

    Returns:
        An array of rank 3.
    """
    return _files.img_to_array(img, data_format or K.image_data_format(), dtype or K.floatx())


def save_img(path, x, data_format=None, file_format=None, scale=True, **kwargs):
    """Writes an array as a picture.

    Args:
        path: where to.
        x: array of rank 3.
        data_format: ``'channels_first'``, ``'channels_last'``, or None for the configured one.
        file_format: by the ending of `path` by default.
        scale: bring the values into 0 to 255.
        kwargs: for PIL's `save`.
    """
    _files.save_img(path, x, data_format or K.image_data_format(), file_format, scale, **kwargs)


def load_img(path, grayscale=False, color_mode="rgb", target_size=None, interpolation="nearest"):
    """Reads a picture.

    Args:
        path: of the file.
        grayscale: older spelling of ``color_mode='grayscale'``.
        color_mode: ``'grayscale'``, ``'rgb'`` or ``'rgba'``.
        target_size: (height, width) to resize to.
        interpolation: how to: ``'nearest'``, ``'bilinear'``, ``'bicubic'``, ``'lanczos'``, ``'box'``, ``'hamming'``.

    Returns:
        A PIL image.
    """
    mode = "grayscale" if grayscale else color_mode
    return _files.load_img(path, color_mode=mode, target_size=target_size, interpolation=interpolation)


class Iterator(_native.Iterator, Sequence):
    """Base of the iterators: batches of transformed pictures, without end, or by number as a `Sequence`.

    Args:
        n: pictures.
        batch_size: pictures per batch.
        shuffle: in random order.
        seed: of the order.
    """

    def next(self):
        """The next batch; what iterators of one's own override."""
        return super().__next__()

    def __next__(self):
        return self.next()


class DirectoryIterator(_native.DirectoryIterator, Iterator):
    """Batches of pictures from a folder with one folder per class; see `ImageDataGenerator.flow_from_directory`."""

    def __init__(self, directory, image_data_generator, target_size=(256, 256), color_mode="rgb", classes=None,
                 class_mode="categorical", batch_size=32, shuffle=True, seed=None, data_format=None, save_to_dir=None,
                 save_prefix="", save_format="png", follow_links=False, subset=None, interpolation="nearest",
                 dtype=None):
        super().__init__(directory, image_data_generator, target_size=target_size, color_mode=color_mode,
                         classes=classes, class_mode=class_mode, batch_size=batch_size, shuffle=shuffle, seed=seed,
                         data_format=data_format or K.image_data_format(), save_to_dir=save_to_dir,
                         save_prefix=save_prefix, save_format=save_format, follow_links=follow_links, subset=subset,
                         interpolation=interpolation, dtype=dtype or K.floatx())


class NumpyArrayIterator(_native.NumpyArrayIterator, Iterator):
    """Batches of pictures from an array; see `ImageDataGenerator.flow`."""

    def __init__(self, x, y, image_data_generator, batch_size=32, shuffle=False, sample_weight=None, seed=None,
                 data_format=None, save_to_dir=None, save_prefix="", save_format="png", subset=None, dtype=None):
        super().__init__(x, y, image_data_generator, batch_size=batch_size, shuffle=shuffle,
                         sample_weight=sample_weight, seed=seed, data_format=data_format or K.image_data_format(),
                         save_to_dir=save_to_dir, save_prefix=save_prefix, save_format=save_format, subset=subset,
                         dtype=dtype or K.floatx())


class ImageDataGenerator(_native.ImageDataGenerator):
    """Changes pictures at random and standardizes them; see `flow` and `flow_from_directory`.

    Args:
        featurewise_center, samplewise_center: subtract the mean, of the data given to `fit` or of each picture.
        featurewise_std_normalization, samplewise_std_normalization: divide by the standard deviation.
        zca_whitening, zca_epsilon: ZCA whitening, and its epsilon.
        rotation_range: degrees.
        width_shift_range, height_shift_range: share of the size if below 1, else pixels; or a list to choose from.
        brightness_range: (darkest, brightest).
        shear_range: degrees.
        zoom_range: ``(low, high)``, or a number z for ``(1 - z, 1 + z)``.
        channel_shift_range: largest shift of a channel's values.
        fill_mode, cval: what to put outside of the picture: ``'constant'`` (`cval`), ``'nearest'``, ``'reflect'``,
            ``'wrap'``.
        horizontal_flip, vertical_flip: whether to mirror at random.
        rescale: factor for all values.
        preprocessing_function: applied to each picture last.
        data_format: ``'channels_first'``, ``'channels_last'``, or None for the configured one.
        validation_split: share that the subset ``'validation'`` has.
        dtype: of the arrays; the configured float type by default.
    """

    def __init__(self, featurewise_center=False, samplewise_center=False, featurewise_std_normalization=False,
                 samplewise_std_normalization=False, zca_whitening=False, zca_epsilon=1e-6, rotation_range=0,
                 width_shift_range=0.0, height_shift_range=0.0, brightness_range=None, shear_range=0.0,
                 zoom_range=0.0, channel_shift_range=0.0, fill_mode="nearest", cval=0.0, horizontal_flip=False,
                 vertical_flip=False, rescale=None, preprocessing_function=None, data_format=None,
                 validation_split=0.0, dtype=None):
        super().__init__(
            featurewise_center=featurewise_center, samplewise_center=samplewise_center,
            featurewise_std_normalization=featurewise_std_normalization,
            samplewise_std_normalization=samplewise_std_normalization, zca_whitening=zca_whitening,
            zca_epsilon=zca_epsilon, rotation_range=rotation_range, width_shift_range=width_shift_range,
            height_shift_range=height_shift_range, brightness_range=brightness_range, shear_range=shear_range,
            zoom_range=zoom_range, channel_shift_range=channel_shift_range, fill_mode=fill_mode, cval=cval,
            horizontal_flip=horizontal_flip, vertical_flip=vertical_flip, rescale=rescale,
            preprocessing_function=preprocessing_function, data_format=data_format or K.image_data_format(),
            validation_split=validation_split, dtype=dtype or K.floatx())

    def flow(self, x, y=None, batch_size=32, shuffle=True, sample_weight=None, seed=None, save_to_dir=None,
             save_prefix="", save_format="png", subset=None):
        """Batches of changed pictures from an array.

        Args:
            x: array of rank 4, or a pair of it and a list of further arrays.
            y: labels.
            batch_size: pictures per batch.
            shuffle: in random order.
            sample_weight: one per picture.
            seed: of the changes and the order.
            save_to_dir, save_prefix, save_format: where to write what is handed out, for looking at it.
            subset: ``'training'`` or ``'validation'``.

        Returns:
            A `NumpyArrayIterator`.
        """
        return NumpyArrayIterator(x, y, self, batch_size=batch_size, shuffle=shuffle, sample_weight=sample_weight,
                                  seed=seed, data_format=self.data_format, save_to_dir=save_to_dir,
                                  save_prefix=save_prefix, save_format=save_format, subset=subset)

    def flow_from_directory(self, directory, target_size=(256, 256), color_mode="rgb", classes=None,
                            class_mode="categorical", batch_size=32, shuffle=True, seed=None, save_to_dir=None,
                            save_prefix="", save_format="png", follow_links=False, subset=None,
                            interpolation="nearest"):
        """Batches of changed pictures from a folder with one folder per class.

        Args:
            directory: the folder.
            target_size: (height, width) to resize to.
            color_mode: ``'grayscale'``, ``'rgb'`` or ``'rgba'``.
            classes: names of the class folders; all, in alphabetic order, by default.
            class_mode: ``'categorical'``, ``'binary'``, ``'sparse'``, ``'input'`` or None.
            batch_size: pictures per batch.
            shuffle: in random order.
            seed: of the changes and the order.
            save_to_dir, save_prefix, save_format: where to write what is handed out, for looking at it.
            follow_links: follow links to folders.
            subset: ``'training'`` or ``'validation'``.
            interpolation: how to resize.

        Returns:
            A `DirectoryIterator`.
        """
        return DirectoryIterator(directory, self, target_size=target_size, color_mode=color_mode, classes=classes,
                                 class_mode=class_mode, data_format=self.data_format, batch_size=batch_size,
                                 shuffle=shuffle, seed=seed, save_to_dir=save_to_dir, save_prefix=save_prefix,
                                 save_format=save_format, follow_links=follow_links, subset=subset,
                                 interpolation=interpolation)

    def apply_transform(self, x, transform_parameters):
        """One picture, changed.

        Args:
            x: array of rank 3.
            transform_parameters: dict of ``theta``, ``tx``, ``ty``, ``shear``, ``zx``, ``zy``, ``flip_horizontal``,
                ``flip_vertical``, ``channel_shift_intensity``, ``brightness``; any may be missing.
        """
        rest = dict(transform_parameters)
        affine = {name: rest.pop(name) for name in ("theta", "tx", "ty", "shear", "zx", "zy") if name in rest}
        # Without these Keras 3 leaves the picture where it is and does the rest.
        return super().apply_transform(apply_affine_transform(
            x, row_axis=self.row_axis - 1, col_axis=self.col_axis - 1, channel_axis=self.channel_axis - 1,
            fill_mode=self.fill_mode, cval=self.cval, **affine), rest)

    def standardize(self, x):
        """One picture scaled, centred and whitened as asked for; a float array is changed in place."""
        return super().standardize(x if isinstance(x, np.ndarray) else np.asarray(x))
