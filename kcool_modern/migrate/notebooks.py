"""Notebooks: the code cells are one program; what IPython adds to the language stays as it is."""
__all__ = ["migrate"]


def migrate(path, data, options, migrated):
    """Migrates the code cells of a notebook."""
    raise NotImplementedError
