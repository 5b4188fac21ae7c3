"""placeholder"""
import tensorflow as _tf


def module_behind(name):
    return None


def __getattr__(name):
    return getattr(_tf, name)
