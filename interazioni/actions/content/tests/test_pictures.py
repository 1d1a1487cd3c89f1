"""A picture from an editor's window to the portal: whose it is, when it is public, what becomes of it. Through Wagtail's own pages."""

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation
from PIL import Image
from wagtail.models import Revision

from interazioni.actions.content import rules
from interazioni.actions.content.choosing import Quota
from interazioni.actions.content.models import Guide
from interazioni.actions.content.pictured import Picture, Rendition
from interazioni.actions.content.tasks import forget_pictures
from interazioni.actions.content.tests.test_contents import TEXT, a_draft, edit, enter, errors, form
from interazioni.foundation.access.context import acting, service
from interazioni.foundation.access.rules import Denied
from interazioni.foundation.core import clock
from interazioni.foundation.search.queries import Filters, search
from interazioni.foundation.translation import rules as translating
from interazioni.foundation.translation.models import Segment, Source
from interazioni.front.demo.cast import MUNICIPALITY, actor, ident
from interazioni.front.demo.region import DEMO_DAY

pytestmark = pytest.mark.django_db
CREATE = "content_pictures:create"
WORDS = {"picture_alt": "Una porta aperta", "picture_credit": "Foto del Comune di Asti, CC BY 4.0"}


@pytest.fixture(autouse=True)
def in_italian() -> Any:
    with translation.override("it"), clock.at(DEMO_DAY):
        yield


@pytest.fixture(autouse=True)
def second_factor_given(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False


def a_file(colour: Any = (200, 30, 30), size: tuple[int, int] = (1200, 800)) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size, colour).save(target, "JPEG")
    return target.getvalue()


def bring_in(client: Client, content: bytes, body: Any = "", name: str = "IMG_1.jpg") -> dict[str, Any]:
    """What the window answers: `step` says whether it was chosen or has to be looked at again."""
    url = reverse(CREATE) + (f"?body={body}" if body else "")
    response = client.post(url, {"file": SimpleUploadedFile(name, content, "image/jpeg")})
    assert response.status_code == 200, response.status_code
    answer: dict[str, Any] = json.loads(response.content)
    return answer


def a_picture(login: str = "lucia", colour: Any = (200, 30, 30)) -> Picture:
    answer = bring_in(enter(login), a_file(colour))
    assert answer["step"] == "chosen", answer
    with acting(actor(login)):
        return Picture.objects.get(pk=answer["result"]["id"])


def publish(guide: Guide, **more: Any) -> Guide:
    """By who reviews, from the editor."""
    response = edit(enter("paolo"), guide, **more, **{"action-publish": "1"})
    assert response.status_code == 302, errors(response)
    with acting(actor("paolo")):
        return Guide.objects.get(pk=guide.pk)


def a_published_guide(picture: Picture, **more: Any) -> Guide:
    _lucia, guide = a_draft(picture=str(picture.pk), **WORDS)
    return publish(guide, picture=str(picture.pk), **{**WORDS, **more})


def seen(picture: Picture, width: int = 960, client: Client | None = None) -> Any:
    return (client or Client()).get(picture.address(width))


def read(guide: Guide, language: str = "") -> str:
    return Client().get(f"{language}/guides/{guide.slug}/").content.decode()


