"""A loop over an epoch as in the modules of modern Keras that adapt data, after whose names this one is called."""


def epoch(data, order=None):
    for index in order or range(len(data)):
        yield data[index]
