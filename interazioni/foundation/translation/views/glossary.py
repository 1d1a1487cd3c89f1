"""The plan's terms: read by all who translate, kept by who assists the plan; the search uses the same names."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.views import desk
from interazioni.foundation.translation import queries, rules, words
from interazioni.foundation.translation.forms import ConceptForm
from interazioni.foundation.translation.models import Concept


@require_safe
@desk(Permission.TRANSLATIONS_WRITE)
def glossary(request: HttpRequest) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    asked = request.GET.get("q", "").strip()[:100]
    found = Concept.objects.order_by("code").prefetch_related("terms")
    if asked:
        found = found.filter(Q(code__icontains=asked) | Q(terms__text__icontains=asked)).distinct()
    columns = ["it", *(code for code in (queries.languages_of(actor) or ["en", "fr", "ar"]) if code != "it")][:5]
    rows = []
    for concept in found[:500]:
        names: dict[str, list[str]] = {}
        for term in sorted(concept.terms.all(), key=lambda one: not one.preferred):
            names.setdefault(term.language, []).append(term.text)
        rows.append((concept, [(code, names.get(code, [])) for code in columns], len(names)))
    context = {
        "rows": rows, "columns": columns, "q": asked, "keeps": actor.can(Permission.GLOSSARY_KEEP), "languages": len(words.targets()),
    }  # fmt: skip
    return render(request, "translation/glossary.html", context)


@desk(Permission.GLOSSARY_KEEP)
def add(request: HttpRequest) -> HttpResponseBase:
    form = ConceptForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if Concept.objects.filter(code=form.cleaned_data["code"]).exists():
            form.add_error("code", _("There is a concept with this code already."))
        elif _saved(request, form, form.cleaned_data["code"]):
            return redirect("translation:glossary")
    return render(request, "translation/concept.html", {"form": form})


@desk(Permission.GLOSSARY_KEEP)
def concept(request: HttpRequest, concept_id: UUID) -> HttpResponseBase:
    found = Concept.objects.filter(pk=concept_id).prefetch_related("terms").first()
    if found is None:
        raise Http404
    names: dict[str, list[str]] = {}
    for term in sorted(found.terms.all(), key=lambda one: not one.preferred):
        names.setdefault(f"in_{term.language}", []).append(term.text)
    initial = {
        "note": found.note,
        "enforced": found.enforced,
        **{name: "\n".join(lines) for name, lines in names.items()},
    }
    form = ConceptForm(request.POST or None, initial=initial, fixed=True)
    if request.method == "POST" and form.is_valid():
        # Names in languages that the form does not show are kept.
        others = {name.removeprefix("in_"): lines for name, lines in names.items() if name not in form.fields}
        if _saved(request, form, found.code, others):
            return redirect("translation:glossary")
    return render(request, "translation/concept.html", {"form": form, "concept": found})


def _saved(request: HttpRequest, form: ConceptForm, code: str, others: dict[str, list[str]] | None = None) -> bool:
    try:
        rules.set_concept(
            code=code, note=form.cleaned_data["note"], enforced=form.cleaned_data["enforced"], terms={**(others or {}), **form.terms()}, by=request.actor,  # type: ignore[attr-defined]
        )  # fmt: skip
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return False
    messages.success(request, _("Saved. The search knows the names as soon as something is published anew."))
    return True


@require_POST
@desk(Permission.GLOSSARY_KEEP)
def remove(request: HttpRequest, concept_id: UUID) -> HttpResponseBase:
    if not Concept.objects.filter(pk=concept_id).exists():
        raise Http404
    rules.remove_concept(concept_id=concept_id, by=request.actor)  # type: ignore[attr-defined]
    messages.success(request, _("The concept was removed."))
    return redirect("translation:glossary")
