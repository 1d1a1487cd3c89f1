"""The drawing of the house, held against the code."""

import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[2]
DOORS = {"rules", "queries", "models", "registry"}
# The demo makes the region through the rules, and prepares what the rules take: it may look at any module below.
FREE = {"interazioni.front.demo"}


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("interazioni", cache_dir=None)


def room(module: str) -> str | None:
    """`interazioni.plan.people` for anything inside it; `interazioni.monitoring` is a floor and a room."""
    parts = module.split(".")
    if len(parts) > 1 and parts[1] == "monitoring":
        return "interazioni.monitoring"
    return ".".join(parts[:3]) if len(parts) > 2 and parts[1] != "config" else None


def imports(graph: grimp.ImportGraph) -> list[tuple[str, str]]:
    """Importer and imported, of different rooms; tests may look anywhere."""
    return [
        (importer, imported)
        for importer in graph.modules
        if ".tests" not in importer
        for imported in graph.find_modules_directly_imported_by(importer)
        if room(importer) and room(imported) and room(importer) != room(imported)
    ]


def test_floors_and_rooms_are_in_order() -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-logo", "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_room_reaches_itself_through_another(graph: grimp.ImportGraph) -> None:
    edges = defaultdict(set)
    for importer, imported in imports(graph):
        edges[room(importer)].add(room(imported))

    def reachable(start: str | None) -> set[str | None]:
        seen: set[str | None] = set()
        todo = list(edges[start])
        while todo:
            current = todo.pop()
            if current not in seen:
                seen.add(current)
                todo += edges[current]
        return seen

    assert [name for name in list(edges) if name in reachable(name)] == []


def test_rooms_of_the_plan_and_the_work_are_entered_by_their_doors(graph: grimp.ImportGraph) -> None:
    past = set()
    for importer, imported in imports(graph):
        parts = imported.split(".")
        if parts[1] not in ("plan", "actions") or len(parts) < 4 or parts[3] in DOORS:
            continue
        if room(importer) not in FREE:
            past.add(f"{importer} → {imported}")
    assert sorted(past) == []


def test_no_test_is_imported_by_the_house(graph: grimp.ImportGraph) -> None:
    found = [
        f"{importer} → {imported}"
        for importer in graph.modules
        if ".tests" not in importer
        for imported in graph.find_modules_directly_imported_by(importer)
        if ".tests" in imported
    ]
    assert found == []
