"""``--list-rules`` and ``--explain``; the pages of the rules are the same text."""
from kcool.errors import WrongValue

from .rules import all_rules

__all__ = ["explanation", "listing", "page"]

#: What the first digit of a code says.
GROUPS = {"1": "imports", "2": "arguments", "3": "removed, with a rewrite", "4": "removed, without a rewrite",
          "5": "numbers change silently", "6": "graphs and sessions of TensorFlow 1", "9": "a file cannot be read"}


def listing():
    """All rules, one per line."""
    lines = []
    for digit, group in GROUPS.items():
        lines += ["K%sxx  %s" % (digit, group)]
        lines += ["  %s  %s" % (rule.code, rule.title) for rule in all_rules() if rule.code[1] == digit]
    return "\n".join(lines)


def explanation(code):
    """What a rule does and why.

    Raises:
        WrongValue: there is no such rule.
    """
    rule = next((rule for rule in all_rules() if rule.code == code), None)
    if rule is None:
        raise WrongValue("There is no rule %s." % code, do="kcool migrate --list-rules")
    return page(rule)


def page(rule):
    """The page of a rule, as Markdown."""
    parts = ["# %s: %s" % (rule.code, rule.title), rule.why,
             "For: %s." % ", ".join("`--to %s`" % target for target in rule.targets)]
    if rule.before:
        parts.append("```python\n# before\n%s```" % rule.before)
        if isinstance(rule.after, dict):
            parts += ["```python\n# --to %s\n%s```" % (target, text) for target, text in rule.after.items()]
        elif rule.after:
            parts.append("```python\n# after\n%s```" % rule.after)
        else:
            parts.append("Reported, not rewritten.")
    if rule.issues:
        parts.append("Where it was met: " + ", ".join(_link(one) for one in rule.issues) + ".")
    parts.append("To leave a line alone: `# kcool: noqa %s`." % rule.code)
    return "\n\n".join(part for part in parts if part) + "\n"


def _link(issue):
    repository, _, number = issue.partition("#")
    return "[%s](https://github.com/%s/issues/%s)" % (issue, repository, number) if number else issue
