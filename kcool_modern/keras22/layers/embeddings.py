"""``keras.layers.embeddings``."""
# ruff: noqa: D102 - the protocol's methods are described in `engine.base_layer`.
from .. import backend as K
from ..engine.base_layer import Layer  # noqa: F401 - scripts import it from here
from ..legacy import interfaces
from ..utils.generic_utils import to_list
from ._shared import Configured

__all__ = ["Embedding"]


class Embedding(Configured):
    """A vector for every integer.

    Args:
        input_dim: int; the integers are below it.
        output_dim: int, the vectors' size.
        embeddings_initializer, embeddings_regularizer, embeddings_constraint: for the vectors.
        activity_regularizer: penalty of the output.
        mask_zero: whether 0 means that a step is masked.
        input_length: the size of the samples, int or tuple, if it is known.
    """

    _options = ("input_dim", "output_dim", "embeddings_initializer", "embeddings_regularizer", "activity_regularizer",
                "embeddings_constraint", "mask_zero", "input_length")

    @interfaces.legacy_embedding_support
    def __init__(self, input_dim, output_dim, embeddings_initializer="uniform", embeddings_regularizer=None,
                 activity_regularizer=None, embeddings_constraint=None, mask_zero=False, input_length=None, **kwargs):
        kwargs.setdefault("input_shape", (input_length,) if input_length else (None,))
        super(Embedding, self).__init__(**kwargs)
        self._take_options(
            input_dim=input_dim, output_dim=output_dim, embeddings_initializer=embeddings_initializer,
            embeddings_regularizer=embeddings_regularizer, activity_regularizer=activity_regularizer,
            embeddings_constraint=embeddings_constraint, mask_zero=mask_zero, input_length=input_length)
        self.supports_masking = mask_zero

    def build(self, input_shape):
        self.embeddings = self._add_configured("embeddings", (self.input_dim, self.output_dim), dtype=self.dtype)
        self.built = True

    def compute_mask(self, inputs, mask=None):
        return K.not_equal(inputs, 0) if self.mask_zero else None

    def compute_output_shape(self, input_shape):
        if self.input_length is None:
            return tuple(input_shape) + (self.output_dim,)
        lengths = to_list(self.input_length, allow_tuple=True)
        sizes = input_shape[1:]
        if len(lengths) != len(sizes) or any(None not in (a, b) and a != b for a, b in zip(lengths, sizes)):
            raise ValueError('"input_length" is %s, but received input has shape %s' % (
                self.input_length, input_shape))
        lengths = tuple(size if length is None else length for length, size in zip(lengths, sizes))
        return (input_shape[0],) + lengths + (self.output_dim,)

    def call(self, inputs):
        if K.dtype(inputs) != "int32":
            inputs = K.cast(inputs, "int32")
        return K.gather(self.embeddings, inputs)
