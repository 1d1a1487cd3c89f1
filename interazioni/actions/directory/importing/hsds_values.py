"""Values of a node by their type: what is of another type is said, and counts as nothing. Pure."""

import re

from django.utils.translation import gettext_lazy as _

from interazioni.actions.directory.importing.draft import Draft
from interazioni.actions.directory.importing.hsds_reading import Node


class Reader:
    def __init__(self, node: Node, draft: Draft) -> None:
        self.node, self.draft = node, draft

    def text(self, name: str) -> str:
        found = self.node.get(name)
        if found is None or found == "":
            return ""
        if isinstance(found, str):
            return found
        if isinstance(found, int | float) and not isinstance(found, bool):
            return str(found)
        self.wrong(name)
        return ""

    def number(self, name: str) -> float | None:
        found = self.node.get(name)
        if isinstance(found, str) and re.fullmatch(r"-?\d{1,9}(?:\.\d{1,12})?", found.strip()):
            found = float(found)
        if found is None or found == "":
            return None
        if isinstance(found, bool) or not isinstance(found, int | float) or not abs(found) < 1e9:
            self.wrong(name)
            return None
        return float(found)

    def wrong(self, name: str) -> None:
        self.draft.warn("wrong_type", _("“%(read)s” is not what the standard says it is: left out."), name)
