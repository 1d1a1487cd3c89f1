"""Wagtail's admin as the editors of this house see it: five kinds of contents, and nothing else."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import ForeignKey
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.compare import register_comparison_class
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    MultiFieldPanel,
    ObjectList,
    PublishingPanel,
    TabbedInterface,
)
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from interazioni.actions.content import choosing, rules
from interazioni.actions.content.forms import EntryForm, EventForm
from interazioni.actions.content.models import Entry, Event, Guide, News, Opportunity, PlanPage
from interazioni.actions.content.pictured import Picture

register_comparison_class(ForeignKey, to=Picture, comparison_class=choosing.PictureComparison)
PICTURE = ("picture", "picture_alt", "picture_decorative", "picture_credit")


def _panels(model: type[Entry], *own: Any) -> TabbedInterface:
    words = [
        FieldPanel("title"),
        FieldPanel("summary"),
        FieldPanel("theme"),
        *own,
        MultiFieldPanel([FieldPanel(name) for name in PICTURE], heading=_("Picture")),
        FieldPanel("text"),
        FieldPanel("minor"),
    ]
    about = [
        FieldPanel("also"), FieldPanel("municipality"), FieldPanel("sources"), FieldPanel("see_also"), FieldPanel("sensitive"),
        FieldPanel("slug", permission=f"content.publish_{model._meta.model_name}"), PublishingPanel(),
    ]  # fmt: skip
    form = EventForm if issubclass(model, Event) else EntryForm
    return TabbedInterface(
        [ObjectList(words, heading=_("Text")), ObjectList(about, heading=_("About it"))], base_form_class=form
    )


class EntryViewSet(SnippetViewSet):
    """Rows of other bodies are not there: the database sees to it (`migrations/0002_guards.py`)."""

    icon = "doc-full"
    add_to_admin_menu = True
    list_display = ["title", "body", "live", "has_unpublished_changes", "last_published_at"]
    list_filter = ["theme", "live"]
    search_fields = ["title", "summary"]
    ordering = ["title"]
    list_per_page = 50
    copy_view_enabled = False


OWN: dict[type[Entry], tuple[str, list[Any]]] = {
    Guide: ("doc-full", []),
    News: ("mail", []),
    Opportunity: ("tag", [FieldRowPanel([FieldPanel("deadline"), FieldPanel("link")])]),
    Event: (
        "date",
        [
            FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
            MultiFieldPanel(
                [FieldRowPanel([FieldPanel("rule"), FieldPanel("until")]), FieldPanel("except_days")], heading=_("Again")
            ),
            FieldPanel("where"), FieldPanel("online"), FieldRowPanel([FieldPanel("free"), FieldPanel("booking")]),
        ],
    ),
    PlanPage: ("group", []),
}  # fmt: skip

LABELS = {
    Guide: _("Guides"),
    News: _("News"),
    Opportunity: _("Opportunities"),
    Event: _("Events"),
    PlanPage: _("Pages of the plan"),
}

for number, (kept, (symbol, own)) in enumerate(OWN.items()):
    register_snippet(
        type(
            f"{kept.__name__}ViewSet",
            (EntryViewSet,),
            {
                "model": kept, "icon": symbol, "menu_order": 100 + number, "menu_label": LABELS[kept],
                "edit_handler": _panels(kept, *own), "menu_name": f"content-{kept.kind}",
            },
        )
    )  # fmt: skip


@hooks.register("register_admin_viewset")
def choose_pictures() -> Any:
    return choosing.viewset


@hooks.register("construct_main_menu")
def only_contents(request: HttpRequest, items: list[Any]) -> None:
    items[:] = [
        MenuItem(_("Back to the desk"), reverse("content:entries"), name="content-desk", icon_name="arrow-left", order=1),
        *(item for item in items if item.name.startswith("content-")),
    ]  # fmt: skip


@hooks.register("after_create_snippet")
@hooks.register("after_edit_snippet")
def drafted(request: HttpRequest, instance: Any) -> None:
    if isinstance(instance, Entry):
        rules.note(entry=instance, act="draft", by=request.actor)  # type: ignore[attr-defined]


@hooks.register("before_delete_snippet")
def only_what_was_never_public(request: HttpRequest, instances: list[Any]) -> None:
    for instance in instances:
        if isinstance(instance, Entry):
            if instance.first_published_at is not None:
                raise PermissionDenied
            if request.method == "POST":
                rules.note(entry=instance, act="discard", by=request.actor)  # type: ignore[attr-defined]


@hooks.register("insert_editor_js")
def start_choosers() -> str:
    return format_html('<script src="{}"></script>', static("content/choosers.js"))


@hooks.register("insert_global_admin_css")
def in_the_colour_of_the_house() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("content/editor.css"))
