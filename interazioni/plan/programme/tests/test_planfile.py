"""The checker names every error with its line, and never falls over."""

from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from interazioni.plan.programme.planfile import check
from interazioni.plan.programme.planfile.lines import index

PIEMONTE = (Path(settings.ROOT) / "plans" / "interazioni-piemonte-2.toml").read_text()
OTHER = (Path(__file__).parent / "plans" / "ponti-di-marca.toml").read_text()


def test_both_plans_are_sound() -> None:
    for text in (PIEMONTE, OTHER):
        plan_file, problems = check(text)
        assert problems == []
        assert plan_file is not None


# what is changed in the file, what it becomes, a word of the message, and the line that must be named (of the new text)
FAULTS = [
    ('kind = "persons"', 'kidn = "persons"', "kind", 'kidn = "persons"'),
    ('code = "ponti-di-marca"', 'code = "Ponti di Marca"', "hyphens", 'code = "Ponti di Marca"'),
    ("starts = 2021-01-01", 'starts = "2021-01-01"', "2018-07-01", 'starts = "2021-01-01"'),
    ("ends = 2021-12-31", "ends = 2020-12-31", "before", "ends = 2020-12-31"),
    ('role = "lead"', 'role = "boss"', "lead", 'role = "boss"'),
    ('role = "lead"', 'role = "partner"', "lead", "[[partners]]"),
    ('action = "lingua"', 'action = "linga"', "lingua", 'action = "linga"'),
    ("number = 2", "number = 9", "9", "number = 9"),
    ("age = [18, 120]", "age = [120, 18]", "[3, 16]", "age = [120, 18]"),
    ('group = "adulti"', 'group = "adulte"', "adulti", 'group = "adulte"'),
    ('measures = ["frequenza"]', 'measures = ["frequenz"]', "frequenza", 'measures = ["frequenz"]'),
    ('measures = ["frequenza"]', "measures = []", "", "measures = []"),
    ("target = 40", "target = 0", "", "target = 0"),
    ('actions = ["casa"]', 'actions = ["cassa"]', "casa", 'actions = ["cassa"]'),
    ('code = "casa"', 'code = "lingua"', "lingua", 'code = "lingua"'),
    ('title = { it = "Casa" }', 'title = { en = "Home" }', "", 'title = { en = "Home" }'),
    ('sessions = { held = "lezioni", attended = "frequenza" }', "", "", "[[actions.activities]]"),
    ("starts = 2021-07-01", "starts = 2021-07-02", "2021-07-01", "starts = 2021-07-02"),
    ("starts = 2021-07-01", "starts = 2021-06-01", "", "starts = 2021-06-01"),
    ('measure = "colloqui"', "", "measure", "[[actions.activities.deliveries]]"),
    ('counts = "quantity"', 'counts = "sum"', "quantity", 'counts = "sum"'),
    ("[[periods]]", "[[periods", "TOML", "[[periods"),
]


@pytest.mark.parametrize(("old", "new", "word", "at"), FAULTS)
def test_a_fault_is_named_with_its_line(old: str, new: str, word: str, at: str) -> None:
    assert old in OTHER
    text = OTHER.replace(old, new, 1)
    plan_file, problems = check(text)
    assert plan_file is None
    lines = text.splitlines()
    assert any(word in problem.message and at in lines[problem.line - 1] for problem in problems), problems


def test_all_faults_are_named_at_once() -> None:
    text = (
        OTHER.replace("target = 40", "target = -1")
        .replace('role = "lead"', 'role = "x"')
        .replace("number = 2", 'number = "two"')
    )
    assert len(check(text)[1]) >= 3


@given(st.sets(st.integers(0, len(PIEMONTE.splitlines()) - 1), max_size=12))
def test_no_missing_line_makes_the_checker_fall_over(gone: set[int]) -> None:
    text = "\n".join(line for number, line in enumerate(PIEMONTE.splitlines()) if number not in gone)
    plan_file, problems = check(text)
    assert (plan_file is None) == bool(problems)
    assert all(1 <= problem.line <= len(text.splitlines()) + 1 for problem in problems)


def test_a_key_is_found_where_it_stands() -> None:
    lines = index('a = 1\n[[b]]\nc = """\nd = 2\n"""\n[[b.e]]\nf = [\n  1,\n]\n[[b]]\n[[b.e]]\nf = 2\n')
    assert lines["a",] == 1
    assert ("b", 0, "d") not in lines
    assert lines["b", 0, "e", 0, "f"] == 7
    assert lines["b", 1, "e", 0, "f"] == 12
