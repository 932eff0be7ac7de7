"""``serve``: the page for people who do not use a terminal."""

from pathlib import Path
from typing import Annotated

import typer

from cli.options import DEFAULT_HOME, Home, Language
from cli.screen import Screen
from cli.speech import lang_now
from desk.home import Home as Place


def serve(
    *,
    host: Annotated[str, typer.Option("--host", help="cli.opt-host")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="cli.opt-port")] = 8421,
    certificate: Annotated[Path | None, typer.Option("--tls-certificate", help="cli.opt-tls-certificate")] = None,
    key: Annotated[Path | None, typer.Option("--tls-key", help="cli.opt-tls-key")] = None,
    behind_proxy: Annotated[bool, typer.Option("--behind-proxy", help="cli.opt-behind-proxy")] = False,
    without_tls: Annotated[bool, typer.Option("--without-tls", help="cli.opt-without-tls")] = False,
    home: Home = DEFAULT_HOME,
    lang: Language = None,
) -> None:
    """Serve the page."""
    # The page's libraries take a second to load; no other command waits for them.
    from web.serving import ServeSettings  # noqa: PLC0415
    from web.serving import serve as run  # noqa: PLC0415

    screen = Screen(lang_now(lang), as_json=False)
    settings = ServeSettings(host, port, certificate, key, behind_proxy, without_tls)
    settings.check()
    place = Place(home.expanduser())
    place.settings()
    screen.say("cli.serving", address=settings.address)
    run(place, settings)
