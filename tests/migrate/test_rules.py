"""What holds for every rule: its example is true, its page is there, its code is its own."""
import re

import pytest

from kcool_modern.migrate.engine import migrate_text
from kcool_modern.migrate.rule import CHANGED, FACADE, KERAS3, LEFT
from kcool_modern.migrate.rules import all_rules

from .checking import migrated

EXAMPLES = [(rule, target) for rule in all_rules() for target in rule.targets
            if rule.before and not rule.code.startswith("K9")]


@pytest.mark.parametrize("rule, target", EXAMPLES, ids=["%s-%s" % (rule.code, target) for rule, target in EXAMPLES])
def test_the_example_of_a_rule_is_what_it_does(rule, target):
    outcome = migrated(rule.before, target)
    after = rule.after.get(target, rule.before) if isinstance(rule.after, dict) else rule.after or rule.before
    assert outcome.text == after
    status = LEFT if after == rule.before else CHANGED
    assert any(one.code == rule.code and one.status in (status, LEFT, "fine") for one in outcome.findings), \
        outcome.findings


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_a_rule_says_what_it_is(rule):
    assert re.fullmatch(r"K[1-69]\d\d", rule.code)
    assert rule.title and not rule.title.endswith(".") and rule.why
    assert set(rule.targets) <= {FACADE, KERAS3} and rule.targets


def test_codes_are_given_once():
    codes = [rule.code for rule in all_rules()]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("rule, target", EXAMPLES, ids=["%s-%s" % (rule.code, target) for rule, target in EXAMPLES])
def test_a_rule_that_is_ignored_does_nothing(rule, target):
    outcome = migrate_text(rule.before, target, lambda code: code != rule.code)
    assert rule.code not in {one.code for one in outcome.findings}


def _of_another_library(text):
    return re.sub(r"(?m)(^\s*(?:from|import) |['\"])(keras|tensorflow)(?=\b|_)", r"\1another_\2", text)


@pytest.mark.parametrize("rule, target", EXAMPLES, ids=["%s-%s" % (rule.code, target) for rule, target in EXAMPLES])
def test_the_same_words_of_another_library_are_left_alone(rule, target):
    text = _of_another_library(rule.before)
    outcome = migrated(text, target)
    assert outcome.text == text
    # Methods that hardly anybody else has, such as fit_generator, are reported: the other library may wrap Keras.
    assert not outcome.findings or rule.attributes
