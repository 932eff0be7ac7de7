"""Completeness: how the archive stands at a glance, and every report with its charts, to narrow and to take away."""

from datetime import timedelta
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import Query, Request, Response
from markupsafe import Markup

from desk.reports.forms.as_html import svg
from desk.reports.forms.cells import NUMERIC, marked
from desk.reports.forms.drawing import draw
from desk.reports.issuing import REPORTS, draw_up, issue
from desk.reports.naming import Names
from desk.reports.overview import Overview, overview
from desk.reports.scope import Scope, local_today
from desk.reports.sheet import Chart, Form, Series, Sheet, Table
from dossier.rights import Duty
from web.asked import Day
from web.doors import Doors, ProveFirst
from web.pages.dossiers import dossier_path
from web.render import page
from web.speaking import Speech, language
from web.visits import archive_of, visit_of

doors = Doors()
MOST_ROWS: Final = 500
"""Rows of one table on a page; a file has them all."""
CHART_POINTS: Final = 480.0
"""How wide charts are drawn; the page shows them half as wide again, so that their texts are as large as others."""
MEDIA: Final = {
    Form.CSV: ("text/csv; charset=utf-8", "csv"),
    Form.XLSX: ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    Form.PDF: ("application/pdf", "pdf"),
    Form.HTML: ("text/html; charset=utf-8", "html"),
    Form.JSON: ("application/json", "json"),
}
Short = Annotated[str, Query(max_length=200)]


@doors.get("/completeness", Duty.REPORT)
def glance(request: Request, department: Short = "", as_of: Day = None) -> Response:
    """Show the heat of departments and weeks, and who owes most."""
    archive, lang = archive_of(request), language(request)
    names = Names(archive.packs, lang)
    scope = Scope(as_of=as_of or local_today(), department=department)
    view = overview(archive, scope, names, request.app.state.place.standings)
    return page(
        request,
        "completeness.html",
        view=view,
        chart=_by_week(view, Speech(lang)),
        week_end=lambda week: (week + timedelta(days=6)).isoformat(),
        **_common(request, "", scope),
    )


@doors.get("/completeness/{report}", Duty.REPORT)
def report(
    request: Request,
    report: str,
    department: Short = "",
    person: Short = "",
    dossier: Short = "",
    kind: Short = "",
    as_of: Day = None,
    begins: Day = None,
    ends: Day = None,
    days: Annotated[int, Query(ge=1, le=250)] = 10,
    form: Annotated[str, Query(pattern="^(|csv|xlsx|pdf|html)$")] = "",
) -> Response:
    """Show one report, or give it out as a file."""
    archive, lang = archive_of(request), language(request)
    name = report if report in REPORTS else "completeness"
    scope = Scope(
        as_of=as_of or local_today(),
        begins=begins,
        ends=ends,
        department=department,
        person=person,
        dossier=dossier,
        kind=kind,
        days=days,
    )
    if form:
        if not visit_of(request).is_proven:
            raise ProveFirst
        issued = issue(archive, name, scope, Form(form), lang)
        media, ending = MEDIA[issued.form]
        # As an attachment: a report opened in the page's own origin would be one more thing that runs there.
        said = f'attachment; filename="{name}-{scope.as_of.isoformat()}.{ending}"'
        return Response(issued.content, media_type=media, headers={"Content-Disposition": said})
    sheet = draw_up(archive, name, scope, lang, Form.HTML)
    return page(request, "report.html", sheet=sheet, charts=_charts(sheet, lang), **_common(request, name, scope))


def _common(request: Request, name: str, scope: Scope) -> dict[str, Any]:
    archive, lang = archive_of(request), language(request)
    names = Names(archive.packs, lang)
    said = {
        "department": scope.department,
        "person": scope.person,
        "dossier": scope.dossier,
        "kind": scope.kind,
        "as_of": scope.as_of.isoformat(),
        "begins": scope.begins.isoformat() if scope.begins else "",
        "ends": scope.ends.isoformat() if scope.ends else "",
        "days": str(scope.days),
    }
    departments = {one: titles[lang] for pack in archive.packs.values() for one, titles in pack.departments.items()}
    return {
        "name": name,
        "scope": scope,
        "reports": list(REPORTS),
        "departments": sorted(departments.items(), key=lambda pair: pair[1]),
        "names": names,
        "heat_of": heat_of,
        "rows_of": lambda table: _rows(table, lang),
        "cut": MOST_ROWS,
        "speech": Speech(lang),
        "to": lambda report, **more: (
            f"/completeness/{report}?" + urlencode({key: value for key, value in {**said, **more}.items() if value})
        ),
    }


def heat_of(count: int) -> str:
    """Return the class of a count's colour: none, few, some, many, too many."""
    return f"h{sum(count >= least for least in (1, 5, 15, 40))}"


def _by_week(view: Overview, speech: Speech) -> Markup | None:
    """Return a chart of what falls due in each week, all departments together."""
    totals = tuple(float(sum(row.weeks[place] for row in view.heat)) for place in range(len(view.weeks)))
    if not any(totals):
        return None
    series = (Series(speech.say("still-open"), totals),)
    chart = Chart(speech.say("due-by-week"), "columns", tuple(speech.short_day(week) for week in view.weeks), series)
    return svg(draw(chart, CHART_POINTS, "{count}"))


def _rows(table: Table, lang: Any) -> tuple[list[tuple[str, bool]], list[list[tuple[str, bool, str]]]]:
    """Return the heading and the rows of a table as texts, each with whether it is a number and where it leads."""
    places = table.shown(Form.HTML)
    flush = [table.columns[place].type in NUMERIC for place in places]
    head = [(table.columns[place].title, right) for place, right in zip(places, flush, strict=True)]
    rows = [
        [
            (
                text := marked(table, row, place, lang),
                right,
                dossier_path(text) if text and table.columns[place].id == "dossier" else "",
            )
            for place, right in zip(places, flush, strict=True)
        ]
        for row in table.rows[:MOST_ROWS]
    ]
    return head, rows


def _charts(sheet: Sheet, lang: Any) -> list[Markup]:
    others = Speech(lang).say("report.others", count="{count}")
    return [svg(draw(chart, CHART_POINTS, others)) for chart in sheet.charts if not chart.empty]
