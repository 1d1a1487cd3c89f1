from django.db import connection

from interazioni.foundation.access.tasks import task
from interazioni.foundation.search.concepts import named
from interazioni.foundation.search.rules import learn
from interazioni.foundation.search.vectors import typed

COUNT = """
WITH counted AS (SELECT word, ndoc FROM ts_stat('SELECT vector FROM search_document')),
gone AS (DELETE FROM search_token WHERE token NOT IN (SELECT word FROM counted))
INSERT INTO search_token (token, documents) SELECT word, ndoc FROM counted
ON CONFLICT (token) DO UPDATE SET documents = excluded.documents WHERE search_token.documents <> excluded.documents
"""


@task("search.count_tokens", service="search", every="17 * * * *")
def count_tokens() -> None:
    """How rare each word is, and what the glossary's names are made of; an hour late is early enough."""
    count()


def count() -> None:
    with connection.cursor() as cursor:
        cursor.execute(COUNT)
    names: dict[str, str] = {}
    for _code, language, name in named():
        names |= typed(name, language)
    learn(names)
