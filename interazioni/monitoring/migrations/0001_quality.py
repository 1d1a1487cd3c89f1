"""Counts of people with facts missing, by body: the one look across bodies that data quality needs, and it names nobody."""

from django.db import migrations

QUALITY = """
CREATE FUNCTION monitoring_people_quality()
RETURNS TABLE (body_id uuid, people int, without_birth int, without_citizenship int, without_notice int)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT p.body_id, count(*)::int, count(*) FILTER (WHERE p.birth_date IS NULL)::int,
           count(*) FILTER (WHERE NOT EXISTS (SELECT 1 FROM people_citizenship c WHERE c.person_id = p.id))::int,
           count(*) FILTER (WHERE p.privacy_notice_date IS NULL)::int
    FROM people_person p
    WHERE p.state = 'active' AND (app_plan_wide() OR p.body_id = ANY (app_figure_bodies()))
    GROUP BY p.body_id
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial"), ("core", "0001_context")]
    operations = [migrations.RunSQL(QUALITY, "DROP FUNCTION monitoring_people_quality()")]
