"""Every act has its sentence, and every rule that leaves one is found by reading the source."""

import re
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from interazioni.foundation.accounts.models import User
from interazioni.foundation.audit.registry import described
from interazioni.front.demo.cast import CAST

ROOT = Path(__file__).resolve().parents[3]
ACT = re.compile(r"""(?:\brecord\(\s*\w+\s*,|\bAct\(|\bact\s*=)\s*["']([a-z_]+\.[a-z_]+)["']""")


def acts() -> set[str]:
    sources = (path for path in ROOT.rglob("*.py") if "/tests/" not in str(path) and "/migrations/" not in str(path))
    return {act for path in sources for act in ACT.findall(path.read_text())}


def test_every_act_reads_as_a_sentence() -> None:
    found = acts()
    assert len(found) > 20, "the pattern no longer fits the source"
    assert sorted(found - described()) == []


@pytest.mark.django_db
def test_chiara_reads_what_her_body_did_and_giulia_does_not(settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    client = Client()
    client.force_login(User.objects.get(pk=CAST["chiara"].user_id))
    page = client.get("/desk/audit/")
    assert page.status_code == 200
    client.force_login(User.objects.get(pk=CAST["giulia"].user_id))
    assert client.get("/desk/audit/").status_code == 403
