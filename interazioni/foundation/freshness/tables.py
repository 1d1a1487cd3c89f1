from typing import Any
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.freshness import queries, registry
from interazioni.foundation.freshness.models import LinkRound, Vouch
from interazioni.foundation.freshness.words import problem_words
from interazioni.foundation.ui.formats import local_date
from interazioni.foundation.ui.public import under
from interazioni.foundation.ui.tables import AmountColumn, Column, DayColumn, Table


class FreshFilter(django_filters.FilterSet):  # type: ignore[misc]
    q = django_filters.CharFilter(label=gettext_lazy("Title"), method="by_title", max_length=100)
    body = django_filters.ChoiceFilter(label=gettext_lazy("Kept by"), field_name="body_id")
    kind = django_filters.ChoiceFilter(label=gettext_lazy("Kind"))
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"), choices=queries.Stands.choices, method="by_state", empty_label=gettext_lazy("All")
    )

    class Meta:
        model = Vouch
        fields: list[str] = []

    def __init__(self, *args: Any, bodies: list[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["kind"].extra["choices"] = [(code, kind.label) for code, kind in registry.kinds.items()]
        if len(bodies) > 1:
            self.filters["body"].extra["choices"] = sorted(
                ((str(one), name) for one, name in bodies), key=lambda row: row[1]
            )
        else:
            del self.filters["body"]

    def by_title(self, found: QuerySet[Vouch], name: str, value: str) -> QuerySet[Vouch]:
        for word in value.split():
            found = found.filter(title__icontains=word)
        return found

    def by_state(self, found: QuerySet[Vouch], name: str, value: str) -> QuerySet[Vouch]:
        return queries.standing(found, value)


class FreshTable(Table):
    caption = gettext_lazy("What the public reads, and who vouches for it")
    row_header = "title"

    title = Column(verbose_name=gettext_lazy("Title"))
    kind = Column(verbose_name=gettext_lazy("Kind"))
    body_name = Column(verbose_name=gettext_lazy("Kept by"))
    verified_at = DayColumn(verbose_name=gettext_lazy("Last verified"))
    due_at = DayColumn(verbose_name=gettext_lazy("Good until"))
    urgency = Column(verbose_name=gettext_lazy("State"), order_by=("urgency", "due_at"))
    found = Column(verbose_name=gettext_lazy("What was found"), orderable=False, empty_values=(), accessor="pk")
    said = AmountColumn(verbose_name=gettext_lazy("Suggestions"))
    asked = AmountColumn(verbose_name=gettext_lazy("Mails sent"))
    acts = Column(
        verbose_name=gettext_lazy("What to do"),
        orderable=False,
        empty_values=(),
        accessor="pk",
        exclude_from_export=True,
    )

    def __init__(self, rows: QuerySet[Vouch], *, request: HttpRequest, actor: Actor) -> None:
        super().__init__(rows, exclude=() if actor.plan_wide else ("body_name",))
        self.actor = actor
        self.shared = {"csrf_token": get_token(request), "back": request.GET.urlencode()}

    def render_title(self, record: Vouch, value: str) -> SafeString:
        return format_html('<a href="{}">{}</a>', page(record, self.actor), value)

    def render_kind(self, value: str) -> str:
        return str(registry.kinds[value].label) if value in registry.kinds else value

    value_kind = render_kind

    def render_urgency(self, record: Vouch) -> str:
        return self._drawn("freshness/_stands.html", record)

    def value_urgency(self, record: Vouch) -> str:
        return ", ".join(str(state.label) for _tone, state in queries.stands(record)) or str(queries.Stands.FINE.label)

    def render_found(self, record: Vouch) -> str:
        return self._drawn("freshness/_found.html", record) if record.wrong else "—"  # type: ignore[attr-defined]

    def value_found(self, record: Vouch) -> str:
        return "\n".join(problem_words(one) for one in record.found)  # type: ignore[attr-defined]

    def render_acts(self, record: Vouch) -> str:
        return self._drawn("freshness/_acts.html", record)

    def _drawn(self, template: str, record: Vouch) -> str:
        mine = queries.may_vouch(self.actor, record)
        kind = registry.kinds[record.kind]
        said = {
            "vouch": record, "problems": getattr(record, "found", ()), "stands": queries.stands(record), "mine": mine, "page": page(record, self.actor),
            "withdraw": kind.withdraw(record.object_id) if mine else "", "fine": queries.Stands.FINE.label,
        }  # fmt: skip
        return render_to_string(template, {**self.shared, **said})


def page(vouch: Vouch, actor: Actor) -> str:
    """On the desk, for who may open it there; else what the public reads."""
    kind = registry.kinds[vouch.kind]
    return kind.page(vouch.object_id) if actor.can(kind.permission) else under(vouch.path, "it")


def last_night(night: LinkRound | None) -> str:
    """What the links' last night came to, in words; nothing before the first."""
    if night is None:
        return ""
    if night.lost:
        return _(
            "In the night to %(day)s (nearly) no site answered: this machine had no way out to the net. Nothing was concluded about any link."
        ) % {"day": local_date(night.date)}  # fmt: skip
    return _("In the night to %(day)s %(asked)s links on %(hosts)s sites were asked.") % {
        "day": local_date(night.date), "asked": night.asked, "hosts": night.hosts,
    }  # fmt: skip
