"""``keras.wrappers.scikit_learn``: models as estimators of scikit-learn."""
import copy
import types

import numpy as np

from kcool_common.sklearn_tags import tags_of_old_wrapper

from ..models import Sequential
from ..utils.generic_utils import has_arg, to_list
from ..utils.np_utils import to_categorical

__all__ = ["BaseWrapper", "KerasClassifier", "KerasRegressor"]


class BaseWrapper(object):
    """What the two estimators share.

    Args:
        build_fn: function, or object with ``__call__``, that gives a compiled model; None if the subclass itself has a
            ``__call__`` that does.
        **sk_params: arguments for `build_fn`, ``fit``, ``predict``, ``predict_classes`` and ``evaluate``; each goes
            where it is known.
    """

    def __init__(self, build_fn=None, **sk_params):
        self.build_fn = build_fn
        self.sk_params = sk_params
        self.check_params(sk_params)

    def _builder(self):
        """What is called for a model, and what its arguments are read from."""
        if self.build_fn is None:
            return self.__call__, self.__call__
        if isinstance(self.build_fn, (types.FunctionType, types.MethodType)):
            return self.build_fn, self.build_fn
        return self.build_fn, self.build_fn.__call__

    def check_params(self, params):
        """Raises ValueError for arguments that nothing takes."""
        takers = [Sequential.fit, Sequential.predict, Sequential.predict_classes, Sequential.evaluate,
                  self._builder()[1]]
        for name in params:
            if name != "nb_epoch" and not any(has_arg(taker, name) for taker in takers):
                raise ValueError("%s is not a legal parameter" % name)

    def get_params(self, **params):
        """The arguments of the constructor, as dict; `params` are ignored."""
        found = copy.deepcopy(self.sk_params)
        found["build_fn"] = self.build_fn
        return found

    def set_params(self, **params):
        """Changes arguments; gives the estimator itself."""
        self.check_params(params)
        self.sk_params.update(params)
        return self

    __sklearn_tags__ = tags_of_old_wrapper

    def fit(self, x, y, **kwargs):
        """Makes a model and trains it.

        Args:
            x: array (samples, features).
            y: array (samples,) or (samples, outputs).
            **kwargs: for ``Sequential.fit``.

        Returns:
            A `History`.
        """
        build, signature = self._builder()
        self.model = build(**self.filter_sk_params(signature))
        arguments = copy.deepcopy(self.filter_sk_params(Sequential.fit))
        arguments.update(kwargs)
        return self.model.fit(x, self._one_hot_if_due(y), **arguments)

    def _one_hot_if_due(self, y):
        loss = getattr(self.model.loss, "__name__", self.model.loss)
        if isinstance(loss, str) and loss == "categorical_crossentropy" and len(y.shape) != 2:
            return to_categorical(y)
        return y

    def filter_sk_params(self, fn, override=None):
        """Those of the estimator's arguments that a function takes, and `override` on top."""
        found = {name: value for name, value in self.sk_params.items() if has_arg(fn, name)}
        found.update(override or {})
        return found


class KerasClassifier(BaseWrapper):
    """A classifier; see `BaseWrapper` for the arguments."""

    def fit(self, x, y, sample_weight=None, **kwargs):
        """As `BaseWrapper.fit`; the classes are the values of `y`, or the columns if there are several.

        Args:
            sample_weight: array (samples,) or None.
        """
        y = np.array(y)
        if y.ndim == 2 and y.shape[1] > 1:
            self.classes_ = np.arange(y.shape[1])
        elif y.ndim == 1 or y.ndim == 2 and y.shape[1] == 1:
            self.classes_ = np.unique(y)
            y = np.searchsorted(self.classes_, y)
        else:
            raise ValueError("Invalid shape for y: " + str(y.shape))
        self.n_classes_ = len(self.classes_)
        if sample_weight is not None:
            kwargs["sample_weight"] = sample_weight
        return super().fit(x, y, **kwargs)

    def predict(self, x, **kwargs):
        """The class of each sample.

        Args:
            x: array (samples, features).
            **kwargs: for ``Sequential.predict_classes``.
        """
        found = self.model.predict(x, **self.filter_sk_params(Sequential.predict_classes, kwargs))
        return self.classes_[found.argmax(axis=-1) if found.shape[-1] > 1 else (found > 0.5).astype("int32")]

    def predict_proba(self, x, **kwargs):
        """The probability of each class, (samples, classes); two columns for a single sigmoid output.

        Args:
            x: array (samples, features).
            **kwargs: for ``Sequential.predict_proba``.
        """
        found = self.model.predict(x, **self.filter_sk_params(Sequential.predict_proba, kwargs))
        return np.hstack([1 - found, found]) if found.shape[1] == 1 else found

    def score(self, x, y, **kwargs):
        """The accuracy.

        Args:
            x: array (samples, features).
            y: array (samples,), classes.
            **kwargs: for ``Sequential.evaluate``.

        Raises:
            ValueError: the model was compiled without ``metrics=["accuracy"]``.
        """
        y = self._one_hot_if_due(np.searchsorted(self.classes_, y))
        found = self.model.evaluate(x, y, **self.filter_sk_params(Sequential.evaluate, kwargs))
        for name, value in zip(self.model.metrics_names, to_list(found)):
            if name == "acc":
                return value
        raise ValueError("The model is not configured to compute accuracy. You should pass `metrics=[\"accuracy\"]` to "
                         "the `model.compile()` method.")


class KerasRegressor(BaseWrapper):
    """A regressor; see `BaseWrapper` for the arguments."""

    def predict(self, x, **kwargs):
        """The model's output, without axes of size 1.

        Args:
            x: array (samples, features).
            **kwargs: for ``Sequential.predict``.
        """
        return np.squeeze(self.model.predict(x, **self.filter_sk_params(Sequential.predict, kwargs)))

    def score(self, x, y, **kwargs):
        """The negative loss: higher is better.

        Args:
            x: array (samples, features).
            y: array (samples,).
            **kwargs: for ``Sequential.evaluate``.
        """
        loss = self.model.evaluate(x, y, **self.filter_sk_params(Sequential.evaluate, kwargs))
        return -loss[0] if isinstance(loss, list) else -loss
