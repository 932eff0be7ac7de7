"""Every text a user sees, in 繁體中文, 简体中文 and English, side by side in one TOML file per part of the product.

A key is ``section.name``: ``[name]`` in ``section.toml`` with the entries ``en``, ``zh-Hant`` and ``zh-Hans``, each a
``str.format`` template over the same named facts.
"""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Final, Literal, TypeGuard

Lang = Literal["en", "zh-Hant", "zh-Hans"]
LANGS: Final[tuple[Lang, ...]] = ("en", "zh-Hant", "zh-Hans")


@cache
def section(name: str) -> dict[str, dict[str, str]]:
    """Return the texts of one section: name → language → template.

    Raises:
        KeyError: there is no such section.
    """
    source = files(__name__) / f"{name}.toml"
    if not source.is_file():
        raise KeyError(name)
    return tomllib.loads(source.read_text(encoding="utf-8"))


def say(key: str, lang: Lang = "en", /, **facts: object) -> str:
    """Return the text for ``key`` in ``lang``, with its facts filled in.

    Raises:
        KeyError: the catalogue has no such key, or the template names a fact that was not given.
    """
    part, _, name = key.partition(".")
    return section(part)[name][lang].format(**facts)


def known(key: str) -> bool:
    """Tell whether the catalogue has ``key``."""
    part, _, name = key.partition(".")
    try:
        return name in section(part)
    except KeyError:
        return False


def is_lang(text: str) -> TypeGuard[Lang]:
    """Tell whether ``text`` names one of the three languages exactly."""
    return text in LANGS


def lang_of(tag: str) -> Lang:
    """Return the language nearest to a locale or language tag such as ``zh_TW.UTF-8``, ``zh-CN`` or ``C``."""
    folded = tag.replace("_", "-").casefold()
    if not folded.startswith("zh"):
        return "en"
    if any(mark in folded for mark in ("hant", "-tw", "-hk", "-mo")):
        return "zh-Hant"
    return "zh-Hans"
