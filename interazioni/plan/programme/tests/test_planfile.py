"""The checker names every error with its line, and never falls over."""

import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from interazioni.plan.programme.planfile import check
from interazioni.plan.programme.planfile.lines import index

FILE = Path(settings.ROOT) / "plans" / "interazioni-piemonte-2.toml"
PIEMONTE = FILE.read_text()
OTHER = (Path(__file__).parent / "plans" / "ponti-di-marca.toml").read_text()


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """The faults are named in the reader's language; here a reader of English looks."""
    with translation.override("en"):
        yield


def test_both_plans_are_sound() -> None:
    for text in (PIEMONTE, OTHER):
        plan_file, problems = check(text)
        assert problems == []
        assert plan_file is not None


# what is changed in the file, what it becomes, a word of the message, and what stands in the line that must be named
FAULTS = [
    ('kind = "persons"', 'kidn = "persons"', "kind", 'kidn = "persons"'),
    ('code = "ponti-di-marca"', 'code = "Ponti di Marca"', "hyphens", 'code = "Ponti di Marca"'),
    ("starts = 2021-01-01", 'starts = "2021-01-01"', "2018-07-01", 'starts = "2021-01-01"'),
    ("starts = 2021-01-01", "starts = 2021-01-01T08:00:00", "hour", "starts = 2021-01-01T08:00:00"),
    ("ends = 2021-12-31", "ends = 9999-12-31", "2199", "ends = 9999-12-31"),
    ("ends = 2021-12-31", "ends = 2020-12-31", "before", "ends = 2020-12-31"),
    ('role = "lead"', 'role = "boss"', "lead", 'role = "boss"'),
    ('role = "lead"', 'role = "partner"', "lead", "[[partners]]"),
    ('action = "lingua"', 'action = "linga"', "lingua", 'action = "linga"'),
    ("number = 2", "number = 9", "9", "number = 9"),
    ("number = 2", 'number = 2\nbody = "regione-marca"', "alone", "number = 2"),
    ("age = [18, 120]", "age = [120, 18]", "[3, 16]", "age = [120, 18]"),
    ('groups = ["adulti"]', 'groups = ["adulte"]', "adulti", 'groups = ["adulte"]'),
    ('groups = ["adulti"]', 'groups = [\n  "adulti",\n  "adulte",\n]', "adulti", '"adulte"'),
    ('measures = ["frequenza"]', 'measures = ["frequenz"]', "frequenza", 'measures = ["frequenz"]'),
    ('measures = ["frequenza"]', "measures = []", "", "measures = []"),
    ('measures = ["frequenza"]', 'measures = ["lezioni"]', "nothing can feed", 'measures = ["lezioni"]'),
    ('actions = ["casa"]', 'actions = ["lingua"]', "nothing can feed", 'measures = ["colloqui"]'),
    ('measures = ["colloqui"]\nactions = ["casa"]', 'measures = ["colloqui", "lezioni"]', "units", 'measures = ["coll'),
    ("target = 40", "target = 0", "", "target = 0"),
    ("target = 40", "target = nan", "above zero", "target = nan"),
    ("target = 40", 'target = 40\npace = [["2021-13", 0.5]]', "shares by month", "pace ="),
    ("target = 40", 'target = 40\npace = [["2020-12", 0.5]]', "outside", "pace ="),
    ("target = 40", 'target = 40\nshares = [{ body = "a", target = 41 }]', "more than", "shares ="),
    ("target = 40", 'shares = [{ body = "a", target = 41 }]', "no target", "shares ="),
    ("target = 40", 'target = 40\nshares = [{body="a",target=1},{body="a",target=1}]', "already", "shares ="),
    ('unit = "people"', 'unit = "peopel"', "people", 'unit = "peopel"'),
    ('hours = { it = "ore"', 'hours = { fr = "heures"', "Italian", "hours = {"),
    ('actions = ["casa"]', 'actions = ["cassa"]', "casa", 'actions = ["cassa"]'),
    ('code = "casa"', 'code = "lingua"', "lingua", 'code = "lingua"'),
    ('title = { it = "Casa" }', 'title = { en = "Home" }', "Italian", 'title = { en = "Home" }'),
    (
        'title = { it = "Casa" }',
        'title = { it = "Casa" }\noutputs = [\n{ it = "a" },\n{ en = "b" },\n]',
        "Italian",
        '"b"',
    ),
    ('sessions = { held = "lezioni", attended = "frequenza" }', "", "nothing", "[[actions.activities]]"),
    ('attended = "frequenza"', 'attended = "lezioni"', "twice", "sessions ="),
    (', attended = "frequenza"', "", "not measured", "sessions ="),
    ("starts = 2021-07-01", "starts = 2021-07-02", "2021-07-01", "starts = 2021-07-02"),
    ("starts = 2021-07-01", "starts = 2021-06-01", "overlaps", "starts = 2021-06-01"),
    ("starts = 2021-07-01\nends = 2021-12-31", "starts = 2021-07-01\nends = 2021-11-30", "2021-12-31", "2021-11-30"),
    ('code = "secondo"', 'code = "primo"', "taken", 'code = "primo"'),
    ('measure = "colloqui"', "", "measure", "[[actions.activities.deliveries]]"),
    ('counts = "quantity"', 'counts = "sum"', "quantity", 'counts = "sum"'),
    ('counts = "people"', 'counts = "associations"', "people", 'groups = ["adulti"]'),
    ("target = 40", 'target = 40\ncommon = "education"', "education", "common ="),
    ('kind = "persons"', 'kind = "contacts"', "criteria", "[groups.criteria]"),
    ("age = [18, 120]", 'age = [18, 120]\nexcludes = ["adulti"]', "itself", "excludes ="),
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


def test_two_groups_that_exclude_each_other_would_count_nobody() -> None:
    text = PIEMONTE.replace(
        'pupil = true\n\n[[groups]]\ncode = "alunni-back',
        'pupil = true\nexcludes = ["alunni-background-migratorio"]\n\n[[groups]]\ncode = "alunni-back',
        1,
    )
    assert text != PIEMONTE
    assert [problem.place for problem in check(text)[1]] == ["groups[2].criteria.excludes[1]"]


def test_one_slip_is_one_problem() -> None:
    for old, new in (("target = 960", "target = -1"), ('counts = "people"', 'counts = "peple"')):
        assert len(check(PIEMONTE.replace(old, new, 1))[1]) == 1


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


STRANGE = ["1", "-1", "nan", "true", '""', '"x"', "[]", "[[]]", "{}", "[{}]", "[1]", "2021-01-01", "2021-01-01T00:00:00", "07:32:00", '{ it = 1 }']  # fmt: skip
WITH_VALUE = [number for number, line in enumerate(OTHER.splitlines()) if " = " in line]


@given(st.dictionaries(st.sampled_from(WITH_VALUE), st.sampled_from(STRANGE), min_size=1, max_size=4))
def test_no_strange_value_makes_the_checker_fall_over(strange: dict[int, str]) -> None:
    lines = OTHER.splitlines()
    for number, value in strange.items():
        lines[number] = lines[number].partition(" = ")[0] + " = " + value
    plan_file, problems = check("\n".join(lines))
    assert (plan_file is None) == bool(problems)


def paths_of(value: Any, path: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return {path}.union(*(paths_of(item, (*path, key)) for key, item in inner))


TRICKY = '''a = "# [x] = \\" {" # [[not]]
"b c".'d.e' = 'x' # dotted and quoted
f = """
g = 1
""\\""""
'h' = \'\'\'
[[i]]
it''s\'\'\'
k = [ # remark ]
  1, [2, "]"], # ]
  { l = "}", m.n = 2 },
]
[o.p]
q = 2021-01-01
[[r]]
[[r.s]]
t = 1
[r.s.u]
v = {}
[[r]]
[[r.s]]
t = []
'''


@pytest.mark.parametrize("text", [PIEMONTE, OTHER, TRICKY, TRICKY.replace("\n", "\r\n"), "", "a = 1"])
def test_every_key_has_a_line_and_every_line_its_key(text: str) -> None:
    lines = index(text)
    assert set(lines) == paths_of(tomllib.loads(text))


def test_a_key_is_found_where_it_stands() -> None:
    lines = index(TRICKY)
    assert [lines[path] for path in [("f",), ("h",), ("k", 2, "m", "n"), ("r", 0, "s", 0, "t"), ("r", 1, "s", 0, "t")]] == [3, 6, 11, 17, 22]  # fmt: skip


def test_the_command_needs_no_database_and_says_file_and_line(tmp_path: Path) -> None:
    """With no setting at all, as on a colleague's machine; a server that is not there must not be asked for."""
    wrong = tmp_path / "piano.toml"
    wrong.write_text("\n" + PIEMONTE.replace("target = 960", "target = 0"))
    nothing = {"PATH": os.environ["PATH"], "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}

    def run(path: Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "interazioni", "plan", "check", str(path)]
        return subprocess.run(command, env=nothing, cwd=settings.ROOT, capture_output=True, text=True, check=False)

    assert run(FILE).returncode == 0
    refused = run(wrong)
    line = wrong.read_text().splitlines().index("target = 0") + 1
    assert refused.returncode == 1
    assert f"{wrong}:{line}: indicators[1].target: " in refused.stderr
    absent = run(tmp_path / "absent.toml")
    assert absent.returncode == 1
    assert "absent.toml" in absent.stderr
