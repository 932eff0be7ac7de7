"""Every text exists in three languages and names the same facts in each."""

import string
from importlib.resources import files

import pytest

from dossier import wording
from dossier.wording import LANGS, lang_of, section

SECTIONS = sorted(p.name.removesuffix(".toml") for p in files(wording).iterdir() if p.name.endswith(".toml"))


def facts(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def test_there_are_sections() -> None:
    """The sweep below is not over nothing."""
    assert "errors" in SECTIONS


@pytest.mark.parametrize("name", SECTIONS)
def test_three_languages_with_the_same_facts(name: str) -> None:
    """No text lacks a language, and no translation drops or invents a fact."""
    for key, entry in section(name).items():
        assert set(entry) == set(LANGS), f"{name}.{key}"
        wanted = facts(entry["en"])
        for lang in LANGS:
            assert entry[lang].strip(), f"{name}.{key} {lang}"
            assert facts(entry[lang]) == wanted, f"{name}.{key} {lang}"


SIMPLIFIED_ONLY = set(
    "这个们来时会对发现问请输错误档归阅读应该国车专业书节传统证码钥须丢满运买卖险单电话务总览没样图检权条员户给为无与从还过进远连选释锁门间闻页项顺题额类环坏规视议记设访识"
)
TRADITIONAL_ONLY = set(
    "這個們來時會對發現問請輸錯誤檔歸閱讀應該國車專業書節傳統證碼鑰須丟滿運買賣險單電話務總覽沒樣圖檢權條員戶給為無與從還過進遠連選釋鎖門間聞頁項順題額類環壞規視議記設訪識"
)


@pytest.mark.parametrize("name", SECTIONS)
def test_traditional_is_traditional_and_simplified_is_simplified(name: str) -> None:
    """Neither Chinese text borrows the other's characters."""
    for key, entry in section(name).items():
        assert not set(entry["zh-Hant"]) & SIMPLIFIED_ONLY, f"{name}.{key}"
        assert not set(entry["zh-Hans"]) & TRADITIONAL_ONLY, f"{name}.{key}"


@pytest.mark.parametrize(
    ("tag", "lang"),
    [
        ("C", "en"),
        ("en_GB.UTF-8", "en"),
        ("zh_TW.UTF-8", "zh-Hant"),
        ("zh-HK", "zh-Hant"),
        ("zh-Hant-MO", "zh-Hant"),
        ("zh_CN.UTF-8", "zh-Hans"),
        ("zh", "zh-Hans"),
        ("ja_JP", "en"),
    ],
)
def test_lang_of_takes_the_nearest(tag: str, lang: str) -> None:
    """A locale picks the language its people read."""
    assert lang_of(tag) == lang
