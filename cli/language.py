"""Which language to speak, and a command tree that speaks it."""

from collections.abc import Callable, Mapping, Sequence

from typer import Context
from typer.core import TyperCommand, TyperGroup

from dossier.wording import Lang, is_lang, known, lang_of, say


def chosen(arguments: Sequence[str], environment: Mapping[str, str]) -> Lang:
    """Return the language asked for by ``--lang``, else ``JUANZONG_LANG``, else the locale's.

    It is looked up before the command line is parsed, so that ``--help`` speaks it too.
    """
    for at, argument in enumerate(arguments):
        if argument == "--":
            break
        if argument == "--lang" and at + 1 < len(arguments):
            return _nearest(arguments[at + 1])
        if argument.startswith("--lang="):
            return _nearest(argument.removeprefix("--lang="))
    for name in ("JUANZONG_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(name):
            return _nearest(environment[name])
    return "en"


def localise(command: TyperCommand | TyperGroup, lang: Lang, shown: Callable[[str], str] = str) -> None:
    """Replace every help text of a command tree, written as a wording key, by its sentence in ``lang``.

    ``shown`` makes of a sentence what the screen wants: Typer takes brackets in a help text for markup.
    """
    if command.help and known(command.help):
        command.help = shown(say(command.help, lang))
    for parameter in command.params:
        text = getattr(parameter, "help", None)
        if text and known(text):
            setattr(parameter, "help", shown(say(text, lang)))  # noqa: B010  a click option has it, the base class does not
    if option := command.get_help_option(Context(command)):
        option.help = shown(say("usage.help-option", lang))
    if isinstance(command, TyperGroup):
        for child in command.commands.values():
            if isinstance(child, TyperCommand | TyperGroup):
                localise(child, lang, shown)


def _nearest(tag: str) -> Lang:
    return tag if is_lang(tag) else lang_of(tag)
