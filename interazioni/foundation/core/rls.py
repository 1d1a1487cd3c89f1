"""Row-level security: the database keeps the bodies apart even when a query forgets its filter.

A transaction carries its context in settings that end with it (`access.context`):

| setting | meaning |
|---|---|
| `interazioni.user` | who acts |
| `interazioni.bodies` | the bodies whose rows may be read and written: the one body the person acts as |
| `interazioni.figures` | the bodies whose work may be read as figures and codes: a partnership's, for who coordinates it |
| `interazioni.plan_wide` | `on`: every body's work may be read as figures and codes (Region, IRES) |
| `interazioni.names` | `on`: people may be read across bodies (a permission of its own; each use is audited) |
| `interazioni.service` | a worker's errand that belongs to no body (`outbox`, `directory`) |

No context, no rows. Each table of ours has policies, made by the operations below in its migration, or stands in
`EXEMPT` with the reason; `tests/architecture/test_isolation.py` holds us to it.
"""

from django.db import migrations

# The context is read once a statement, not once a row: hence the sub-selects (measured: half the time of counting 5,000 people).
OWN = "body_id = ANY(CAST((SELECT app_bodies()) AS uuid[]))"
FIGURES = "((SELECT app_plan_wide()) OR body_id = ANY(CAST((SELECT app_figure_bodies()) AS uuid[])))"

# table → why it needs no policy. Every table of the database is either isolated or here.
EXEMPT: dict[str, str] = {
    "django_migrations": "Django's own; no personal data",
    "django_content_type": "Django's own; no personal data",
    "django_session": "read by its unguessable key, before anybody is known",
    "auth_group": "unused: roles live in memberships",
    "auth_group_permissions": "unused: roles live in memberships",
    "auth_permission": "Django's own; no personal data",
    "accounts_user": "read at login, before a body is known; operators only, no recipients",
    "accounts_user_groups": "unused: roles live in memberships",
    "accounts_user_user_permissions": "unused: roles live in memberships",
    "account_emailaddress": "allauth reads it at login, before a body is known; operators only",
    "account_emailconfirmation": "allauth's; operators only",
    "mfa_authenticator": "allauth reads it at login; secrets belong to the user who logs in",
    "partners_body": "the register of bodies is public: organisations, not people",
    "partners_site": "places of public bodies, not people",
    "partners_partnership": "the register of partnerships is public",
    "partners_partnershipbody": "the register of partnerships is public",
    "programme_plan": "the plan is public",
    "programme_action": "the plan is public",
    "programme_activity": "the plan is public",
    "programme_deliverykind": "the plan is public",
    "programme_recipientgroup": "the plan is public",
    "programme_indicator": "the plan is public",
    "programme_share": "the plan is public",
    "programme_period": "the plan is public",
    "core_generation": "how often what is public changed; no rows of anybody",
    "core_read": "how often a public thing was read on a day; no readers",
    "search_document": "what everybody may read, made from what is published",
    "search_opening": "opening hours of what is published",
    "search_word": "words of what is published",
    "search_token": "words of what is published, counted",
    "translation_source": "words that are or were public; translators of all bodies share them",
    "translation_segment": "words that are or were public",
    "translation_version": "translations of what is public; ids of operators, no recipients",
    "translation_piece": "translations of what is public; ids of operators, no recipients",
    "translation_memory": "translations of what is public",
    "translation_concept": "the glossary is public",
    "translation_term": "the glossary is public",
    "translation_run": "a machine's work on what is public; ids of operators, no recipients",
    "translation_errand": "a machine's work on what is public",
    "translation_handed": "translators' files about what is public; ids of operators, no recipients",
    "freshness_linkstate": "what public addresses answered",
    "freshness_linkround": "in which nights public addresses were asked",
    "wagtailusers_userprofile": "how an editor likes Wagtail's admin; nothing else",
    "wagtailadmin_admin": "Wagtail's permission to enter; no rows of anybody",
    "wagtailadmin_editingsession": "that somebody is editing an entry, for who edits it, too",
    "wagtailcore_modellogentry": "that an entry was edited: read for an entry that was found first; Wagtail's reports are shut",
    "wagtailcore_workflow": "the review, the same for every body",
    "wagtailcore_workflowtask": "the review, the same for every body",
    "wagtailcore_workflowcontenttype": "the review, the same for every body",
    "wagtailcore_task": "the review, the same for every body",
    "content_review": "the review, the same for every body",
    "wagtailcore_workflowstate": "that an entry is being reviewed: read for an entry that was found first",
    "wagtailcore_taskstate": "what a review said: read for an entry that was found first",
    "wagtailcore_referenceindex": "unused: entries do not point to each other",
    "wagtailcore_locale": "Wagtail's own; no personal data",
    "wagtailcore_site": "Wagtail's own: unused, contents are no pages and permissions follow from memberships",
    "content_redirect": "old addresses of what is public",
    "wagtailcore_groupsitepermission": "Wagtail's own: unused, contents are no pages and permissions follow from memberships",
    "wagtailcore_apitoken": "Wagtail's own: unused, contents are no pages and permissions follow from memberships",
    "wagtailcore_collectionviewrestriction_groups": "Wagtail's own: unused, contents are no pages and permissions follow from memberships",
    "wagtailcore_collectionviewrestriction": "Wagtail's own: unused, contents are no pages and permissions follow from memberships",
    "wagtailcore_collection": "Wagtail's own: unused, contents are no pages and permissions follow from memberships",
    "wagtailcore_groupcollectionpermission": "Wagtail's own: unused, contents are no pages and permissions follow from memberships",
    "wagtailcore_uploadedfile": "Wagtail's own: unused, contents are no pages and permissions follow from memberships",
    "wagtailcore_groupapprovaltask_groups": "Wagtail's own: unused, contents are no pages and permissions follow from memberships",
    "wagtailcore_groupapprovaltask": "Wagtail's own: unused, contents are no pages and permissions follow from memberships",
    "wagtailcore_page": "Wagtail's own: unused, contents are no pages and permissions follow from memberships",
    "wagtailcore_grouppagepermission": "Wagtail's own: unused, contents are no pages and permissions follow from memberships",
    "wagtailcore_pageviewrestriction_groups": "Wagtail's own: unused, contents are no pages and permissions follow from memberships",
    "wagtailcore_pageviewrestriction": "Wagtail's own: unused, contents are no pages and permissions follow from memberships",
    "wagtailcore_workflowpage": "Wagtail's own: unused, contents are no pages and permissions follow from memberships",
    "wagtailcore_pagelogentry": "Wagtail's own: unused, contents are no pages and permissions follow from memberships",
    "wagtailcore_comment": "Wagtail's own: unused, contents are no pages and permissions follow from memberships",
    "wagtailcore_commentreply": "Wagtail's own: unused, contents are no pages and permissions follow from memberships",
    "wagtailcore_pagesubscription": "Wagtail's own: unused, contents are no pages and permissions follow from memberships",
    "taggit_tag": "comes with Wagtail; unused",
    "taggit_taggeditem": "comes with Wagtail; unused",
    "wagtaildocs_document": "comes with Wagtail; unused, its pages are shut",
    "wagtailimages_image": "comes with Wagtail; unused, its pages are shut",
    "wagtailimages_rendition": "comes with Wagtail; unused, its pages are shut",
    "audit_seal": "hashes only",
    "procrastinate_jobs": "the queue: tasks carry ids only",
    "procrastinate_events": "the queue: tasks carry ids only",
    "procrastinate_periodic_defers": "the queue: tasks carry ids only",
    "procrastinate_workers": "the queue's own",
}


