"""Search finds what is there, in any script, and nothing the asker may not see."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from dossier.catalogue import FAMILIES
from dossier.folding import fold
from dossier.wording import LANGS
from index import filing, matching, spoken
from index.engine import Index
from index.query import QueryError
from index.search import Results, search
from index.tables import Document
from index.tokens import phrase, searchable
from tests.index.conftest import NOW, TODAY, put, reading, sealers

SLOW = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
LETTERS = "车辆車輛买卖買賣合同发票發票，。\n 　ab1２Ａé-日カ"
TEXTS = st.lists(st.text(st.sampled_from(LETTERS), min_size=1, max_size=30), min_size=1, max_size=6)


def found(results: Results) -> set[str]:
    """Return the documents of all hits; the page asked for holds them all."""
    assert len(results.hits) == results.total
    return {hit.document for hit in results.hits}


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("车辆买卖合同", "車輛"),
        ("車輛買賣合同", "车辆"),
        ("车 辆 买 卖\n合 同", "买卖合同"),
        ("買方：陳大文", "陈"),
        ("ＩＮＶＯＩＣＥ　ＮＯ．１２３４５", "invoice"),
        ("INVOICE", "nvoi"),
        ("VIN LSVAM4187C2184841 end", "2184841"),
        ("合同编号 HT-2024-001", "HT2024001"),
        ("合同编号 HT2024001", "HT-2024-001"),
        ("賬號 6222 0212 3456 7890 123", "6222021234567890123"),
        ("賬號 6222021234567890123", '"6222 0212 3456 7890 123"'),
        ("身份證 110101 19900307 851X", "11010119900307851x"),
        ("L S V A M 4 1 8 7 C 2 1 8 4 8 4 1", "LSVAM4187C2184841"),
        ("二○二六年", "二〇二六"),
        ("合同編號：甲", "编号:甲"),
        ("顯著", "显着"),
        ("Certidão de registo", "certidao"),
        ("PURCHASEINVOICE", "invoice"),
        ("二〇二六年", "〇二"),
    ],
)
def test_the_forms_of_a_word_find_each_other(session: Session, text: str, query: str) -> None:
    """Script, width, case, spaces of recognition and hyphens do not hide a word."""
    document = put(session, [f"前言\n{text}\n结尾"])
    put(session, ["別的紙"])
    results = search(session, query)
    assert found(results) == {document}
    (hit,) = results.hits
    assert hit.marks
    start, end = hit.marks[0]
    assert searchable(hit.snippet[start:end]).text.replace(" ", "") == searchable(query).text.replace(" ", "")
    assert hit.boxes


@SLOW
@given(data=st.data(), texts=TEXTS)
def test_every_substring_finds_its_page(session: Session, data: st.DataObject, texts: list[str]) -> None:
    """Any 1 to 8 characters of a page, quoted, find that page, and exactly the pages that have them."""
    documents = {put(session, [text]): searchable(text).text for text in texts}
    text = data.draw(st.sampled_from(texts))
    start = data.draw(st.integers(0, len(text) - 1))
    part = text[start : start + data.draw(st.integers(1, 8))]
    if phrase(part) is None:
        return
    wanted = searchable(part).text
    results = search(session, f'"{part}"', limit=10_000)
    hits = found(results) & documents.keys()
    assert hits == {document for document, form in documents.items() if wanted in form}
    assert hits
    for hit in results.hits:
        for first, last in hit.marks:
            assert 0 <= first < last <= len(hit.snippet)
        assert any(searchable(hit.snippet[first:last]).text == wanted for first, last in hit.marks)


WORDS = st.sampled_from(["车", "辆", "车辆", "買賣", "合同发", "a", "ab", "b1", "日", "カ", "发票"])


def _asks(inner: st.SearchStrategy[tuple[str, object]]) -> st.SearchStrategy[tuple[str, object]]:
    return st.one_of(
        st.tuples(inner, inner).map(lambda two: (f"({two[0][0]} AND {two[1][0]})", ("and", two[0][1], two[1][1]))),
        st.tuples(inner, inner).map(lambda two: (f"({two[0][0]} {two[1][0]})", ("and", two[0][1], two[1][1]))),
        st.tuples(inner, inner).map(lambda two: (f"({two[0][0]} OR {two[1][0]})", ("or", two[0][1], two[1][1]))),
        inner.map(lambda one: (f"NOT {one[0]}", ("not", one[1]))),
        inner.map(lambda one: (f"-({one[0]})", ("not", one[1]))),
    )


QUERIES = st.recursive(WORDS.map(lambda word: (word, word)), _asks, max_leaves=6)


@SLOW
@given(texts=TEXTS, query=QUERIES)
def test_boolean_queries_are_set_algebra(session: Session, texts: list[str], query: tuple[str, object]) -> None:
    """What a combined query finds is the sets of its single words, combined."""
    documents = {put(session, [text]) for text in texts}
    everything = documents | found(search(session, "车 OR NOT 车", limit=100_000))

    def answer(tree: object) -> set[str]:
        match tree:
            case str():
                return found(search(session, tree, limit=100_000))
            case ("and", left, right):
                return answer(left) & answer(right)
            case ("or", left, right):
                return answer(left) | answer(right)
            case ("not", part):
                return everything - answer(part)
        raise AssertionError(tree)

    assert found(search(session, query[0], limit=100_000)) == answer(query[1])


@SLOW
@given(st.text(st.one_of(st.characters(), st.sampled_from('()"-: ANDORT车amount:from>..kind'))))
def test_any_text_is_a_query_or_a_query_error(session: Session, query: str) -> None:
    """No query raises anything but the one error, and that error has a sentence in each language."""
    said: list[str] = []
    try:
        search(session, query)
    except QueryError as error:
        said = [error.say(lang) for lang in LANGS]
    assert all(said)


def test_filters(session: Session) -> None:
    """Filters look at kind, family, dates, amounts, people, identifiers and the dossier."""
    invoice = put(
        session,
        ["機動車銷售統一發票"],
        kind="vat-invoice",
        family="invoice",
        fields={
            "total": "12500.00",
            "issue_date": "2026-03-05",
            "buyer_name": "王小明",
            "vin": "LSVAM4187C2184841",
            "invoice_number": "01234567",
        },
    )
    letter = put(session, ["關於發票的信"], kind="letter", family="letter", received=date(2026, 11, 1), review=True)
    dossier = filing.open_dossier(
        session, key="LSVAM4187C2184841", kind="vehicle", pack="p", opened=TODAY, at=NOW, label="王家的車",
        department="銷售部", identifiers={"vin": ["LSVAM4187C2184841"], "plate": ["粤B12345"]},
    )  # fmt: skip
    filing.assign(session, invoice, dossier.id, at=NOW)
    both = {invoice, letter}
    for query, expected in {
        "发票": both,
        "发票 kind:letter": {letter},
        "kind:letter,vat-invoice": both,
        "發票 -kind:letter": {invoice},
        "family:invoice": {invoice},
        "amount:>1.2万": {invoice},
        "amount:12,500": {invoice},
        "amount:1000..12499.99": set(),
        "金額：壹萬貳仟伍佰元整": {invoice},
        "from:2026-11-01": {letter},
        "to:2026年3月": {invoice},
        "from:2026-03-05 to:2026-03-05": {invoice},
        "person:王小": {invoice},
        "vin:lsvam4i87c2i84841": {invoice},
        "vin:184841": {invoice},
        "plate:粤b-12345": {invoice},
        "invoice:O1234567": {invoice},
        "dossier:LSVAM4187C2184841": {invoice},
        "卷宗:王家": {invoice},
        "client:王小明": {invoice},
        "department:销售": {invoice},
        "status:review": {letter},
        "status:missing": {invoice},
        "NOT status:missing": {letter},
        "level:機密": set(),
        "level:普通": both,
        "(kind:letter OR person:王小明) 发票": both,
        "lsvam4i87c2i84841": {invoice},
    }.items():
        assert found(search(session, query, standing=lambda status: [dossier.id], today=TODAY)) == expected, query


def test_filters_reach_documents_whose_fields_are_veiled(index: Index) -> None:
    """What the tables do not say of a document above ordinary is found by every filter, where its level is asked."""
    index.veil_with(sealers())
    fields = {"vin": "LSVAM4187C2184841", "buyer_name": "王小明", "total": "12500.00", "issue_date": "2024-03-05"}
    with index.write() as session:
        secret = put(session, ["購車發票"], level="secret", kind="purchase-invoice", family="invoice", fields=fields)
        plain = put(session, ["購車發票"], kind="purchase-invoice", family="invoice", fields={"total": "1.00"})
        for query, expected in {
            "vin:LSVAM4I87C2I8484I": {secret},
            "vin:184841 发票": {secret},
            "person:王小": {secret},
            "client:王小明": {secret},
            "amount:>1.2万": {secret},
            "amount:1..2": {plain},
            "from:2024 to:2024": {secret},
            "kind:purchase-invoice": {secret, plain},
            "发票 -amount:>100": {plain},
            "family:invoice level:secret": {secret},
        }.items():
            assert found(search(session, query, today=TODAY)) == expected, query
            assert secret not in found(search(session, query, levels=["ordinary"], today=TODAY)), query


@pytest.mark.parametrize(
    ("query", "wording"),
    [
        ("", "query-nothing"),
        ("，。", "query-nothing"),
        ("a AND", "query-operand"),
        ("(a", "query-open"),
        ("a)", "query-close"),
        ('"a', "query-quote"),
        ("colour:red", "query-filter"),
        ("kind:", "query-value"),
        ("kind:nonsense-xyz", "query-kind"),
        ("from:tomorrowish", "query-date"),
        ("amount:lots", "query-amount"),
        ("from:>2026", "query-comparison"),
        ("level:high", "query-level"),
        ("status:odd", "query-status"),
        ("status:late", "query-standing"),
        ("family:kin", "query-family"),
        ("x" * 1001, "query-long"),
        ("a " * 65, "query-terms"),
        ("(" * 40 + "a" + ")" * 40, "query-deep"),
    ],
)
def test_a_query_that_cannot_be_understood_says_why(session: Session, query: str, wording: str) -> None:
    """Each way to ask wrongly has its sentence."""
    with pytest.raises(QueryError) as caught:
        search(session, query)
    assert caught.value.wording == f"index.{wording}"
    assert caught.value.say("zh-Hant")


def test_errors_call_filters_by_their_names(session: Session) -> None:
    """In Chinese a sentence names filters and their values in Chinese, and those names are accepted."""
    with pytest.raises(QueryError) as caught:
        search(session, "colour:red")
    assert "車架號、車牌" in caught.value.say("zh-Hant")
    assert "车架号、车牌" in caught.value.say("zh-Hans")
    assert "vin, plate" in caught.value.say("en")
    with pytest.raises(QueryError) as caught:
        search(session, "車架號：")
    assert "車架號" in caught.value.say("zh-Hant")
    assert set(spoken.FAMILIES) == set(FAMILIES)
    for names, name in ((spoken.FAMILIES, "類別"), (spoken.LEVELS, "密級"), (spoken.STATUSES, "狀態")):
        for values in names.values():
            search(session, f"{name}：{values[0]} OR {name}:{values[1]}", standing=lambda status: [])


def test_levels_show_only_where_they_are_asked_for(session: Session) -> None:
    """Hits, counts and suggestions keep to the levels and dossiers that the asker holds."""
    open_ = put(session, ["會議紀錄 普通"])
    hidden = put(session, ["會議紀錄 機密", "絕密的第二頁"], level="confidential")
    assert found(search(session, "会议纪录")) == {open_, hidden}
    only = search(session, "会议纪录", levels=["ordinary"])
    assert found(only) == {open_}
    assert search(session, "绝密的第二", levels=["ordinary"]) == Results(0, (), None)
    assert search(session, "绝蜜的第二", levels=["ordinary"]).suggestion is None
    assert search(session, "绝蜜的第二").suggestion == "絕密的第二"
    assert search(session, "会议纪录", dossiers=[]) == Results(0, (), None)
    home = filing.open_dossier(session, key="SPECIMEN", kind="client", pack="p", opened=TODAY, at=NOW, label="樣本")
    filing.assign(session, open_, home.id, at=NOW)
    assert found(search(session, "会议纪录", dossiers=[home.id, 'it\'s "another"'])) == {open_}
    assert search(session, "会蚁纪录", dossiers=[home.id]).suggestion == "會議紀錄"


def test_relevance_and_age_order_hits_page_by_page(session: Session) -> None:
    """A title beats a passing word; newest first is by filing; pages of results join without gap or overlap."""
    passing = put(session, ["無關的開頭" * 20 + "合同" + "其他" * 300])
    title = put(session, ["買賣合同\n本合同由雙方訂立，合同一式兩份"])
    last = put(session, ["附件" * 200 + "合同" + "清單" * 200])
    order = [hit.document for hit in search(session, "合同").hits]
    assert order[0] == title
    assert [hit.document for hit in search(session, "合同", newest=True).hits] == [last, title, passing]
    assert [search(session, "合同", limit=1, offset=at).hits[0].document for at in range(3)] == order
    assert search(session, "合同", limit=1, offset=3) == Results(3, (), None)


def test_suggestions_come_from_the_archive(session: Session) -> None:
    """A word that differs by one character is offered as the archive writes it, and it finds something."""
    put(session, ["機動車銷售統一發票"])
    put(session, ["purchase agreement"])
    put(session, ["買方：歐陽修 先生"])
    for query, better in {
        "机动车销售统壹发票": "機動車銷售統一發票",
        "机动车消售统一发票 OR 无此": "機動車銷售統一發票 OR 无此",
        "purchose": "purchase",
        "歐揚修": "歐陽修",
        "欧阳休": "歐陽修",
        "毆陽修": "歐陽修",
        "agreemnt": "agreement",
    }.items():
        results = search(session, query)
        assert results.suggestion == better
        assert search(session, better).total == 1


def test_a_field_that_the_text_does_not_have_is_found_and_shown(session: Session) -> None:
    """What a person entered finds the page and is what the hit shows."""
    document = put(session, ["看不清的一頁"], fields={"vin": "LSVAM4187C2184841"})
    filing.decide(session, document, by="li", at=NOW, fields={"buyer_name": "歐陽修"})
    (hit,) = search(session, "欧阳修").hits
    assert (hit.document, hit.snippet, hit.marks) == (document, "歐陽修", ((0, 3),))
    assert found(search(session, "LSVAM4I87C")) == {document}
    filing.decide(session, document, by="li", at=NOW, fields={"buyer_name": ""})
    assert search(session, "欧阳修").total == 0


def test_a_new_reading_takes_the_old_words_away(session: Session) -> None:
    """After a capture is read again only its new text is found."""
    document = put(session, ["舊的文字"])
    filing.save_reading(session, document.rpartition("-")[0], reading(["新的內容"]), received=TODAY)
    assert search(session, "旧的文字").total == 0
    assert found(search(session, "新的内容")) == {document}


def test_snippets_show_the_hit_and_its_lines(session: Session) -> None:
    """The snippet is cut around the hit, line breaks as spaces, and the boxes are those of the lines with hits."""
    text = "第一行\n" + "很長的開頭" * 40 + "\n這裡有\n目標詞\n" + "尾巴" * 100
    put(session, [text])
    (hit,) = search(session, "有目标").hits
    (mark,) = hit.marks
    assert fold(hit.snippet[slice(*mark)]) == "有 目标"
    assert hit.boxes == ((10, 40, 34, 56), (10, 60, 34, 76))
    assert len(hit.snippet) <= 120


def test_filters_follow_what_a_person_decides(session: Session) -> None:
    """A document's new kind, date and amount are what filters see at once, however the row was changed."""
    document = put(session, ["單據"], kind="letter", fields={"total": "5"})
    filing.decide(session, document, by="li", at=NOW, kind="report", family="report", fields={"total": "700"})
    assert found(search(session, "kind:report 单据")) == {document}
    assert found(search(session, "amount:>600")) == {document}
    assert search(session, "kind:letter").total == search(session, "amount:5").total == 0
    row = session.get_one(Document, document)
    row.kind = "letter"
    session.flush()
    assert found(search(session, "kind:letter family:report")) == {document}


def test_pages_of_no_document_are_found_and_have_no_kind(session: Session) -> None:
    """A page that no document claims answers words and every NOT of a filter, in whichever way it is asked."""
    document = put(session, ["頁一", "頁二"])
    capture = document.rpartition("-")[0]
    whole = reading(["頁一", "頁二"])
    (only,) = whole.documents
    filing.save_reading(session, capture, replace(whole, documents=(replace(only, pages=(1,)),)), received=TODAY)
    assert {hit.document for hit in search(session, "页").hits} == {document, ""}
    assert [hit.page for hit in search(session, "页 NOT kind:other").hits] == [2]
    assert [hit.page for hit in search(session, "页 -from:2000").hits] == [2]
    assert [hit.page for hit in search(session, "NOT kind:other").hits] == []


@pytest.mark.parametrize("few", [0, 5_000])
def test_few_hits_and_many_are_asked_in_their_own_way_with_one_answer(
    session: Session, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    """Whether filters are asked of each hit or of all documents, the answer is the same."""
    monkeypatch.setattr(matching, "EACH_UP_TO", few)
    monkeypatch.setattr(matching, "FEW", min(few, 2_000) - 1)
    test_filters(session)
