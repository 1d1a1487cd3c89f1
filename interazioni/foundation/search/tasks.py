from django.conf import settings
from django.db import connection

from interazioni.foundation.access.tasks import task
from interazioni.foundation.search.concepts import named
from interazioni.foundation.search.rules import learn
from interazioni.foundation.search.vectors import typed

COUNT = """
WITH counted AS (
    SELECT word, ndoc FROM ts_stat(%(shown)s) UNION ALL SELECT '', count(*) FROM search_document WHERE reads_in @> ARRAY[%(language)s]::varchar[]
), gone AS (DELETE FROM search_token WHERE language = %(language)s AND token NOT IN (SELECT word FROM counted))
INSERT INTO search_token (language, token, documents) SELECT %(language)s, word, ndoc FROM counted
ON CONFLICT (language, token) DO UPDATE SET documents = excluded.documents WHERE search_token.documents <> excluded.documents
"""
SHOWN = "SELECT vector FROM search_document WHERE reads_in @> ARRAY['{}']::varchar[]"


@task("search.count_tokens", service="search", every="17 * * * *")
def count_tokens() -> None:
    """How rare each word is, and what the glossary's names are made of; an hour late is early enough."""
    count()


def count() -> None:
    with connection.cursor() as cursor:
        for language in settings.PORTAL_LANGUAGES:
            cursor.execute(COUNT, {"language": language, "shown": SHOWN.format(language)})
    names: dict[str, str] = {}
    for _code, language, name in named():
        names |= typed(name, language)
    learn(names)
