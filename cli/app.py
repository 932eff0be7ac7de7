"""The tree of commands."""

import typer

from cli import finding, intake, reporting, setting_up

app = typer.Typer(
    name="juanzong", help="cli.app", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
dossiers = typer.Typer(help="cli.dossier", no_args_is_help=True)
reports = typer.Typer(help="cli.report", no_args_is_help=True)

app.command("init", help="cli.init")(setting_up.init)
app.command("demo", help="cli.demo")(setting_up.demo)
app.command("watch", help="cli.watch")(intake.watch)
app.command("ingest", help="cli.ingest")(intake.ingest)
app.command("read", help="cli.read")(intake.read)
app.command("search", help="cli.search")(finding.search)
app.add_typer(dossiers, name="dossier")
dossiers.command("list", help="cli.dossier-list")(finding.dossier_list)
dossiers.command("show", help="cli.dossier-show")(finding.dossier_show)
app.add_typer(reports, name="report")
reports.command("completeness", help="cli.report-completeness")(reporting.completeness)
app.command("get", help="cli.get")(finding.get)
app.command("doctor", help="cli.doctor")(setting_up.doctor)
