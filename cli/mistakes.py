"""What is wrong with a command line, said in one sentence of the reader's language."""

import re
from collections.abc import Sequence
from typing import Final

from rich.text import Text
from typer import rich_utils
from typer._click.exceptions import (
    BadParameter,
    ClickException,
    MissingParameter,
    NoArgsIsHelpError,
    NoSuchOption,
    UsageError,
)

from dossier.wording import Lang, say

_COMMAND: Final = re.compile(r"No such command '(?P<name>.*?)'\.(?P<rest>.*)", re.DOTALL)
_OTHERS: Final = (
    (re.compile(r"Option '(.*?)' requires an argument", re.DOTALL), "usage.option-bare"),
    (re.compile(r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)", re.DOTALL), "usage.too-many"),
    (re.compile(r"(Missing command)\."), "usage.no-command-given"),
)
_CHOICE: Final = re.compile(r"'(?P<given>.*)' is not one of (?P<choices>'.*')\.?$", re.DOTALL)
_NUMBER: Final = re.compile(r"valid (integer|number|decimal)")
_RANGE: Final = re.compile(r"(greater|less) than (or equal to )?(?P<limit>-?[\d.]+)")
_QUOTED: Final = re.compile(r"'([^']+)'")


def frame(lang: Lang) -> None:
    """Have the help pages' own words speak ``lang``, and break a sentence without spaces where a line is full."""
    rich_utils.highlighter = _Folding()
    rich_utils.ARGUMENTS_PANEL_TITLE = say("usage.arguments", lang)
    rich_utils.OPTIONS_PANEL_TITLE = say("usage.options", lang)
    rich_utils.COMMANDS_PANEL_TITLE = say("usage.commands", lang)
    rich_utils.REQUIRED_LONG_STRING = say("usage.required", lang)
    rich_utils.DEFAULT_STRING = say("usage.default", lang)
    rich_utils.ENVVAR_STRING = say("usage.variable", lang)


class _Folding(rich_utils.OptionHighlighter):
    """Marks options as Typer does; the rest of a Chinese sentence goes to the next line instead of being cut off."""

    def __call__(self, text: str | Text) -> Text:
        """Return the text with options marked."""
        found = super().__call__(text)
        found.overflow = "fold"
        return found


def told(mistake: ClickException, lang: Lang) -> str:
    """Return what is wrong and where to look, as one or two sentences; nothing where the help was shown already."""
    if isinstance(mistake, NoArgsIsHelpError):
        return ""
    context = mistake.ctx if isinstance(mistake, UsageError) else None
    path = context.command_path if context else "juanzong"
    return _joined(lang, _what(mistake, lang), say("usage.see", lang, command=path)) + "\n"


def _what(mistake: ClickException, lang: Lang) -> str:
    match mistake:
        case MissingParameter():
            return say("usage.missing", lang, what=_name(mistake))
        case BadParameter():
            return say("usage.bad-value", lang, what=_name(mistake), problem=_problem(mistake.message, lang))
        case NoSuchOption():
            return _suggesting("usage.no-option", mistake.option_name, mistake.possibilities or (), lang)
    if found := _COMMAND.match(mistake.message):
        return _suggesting("usage.no-command", found["name"], _QUOTED.findall(found["rest"]), lang)
    for pattern, key in _OTHERS:
        if found := pattern.match(mistake.message):
            return say(key, lang, what=found[1])
    return mistake.format_message()


def _suggesting(key: str, name: str, near: Sequence[str], lang: Lang) -> str:
    sentence = say(key, lang, what=name)
    return _joined(lang, sentence, say("usage.perhaps", lang, names=", ".join(sorted(near)))) if near else sentence


def _joined(lang: Lang, *sentences: str) -> str:
    return (" " if lang == "en" else "").join(sentences)


def _name(mistake: BadParameter) -> str:
    if mistake.param is None:
        return str(mistake.param_hint or "")
    names = [one for one in mistake.param.opts if one.startswith("-")]
    return names[0] if names else (mistake.param.metavar or mistake.param.name or "").strip("{}").upper()


def _problem(message: str, lang: Lang) -> str:
    if found := _CHOICE.search(message):
        return say("usage.not-one-of", lang, choices=", ".join(_QUOTED.findall(found["choices"])))
    if _NUMBER.search(message):
        return say("usage.not-a-number", lang)
    if found := _RANGE.search(message):
        most = message[found.start() : found.start() + 4] == "less"
        return say("usage.at-most" if most else "usage.at-least", lang, limit=found["limit"])
    return message
