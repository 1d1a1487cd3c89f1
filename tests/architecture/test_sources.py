"""What every module and template of the house keeps to, read from the sources."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "interazioni"

# A longer module wants a reason.
LONG: dict[str, str] = {
    "interazioni/foundation/vocabularies/countries.py": "a table: every country with the names that people write",
    # One grammar each, read from top to bottom; whoever touches them next makes packages of them.
    "interazioni/foundation/imports/grid.py": "how attendance grids are written",
    "interazioni/foundation/imports/reading.py": "how files lie about what they are",
    "interazioni/plan/people/importing.py": "how lists of people are written, with their words",
}
LINES = 450  # "about 400": a module that grows past it becomes a package
PERSONAL = {
    "name", "surname", "first_name", "last_name", "full_name", "tax_code", "permit_number", "birth_date", "email", "phone",
    "address",
}  # fmt: skip
WRITING = {"create", "bulk_create", "get_or_create", "update_or_create", "bulk_update"}
# Who writes outside `rules`, and why.
WRITERS: dict[str, str] = {
    "interazioni/actions/activities/following.py": "what other rooms' rules (merge, erasure) call through their registries",
    "interazioni/actions/mediation/following.py": "what other rooms' rules (merge, erasure) call through their registries",
    "interazioni/foundation/freshness/checking.py": "what public addresses answered in a night: nobody's act",
    "interazioni/foundation/freshness/tasks.py": "forgets who suggested a day ago: upkeep, nobody's act",
    "interazioni/foundation/outbox/delivery.py": "the outcome of a sending: a state of the queue, nobody's act",
    "interazioni/foundation/outbox/push.py": "the worker forgets devices that their push service no longer knows",
    "interazioni/foundation/outbox/tasks.py": "forgets what was sent a month ago: upkeep of the queue, nobody's act",
    "interazioni/foundation/translation/tasks.py": "forgets files of a week ago: upkeep, nobody's act",
    "interazioni/plan/people/erasing.py": "called by the rule of `privacy` through its registry",
}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        if not {"tests", "migrations"} & set(path.parts):
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text())


def templates() -> list[Path]:
    return sorted(PACKAGE.rglob("templates/**/*.html"))


def is_rules(name: str) -> bool:
    return name.endswith("/rules.py") or "/rules/" in name


def test_no_module_is_longer_than_one_can_hold_in_mind() -> None:
    found = {}
    for path in PACKAGE.rglob("*.py"):
        name = str(path.relative_to(ROOT))
        count = len(path.read_text().splitlines())
        if count > LINES and not {"tests", "migrations"} & set(path.parts):
            found[name] = count
    assert {name: count for name, count in found.items() if name not in LONG} == {}
    assert set(LONG) - set(found) == set(), "no exception any more: strike it from the list"


def test_the_clock_is_asked_for_the_moment() -> None:
    """The demo lives in 2020 and the tests on their own days: only `core.clock` knows what the machine's clock says."""
    asking = re.compile(
        r"\b(timezone\.now|datetime\.now|datetime\.utcnow|datetime\.today|date\.today|time\.time|localdate|localtime)\("
    )
    allowed = {
        "interazioni/foundation/core/clock.py",
        "interazioni/foundation/core/ids.py",  # the time inside a UUIDv7 orders rows; it is nobody's date
        "interazioni/foundation/core/backup.py",  # a backup is of the machine's day, also in the demo
    }
    found = [
        f"{name}:{node.lineno} {ast.unparse(node)}"
        for name, tree in modules()
        if name not in allowed
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and asking.search(ast.unparse(node.func) + "(")
    ]
    assert found == []


def test_no_personal_value_in_a_representation() -> None:
    """`__str__` ends up in logs and error reports."""
    found = []
    for name, tree in modules():
        if not re.search(r"/(people|accounts|associations|activities)/", name):
            continue
        for cls in (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)):
            if cls.name in ("Association", "Edition"):  # organisations and courses have names that are no person's
                continue
            for method in cls.body:
                if isinstance(method, ast.FunctionDef) and method.name in ("__str__", "__repr__"):
                    used = {node.attr for node in ast.walk(method) if isinstance(node, ast.Attribute)}
                    found += [f"{name}: {cls.name}.{method.name} shows {attribute}" for attribute in used & PERSONAL]
    assert found == []


