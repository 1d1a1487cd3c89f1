"""What the ledger must hold for this room's work, by the room's own rows: `interazioni ledger verify` compares."""

ATTENDANCE = """
    SELECT a.id, y.attendance_measure, e.person_id, e.association_id, round(a.minutes / 60.0, 4)
    FROM activities_attendance a
    JOIN activities_enrolment e ON e.id = a.enrolment_id
    JOIN activities_session s ON s.id = a.session_id
    JOIN activities_edition d ON d.id = s.edition_id
    JOIN programme_activity y ON y.id = d.activity_id
    WHERE a.minutes > 0 AND s.state = 'held' AND y.attendance_measure <> ''
"""
SESSION = """
    SELECT s.id, m.measure, NULL::uuid, NULL::uuid, m.quantity
    FROM activities_session s
    JOIN activities_edition d ON d.id = s.edition_id
    JOIN programme_activity y ON y.id = d.activity_id
    CROSS JOIN LATERAL (VALUES (y.session_measure, 1::numeric), (y.session_hours_measure, round(s.held_minutes / 60.0, 4)))
        AS m (measure, quantity)
    WHERE s.state = 'held' AND m.measure <> ''
"""
DELIVERY = """
    SELECT d.id, k.measure, d.person_id, d.association_id, d.quantity
    FROM activities_delivery d JOIN programme_deliverykind k ON k.id = d.kind_id
    WHERE d.state = 'recorded'
"""
