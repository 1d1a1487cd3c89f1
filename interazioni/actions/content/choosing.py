"""Choosing a picture in Wagtail's editor, or bringing one in: a window above the entry, so that what is typed there is never sent along.

Wagtail's chooser of anything (`ChooserViewSet`), not its images: those keep what was uploaded, and know no bodies.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from wagtail.admin.compare import ForeignObjectComparison
from wagtail.admin.views.generic import chooser
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.widgets import BaseChooser

from interazioni.actions.content import pictures, publishing, rules
from interazioni.actions.content.pictured import Picture
from interazioni.foundation.core.models import as_uuid
from interazioni.plan.partners.models import Body

NAME = "content_pictures"  # of the addresses, and what the door lets in (`views.cms`)
SLACK = 100_000  # bytes of a request around its file


def thumbnail(picture: Picture) -> str:
    return f"{reverse('content:picture', args=[picture.pk])}?width={publishing.SMALL}"


class Quota(FileUploadHandler):
    """Keeps nothing of a file that is too large, and goes on reading what comes with it."""

    too_large = False

    def handle_raw_input(
        self, input_data: Any, meta: Any, content_length: int, boundary: Any, encoding: Any = None
    ) -> None:
        self.too_large = content_length > settings.UPLOAD_MAX_BYTES + SLACK

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if self.too_large:  # its sender says so: not a byte is kept
            raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        if start + len(raw_data) > settings.UPLOAD_MAX_BYTES:
            self.too_large = True
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Picture"), widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        error_messages={"required": gettext_lazy("Choose a file."), "empty": gettext_lazy("The file is empty.")},
    )  # fmt: skip

    def __init__(self, *args: Any, too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _(
            "JPEG, PNG or WebP, at most %(size)s. It is cut to three by two around its middle. No writing in the picture: nobody could "
            "translate it or have it read aloud. Who can be recognised has agreed to be shown; place and camera are removed."
        ) % {"size": filesizeformat(settings.UPLOAD_MAX_BYTES)}  # fmt: skip
        if too_large:
            self.fields["file"].error_messages["required"] = pictures.too_large().messages[0]


class _OfBody:
    """The window belongs to an entry, and shows and fills the pictures of its body: whoever reviews writes on other bodies' entries too."""

    request: HttpRequest

    def body_id(self) -> UUID:
        asked = as_uuid(self.request.GET.get("body", ""))
        if asked is None:
            return self.request.actor.body_id  # type: ignore[attr-defined,no-any-return]
        if not Body.objects.filter(pk=asked).exists():
            raise Http404
        return asked

    def get_object_list(self) -> QuerySet[Picture]:
        return Picture.objects.filter(body_id=self.body_id()).order_by("-created_at")


class _Chosen:
    def get_chosen_response_data(self, item: Picture) -> dict[str, Any]:
        return {"id": str(item.pk), "title": str(item), "edit_url": None, "preview": thumbnail(item)}


class _Listed(_OfBody):
    results_template_name = "content/picture_results.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        context["pictures"] = [
            (one, thumbnail(one), self.append_preserved_url_parameters(reverse(self.chosen_url_name, args=[one.pk])))  # type: ignore[attr-defined]
            for one in context["results"]
        ]
        return context


class ChooseView(_Listed, chooser.ChooseView):
    pass


class ChooseResultsView(_Listed, chooser.ChooseResultsView):
    pass


class ChosenView(_Chosen, chooser.ChosenView):
    pass


class CreateView(_Chosen, _OfBody, chooser.CreateView):
    def get_creation_form_kwargs(self) -> dict[str, Any]:
        quota = next((one for one in self.request.upload_handlers if isinstance(one, Quota)), None)
        return {**super().get_creation_form_kwargs(), "too_large": quota is not None and quota.too_large}

    def post(self, request: HttpRequest) -> HttpResponseBase:
        self.form = self.get_creation_form()
        if self.form.is_valid():
            try:
                content = self.form.cleaned_data["file"].read()
                added = rules.add_picture(content=content, body_id=self.body_id(), by=request.actor)  # type: ignore[attr-defined]
            except ValidationError as refusal:
                self.form.add_error("file", refusal)
            else:
                return self.get_chosen_response(added)  # type: ignore[no-any-return]  # Wagtail is untyped
        return self.get_reshow_creation_form_response()  # type: ignore[no-any-return]


