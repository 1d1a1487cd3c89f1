import pytest

from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.audit.models import Event
from interazioni.front.demo.cast import COOPERATIVE, SCHOOL_A, actor
from interazioni.plan.partners.models import Body, Membership

pytestmark = pytest.mark.django_db


def test_nadia_acts_as_one_body_at_a_time() -> None:
    at_school, at_cooperative = actor("nadia", SCHOOL_A), actor("nadia", COOPERATIVE)
    assert at_school.body_name == "IC Barriera di Torino"
    assert at_cooperative.body_name == "Cooperativa Il Ponte"
    assert at_school.can(Permission.PEOPLE_REGISTER)


def test_without_a_context_there_are_no_rows() -> None:
    assert Body.objects.exists()  # the register is public
    assert not Membership.objects.exists()
    assert not Event.objects.exists()
