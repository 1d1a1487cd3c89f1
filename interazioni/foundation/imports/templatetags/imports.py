from django import template

from interazioni.foundation.imports.mapping import Column, Proposal
from interazioni.foundation.imports.registry import TableView

register = template.Library()


@register.simple_tag
def taken_for(table: TableView, column: Column) -> Proposal | None:
    """What a column was taken for, if for anything."""
    return next((one for one in table.mapping.values() if one.column.index == column.index), None)
