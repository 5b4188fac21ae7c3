"""How the tests say what a rule does: `changed` and `left`, and `same` for what it leaves alone."""
import textwrap

from kcool_modern.migrate.engine import migrate_text
from kcool_modern.migrate.rule import CHANGED, LEFT


def migrated(text, target="facade", **options):
    """The outcome of a text, which must be the same when it is migrated again."""
    outcome = migrate_text(text, target, **options)
    again = migrate_text(outcome.text, target, **options)
    assert again.text == outcome.text, "the second run changes something:\n" + again.text
    return outcome


def changed(before, after, target="facade", **options):
    """Asserts the new text; both are dedented."""
    outcome = migrated(textwrap.dedent(before), target, **options)
    assert outcome.text == textwrap.dedent(after)
    assert any(one.status == CHANGED for one in outcome.findings)
    return outcome


def same(text, target="facade", **options):
    """Asserts that a text stays as it is."""
    text = textwrap.dedent(text)
    outcome = migrated(text, target, **options)
    assert outcome.text == text
    return outcome


def left(text, code, target="facade", **options):
    """Asserts that a place is left for a person, by the rule of a code; gives the finding."""
    outcome = migrated(textwrap.dedent(text), target, **options)
    found = [one for one in outcome.findings if one.code == code and one.status == LEFT]
    assert found, outcome.findings
    return found[0]


def codes(outcome, status=None):
    """The codes of an outcome."""
    return sorted({one.code for one in outcome.findings if status in (None, one.status)})
