"""The rules: each in a file of its own, named for what it is about."""
import functools
import importlib
import pkgutil

from ..rule import Rule

__all__ = ["all_rules", "rules_for"]


@functools.lru_cache(None)
def all_rules():
    """One object of every rule, in the order of the codes."""
    found = []
    for module in pkgutil.iter_modules(__path__):
        loaded = importlib.import_module("%s.%s" % (__name__, module.name))
        found += [cls() for cls in vars(loaded).values()
                  if isinstance(cls, type) and issubclass(cls, Rule) and cls.__module__ == loaded.__name__]
    return tuple(sorted(found, key=lambda rule: rule.code))


@functools.lru_cache(None)
def rules_for(target):
    """The rules that work for a target."""
    return tuple(rule for rule in all_rules() if target in rule.targets)
