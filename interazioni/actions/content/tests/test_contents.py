"""A body writes, who assists the plan reads, everybody reads. Through Wagtail's own pages, as its editors do."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from wagtail.models import Revision

from interazioni.actions.content import rules
from interazioni.actions.content.models import Guide
from interazioni.actions.content.tasks import keep_hours
from interazioni.foundation.access.context import acting, service
from interazioni.foundation.accounts.models import User
from interazioni.foundation.core import clock
from interazioni.foundation.outbox.models import Message
from interazioni.foundation.search.queries import Filters, search
from interazioni.foundation.translation import rules as translating
from interazioni.foundation.translation.models import Segment, Source
from interazioni.front.demo.cast import CAST, actor
from interazioni.front.demo.region import DEMO_DAY

pytestmark = pytest.mark.django_db
TEXT = [("heading", "Che cos'è"), ("paragraph", "La tessera serve dal **medico**. Vedi [il sito](https://www.salute.gov.it)."), ("steps", ["Vai all'ASL", "Porta un documento"])]  # fmt: skip


@pytest.fixture(autouse=True)
def in_italian() -> Any:
    with translation.override("it"), clock.at(DEMO_DAY):
        yield


@pytest.fixture(autouse=True)
def second_factor_given(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False


def enter(login: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=CAST[login].user_id))
    return client


def form(title: str, blocks: list[tuple[str, Any]] = TEXT, **more: str) -> dict[str, str]:
    """What Wagtail's editor posts."""
    data = {
        "title": title,
        "summary": "In breve.",
        "theme": "health",
        "also": "",
        "sources": "",
        "municipality": "",
        "text-count": str(len(blocks)),
    }
    for n, (kind, said) in enumerate(blocks):
        data |= {f"text-{n}-type": kind, f"text-{n}-order": str(n), f"text-{n}-deleted": "", f"text-{n}-id": ""}
        if isinstance(said, str):
            data[f"text-{n}-value"] = said
            continue
        data[f"text-{n}-value-count"] = str(len(said))
        for m, item in enumerate(said):
            data |= {
                f"text-{n}-value-{m}-value": item,
                f"text-{n}-value-{m}-order": str(m),
                f"text-{n}-value-{m}-deleted": "",
                f"text-{n}-value-{m}-id": "",
            }
    return data | more


def a_draft(login: str = "lucia", title: str = "La tessera sanitaria", **more: str) -> tuple[Client, Guide]:
    client = enter(login)
    response = client.post(reverse("wagtailsnippets_content_guide:add"), form(title, **more))
    assert response.status_code == 302, errors(response)
    with acting(actor(login)):
        return client, Guide.objects.get(title=title)


def errors(response: Any) -> Any:
    return response.context and response.context.get("form") and response.context["form"].errors


def edit(client: Client, guide: Guide, **more: Any) -> Any:
    return client.post(
        reverse("wagtailsnippets_content_guide:edit", args=[guide.pk]), form(more.pop("title", guide.title), **more)
    )


def published(
    title: str = "La tessera sanitaria", blocks: list[tuple[str, Any]] = TEXT, login: str = "paolo", **values: Any
) -> Guide:
    found = rules.write(
        kind="guide",
        values={"title": title, "summary": "In breve.", "theme": "health"} | values,
        blocks=blocks,
        by=actor(login),
    )
    assert isinstance(found, Guide)
    return found


def test_a_draft_is_reviewed_and_then_read_by_everybody() -> None:
    lucia, guide = a_draft()
    assert not guide.live
    assert guide.body.code == "comune-asti"
    assert Client().get("/guides/la-tessera-sanitaria/").status_code == 404

    assert edit(lucia, guide, **{"action-submit": "1"}).status_code == 302
    with service("outbox"):
        assert [m.to for m in Message.objects.filter(purpose="content.review")] == ["paolo@interazioni.example"]
    paolo = enter("paolo")
    assert "La tessera sanitaria" in paolo.get("/desk/").content.decode()

    with acting(actor("paolo")):
        state = Guide.objects.get(pk=guide.pk).current_workflow_task_state
    url = reverse("wagtailsnippets_content_guide:workflow_action", args=[guide.pk, "approve", state.pk])
    assert paolo.post(url, {"comment": ""}).status_code in (200, 302)
    page = Client().get("/guides/la-tessera-sanitaria/").content.decode()
    assert "<strong>medico</strong>" in page
    assert 'href="https://www.salute.gov.it"' in page
    assert "<ol><li>Vai all&#x27;ASL</li>" in page
    assert "Comune di Asti" in page
    assert "12 febbraio 2020" in page
    assert [one.title for one in search("tesera sanitaria", "it", Filters(kinds=["guide"])).items] == [
        "La tessera sanitaria"
    ]
    with service("outbox"):
        assert Message.objects.filter(purpose="content.answer", to="lucia@interazioni.example").exists()


