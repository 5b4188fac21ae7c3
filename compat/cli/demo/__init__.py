"""``kcool demo``: the four techniques on real digits, each with a proof that can fail.

`proving` is the order of things: `host` sets the machine up before the framework starts, `digits` reads the data,
`network` builds the model and its NumPy twin, `proofs` holds one module per technique, `report` prints the table and
`picture` draws.
"""
from .proving import run

__all__ = ["run"]
