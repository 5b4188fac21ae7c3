"""Importing this makes everything of kcool that a converted file may hold known to ``keras.saving.load_model``."""
from . import numerics, optimizers, recurrent, training_argument

__all__ = ["numerics", "optimizers", "recurrent", "training_argument"]