def _sql(statements: str) -> str:
    """Forward SQL for `RunSQL`, with Django's percent signs left alone."""
    return statements


def isolate(table: str, *, read: str = OWN, write: str = OWN) -> migrations.RunSQL:
    """Rows are read where `read` holds and written where `write` holds (SQL over the row, see the constants above)."""
    forward = f"""
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
        CREATE POLICY {table}_read ON {table} FOR SELECT USING ({read});
        CREATE POLICY {table}_insert ON {table} FOR INSERT WITH CHECK ({write});
        CREATE POLICY {table}_update ON {table} FOR UPDATE USING ({write}) WITH CHECK ({write});
        CREATE POLICY {table}_delete ON {table} FOR DELETE USING ({write});
    """
    backward = "".join(f"DROP POLICY {table}_{act} ON {table};" for act in ("read", "insert", "update", "delete"))
    return migrations.RunSQL(_sql(forward), backward + f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;")


def append_only(table: str) -> migrations.RunSQL:
    """UPDATE, DELETE and TRUNCATE are refused, to the application's role and to the owner alike."""
    forward = f"""
        CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION app_refuse_change();
        CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION app_refuse_change();
    """
    return migrations.RunSQL(
        _sql(forward),
        f"DROP TRIGGER {table}_append_only ON {table}; DROP TRIGGER {table}_no_truncate ON {table};",
    )


def derived(table: str) -> migrations.RunSQL:
    """Only the database's own trigger functions write this table; the application reads it."""
    return migrations.RunSQL(
        f"""DO $$ BEGIN EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON {table} FROM %I', app_role()); END $$;""",
        migrations.RunSQL.noop,
    )


def same_body(table: str, column: str, parent: str) -> migrations.RunSQL:
    """A row and the row it points to belong to the same body: a composite foreign key `(column, body_id)`.

    The parent needs a unique constraint on `(id, body_id)`, which this makes where it is missing.
    """
    forward = f"""
        CREATE UNIQUE INDEX IF NOT EXISTS {parent}_id_body ON {parent} (id, body_id);
        ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_same_body
            FOREIGN KEY ({column}, body_id) REFERENCES {parent} (id, body_id) DEFERRABLE INITIALLY IMMEDIATE;
    """
    return migrations.RunSQL(forward, f"ALTER TABLE {table} DROP CONSTRAINT {table}_{column}_same_body;")
