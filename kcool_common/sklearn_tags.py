"""What scikit-learn 1.6 and later ask of an estimator, for the wrappers of Keras 2.2, which are older than that."""

__all__ = ["tags_of_old_wrapper"]


def tags_of_old_wrapper(self):
    """``__sklearn_tags__``: to scikit-learn the old wrapper was neither a classifier nor a regressor."""
    from sklearn.utils import Tags, TargetTags

    return Tags(estimator_type=None, target_tags=TargetTags(required=True))
