from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError

from interazioni.actions.activities.rules import open_edition
from interazioni.foundation.access.actor import Denied
from interazioni.foundation.access.context import acting
from interazioni.foundation.audit.queries import history
from interazioni.front.demo.cast import actor
from interazioni.plan.programme import queries
from interazioni.plan.programme.models import Activity, Indicator, Period, Plan
from interazioni.plan.programme.planfile import PlanFile, check
from interazioni.plan.programme.rules import certify_period, load_plan

pytestmark = pytest.mark.django_db
PIEMONTE = Path(settings.ROOT) / "plans" / "interazioni-piemonte-2.toml"
OTHER = Path(__file__).parent / "plans" / "ponti-di-marca.toml"


def read(path: Path, *changes: tuple[str, str]) -> PlanFile:
    text = path.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    plan_file, problems = check(text)
    assert plan_file is not None, problems
    return plan_file


def test_the_brochure_is_there_completely() -> None:
    plan = Plan.objects.get(code="interazioni-piemonte-2")
    targets = {i.code: int(i.target) for i in Indicator.objects.filter(plan=plan) if i.target}
    assert sorted(targets.values()) == [30, 500, 672, 960, 22000]
    assert plan.action_set.count() == 4
    assert Activity.objects.filter(plan=plan).count() == 15
    schools = sum(p.get("schools", 0) for p in plan.document["partnerships"])
    assert schools == 42
    assert Period.objects.filter(plan=plan).count() == 10


def test_loading_the_same_file_again_changes_nothing() -> None:
    again = load_plan(plan_file=read(PIEMONTE), by=actor("elena"))
    assert again.changes == []
    assert again.plan.version == 1


def test_a_plan_of_another_region_loads_beside_it() -> None:
    loaded = load_plan(plan_file=read(OTHER), by=actor("elena"))
    assert Plan.objects.count() == 2
    assert [period.code for period in loaded.plan.period_set.all()] == ["primo", "secondo"]
    assert loaded.plan.action_set.count() == 2


def test_a_changed_file_makes_a_version_and_says_what_changed() -> None:
    loaded = load_plan(plan_file=read(PIEMONTE, ("target = 960", "target = 970")), by=actor("elena"))
    assert loaded.plan.version == 2
    assert "indicator alunni-paesi-terzi: target" in loaded.changes
    assert Indicator.objects.get(plan=loaded.plan, code="alunni-paesi-terzi").target == 970


def test_a_certified_period_cannot_move() -> None:
    elena = actor("elena")
    load_plan(plan_file=read(OTHER), by=elena)
    certify_period(period=Period.objects.get(plan__code="ponti-di-marca", code="primo"), by=elena)
    moved = read(OTHER, ("ends = 2021-06-30", "ends = 2021-05-31"), ("starts = 2021-07-01", "starts = 2021-06-01"))
    with pytest.raises(ValidationError):
        load_plan(plan_file=moved, by=elena)


def test_periods_are_certified_in_order_and_the_last_stays_open() -> None:
    elena = actor("elena")
    load_plan(plan_file=read(OTHER), by=elena)
    first, second = Period.objects.filter(plan__code="ponti-di-marca").order_by("starts_date")
    with pytest.raises(ValidationError, match=r".+"):
        certify_period(period=second, by=elena)
    certify_period(period=first, by=elena)
    with pytest.raises(ValidationError, match=r".+"):
        certify_period(period=first, by=elena)
    with pytest.raises(ValidationError, match=r".+"):
        certify_period(period=second, by=elena)


def test_several_days_may_move_at_once() -> None:
    """Saved one by one they would overlap for a moment: the database looks at the end."""
    elena = actor("elena")
    load_plan(plan_file=read(OTHER), by=elena)
    longer = read(OTHER, ("ends = 2021-06-30", "ends = 2021-07-31"), ("starts = 2021-07-01", "starts = 2021-08-01"))
    loaded = load_plan(plan_file=longer, by=elena)
    assert [line for line in loaded.changes if line.startswith("period")] == [
        "period primo: ends_date",
        "period secondo: starts_date",
    ]


def test_what_has_no_work_behind_it_may_go_and_the_load_says_so() -> None:
    elena = actor("elena")
    load_plan(plan_file=read(OTHER), by=elena)
    text = OTHER.read_text()
    start, end = text.index('[[actions]]\ncode = "casa"'), text.index("[[indicators]]")
    last = text.index('[[indicators]]\ncode = "colloqui"')
    plan_file, problems = check(text[:start] + text[end:last] + text[text.index("[[periods]]") :])
    assert plan_file is not None, problems
    loaded = load_plan(plan_file=plan_file, by=elena)
    assert {"action casa: removed", "activity sportello: removed", "indicator colloqui: removed"} <= set(loaded.changes)


def test_what_has_work_behind_it_stays_as_it_is() -> None:
    """School A opened an edition: neither may its activity go, nor post by other measures than the register did."""
    giulia, elena = actor("giulia"), actor("elena")
    with acting(giulia):
        activity = Activity.objects.get(code="orientamento")
    open_edition(
        activity=activity, code="O1", title="Orientamento", municipality="001272",
        starts=date(2019, 2, 1), ends=date(2019, 5, 31), led_by=[giulia.user_id], by=giulia,
    )  # fmt: skip
    other_measure = read(PIEMONTE, ('hours = "orientamento-ore"', 'hours = "orientamento-durata"'))
    with pytest.raises(ValidationError, match="orientamento"):
        load_plan(plan_file=other_measure, by=elena)
    text = PIEMONTE.read_text()
    start, end = (
        text.index('[[actions.activities]]\ncode = "orientamento"'),
        text.index('[[actions.activities]]\ncode = "mediazione-scuola"'),
    )
    indicator = text.index('[[indicators]]\ncode = "orientamento-incontri"')
    rest = text[end:indicator] + text[text.index("[[indicators]]", indicator + 1) :]
    plan_file, problems = check((text[:start] + rest).replace('"orientamento-frequenza", ', ""))
    assert plan_file is not None, problems
    with pytest.raises(ValidationError, match="orientamento"):
        load_plan(plan_file=plan_file, by=elena)
    assert Activity.objects.filter(code="orientamento").exists()


def test_only_the_region_loads_a_plan() -> None:
    for name in ("giulia", "marco", "paolo", "sara"):
        with pytest.raises(Denied):
            load_plan(plan_file=read(OTHER), by=actor(name))


def test_the_load_is_in_the_audit() -> None:
    elena = actor("elena")
    loaded = load_plan(plan_file=read(OTHER), by=elena)
    with acting(elena):
        assert len(history("plan", loaded.plan.pk)) == 1


def test_every_day_of_the_plan_has_its_period() -> None:
    plan = Plan.objects.get(code="interazioni-piemonte-2")
    assert [period.code for day in (date(2018, 7, 1), date(2020, 2, 12)) if (period := queries.period_on(plan, day))] == ["2018-t3", "2020-t1"]  # fmt: skip
    assert queries.period_on(plan, date(2018, 6, 30)) is None
