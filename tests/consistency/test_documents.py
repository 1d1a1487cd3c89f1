"""What the documents say is so."""

import json
import re
import subprocess
import tomllib
from pathlib import Path

import jsonschema
import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[2]
# What git keeps, and what it would keep.
FILES = [
    ROOT / name
    for name in subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    if (ROOT / name).is_file()
]
DOCUMENTS = [path for path in FILES if path.suffix == ".md"]
LOCKS = {"uv.lock", "package-lock.json"}


def text(path: Path) -> str:
    """Empty for what was removed since the tests were collected: somebody may be working beside them."""
    return path.read_text(errors="ignore") if path.exists() else ""


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\((?!https?:|mailto:|tel:|#)([^)#\s]+)", text(path))
    assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_commands_and_scripts_that_documents_name_exist(path: Path) -> None:
    commands = set(get_commands())
    named = set(re.findall(r"(?:`|bin/|^)interazioni ([a-z][a-z_]*)(?=[ `\n])", text(path), re.MULTILINE))
    scripts = set(re.findall(r"\bscript/([a-z_]+(?:\.py)?)\b", text(path)))
    assert sorted(named - commands) == []
    assert sorted(script for script in scripts if not (ROOT / "script" / script).exists()) == []


def test_every_variable_of_the_settings_is_documented() -> None:
    source = text(ROOT / "interazioni" / "config" / "settings.py")
    variables = set(re.findall(r"""\benv(?:\.\w+)?\(\s*"([A-Z_]+)\"""", source))
    documented = set(re.findall(r"`([A-Z_]+)`", text(ROOT / "docs" / "production.md")))
    assert sorted(variables - documented) == []


def test_the_description_for_catalogues_follows_the_specification() -> None:
    description = yaml.safe_load(text(ROOT / "publiccode.yml"))
    jsonschema.validate(description, json.loads(text(Path(__file__).parent / "publiccode.schema.json")))
    project = tomllib.loads(text(ROOT / "pyproject.toml"))["project"]
    assert description["softwareVersion"] == project["version"]
    assert description["legal"]["license"] == project["license"]
    assert set(description["localisation"]["availableLanguages"]) == {code for code, _name in settings.LANGUAGES}


def test_the_licence_is_the_whole_licence() -> None:
    licence = text(ROOT / "LICENSE")
    assert licence.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2")
    assert "Applicable Law" in licence
    assert "Appendix" in licence


def test_the_changelog_keeps_its_format() -> None:
    lines = text(ROOT / "CHANGELOG.md").splitlines()
    versions = [line for line in lines if line.startswith("## ")]
    assert versions[0] == "## [Unreleased]"
    assert all(re.fullmatch(r"## \[\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2}", line) for line in versions[1:])
    sections = {line[4:] for line in lines if line.startswith("### ")}
    assert sections <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_decisions_are_numbered_and_listed() -> None:
    decisions = sorted(path.name for path in (ROOT / "docs" / "adr").glob("[0-9]*.md"))
    numbers = [decision[:4] for decision in decisions]
    assert len(set(numbers)) == len(numbers)
    listed = text(ROOT / "docs" / "adr" / "README.md")
    for decision in decisions:
        assert f"({decision})" in listed
        content = text(ROOT / "docs" / "adr" / decision)
        assert re.match(rf"# {decision[:4]}(?: –|:) \S", content), decision
        assert all(part in content for part in ("**Question.**", "**Chosen.**", "osts")), decision


def test_a_term_of_the_glossary_stands_once() -> None:
    rows = []
    for path in [ROOT / "docs" / "glossary.md", *sorted((ROOT / "docs" / "glossary.d").glob("*.md"))]:
        if path.exists():
            rows += [line.split("|")[1:-1] for line in text(path).splitlines() if line.startswith("| ")]
    terms = [row[0].strip().lower() for row in rows if row[0].strip() not in ("Italian", "italiano", "Italiano")]
    assert terms, "docs/glossary.md has no table"
    assert sorted({term for term in terms if terms.count(term) > 1}) == []
    assert [row[0] for row in rows if not all(cell.strip() for cell in row)] == []


def test_the_locks_hold_what_is_declared() -> None:
    """Without asking a registry: every declared part stands in the lock."""
    project = tomllib.loads(text(ROOT / "pyproject.toml"))
    lock = tomllib.loads(text(ROOT / "uv.lock"))
    locked = {package["name"] for package in lock["package"]}
    declared = project["project"]["dependencies"] + [
        entry for group in project["dependency-groups"].values() for entry in group if isinstance(entry, str)
    ]
    names = {re.split(r"[\[<>=~!;\s]", entry)[0].lower().replace("_", "-").replace(".", "-") for entry in declared}
    assert sorted(names - locked) == []
    node = json.loads(text(ROOT / "package.json"))
    node_lock = json.loads(text(ROOT / "package-lock.json"))
    assert node_lock["packages"][""]["devDependencies"] == node["devDependencies"]


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    """Paths of somebody's machine, and registries' addresses outside the locks, break on every other machine."""
    private = re.compile(r"(?<![\w.])/(?:work|root|home/\w+|Users/\w+)/")
    hosts = re.compile(r"\b(?:pypi\.org|pythonhosted\.org|registry\.npmjs\.org|deb\.debian\.org)\b")
    found = []
    for path in FILES:
        if name(path) in LOCKS or path.suffix in {".png", ".jpg", ".xlsx", ".woff2", ".pdf"} or path == Path(__file__):
            continue
        for pattern in (private, hosts):
            found += [f"{name(path)}: {match[0]}" for match in pattern.finditer(text(path))]
    assert found == []


def test_no_secret_is_kept_in_the_repository() -> None:
    shape = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b|\bghp_[A-Za-z0-9]{36}\b")
    assert [name(path) for path in FILES if path != Path(__file__) and shape.search(text(path))] == []


def test_scripts_can_be_run_and_end_at_the_first_fault() -> None:
    for path in [*(ROOT / "script").iterdir(), ROOT / ".ci" / "run"]:
        if path.suffix == ".py" or path.name == "environment" or not path.is_file():
            continue
        assert path.stat().st_mode & 0o111, f"{name(path)} is not executable"
        assert re.search(r"^set -e?uo pipefail$", text(path), re.MULTILINE), name(path)
