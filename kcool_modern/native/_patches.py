"""What the emulation changes in Keras 3: the register itself is `kcool_modern.patches`, which Keras 2 stacks share."""
from ..patches import Patch, active, apply, undo

__all__ = ["Patch", "active", "apply", "undo"]
