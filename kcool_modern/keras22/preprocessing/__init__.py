"""Pictures, sequences and texts made ready for a network."""
from . import image, sequence, text

__all__ = ["image", "sequence", "text"]
