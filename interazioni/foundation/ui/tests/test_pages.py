"""The frame, drawn: one h1, landmarks, no inline style or script, icons that exist."""

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation
from django.utils.html import escape
from django_cotton.compiler_regex import CottonCompiler

from interazioni.foundation.ui import tables, views
from interazioni.foundation.ui.registry import Link

ROOT = Path(settings.ROOT)
ICONS = {line for line in (ROOT / "assets" / "icons.txt").read_text().splitlines() if line.startswith("it-")}


def visitor(path: str = "/nowhere/") -> HttpRequest:
    request = RequestFactory().get(path)
    request.user = SimpleNamespace(is_authenticated=False)
    return request


def operator(path: str = "/nowhere/") -> HttpRequest:
    request = RequestFactory().get(path)
    request.user = SimpleNamespace(is_authenticated=True, pk=1)
    bodies = [SimpleNamespace(body_id=i, body_name=name) for i, name in enumerate(["Scuola A", "Cooperativa <B>"])]
    request.actor = SimpleNamespace(
        user_name="Giulia Ferraris", body_id=0, body_name="Scuola A", can=lambda permission: True
    )
    request.memberships = bodies
    return request


def errors(request: HttpRequest) -> Iterator[HttpResponse]:
    yield views.bad_request(request)
    yield views.permission_denied(request)
    yield views.not_found(request)
    yield views.csrf_failure(request)
    yield views.server_error(request)


@pytest.mark.parametrize("who", [visitor, operator])
@pytest.mark.parametrize("language", ["it", "en"])
def test_error_pages_have_one_heading_and_a_next_step(who, language: str) -> None:  # type: ignore[no-untyped-def]
    with translation.override(language):
        statuses = []
        for response in errors(who()):
            html = response.content.decode()
            statuses.append(response.status_code)
            assert html.count("<h1") == 1
            assert f'<html lang="{language}" dir="ltr">' in html
            assert 'class="btn btn-primary" href="' in html
            assert '<main id="main"' in html
        assert statuses == [400, 403, 404, 403, 500]


def test_who_is_logged_in_stays_on_the_desk() -> None:
    desk, portal = views.not_found(operator()).content.decode(), views.not_found(visitor()).content.decode()
    assert "Giulia Ferraris" in desk
    assert "Scuola A" in desk
    assert 'class="portal"' in portal


def test_an_address_without_a_page_is_answered_in_its_language() -> None:
    for path, language, home in (
        ("/ar/guides/nothing/", "ar", "/ar/"),
        ("/fr/x/", "fr", "/fr/"),
        ("/zh-hans/", "zh-hans", "/zh-hans/"),
    ):
        request = RequestFactory().get(path)
        html = views.not_found(request).content.decode()
        assert f'<html lang="{language}"' in html
        assert f'class="btn btn-primary" href="{home}"' in html
        assert 'hreflang="uk"' in html
    assert translation.get_language() != "ar"


def test_nothing_is_inline() -> None:
    html = "".join(response.content.decode() for who in (visitor, operator) for response in errors(who()))
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", html)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", html))


def test_arabic_reads_from_the_right() -> None:
    with translation.override("ar"):
        html = views.not_found(visitor()).content.decode()
    assert 'lang="ar" dir="rtl"' in html
    assert "desk.rtl" in html


def test_every_icon_that_is_used_is_in_the_sprite() -> None:
    used: dict[str, str] = {}
    for file in [*ROOT.glob("interazioni/**/*.html"), *ROOT.glob("interazioni/**/*.py")]:
        for name in re.findall(r"[\"'](it-[a-z-]+)[\"']", file.read_text()):
            used[name] = str(file.relative_to(ROOT))
    missing = {name: file for name, file in used.items() if name not in ICONS}
    assert not missing, f"add them to assets/icons.txt: {missing}"


def test_templates_hold_no_inline_style_or_handler() -> None:
    for file in ROOT.glob("interazioni/**/templates/**/*.html"):
        if "/emails/" in str(file) or "/pdf/" in str(file):
            continue
        text = file.read_text()
        assert not re.search(r"<style\b|\sstyle=\"|\son(click|change|submit|load)=", text), file
        assert not re.search(r"\shx-[a-z-]+=", text), f"{file}: write data-hx-…, which is valid HTML"


def drawn(source: str, **context: object) -> str:
    """A template's text as the loader would have it: cotton's tags are compiled there."""
    compiled = CottonCompiler().process("{% load ui %}" + source)
    return Template(compiled).render(Context({"request": visitor(), **context}))


@pytest.mark.parametrize("name", ["D'Angelo", "<script>alert(1)</script>", "A & B", "{{ 7 }}"])
def test_what_people_are_called_is_escaped_once(name: str) -> None:
    html = drawn('<c-page-header title="{{ name }}" kicker="{{ name }}" />', name=name)
    assert html.count(escape(name)) == 2
    assert html == html.replace("&amp;#", "").replace("&amp;lt;", "").replace("&amp;amp;", "")
    assert escape(name) in drawn('<c-tabs :links="links" label="{{ name }}" />', name=name, links=[Link(name, "/x/")])


def test_a_figure_is_never_alone() -> None:
    with translation.override("it"):
        html = drawn(
            '<c-figure label="Alunni" :value="v" :target="t" :share="s" url="/x/" trend="up" trend_text="+3" />',
            v=743,
            t=960,
            s=743 / 960,
        )
    assert 'href="/x/"' in html
    assert "960" in html
    assert "77%" in html
    assert 'value="0.7740"' in html, "the bar wants a point in every language"
    assert "+3" in html


def test_a_bar_never_runs_past_its_end() -> None:
    assert drawn("{{ s|bar }}", s=1.4) == "1.0000"
    assert drawn("{{ s|bar }}", s=None) == "0.0000"


class Pupils(tables.Table):
    caption = "Pupils"
    row_header = "name"
    name = tables.Column(verbose_name="Name")
    hours = tables.AmountColumn(verbose_name="Hours")

    class Meta(tables.Table.Meta):
        pass


def table_html(path: str, rows: int) -> str:
    request = visitor(path)
    table = Pupils([{"name": f"<P{i}>", "hours": 1000 + i} for i in range(rows)])
    tables.paged(request, table, per_page=10)
    return render_to_string("ui/table.html", {"table": table}, request=request)


def test_a_list_names_its_rows_and_columns() -> None:
    html = table_html("/x/", 3)
    assert "<caption>Pupils" in html
    assert html.count('<th scope="row"') == 3
    assert html.count('<th scope="col"') == 2
    assert "&lt;P0&gt;" in html
    assert 'class="pagination"' not in html


def test_pages_and_sorting_keep_the_filter_and_the_export_leaves_the_page() -> None:
    html = table_html("/x/?q=ali&page=2&sort=-hours", 35)
    assert 'aria-sort="descending"' in html
    assert "q=ali&amp;page=3" in html or "page=3" in html
    export = re.search(r'href="(\?[^"]*export=xlsx[^"]*)"', html)
    assert export
    assert "q=ali" in export[1]
    assert "sort=-hours" in export[1]
    assert "page=" not in export[1]


def test_a_page_past_the_end_is_the_last_one() -> None:
    assert "&lt;P34&gt;" in table_html("/x/?page=99", 35)


@pytest.mark.django_db  # the end of a streamed answer looks after connections
def test_the_whole_list_goes_into_the_workbook() -> None:
    import io

    import openpyxl

    response = Pupils([{"name": "=A", "hours": 1}, {"name": "B", "hours": 2}]).workbook("pupils")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    response.close()
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [["Name", "Hours"], ["'=A", 1], ["B", 2]]
