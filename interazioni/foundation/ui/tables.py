"""Lists: a caption, headers with scope, a first column that names its row, pages, and the way out as a workbook."""

from typing import Any, ClassVar

import django_tables2
from django.http import FileResponse, HttpRequest
from django.utils.functional import Promise
from django_tables2 import Column, RequestConfig

from interazioni.foundation.ui.export import workbook_response
from interazioni.foundation.ui.formats import local_date, local_number

__all__ = ["AmountColumn", "Column", "DayColumn", "Table", "export_asked", "paged"]

PER_PAGE = 25


class AmountColumn(Column):  # type: ignore[misc]
    """Numbers: aligned at their end, grouped as the reader's language does; plain numbers in the workbook."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("attrs", {"td": {"class": "number"}, "th": {"class": "number"}, "tf": {"class": "number"}})
        super().__init__(*args, **kwargs)

    def render(self, value: Any) -> str:
        return local_number(value)

    def value(self, **kwargs: Any) -> Any:
        return kwargs["value"]


class DayColumn(Column):  # type: ignore[misc]
    """Days as the reader writes them; real dates in the workbook."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("attrs", {"td": {"class": "nowrap"}})
        super().__init__(*args, **kwargs)

    def render(self, value: Any) -> str:
        return local_date(value)

    def value(self, **kwargs: Any) -> Any:
        return kwargs["value"]


class Table(django_tables2.Table):  # type: ignore[misc]
    """Set `caption` always (what the list holds), `row_header` to the column that names the row, `stacked = False` for
    a grid of figures, which scrolls on a phone instead of turning into cards."""

    caption: ClassVar[str | Promise] = ""
    row_header: ClassVar[str] = ""
    stacked: ClassVar[bool] = True
    exported: ClassVar[bool] = True
    drawn_rows: Any = None  # the page's rows as ready HTML, for a list that must be fast

    class Meta:
        template_name = "ui/table.html"
        attrs: ClassVar = {"class": "table"}
        order_by_field = "sort"
        page_field = "page"

    def workbook(self, filename: str) -> FileResponse:
        """The whole list as it is filtered and sorted now, not only the page on the screen."""
        rows = iter(self.as_values())
        header = [str(cell) for cell in next(rows)]
        return workbook_response(filename, header, rows, sheet=str(self.caption))


def paged(request: HttpRequest, table: Table, *, per_page: int = PER_PAGE) -> Table:
    """The table sorted and cut as the address asks (`?sort=`, `?page=`); past the end comes the last page."""
    RequestConfig(request, paginate={"per_page": per_page, "silent": True}).configure(table)
    return table


def export_asked(request: HttpRequest) -> bool:
    """Whether the link "export this list" was followed: then the view returns `table.workbook(…)`."""
    return request.GET.get("export") == "xlsx"
