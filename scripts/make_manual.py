"""Write docs/manual.md from the commands' own help, so that the two never differ. ``--check`` only compares."""

import re
import sys
from pathlib import Path

from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from cli.app import app
from cli.language import localise
from dossier.errors import ExitCode

ROOT = Path(__file__).resolve().parents[1]
MANUAL = ROOT / "docs" / "manual.md"

HEAD = """# Manual

Made from the commands' own help by `make manual`; a test keeps the two equal. [json.md](json.md) has the shapes that
`--json` prints, [search.md](search.md) the query language.

Every command takes `--home` (or `JUANZONG_HOME`), `--lang` (or `JUANZONG_LANG`) and, where it has a result, `--json`:
one JSON document on standard output. Messages and progress go to standard error. The passphrase comes from
`--passphrase-fd N`, the systemd credential `juanzong-passphrase`, `JUANZONG_PASSPHRASE`, or a prompt, in this order.

"""

_INDENT = re.compile(r"\s+")


def manual() -> str:
    """Return the text of the manual."""
    root = get_command(app)
    localise(root, "en")  # type: ignore[arg-type]  # Typer builds its own group class
    parts = [HEAD, "## Commands\n\n"]
    parts.extend(_section(path, command) for path, command in _leaves(root, ()))  # type: ignore[arg-type]
    parts.append(_codes())
    return "".join(parts).rstrip() + "\n"


def _leaves(command: TyperGroup | TyperCommand, path: tuple[str, ...]) -> list[tuple[tuple[str, ...], TyperCommand]]:
    if isinstance(command, TyperGroup):
        children = command.commands.items()
        return [leaf for name, child in children for leaf in _leaves(child, (*path, name))]  # type: ignore[arg-type]
    return [(path, command)]


def _section(path: tuple[str, ...], command: TyperCommand) -> str:
    arguments, options = list[str](), list[str]()
    usage = ["juanzong", *path]
    for parameter in command.params:
        text = _INDENT.sub(" ", getattr(parameter, "help", "") or "")
        if parameter.param_type_name == "argument":
            name = (parameter.metavar or parameter.name or "").upper().strip("[]")
            many = "…" if parameter.nargs == -1 else ""
            usage.append(f"{name}{many}" if parameter.required else f"[{name}{many}]")
            arguments.append(f"| `{name}` | {text} |\n")
        elif parameter.name != "help":
            options.append(f"| {', '.join(f'`{o}`' for o in parameter.opts)} | {text} |\n")
    table = "".join(["| | |\n|---|---|\n", *arguments, *options]) if arguments or options else ""
    return f"### {' '.join(path)}\n\n{command.help}\n\n    {' '.join(usage)}\n\n{table}\n"


def _codes() -> str:
    source = (ROOT / "dossier" / "errors.py").read_text(encoding="utf-8")
    rows = []
    for code in ExitCode:
        found = re.search(rf'    {code.name} = {code.value}\n    """(.+?)"""', source, re.DOTALL)
        meaning = _INDENT.sub(" ", found.group(1)) if found else "Everything went well."
        rows.append(f"| {code.value} | {meaning} |\n")
    return "## Exit codes\n\n| code | meaning |\n|---|---|\n" + "".join(rows)


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(MANUAL.read_text(encoding="utf-8") != manual())
    MANUAL.write_text(manual(), encoding="utf-8")
