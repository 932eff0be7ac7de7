"""The records desk's commands and where they hang in the tree."""

from collections.abc import Callable

import typer

from cli import auditing, custody, lending, papers, people, redacting, stations


def hang(app: typer.Typer, reports: typer.Typer, spoken: Callable[..., None]) -> None:
    """Hang the commands of people, requests, loans and the record into the tree; ``spoken`` takes ``--lang``."""
    _people(app, spoken)
    _lending(app, reports)
    _audit(app, spoken)
    _custody(app, spoken)
    stations.hang(_group(app, "station", spoken, "station"))


def _people(app: typer.Typer, spoken: Callable[..., None]) -> None:
    users, roles = _group(app, "user", spoken), _group(app, "role", spoken)
    users.command("add", help="people.user-add")(people.user_add)
    users.command("list", help="people.user-list")(people.user_list)
    users.command("show", help="people.user-show")(people.user_show)
    users.command("set", help="people.user-set")(people.user_set)
    users.command("close", help="people.user-close")(people.user_close)
    users.command("passphrase", help="people.user-passphrase")(people.user_passphrase)
    roles.command("list", help="people.role-list")(people.role_list)
    roles.command("give", help="people.role-give")(people.role_give)
    roles.command("take", help="people.role-take")(people.role_take)
    app.command("login", help="people.login")(people.login)
    app.command("logout", help="people.logout")(people.logout)


def _lending(app: typer.Typer, reports: typer.Typer) -> None:
    app.command("request", help="lending.request")(lending.request)
    app.command("requests", help="lending.requests")(lending.requests_list)
    app.command("approve", help="lending.approve")(lending.approve)
    app.command("deny", help="lending.deny")(lending.deny)
    app.command("withdraw", help="lending.withdraw")(lending.withdraw)
    app.command("loan", help="lending.loan")(lending.loan)
    app.command("extend", help="lending.extend")(lending.extend)
    app.command("return", help="lending.return")(lending.give_back)
    app.command("remind", help="lending.remind")(lending.remind)
    reports.command("loans", help="lending.report-loans")(lending.report_loans)
    reports.command("overdue", help="lending.report-overdue")(lending.report_overdue)


def _audit(app: typer.Typer, spoken: Callable[..., None]) -> None:
    audits = _group(app, "audit", spoken, "audit")
    audits.command("log", help="audit.audit-log")(auditing.audit_log)
    audits.command("verify", help="audit.audit-verify")(auditing.audit_verify)
    audits.command("checkpoint", help="audit.audit-checkpoint")(auditing.audit_checkpoint)
    audits.command("clock", help="audit.audit-clock")(auditing.audit_clock)


def _custody(app: typer.Typer, spoken: Callable[..., None]) -> None:
    ledger, inspections = _group(app, "paper", spoken, "paper"), _group(app, "inspection", spoken, "custody")
    incidents, retentions = _group(app, "incident", spoken, "custody"), _group(app, "retention", spoken, "custody")
    app.command("level", help="custody.level")(custody.level)
    app.command("redact", help="redaction.cmd-redact")(redacting.redact)
    app.command("versions", help="redaction.cmd-versions")(redacting.versions)
    ledger.command("enter", help="paper.paper-enter")(papers.paper_enter)
    ledger.command("list", help="paper.paper-list")(papers.paper_list)
    ledger.command("move", help="paper.paper-move")(papers.paper_move)
    ledger.command("check", help="paper.paper-check")(papers.paper_check)
    inspections.command("list", help="custody.inspection-list")(custody.inspection_list)
    inspections.command("enter", help="custody.inspection-enter")(custody.inspection_enter)
    inspections.command("mend", help="custody.inspection-mend")(custody.inspection_mend)
    incidents.command("report", help="custody.incident-report")(custody.incident_report)
    incidents.command("list", help="custody.incident-list")(custody.incident_list)
    incidents.command("step", help="custody.incident-step")(custody.incident_step)
    retentions.command("due", help="custody.retention-due")(custody.retention_due)
    retentions.command("hold", help="custody.retention-hold")(custody.retention_hold)
    retentions.command("lift", help="custody.retention-lift")(custody.retention_lift)
    retentions.command("propose", help="custody.retention-propose")(custody.retention_propose)
    retentions.command("decide", help="custody.retention-decide")(custody.retention_decide)
    retentions.command("drop", help="custody.retention-drop")(custody.retention_drop)
    retentions.command("list", help="custody.retention-list")(custody.retention_list)
    retentions.command("yearly", help="custody.retention-yearly")(custody.retention_yearly)


def _group(app: typer.Typer, name: str, spoken: Callable[..., None], section: str = "people") -> typer.Typer:
    group = typer.Typer(no_args_is_help=True)
    group.callback(help=f"{section}.{name}")(spoken)
    app.add_typer(group, name=name)
    return group
