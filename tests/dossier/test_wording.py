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


PAIRS = [
    "这這",
    "个個",
    "们們",
    "来來",
    "时時",
    "会會",
    "对對",
    "发發",
    "现現",
    "问問",
    "请請",
    "输輸",
    "错錯",
    "误誤",
    "档檔",
    "归歸",
    "阅閱",
    "读讀",
    "应應",
    "该該",
    "国國",
    "车車",
    "专專",
    "业業",
    "书書",
    "节節",
    "传傳",
    "统統",
    "证證",
    "码碼",
    "钥鑰",
    "须須",
    "丢丟",
    "满滿",
    "运運",
    "买買",
    "卖賣",
    "险險",
    "单單",
    "电電",
    "话話",
    "务務",
    "总總",
    "览覽",
    "没沒",
    "样樣",
    "图圖",
    "检檢",
    "权權",
    "条條",
    "员員",
    "户戶",
    "给給",
    "为為",
    "无無",
    "与與",
    "从從",
    "还還",
    "过過",
    "进進",
    "远遠",
    "连連",
    "选選",
    "释釋",
    "锁鎖",
    "门門",
    "间間",
    "闻聞",
    "页頁",
    "项項",
    "顺順",
    "题題",
    "额額",
    "类類",
    "缺缺",
    "环環",
    "坏壞",
    "规規",
    "视視",
    "议議",
    "记記",
    "设設",
    "访訪",
    "识識",
]
SIMPLIFIED_ONLY = {pair[0] for pair in PAIRS if pair[0] != pair[1]}
TRADITIONAL_ONLY = {pair[1] for pair in PAIRS if pair[0] != pair[1]}


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
