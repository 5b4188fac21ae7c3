"""Names that NumPy had in 2018 and has no more, for code of that time."""
import numpy as np

__all__ = ["NAMES"]

#: Names that NumPy 1.16 had and NumPy 2 has not: what they meant.
NAMES = {
    "bool": bool, "complex": complex, "float": float, "int": int, "long": int, "object": object, "str": str,
    "unicode": str, "Inf": np.inf, "Infinity": np.inf, "NaN": np.nan, "PINF": np.inf, "NINF": -np.inf, "PZERO": 0.0,
    "NZERO": -0.0, "infty": np.inf, "alltrue": np.all, "sometrue": np.any, "product": np.prod,
    "cumproduct": np.cumprod, "float_": np.float64, "complex_": np.complex128, "unicode_": np.str_,
    "string_": np.bytes_, "round_": np.round, "asscalar": lambda a: a.item(), "rank": np.ndim,
    "row_stack": np.vstack, "mat": np.asmatrix, "trapz": getattr(np, "trapezoid", None),
    "in1d": lambda a, b, **options: np.isin(np.ravel(a), b, **options),
}
