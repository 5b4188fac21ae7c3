"""Importing this makes everything of kcool that a converted file may hold known to ``keras.saving.load_model``."""
from . import numerics, optimizers, recurrent

__all__ = ["numerics", "optimizers", "recurrent"]
