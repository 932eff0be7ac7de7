"""The tree of commands."""

from importlib.metadata import version
from typing import Annotated

import typer

from cli import (
    backing_up,
    covers,
    databases,
    finding,
    intake,
    keeping,
    policies,
    records,
    reporting,
    reviewing,
    searching,
    serving,
    setting_up,
    working,
)
from cli import dossiers as dossier_commands
from cli.options import Language
from cli.speech import lang_now

app = typer.Typer(name="juanzong", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
dossiers = typer.Typer(no_args_is_help=True)
reports = typer.Typer(no_args_is_help=True)
reviews = typer.Typer(no_args_is_help=True)
packs = typer.Typer(no_args_is_help=True)
vaults = typer.Typer(no_args_is_help=True)
indexes = typer.Typer(no_args_is_help=True)
kept = typer.Typer(no_args_is_help=True)


def _spoken(lang: Language = None) -> None:
    """Take ``--lang`` before a command's name too; ``cli.main`` has looked it up already."""
    lang_now(lang)


def _say_version(asked: bool) -> None:  # Typer hands an option's value to its callback
    """Say which release this is."""
    if asked:
        typer.echo(version("juanzong"))
        raise typer.Exit


def _top(
    lang: Language = None,
    *,
    release: Annotated[  # noqa: ARG001  # its callback has acted on it
        bool, typer.Option("--version", is_eager=True, callback=_say_version, help="cli.opt-version")
    ] = False,
) -> None:
    """Take ``--lang`` and ``--version`` before a command's name."""
    lang_now(lang)


for group, help_key in (
    (dossiers, "cli.dossier"),
    (reports, "cli.report"),
    (reviews, "cli.review"),
    (packs, "cli.policy"),
    (vaults, "cli.vault"),
    (indexes, "cli.index"),
    (kept, "finding.saved"),
):
    group.callback(help=help_key)(_spoken)

app.callback(help="cli.app")(_top)
app.command("init", help="cli.init")(setting_up.init)
app.command("demo", help="cli.demo")(setting_up.demo)
app.command("watch", help="cli.watch")(intake.watch)
app.command("worker", help="working.worker")(working.worker)
app.command("serve", help="cli.serve")(serving.serve)
app.command("ingest", help="cli.ingest")(intake.ingest)
app.command("read", help="cli.read")(intake.read)
app.command("search", help="cli.search")(searching.search)
app.add_typer(kept, name="saved")
kept.command("list", help="finding.saved-list")(searching.saved_list)
kept.command("run", help="finding.saved-run")(searching.saved_run)
kept.command("drop", help="finding.saved-drop")(searching.saved_drop)
app.add_typer(reviews, name="review")
reviews.command("list", help="cli.review-list")(reviewing.review_list)
reviews.command("show", help="cli.review-show")(reviewing.review_show)
reviews.command("accept", help="cli.review-accept")(reviewing.review_accept)
reviews.command("unlock", help="cli.review-unlock")(reviewing.review_unlock)
reviews.command("set", help="cli.review-set")(reviewing.review_set)
reviews.command("split", help="cli.review-split")(reviewing.review_split)
reviews.command("merge", help="cli.review-merge")(reviewing.review_merge)
reviews.command("rotate", help="cli.review-rotate")(reviewing.review_rotate)
app.add_typer(dossiers, name="dossier")
dossier_commands.hang(dossiers)
app.add_typer(reports, name="report")
reports.command("completeness", help="cli.report-completeness")(reporting.completeness)
reports.command("ontime", help="report.cmd-ontime")(reporting.ontime)
reports.command("rates", help="report.cmd-rates")(reporting.rates)
reports.command("penalties", help="report.cmd-penalties")(reporting.penalties)
reports.command("ageing", help="report.cmd-ageing")(reporting.ageing)
reports.command("due", help="report.cmd-due")(reporting.due)
reports.command("partners", help="report.cmd-partners")(reporting.partners)
reports.command("register", help="report.cmd-register")(reporting.register)
reports.command("stats", help="report.cmd-stats")(reporting.stats)
app.command("get", help="cli.get")(finding.get)
app.command("cover-sheet", help="cli.cover-sheet")(covers.cover_sheet)
app.command("doctor", help="cli.doctor")(setting_up.doctor)
app.add_typer(packs, name="policy")
packs.command("list", help="cli.policy-list")(policies.policy_list)
packs.command("check", help="cli.policy-check")(policies.policy_check)
packs.command("show", help="cli.policy-show")(policies.policy_show)
packs.command("kinds", help="cli.policy-kinds")(policies.policy_kinds)
app.add_typer(vaults, name="vault")
vaults.command("verify", help="cli.vault-verify")(keeping.verify)
vaults.command("rotate", help="cli.vault-rotate")(keeping.rotate)
vaults.command("destroy", help="cli.vault-destroy")(backing_up.destroy)
vaults.command("backup", help="cli.vault-backup")(backing_up.backup)
vaults.command("backups", help="keeping.vault-backups")(backing_up.backup_list)
vaults.command("restore", help="cli.vault-restore")(backing_up.restore)
vaults.command("passphrase", help="cli.vault-passphrase")(keeping.passphrase)
vaults.command("recover", help="cli.vault-recover")(keeping.recover)
app.add_typer(indexes, name="index")
indexes.command("rebuild", help="cli.index-rebuild")(keeping.rebuild)
indexes.command("check", help="cli.index-check")(keeping.check)
indexes.command("migrate", help="finding.index-migrate")(databases.index_migrate)
app.command("migrate", help="finding.migrate")(databases.migrate)
records.hang(app, reports, _spoken)
