"""``migrate`` and ``index migrate``: move the index to another database, bring its tables up to date."""

from typing import Annotated

import typer

from cli.opening import opened
from cli.options import DEFAULT_HOME, Home, Json, Language, PassphraseDescriptor
from cli.passphrase import ask
from cli.screen import Screen
from cli.speech import lang_now
from desk import migration
from desk.home import Home as Place


def migrate(
    database: Annotated[str, typer.Argument(help="finding.arg-database")],
    *,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Move the index to another database."""
    screen = Screen(lang_now(lang), as_json=as_json)
    with opened(screen, home, passphrase_fd) as archive, screen.progress("finding.moving") as tick:
        done = migration.move(archive, database, tick)
    if as_json:
        screen.json(done.as_json())
    elif done.moved is None:
        screen.say("finding.already-there", place=done.place)
    else:
        facts = {"place": done.place, "before": done.before, "rows": done.moved.rows, "pages": done.moved.pages}
        screen.say("finding.moved", style="green", **facts)


def index_migrate(
    *,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Bring an older index's tables up to date."""
    screen = Screen(lang_now(lang), as_json=as_json)
    place = Place(home.expanduser())
    place.settings()
    before, after = migration.bring_up(place, ask(screen.lang, passphrase_fd))
    if as_json:
        screen.json({"before": before, "after": after})
    elif before == after:
        screen.say("finding.tables-current", after=after)
    else:
        screen.say("finding.tables-brought-up", before=before, after=after, style="green")
