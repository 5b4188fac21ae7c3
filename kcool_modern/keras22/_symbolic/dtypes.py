"""Dtypes that are plain strings and answer to TensorFlow's spellings."""
import numpy as np

__all__ = ["DType", "ReferenceDType"]


class DType(str):
    """A dtype of a symbolic tensor: equal to its name, with TensorFlow's attributes."""

    @property
    def name(self):
        """The name as a plain str."""
        return str.__str__(self)

    @property
    def base_dtype(self):
        """The dtype of the values."""
        return DType(self.name)

    @property
    def as_numpy_dtype(self):
        """NumPy's type."""
        return np.dtype(self.name if self.name != "string" else "object").type

    @property
    def is_floating(self):
        """Whether values are floats."""
        return "float" in self

    @property
    def is_integer(self):
        """Whether values are integers."""
        return "int" in self

    @property
    def is_bool(self):
        """Whether values are truth values."""
        return self == "bool"


class _ReferenceName(str):
    # TensorFlow 1 calls the dtype of a variable "float32_ref". Everything newer asks for a name that it knows.
    def __eq__(self, other):
        return str.__eq__(self, other) or isinstance(other, str) and str.__eq__(self + "_ref", other)

    def __ne__(self, other):
        return not self == other

    __hash__ = str.__hash__


class ReferenceDType(DType):
    """A dtype of a variable; its name is also equal to TensorFlow 1's ``..._ref``."""

    @property
    def name(self):
        """The name."""
        return _ReferenceName(str.__str__(self))

    @property
    def base_dtype(self):
        """The dtype of the values."""
        return DType(str.__str__(self))
