from django.urls import path

from interazioni.plan.people.views import listing, person, privacy, registering

app_name = "people"
urlpatterns = [
    path("", listing.people, name="list"),
    path("export/", listing.export, name="export"),
    path("register/", registering.register, name="register"),
    path("register/alike/", registering.alike, name="alike"),
    path("register/eligibility/", registering.preview, name="preview"),
    path("places/", registering.places, name="places"),
    path("open-name/", person.open_name, name="open_name"),
    path("<uuid:person_id>/", person.detail, name="detail"),
    path("<uuid:person_id>/eligibility/", person.eligibility, name="eligibility"),
    path("<uuid:person_id>/history/", person.history, name="history"),
    path("<uuid:person_id>/correct/", person.correct, name="correct"),
    path("<uuid:person_id>/withdraw/", person.withdraw, name="withdraw"),
    path("<uuid:person_id>/return/", person.take_back, name="return"),
    path("<uuid:person_id>/notice/", person.notice, name="notice"),
    path("<uuid:person_id>/merge/", person.merge, name="merge"),
    path("<uuid:person_id>/privacy/", privacy.privacy, name="privacy"),
    path("<uuid:person_id>/privacy/access/", privacy.give_access, name="give_access"),
    path("<uuid:person_id>/privacy/erase/", privacy.erase, name="erase"),
]
