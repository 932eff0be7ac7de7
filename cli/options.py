"""The options that every command has."""

from pathlib import Path
from typing import Annotated

import typer

DEFAULT_HOME = Path("~/juanzong")

Home = Annotated[Path, typer.Option("--home", envvar="JUANZONG_HOME", help="cli.opt-home", show_default=True)]
Json = Annotated[bool, typer.Option("--json", help="cli.opt-json")]
Language = Annotated[str | None, typer.Option("--lang", envvar="JUANZONG_LANG", help="cli.opt-lang")]
PassphraseDescriptor = Annotated[int | None, typer.Option("--passphrase-fd", help="cli.opt-passphrase-fd", min=0)]