def writes(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        act, source = node.func.attr, ast.unparse(node.func)
        if (
            (act in WRITING and "objects" in source)
            or (act in ("update", "delete") and "objects" in source)
            or (act in ("save", "delete") and not node.args and not source.startswith(("super(", "self.")))
        ):
            yield node


def test_only_rules_write() -> None:
    found = [
        f"{name}:{call.lineno} {ast.unparse(call.func)}"
        for name, tree in modules()
        if not is_rules(name) and name not in WRITERS
        for call in writes(tree)
    ]
    assert found == []


def test_a_public_function_that_writes_is_a_rule_or_refuses_to_run_outside_one() -> None:
    found = []
    for name, tree in modules():
        if not is_rules(name):
            continue
        # A function or helper that asks `active_rules()` refuses by itself.
        refusing = {
            node.name
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef) and "active_rules()" in ast.unparse(node)
        }
        for node in tree.body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_") or not any(writes(node)):
                continue
            decorated = any(ast.unparse(decorator).startswith("rule(") for decorator in node.decorator_list)
            calls = {ast.unparse(call.func) for call in ast.walk(node) if isinstance(call, ast.Call)}
            # Its own words say where it is called: "Inside a rule", "Also outside a rule: …".
            documented = "side a rule" in (ast.get_docstring(node) or "")
            if not decorated and node.name not in refusing and not calls & refusing and not documented:
                found.append(f"{name}:{node.lineno} {node.name}")
    assert found == []


# --- templates ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("a style attribute", r"<[^>]*\sstyle\s*="),
        ("a style element", r"<style\b"),
        ("an event attribute", r"<[a-z][^>]*\son[a-z]+\s*="),
        ("a script in the page", r"<script(?![^>]*\b(?:src|type=\"application/json\")\b)"),
        ("another server", r"(?:src|href)\s*=\s*[\"'](?:https?:)?//"),
    ],
)
def test_templates_need_no_looser_policy(what: str, pattern: str) -> None:
    found = []
    for path in templates():
        text = re.sub(r"\{#.*?#\}|\{% comment.*?endcomment %\}", "", path.read_text(), flags=re.DOTALL)
        found += [
            f"{path.relative_to(PACKAGE)}: {what}: {match[0][:80]}"
            for match in re.finditer(pattern, text, re.IGNORECASE)
            # A link that a person follows asks nothing of another server until then.
            if not (
                what == "another server"
                and "<a " in text[max(0, match.start() - 200) : match.start()].rpartition(">")[2]
            )
        ]
    assert found == []


def test_every_form_that_posts_carries_its_token() -> None:
    form = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL | re.IGNORECASE)
    posts = re.compile(r"method\s*=\s*[\"']?post", re.IGNORECASE)
    found = [
        str(path.relative_to(PACKAGE))
        for path in templates()
        for attributes, content in form.findall(path.read_text())
        if posts.search(attributes) and "csrf_token" not in content
    ]
    assert found == []


def test_no_template_is_left_over() -> None:
    """Each is named somewhere, but for those whose names other packages know."""
    sources = [
        path
        for path in [*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.html"), *PACKAGE.rglob("*.txt")]
        if "/tests/" not in str(path)
    ]
    everything = {path: path.read_text() for path in sources}
    # The components are offered to every room: the page that shows them with their examples names them too.
    everything[ROOT] = (ROOT / "docs" / "mechanisms" / "ui.md").read_text()
    left = []
    for path in templates():
        name = str(path).rpartition("/templates/")[2]
        if name.startswith(("allauth/", "account/", "mfa/", "django/", "ui/errors/", "usersessions/", "wagtailadmin/")):
            continue
        if name.startswith("cotton/"):
            wanted = re.compile(r"<c-" + re.escape(name[7:-5].replace("/", ".").replace("_", "-")) + r"\b")
        else:
            wanted = re.compile(re.escape(name) + r"(?![\w/])")
        if not any(wanted.search(text) for source, text in everything.items() if source != path):
            left.append(name)
    assert left == []


# --- texts --------------------------------------------------------------------------------------------------------------


def test_every_name_that_marks_a_text_is_one_that_the_gathering_knows() -> None:
    """A text marked by another name would never be translated, and nobody would notice."""
    known = set(
        re.findall(r'"(\w+)"', (ROOT / "script" / "messages.py").read_text().split("KEYWORDS", 1)[1].split("\n}", 1)[0])
    )
    unknown = [
        f"{name}: {alias.asname or alias.name}"
        for name, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if "gettext" in alias.name and (alias.asname or alias.name) not in known
    ]
    assert unknown == []
