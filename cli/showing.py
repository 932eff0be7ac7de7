"""How a dossier and its verdicts look on a screen."""

from rich.markup import escape

from cli.screen import Screen
from desk.lookup import DossierView
from desk.reports import Completeness, Judged
from desk.sayings import kind_title, status_title

STYLES = {
    "met": "green",
    "waived": "green",
    "late": "bold red",
    "missing": "red",
    "due": "yellow",
    "doubtful": "yellow",
}


def show_dossier(screen: Screen, view: DossierView) -> None:
    """Print one dossier: what it is, its documents, and the verdict on each requirement."""
    screen.line(f"{_named(view.row.key, view.row.label)}  [dim]{escape(view.row.title(screen.lang))}[/]")
    former = [one for one in view.names[:-1] if one.label not in {view.row.key, view.row.label}]
    if former:
        before = ", ".join(f"{one.label} ({one.since:%Y-%m-%d})" for one in former)
        screen.line(f"  [dim]{screen.text('dossiers.formerly', names=before)}[/]")
    if view.judged.dossier.closed is not None:
        screen.line(f"  {screen.text('dossiers.closed-on', day=view.judged.dossier.closed)}")
    for fact in view.facts(screen.lang):
        screen.line(f"  {escape(fact.title)}: {escape(fact.value)}")
    for title, day in view.events(screen.lang):
        screen.line(f"  {escape(title)} {day.isoformat()}")
    columns = [screen.text(f"cli.column-{name}") for name in ("document", "kind", "date", "pages", "note")]
    rows = [
        [
            escape(document.id),
            escape(kind_title(document.kind, screen.lang)),
            document.day.isoformat(),
            str(document.pages),
            screen.text("cli.wants-review") if document.review else "",
        ]
        for document in view.documents
    ]
    screen.table("", columns, rows)
    show_verdicts(screen, view.judged, settled=True)


def show_verdicts(screen: Screen, judged: Judged, *, settled: bool) -> None:
    """Print the verdicts on one dossier, those that leave nothing to do only where ``settled`` asks for them."""
    columns = [screen.text(f"cli.column-{name}") for name in ("requirement", "status", "due", "late", "owes", "reason")]
    rows = [
        [
            escape(line.title(screen.lang)),
            f"[{STYLES.get(line.status, 'dim')}]{escape(status_title(line.status, screen.lang))}[/]",
            line.due_text(),
            str(line.days_late) if line.days_late else "",
            escape(line.owes(screen.lang)),
            escape(line.reason(screen.lang)),
        ]
        for line in judged.lines
        if settled or not line.settled
    ]
    mark = f"[green]{screen.text('cli.complete')}[/]" if judged.complete else ""
    screen.line(f"{_named(judged.key, judged.label)}  {mark}")
    if rows:
        screen.table("", columns, rows)


def show_summary(screen: Screen, report: Completeness) -> None:
    """Print how many dossiers are complete."""
    complete = sum(judged.complete for judged in report.dossiers)
    summary = screen.text(
        "cli.completeness-summary", day=report.as_of, dossiers=len(report.dossiers), complete=complete
    )
    screen.line(f"[bold]{summary}[/]")


def _named(key: str, label: str) -> str:
    """Return a dossier's key and label; once where nothing but the key is known."""
    return f"[bold]{escape(key)}[/]" + (f"  {escape(label)}" if label != key else "")
