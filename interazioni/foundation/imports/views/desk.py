"""Upload → preview with what was understood → confirm → progress that can be left → result."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.views import desk
from interazioni.foundation.audit.queries import history
from interazioni.foundation.files.rules import content_of
from interazioni.foundation.imports import queries, rules
from interazioni.foundation.imports.codes import words
from interazioni.foundation.imports.forms import UploadForm
from interazioni.foundation.imports.models import Import, ImportState
from interazioni.foundation.imports.reading import ImportRefused
from interazioni.foundation.imports.registry import Asked, Line, TableView, kind_of, kinds
from interazioni.foundation.imports.running import understand
from interazioni.foundation.imports.tasks import later
from interazioni.foundation.ui.export import workbook_response

PAGE = 50  # lines of a preview


def _found(request: HttpRequest, import_id: UUID) -> Import:
    handed = queries.visible_to(request.actor).filter(pk=import_id).first()  # type: ignore[attr-defined]
    if handed is None:
        raise Http404
    return handed


@require_safe
@desk(Permission.IMPORTS_RUN)
def imports(request: HttpRequest) -> HttpResponseBase:
    page = Paginator(queries.visible_to(request.actor), 25).get_page(request.GET.get("page"))  # type: ignore[attr-defined]
    listed = [(handed, kind_of(handed.kind).label) for handed in page]
    return render(request, "imports/list.html", {"page": page, "imports": listed})


@desk(Permission.IMPORTS_RUN)
def upload(request: HttpRequest) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    given = {"kind": request.GET.get("kind", ""), "edition": request.GET.get("edition", "")}
    form = UploadForm(
        request.POST or None, request.FILES or None, actor=actor, initial={k: v for k, v in given.items() if v}
    )
    if request.method == "POST" and form.is_valid():
        kind, file = kind_of(form.cleaned_data["kind"]), form.cleaned_data["file"]
        options = {kind.option: form.cleaned_data["edition"]} if kind.option else {}
        content = file.read()
        try:
            understood = kind.understand(Asked(kind.read(content, file.name), actor, options))
        except ImportRefused as refused:
            form.add_error("file", str(refused))
        else:
            handed = rules.hand_in(
                kind=kind.code, name=file.name, content=content, total=len(understood.lines), options=options, by=actor
            )
            return redirect("imports:preview", import_id=handed.pk)
    context = {"form": form, "sheets": [kind for kind in kinds() if kind.headings and actor.can(kind.permission)]}
    return render(request, "imports/upload.html", context, status=422 if form.errors and request.htmx else 200)  # type: ignore[attr-defined]


@require_safe
@desk(Permission.IMPORTS_RUN)
def empty_sheet(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Headings to write under, for who has no list yet."""
    found = next((one for one in kinds() if one.code == kind and one.headings), None)
    if found is None or not request.actor.can(found.permission):  # type: ignore[attr-defined]
        raise Http404
    return workbook_response(str(found.label), found.headings, [])


@desk(Permission.IMPORTS_RUN)
def preview(request: HttpRequest, import_id: UUID) -> HttpResponseBase:
    """What was understood, row by row. A POST says what a column is and whom a name means, and may confirm."""
    actor = request.actor  # type: ignore[attr-defined]
    handed = _found(request, import_id)
    if handed.state != ImportState.PREVIEW:
        return redirect("imports:detail", import_id=handed.pk)
    kind = kind_of(handed.kind)
    if request.method == "POST":
        mapping, answers = _said(request, kind.columns_can_be_chosen)
        mapping = _changed(mapping, understand(handed, actor).tables)
        answers = {key: ident for key, ident in answers.items() if handed.answers.get(key, "") != ident}
        if mapping or answers:
            asked = Asked(
                kind.read(content_of(handed.file), handed.file.name),
                actor,
                handed.options,
                {**handed.mapping, **mapping},
                {**handed.answers, **answers},
            )
            handed = rules.answer(
                handed=handed, mapping=mapping, answers=answers, total=len(kind.understand(asked).lines), by=actor
            )
        if "confirm" in request.POST:
            try:
                later(rules.confirm(handed=handed, by=actor), actor)
            except ValidationError as fault:
                messages.error(request, " ".join(fault.messages))
            return redirect("imports:detail", import_id=handed.pk)
        return redirect(request.get_full_path())
    understood = understand(handed, actor)
    refused = [line for line in understood.lines if line.errors]
    asked_about = [line for line in understood.lines if line.choices]
    remarked = [line for line in understood.lines if line.warnings and not line.errors]
    shown = {"refused": refused, "remarked": remarked, "asked": asked_about}.get(
        request.GET.get("show", ""), understood.lines
    )
    page = Paginator(shown, PAGE).get_page(request.GET.get("page"))
    fields = [(field.name, field.label) for field in kind.fields]
    context: dict[str, Any] = {
        "handed": handed, "kind": kind, "tables": understood.tables, "page": page, "fields": fields, "show": request.GET.get("show", ""),
        "total": len(understood.lines), "refused": len(refused), "remarked": len(remarked), "asked": len(asked_about),
        "sound": len(understood.lines) - len(refused), "questions": [(one, handed.answers.get(one.key, "")) for one in understood.questions], "lines": [(line, _chosen(handed, line)) for line in page],
    }  # fmt: skip
    return render(request, "imports/preview.html", context)