def test_what_an_editor_brings_in_is_seen_by_everybody_once_its_entry_is_published() -> None:
    picture = a_picture()
    assert picture.body_id == ident("body", MUNICIPALITY)
    _lucia, guide = a_draft(picture=str(picture.pk), **WORDS)
    assert seen(picture).status_code == 404, "a draft's picture is not public"
    assert seen(picture, client=enter("lucia")).status_code == 404, "not even to its editor, at the public address"
    guide = publish(guide, picture=str(picture.pk), **WORDS)

    page = read(guide)
    assert f'src="{picture.address(960)}"' in page
    assert f'srcset="{picture.address(480)} 480w, {picture.address(960)} 960w"' in page
    assert 'width="960" height="640" alt="Una porta aperta"' in page
    assert "<figcaption>Foto del Comune di Asti, CC BY 4.0</figcaption>" in page
    assert f'<meta property="og:image" content="http://127.0.0.1:8000{picture.address(960)}">' in page
    for width in (192, 480, 960):
        response = seen(picture, width)
        assert response.headers["Content-Type"] == "image/webp"
        assert Image.open(io.BytesIO(response.content)).size == (width, width * 2 // 3)
    assert seen(picture, 500).status_code == 404
    (found,) = search("tessera", "it", Filters(kinds=["guide"])).items
    assert found.picture == picture.address(192)
    assert (
        f'<img class="result-picture" src="{picture.address(192)}" alt=""' in Client().get("/guides/").content.decode()
    )


def test_its_address_is_kept_for_ever_by_who_has_it_and_sets_no_cookie() -> None:
    picture = a_picture()
    a_published_guide(picture)
    response = seen(picture)
    assert "immutable" in response.headers["Cache-Control"]
    assert "s-maxage=86400" in response.headers["Cache-Control"], "a proxy asks again after a day"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert not response.cookies
    again = Client().get(picture.address(960), headers={"If-None-Match": f"W/{response.headers['ETag']}"})
    assert (again.status_code, again.content) == (304, b"")


def test_its_words_are_translated_and_marked_where_they_are_not() -> None:
    picture = a_picture()
    guide = a_published_guide(picture)
    source = Source.objects.get(object_id=guide.pk)
    pieces = {segment.pk: f"EN {segment.text}" for segment in Segment.objects.filter(source=source)}
    amina = actor("amina")
    translating.write_pieces(source=source, language="en", texts=pieces, by=amina)
    translating.hand_in(source=source, language="en", by=amina)
    page = read(guide, "/en")
    assert 'alt="EN Una porta aperta" fetchpriority' in page
    assert "<figcaption>EN Foto del Comune" in page
    unread = read(guide, "/ar")
    assert 'alt="Una porta aperta" lang="it" dir="ltr"' in unread
    assert '<figcaption lang="it" dir="ltr">Foto del Comune' in unread


def test_decoration_is_not_read_aloud_nor_translated() -> None:
    guide = a_published_guide(a_picture(), picture_decorative="on", picture_alt="Ornamento")
    page = read(guide)
    assert 'alt="" fetchpriority' in page, page[page.find("<figure") :][:400]
    assert [
        key for key, _text, _ident in Source.objects.get(object_id=guide.pk).texts if key.startswith("picture")
    ] == ["picture.credit"]


@pytest.mark.parametrize("missing", ["picture_alt", "picture_credit"])
def test_a_draft_may_wait_for_a_pictures_words_and_who_reads_it_may_not(missing: str) -> None:
    picture = str(a_picture().pk)
    lucia, guide = a_draft(picture=picture, **{**WORDS, missing: " "})
    response = edit(lucia, guide, picture=picture, **{**WORDS, missing: " "}, **{"action-submit": "1"})
    assert response.status_code == 200
    assert list(errors(response)) == [missing]
    page = response.content.decode()
    assert f'value="{guide.title}"' in page, "what was typed is still there"
    assert picture in page, "and what was chosen"
    response = edit(enter("paolo"), guide, picture=picture, **{**WORDS, missing: " "}, **{"action-publish": "1"})
    assert list(errors(response)) == [missing]
    assert edit(lucia, guide, picture=picture, **WORDS, **{"action-submit": "1"}).status_code == 302


def test_what_lost_its_words_after_it_was_sent_to_review_cannot_be_approved() -> None:
    picture = str(a_picture().pk)
    lucia, guide = a_draft(picture=picture, **WORDS)
    assert edit(lucia, guide, picture=picture, **WORDS, **{"action-submit": "1"}).status_code == 302
    with acting(actor("paolo")):
        state = Guide.objects.get(pk=guide.pk).current_workflow_task_state
    approve = reverse("wagtailsnippets_content_guide:workflow_action", args=[guide.pk, "approve", state.pk])
    assert edit(lucia, guide, picture=picture, picture_alt="", picture_credit="").status_code == 302
    paolo = enter("paolo")
    assert paolo.post(approve, {"comment": ""}).status_code in (302, 403)
    assert Client().get("/guides/la-tessera-sanitaria/").status_code == 404
    assert edit(lucia, guide, picture=picture, **WORDS).status_code == 302
    assert paolo.post(approve, {"comment": ""}).status_code in (200, 302)
    assert WORDS["picture_alt"] in Client().get("/guides/la-tessera-sanitaria/").content.decode()


def test_what_is_brought_from_elsewhere_needs_the_words_too() -> None:
    by = actor("paolo")
    with acting(by):
        picture = rules.add_picture(content=a_file(), by=by)
    values = {"title": "La casa", "summary": "In breve.", "theme": "home", "picture": picture}
    with translation.override("en"), pytest.raises(ValidationError, match="who made"):
        rules.write(kind="guide", values=values, blocks=TEXT, by=by)


@pytest.mark.breaks_in
def test_the_database_refuses_a_public_picture_without_words() -> None:
    guide = a_published_guide(a_picture())
    with acting(actor("paolo")), pytest.raises(IntegrityError), transaction.atomic():
        Guide.objects.filter(pk=guide.pk).update(picture_credit="")


def test_who_puts_another_in_its_place_publishes_that_and_the_old_one_is_gone() -> None:
    first, second = a_picture(), a_picture(colour=(20, 20, 200))
    guide = a_published_guide(first)
    assert edit(enter("lucia"), guide, picture=str(second.pk), **WORDS).status_code == 302
    assert (seen(first).status_code, seen(second).status_code) == (200, 404), "a newer draft changes nothing yet"
    assert first.address(960) in read(guide)
    publish(guide, picture=str(second.pk), **WORDS)
    assert (seen(first).status_code, seen(second).status_code) == (404, 200)
    assert second.address(960) in read(guide)
    with acting(actor("lucia")):
        rules.take_off(entry=guide, by=actor("lucia"))
    assert seen(second).status_code == 404, "what is taken off shows nothing any more"


def test_an_older_version_is_shown_and_compared_with_its_own_picture() -> None:
    first, second = a_picture(), a_picture(colour=(20, 20, 200))
    guide = a_published_guide(first)
    lucia = enter("lucia")
    edit(lucia, guide, picture=str(second.pk), **WORDS)
    with acting(actor("lucia")):
        older, newer = Revision.objects.filter(object_id=str(guide.pk)).order_by("pk").values_list("pk", flat=True)[1:3]
        assert Revision.objects.get(pk=older).as_object().picture == first
    compared = lucia.get(
        reverse("wagtailsnippets_content_guide:revisions_compare", args=[guide.pk, older, newer])
    ).content.decode()
    assert f"/desk/contents/pictures/{first.pk}/" in compared
    assert f"/desk/contents/pictures/{second.pk}/" in compared


def test_the_preview_shows_a_picture_that_is_not_public() -> None:
    picture = a_picture()
    lucia, guide = a_draft(picture=str(picture.pk), **WORDS)
    address = reverse("wagtailsnippets_content_guide:preview_on_edit", args=[guide.pk])
    assert lucia.post(address, form(guide.title, picture=str(picture.pk), **WORDS)).json()["is_valid"]
    page = lucia.get(address + "?mode=").content.decode()
    assert f'src="/desk/contents/pictures/{picture.pk}/"' in page
    assert lucia.get(f"/desk/contents/pictures/{picture.pk}/").headers["Content-Type"] == "image/webp"
    assert Image.open(io.BytesIO(lucia.get(f"/desk/contents/pictures/{picture.pk}/?width=192").content)).size == (
        192,
        128,
    )


def test_another_bodys_picture_is_not_there_and_cannot_be_taken() -> None:
    picture = a_picture("lucia")
    franca = enter("franca")
    for url in (reverse("content:picture", args=[picture.pk]), reverse("content_pictures:chosen", args=[picture.pk])):
        assert franca.get(url).status_code == 404
        assert enter("lucia").get(url).status_code == 200
    listed = json.loads(franca.get(reverse("content_pictures:choose") + f"?body={picture.body_id}").content)["html"]
    assert str(picture.pk) not in listed
    response = franca.post(
        reverse("wagtailsnippets_content_guide:add"), form("Prova", picture=str(picture.pk), **WORDS)
    )
    assert "picture" in errors(response)
    with acting(actor("franca")), pytest.raises(Denied):
        rules.add_picture(content=a_file(), body_id=picture.body_id, by=actor("franca"))
    assert (
        franca.post(
            reverse(CREATE) + f"?body={picture.body_id}", {"file": SimpleUploadedFile("x.jpg", a_file())}
        ).status_code
        == 403
    )
    with acting(actor("paolo")):
        assert Picture.objects.filter(pk=picture.pk).exists(), "who reviews sees it, as the entry that it is for"


def test_who_reviews_brings_in_for_the_body_whose_entry_it_is() -> None:
    _lucia, guide = a_draft()
    paolo = enter("paolo")
    editor = paolo.get(reverse("wagtailsnippets_content_guide:edit", args=[guide.pk])).content.decode()
    assert f"/cms/pictures/?body={guide.body_id}" in editor
    answer = bring_in(paolo, a_file(), guide.body_id)
    with acting(actor("lucia")):
        assert Picture.objects.get(pk=answer["result"]["id"]).body_id == guide.body_id
    own = bring_in(paolo, a_file())["result"]["id"]
    assert own != answer["result"]["id"], "the same file, for another body"
    response = edit(paolo, guide, picture=own, **WORDS)
    assert "picture" in errors(response), "it could not be seen by the body that keeps the entry"


def test_the_same_file_twice_is_one_picture() -> None:
    first, second = a_picture(), a_picture()
    assert first.pk == second.pk
    with acting(actor("lucia")):
        assert Rendition.objects.filter(picture=first).count() == 3


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<html><script>alert(1)</script></html>", "JPEG, PNG and WebP"),
        (a_file()[:2000], "damaged"),
        (a_file(size=(300, 200)), "too small"),
        (b"", "empty"),
    ],
    ids=["html called jpg", "half a file", "small", "empty"],
)
def test_the_window_says_what_is_wrong(content: bytes, said: str) -> None:
    with translation.override("en"):
        client = enter("lucia")
        client.cookies["django_language"] = "en"
        answer = bring_in(client, content)
    assert answer["step"] == "reshow_creation_form"
    assert said in answer["htmlFragment"]
    with acting(actor("lucia")):
        assert not Picture.objects.exists()


