from django.urls import path

from interazioni.foundation.translation.views import desk, files, glossary, machine

app_name = "translation"
urlpatterns = [
    path("", desk.board, name="board"),
    path("languages/", desk.languages, name="languages"),
    path("glossary/", glossary.glossary, name="glossary"),
    path("glossary/add/", glossary.add, name="add_concept"),
    path("glossary/<uuid:concept_id>/", glossary.concept, name="concept"),
    path("glossary/<uuid:concept_id>/remove/", glossary.remove, name="remove_concept"),
    path("files/", files.files, name="files"),
    path("files/<slug:language>/xliff/", files.export_language, name="export_language"),
    path("files/<uuid:handed_id>/", files.handed, name="handed"),
    path("machine/", machine.begin, name="machine"),
    path("machine/<uuid:run_id>/", machine.run, name="run"),
    path("machine/<uuid:run_id>/stop/", machine.stop, name="stop_run"),
    path("<uuid:source_id>/<slug:language>/", desk.page, name="page"),
    path("<uuid:source_id>/<slug:language>/since/<int:revision>/", desk.since, name="since"),
    path("<uuid:source_id>/<slug:language>/segments/<uuid:segment_id>/", desk.piece, name="piece"),
    path("<uuid:source_id>/<slug:language>/pivot/", desk.pivot, name="pivot"),
    path("<uuid:source_id>/<slug:language>/validate/", desk.validate, name="validate"),
    path("<uuid:source_id>/<slug:language>/xliff/", files.export_one, name="export_one"),
]
