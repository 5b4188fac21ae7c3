"""What editors and type checkers see of the facade; at run time the names come from `techniques`, lazily."""
from typing import Any, Optional

from kcool_modern import keras22 as _keras22
from kcool_modern import tf1 as _tf1
from kcool_modern.accumulation import AccumOptimizer as AccumOptimizer
from kcool_modern.accumulation import SoftSGD as SoftSGD
from kcool_modern.adversarial import GradientReversal as GradientReversal
from kcool_modern.adversarial import single_loss_gan as single_loss_gan
from kcool_modern.distribute import distribute as distribute
from kcool_modern.ema import ExponentialMovingAverage as ExponentialMovingAverage
from kcool_modern.function import function as function
from kcool_modern.gradient_transforms import AddGradientNoise as AddGradientNoise
from kcool_modern.gradient_transforms import CentralizeGradients as CentralizeGradients
from kcool_modern.gradient_transforms import ClipGradientsEach as ClipGradientsEach
from kcool_modern.gradient_transforms import TransformGradients as TransformGradients
from kcool_modern.gradients import gradients as gradients
from kcool_modern.keras22 import backend as _backend
from kcool_modern.layerwise import LRMultiplier as LRMultiplier
from kcool_modern.layerwise import SetLearningRate as SetLearningRate
from kcool_modern.load_model import load_model as load_model
from kcool_modern.parallel import ParallelModelCheckpoint as ParallelModelCheckpoint
from kcool_modern.parallel import multi_gpu_model as multi_gpu_model
from kcool_modern.process_safe import process_safe as process_safe
from kcool_modern.surgery import get_outputs_of as get_outputs_of
from kcool_modern.surgery import insert_layer as insert_layer
from kcool_modern.surgery import replace_layer as replace_layer

from . import dispatch as dispatch
from . import errors as errors
from . import probe as probe
from . import techniques as techniques
from .dispatch import Implementation
from .stack import Stack

__version__: str
keras = _keras22
K = _backend
tf = _tf1
__all__: list[str]

def install() -> None: ...
def uninstall() -> None: ...
def resolve(technique: str, obj: Any = None) -> Implementation: ...
def stack() -> Stack: ...
def stack_of(obj: Any) -> Stack: ...
def use(name: Optional[str]) -> Stack: ...