def _said(request: HttpRequest, columns: bool) -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    """`column|table key|index` = field, and `who|key of a line or a question` = id, as the form posts them."""
    mapping: dict[str, dict[str, str]] = {}
    answers: dict[str, str] = {}
    for name, value in request.POST.items():
        what, _bar, key = name.partition("|")
        if what == "column" and columns:
            table, _bar, index = key.rpartition("|")
            mapping.setdefault(table, {})[index] = str(value)
        elif what == "who":
            answers[key] = str(value)
    return mapping, answers


def _changed(mapping: dict[str, dict[str, str]], tables: Sequence[TableView]) -> dict[str, dict[str, str]]:
    """The tables whose columns somebody takes for something else than the page showed."""
    shown = {table.key: {str(one.column.index): one.field for one in table.mapping.values()} for table in tables}
    return {
        key: columns
        for key, columns in mapping.items()
        if {index: field for index, field in columns.items() if field} != shown.get(key)
    }


def _chosen(handed: Import, line: Line) -> str:
    return str(handed.answers.get(line.key, ""))


@require_safe
@desk(Permission.IMPORTS_RUN)
def detail(request: HttpRequest, import_id: UUID) -> HttpResponseBase:
    """How far it is, or how it ended. The part that changes is asked again every few seconds, or by loading the page."""
    handed = _found(request, import_id)
    if handed.state == ImportState.PREVIEW:
        return redirect("imports:preview", import_id=handed.pk)
    kind, totals = kind_of(handed.kind), queries.totals(handed)
    done = sum(totals.values())
    remarks = [
        (row, [words(code, kind) for code in [*row.codes, *row.warnings]])
        for row in handed.rows.exclude(codes=[], warnings=[]).order_by("sheet", "row")[:200]
    ]
    context = {
        "handed": handed, "kind": kind, "totals": totals, "done": done, "remarks": remarks,
        "running": handed.state == ImportState.RUNNING, "history": history("import", handed.pk),
    }  # fmt: skip
    template = "imports/progress.html" if request.htmx else "imports/detail.html"  # type: ignore[attr-defined]
    return render(request, template, context)


@require_safe
@desk(Permission.IMPORTS_RUN)
def refused(request: HttpRequest, import_id: UUID) -> HttpResponseBase:
    """The rows that were not taken, as they came, with the reason in a last column: to be mended and handed in again."""
    handed = _found(request, import_id)
    kind = kind_of(handed.kind)
    outcome = {(row.sheet, row.row): row for row in handed.rows.filter(outcome="refused")}
    try:
        understood = understand(handed, request.actor)  # type: ignore[attr-defined]
    except FileNotFoundError as gone:
        raise Http404 from gone
    lines = [line for line in understood.lines if (line.sheet, line.row) in outcome]
    labels = (
        [column.label or str(column.index + 1) for column in understood.tables[0].columns] if understood.tables else []
    )
    width = max([len(labels), *(len(line.cells) for line in lines)], default=0)
    columns = [*labels, *[""] * (width - len(labels)), _("Reason")]

    def row(line: Line) -> list[Any]:
        codes = outcome[line.sheet, line.row].codes
        reasons = [str(error) for error in line.errors] or [words(code, kind) for code in codes]
        return [*line.cells, *[""] * (width - len(line.cells)), " ".join(reasons)]

    return workbook_response(_("rows-not-taken"), columns, (row(line) for line in lines), sheet=_("Not taken"))


@require_POST
@desk(Permission.IMPORTS_RUN)
def cancel(request: HttpRequest, import_id: UUID) -> HttpResponseBase:
    try:
        rules.cancel(handed=_found(request, import_id), by=request.actor)  # type: ignore[attr-defined]
    except ValidationError as fault:
        messages.error(request, " ".join(fault.messages))
    else:
        messages.success(request, _("The import was cancelled and its file removed."))
    return redirect("imports:list")