@pytest.mark.parametrize("size", [11, 40])
def test_a_file_that_is_too_large_is_not_kept_and_said(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[int] = []
    receive = Quota.receive_data_chunk
    monkeypatch.setattr(
        Quota,
        "receive_data_chunk",
        lambda self, chunk, start: (kept.append(len(chunk)), receive(self, chunk, start))[1],
    )
    client = enter("lucia")
    client.cookies["django_language"] = "en"
    answer = bring_in(client, a_file() + bytes(size * 1024 * 1024))
    assert answer["step"] == "reshow_creation_form"
    assert "The file is larger than 10.0" in answer["htmlFragment"]
    assert kept == [], "who says beforehand how much it is is not listened to"


def test_who_does_not_say_how_large_it_is_is_stopped_on_the_way(settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 50_000  # within the slack that a request has around its file
    client = enter("lucia")
    client.cookies["django_language"] = "en"
    answer = bring_in(client, a_file() + bytes(100_000))
    assert "The file is larger than" in answer["htmlFragment"]


def test_a_forged_request_brings_in_nothing() -> None:
    client = enter("lucia")
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    response = strict.post(reverse(CREATE), {"file": SimpleUploadedFile("x.jpg", a_file())})
    assert response.status_code == 403
    with acting(actor("lucia")):
        assert not Picture.objects.exists()


def test_what_nothing_shows_is_forgotten_after_a_month() -> None:
    shown, drafted, chosen_before, unused = (a_picture(colour=(n, 9, 9)) for n in (10, 60, 120, 180))
    guide = a_published_guide(chosen_before)
    publish(guide, picture=str(shown.pk), **WORDS)
    a_draft(title="La casa", picture=str(drafted.pk), **WORDS)

    def night() -> set[Any]:
        with service("content"):
            forget_pictures.function()
        with acting(actor("lucia")):
            return set(Picture.objects.all())

    with clock.at(DEMO_DAY + timedelta(days=29)):
        assert night() == {shown, drafted, chosen_before, unused}
    with clock.at(DEMO_DAY + timedelta(days=31)):
        fresh = a_picture(colour=(240, 9, 9))
        assert night() == {shown, drafted, fresh}
    assert seen(shown).status_code == 200
    with acting(actor("lucia")):
        older = Revision.objects.filter(object_id=str(guide.pk)).order_by("pk")[0]
        assert older.as_object().picture is None, "an old version is read without what is gone"
        assert Rendition.objects.count() == 9


def test_a_rule_says_no_in_words() -> None:
    with acting(actor("lucia")), pytest.raises(ValidationError, match="JPEG, PNG"):
        rules.add_picture(content=b"nothing", by=actor("lucia"))


def test_a_page_with_a_picture_costs_no_query_more(django_assert_max_num_queries: Any) -> None:
    guide = a_published_guide(a_picture())
    with django_assert_max_num_queries(10):
        read(guide)
