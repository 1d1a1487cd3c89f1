"""`/cms/`: Wagtail's admin behind `views.cms`."""

from wagtail.admin.urls import urlpatterns as wagtails

from interazioni.actions.content.views.cms import let_in

urlpatterns = let_in(wagtails)
