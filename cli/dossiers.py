"""The commands about dossiers and where they hang in the tree."""

import typer

from cli import filing, finding, handing_over, putting_right


def hang(dossiers: typer.Typer) -> None:
    """Hang the commands under ``dossier``."""
    dossiers.command("list", help="cli.dossier-list")(finding.dossier_list)
    dossiers.command("show", help="cli.dossier-show")(finding.dossier_show)
    dossiers.command("open", help="cli.dossier-open")(filing.dossier_open)
    dossiers.command("import", help="dossiers.import")(handing_over.dossier_import)
    dossiers.command("event", help="cli.dossier-event")(filing.dossier_event)
    dossiers.command("fact", help="cli.dossier-fact")(filing.dossier_fact)
    dossiers.command("waive", help="dossiers.waive")(putting_right.dossier_waive)
    dossiers.command("paper", help="dossiers.paper")(putting_right.dossier_paper)
    dossiers.command("rename", help="cli.dossier-rename")(filing.dossier_rename)
    dossiers.command("merge", help="dossiers.merge")(putting_right.dossier_merge)
    dossiers.command("number", help="dossiers.number")(putting_right.dossier_number)
    dossiers.command("contents", help="dossiers.contents")(handing_over.dossier_contents)
    dossiers.command("handover", help="dossiers.handover")(handing_over.dossier_handover)
    dossiers.command("leaver", help="dossiers.leaver")(handing_over.dossier_leaver)
    dossiers.command("close", help="cli.dossier-close")(filing.dossier_close)
    dossiers.command("reopen", help="dossiers.reopen")(putting_right.dossier_reopen)
