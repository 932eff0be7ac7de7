"""Folding keeps length and brings the forms of one word together."""

import importlib.util
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from dossier.folding import fold, unspace

MIXED = st.text(st.one_of(st.characters(), st.sampled_from("車辆合同著着臺Ａ１ \n　é")), max_size=60)


def test_forms_of_one_word_fold_together() -> None:
    """Traditional, Simplified, full-width, capital and accented forms come out the same."""
    assert fold("機動車銷售統一發票") == "机动车销售统一发票"
    assert fold("著作 显著 顯着") == "着作 显着 显着"
    assert fold("ＬＳＶＡＭ４１８７Ｃ２１８４８４１") == "lsvam4187c2184841"
    assert fold("Certidão Nº") == "certidao no"
    assert fold("臺灣 台湾 ‐–— “x”") == '台湾 台湾 --- "x"'


@given(MIXED)
def test_folding_keeps_length_and_is_final(text: str) -> None:
    """Folded text is as long as the text, and folds to itself."""
    folded = fold(text)
    assert len(folded) == len(text)
    assert fold(folded) == folded


@given(st.characters())
def test_each_character_folds_alone(character: str) -> None:
    """A character folds the same wherever it stands."""
    assert fold("a" + character + "字") == "a" + fold(character) + "字"


def test_spaces_between_han_characters_go() -> None:
    """Spaces and line breaks that recognition put between Han characters go; those beside other letters stay."""
    text, positions = unspace("合 同\n编　号: A 1 车")
    assert text == "合同编号: A 1 车"
    assert "合 同\n编　号: A 1 车"[positions[0] : positions[3] + 1] == "合 同\n编　号"


@given(MIXED)
def test_positions_lead_back(text: str) -> None:
    """Every kept character is the one that stands at its position in the original."""
    kept, positions = unspace(text)
    assert len(positions) == len(kept) + 1
    assert [text[positions[i]] for i in range(len(kept))] == list(kept)
    assert positions[len(kept)] == len(text)


def test_the_stored_table_is_what_the_script_makes(tmp_path: Path) -> None:
    """The package's table is the script's output for the OpenCC installed for development."""
    root = Path(__file__).parents[2]
    spec = importlib.util.spec_from_file_location("make_folding", root / "scripts" / "make_folding.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.TARGET = tmp_path / "folding.tsv"
    module.main()
    made = module.TARGET.read_text("utf-8").split("\n")[1:]
    assert made == (root / "dossier" / "folding.tsv").read_text("utf-8").split("\n")[1:]
