"""The networks of Keras 2.2.4 for pictures, with weights trained on ImageNet.

As in Keras 2.2.4 they are built by the package keras-applications from the layers that it is handed: layer names,
signatures and weight files are the same because the code is. Here it is handed the layers of this package.
"""
import functools
import importlib

__all__ = ["DenseNet121", "DenseNet169", "DenseNet201", "InceptionResNetV2", "InceptionV3", "MobileNet", "MobileNetV2",
           "NASNetLarge", "NASNetMobile", "ResNet50", "VGG16", "VGG19", "Xception", "keras_modules_injection"]


def keras_modules_injection(base_fun):
    """Hands a function of keras-applications the backend, layers, models and utilities to work with."""

    @functools.wraps(base_fun)
    def wrapper(*args, **kwargs):
        from .. import backend, layers, models, utils

        kwargs.update(backend=backend, layers=layers, models=models, utils=utils)
        return base_fun(*args, **kwargs)

    return wrapper


def _served(module, *names):
    """Functions that keras-applications' functions of these names do the work of, when they are called."""
    return tuple(_serve(module, name) for name in names)


def _serve(module, name):
    def served(*args, **kwargs):
        return getattr(_package(module), name)(*args, **kwargs)

    served.__name__ = served.__qualname__ = name
    served.__module__ = "%s.%s" % (__name__, module)
    served.__doc__ = "`%s` of keras-applications, with its arguments." % name
    return keras_modules_injection(served)


def _package(module):
    try:
        package = importlib.import_module("keras_applications." + module)
        utilities = importlib.import_module("keras_applications.imagenet_utils")
    except ImportError as error:
        raise ImportError("keras.applications builds its networks with the package keras-applications, as Keras 2.2.4 "
                          "did, and it is not installed: pip install keras-applications") from error
    # A tensor that it keeps from call to call would belong to the graph of an earlier call.
    utilities._IMAGENET_MEAN = None
    return package


from .densenet import DenseNet121, DenseNet169, DenseNet201  # noqa: E402
from .inception_resnet_v2 import InceptionResNetV2  # noqa: E402
from .inception_v3 import InceptionV3  # noqa: E402
from .mobilenet import MobileNet  # noqa: E402
from .mobilenet_v2 import MobileNetV2  # noqa: E402
from .nasnet import NASNetLarge, NASNetMobile  # noqa: E402
from .resnet50 import ResNet50  # noqa: E402
from .vgg16 import VGG16  # noqa: E402
from .vgg19 import VGG19  # noqa: E402
from .xception import Xception  # noqa: E402