def test_who_writes_does_not_publish() -> None:
    lucia, guide = a_draft()
    edit(lucia, guide, **{"action-publish": "1"})
    with acting(actor("lucia")):
        assert not Guide.objects.get(pk=guide.pk).live


def test_another_bodys_draft_and_another_bodys_published_guide_are_not_there() -> None:
    _lucia, guide = a_draft()
    public = published("Come si rinnova il permesso")
    franca = enter("franca")
    for entry in (guide, public):
        for page in ("edit", "history", "delete", "preview_on_edit"):
            assert franca.get(reverse(f"wagtailsnippets_content_guide:{page}", args=[entry.pk])).status_code == 404, (
                page
            )
        assert franca.get(reverse("content:entry", args=["guide", entry.pk])).status_code == 404
    assert "Come si rinnova" not in franca.get(reverse("wagtailsnippets_content_guide:list")).content.decode()


def test_what_wagtail_offers_beyond_contents_is_not_there() -> None:
    paolo = enter("paolo")
    for name in (
        "wagtailadmin_explore_root",
        "wagtailadmin_account",
        "wagtailadmin_reports:site_history",
        "wagtailadmin_workflows:index",
        "wagtailsnippets:index",
    ):
        assert paolo.get(reverse(name)).status_code == 404, name


def test_a_published_guide_stays_as_it_is_while_the_next_draft_is_written() -> None:
    guide = published(login="paolo")
    paolo = enter("paolo")
    assert edit(paolo, guide, title="La tessera sanitaria, nuova").status_code == 302
    assert "nuova" not in Client().get(f"/guides/{guide.slug}/").content.decode()
    assert edit(paolo, guide, title="La tessera sanitaria, nuova", **{"action-publish": "1"}).status_code == 302
    assert "nuova" in Client().get(f"/guides/{guide.slug}/").content.decode()


def test_a_paragraph_keeps_its_translation_when_another_is_put_before_it() -> None:
    guide = published()
    source = Source.objects.get(object_id=guide.pk)
    pieces = {segment.pk: f"EN {segment.text}" for segment in Segment.objects.filter(source=source)}
    amina = actor("amina")
    translating.write_pieces(source=source, language="en", texts=pieces, by=amina)
    translating.hand_in(source=source, language="en", by=amina)
    assert "EN Vai all" in Client().get(f"/en/guides/{guide.slug}/").content.decode()
    rules.write(
        kind="guide",
        values={},
        blocks=[TEXT[0], ("paragraph", "Prima di tutto: è gratis."), *TEXT[1:]],
        entry_id=guide.pk,
        by=actor("paolo"),
    )
    page = Client().get(f"/en/guides/{guide.slug}/").content.decode()
    assert "EN Vai all" in page
    assert '<p lang="it" dir="ltr">Prima di tutto' in page


def test_an_old_address_leads_to_the_new_one() -> None:
    guide = published()
    rules.write(kind="guide", values={"slug": "tessera"}, blocks=TEXT, entry_id=guide.pk, by=actor("paolo"))
    assert Client().get("/en/guides/la-tessera-sanitaria/").headers["Location"] == "/en/guides/tessera/"


def test_what_has_expired_is_taken_off_and_what_was_scheduled_appears() -> None:
    guide = published(expire_at=DEMO_DAY + timedelta(days=2))
    paolo = enter("paolo")
    later = published("Il codice fiscale")
    response = edit(
        paolo, later, title="Il codice fiscale dal 14", **{"go_live_at": "2020-02-14 08:00", "action-publish": "1"}
    )
    assert response.status_code == 302, errors(response)
    assert "dal 14" not in Client().get(f"/guides/{later.slug}/").content.decode()
    with clock.at(DEMO_DAY + timedelta(days=3)):
        with service("content"):
            keep_hours.function()
        assert Client().get(f"/guides/{guide.slug}/").status_code == 404
        assert "dal 14" in Client().get(f"/guides/{later.slug}/").content.decode()


def test_html_and_half_links_are_text() -> None:
    guide = published(blocks=[("paragraph", "<script>alert(1)</script> & co")])
    page = Client().get(f"/guides/{guide.slug}/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    response = enter("lucia").post(
        reverse("wagtailsnippets_content_guide:add"), form("Prova", [("paragraph", "[a](javascript:alert(1))")])
    )
    assert response.status_code == 200
    assert "text" in errors(response)


def test_json_of_the_draft_lives_in_the_database_only_for_its_body() -> None:
    _lucia, guide = a_draft()
    with acting(actor("franca")):
        assert not Revision.objects.filter(object_id=str(guide.pk)).exists()
    with acting(actor("lucia")):
        assert Revision.objects.filter(object_id=str(guide.pk)).exists()
