"""Models under the interfaces of other libraries; import ``keras.wrappers.scikit_learn`` for scikit-learn's."""