def measured(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The token against forged requests stands in the form: it is read after the quota is in its place."""
    protected = csrf_protect(view)

    @csrf_exempt
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request.upload_handlers = [Quota(request), *request.upload_handlers]
        return protected(request, *args, **kwargs)

    return wrapper


class PictureChooser(BaseChooser):
    """Wagtail starts its choosers by a script in the page; ours is started from `choosers.js`."""

    model = Picture
    template_name = "content/picture_chooser.html"
    choose_one_text = gettext_lazy("Choose a picture or bring one in")
    choose_another_text = gettext_lazy("Choose another picture")
    clear_choice_text = gettext_lazy("No picture")
    chooser_modal_url_name = f"{NAME}:choose"
    show_edit_link = False
    icon = "image"
    body_id: UUID | None = None

    def get_chooser_modal_url(self) -> str:
        return f"{reverse(self.chooser_modal_url_name)}?body={self.body_id or ''}"

    def get_instance(self, value: Any) -> Picture | None:
        ident = value.pk if isinstance(value, Picture) else as_uuid(str(value))
        return Picture.objects.filter(pk=ident).first() if ident else None

    def get_value_data_from_instance(self, instance: Picture) -> dict[str, Any]:
        return {"id": str(instance.pk), "title": str(instance), "preview": thumbnail(instance)}

    def get_context(self, name: str, value_data: dict[str, Any], attrs: dict[str, Any]) -> dict[str, Any]:
        return {**super().get_context(name, value_data, attrs), "preview": value_data.get("preview", "")}

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        return mark_safe(str(self.render_html(name, self.get_value_data(value), attrs)))  # noqa: S308  # a template's


class PictureComparison(ForeignObjectComparison):
    """Two versions of an entry, picture beside picture."""

    def htmldiff(self) -> SafeString:
        before, after = self.get_objects()
        if before == after:
            return self._shown(after, str(after), "") if after else SafeString()
        parts = [(before, _("Before: %(picture)s"), "deletion"), (after, _("After: %(picture)s"), "addition")]
        return mark_safe(" ".join(self._shown(one, said % {"picture": one}, mark) for one, said, mark in parts if one))  # noqa: S308  # escaped below

    @staticmethod
    def _shown(picture: Picture, said: str, mark: str) -> SafeString:
        html = '<span class="picture-version {}"><img src="{}" alt="{}" width="192" height="128"></span>'
        return format_html(html, mark, thumbnail(picture), said)


class PictureChooserViewSet(ChooserViewSet):
    model = Picture
    icon = "image"
    page_title = gettext_lazy("Pictures of the body")
    search_tab_label = gettext_lazy("Those that are there")
    creation_tab_label = gettext_lazy("Bring one in")
    create_action_label = gettext_lazy("Bring it in")
    create_action_clicked_label = gettext_lazy("It is being brought in…")
    creation_form_class = UploadForm
    preserve_url_parameters = ["body"]
    per_page = 12
    base_widget_class = PictureChooser
    choose_view_class = ChooseView
    choose_results_view_class = ChooseResultsView
    chosen_view_class = ChosenView
    create_view_class = CreateView

    @property
    def choose_view(self) -> Any:
        return self.construct_view(
            ChooseView, icon=self.icon, page_title=self.page_title, search_tab_label=self.search_tab_label, creation_tab_label=self.creation_tab_label,
        )  # fmt: skip

    @property
    def choose_results_view(self) -> Any:
        return self.construct_view(ChooseResultsView)

    @property
    def create_view(self) -> Any:
        return measured(super().create_view)

    @property
    def widget_class(self) -> type[PictureChooser]:
        return PictureChooser


viewset = PictureChooserViewSet(NAME, url_prefix="pictures")
