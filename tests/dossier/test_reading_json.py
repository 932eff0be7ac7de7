"""The JSON form of a reading keeps everything."""

import json

from hypothesis import given
from hypothesis import strategies as st

from dossier.reading import Code, Evidence, FieldValue, Line, Page, Reading, Recognised
from dossier.reading_json import from_json, to_json

share = st.integers(0, 10_000).map(lambda n: n / 10_000)
words = st.text(max_size=12)
boxes = st.tuples(*[st.integers(0, 9_999)] * 4)
pages = st.builds(
    Page,
    number=st.integers(1, 999),
    width=st.integers(1, 9_999),
    height=st.integers(1, 9_999),
    dpi=st.integers(1, 1_200),
    rotation=st.sampled_from([0, 90, 180, 270]),
    source=st.sampled_from(["ocr", "text-layer", "structured"]),
    engine=words,
    text=words,
    lines=st.lists(st.builds(Line, words, boxes, share), max_size=3).map(tuple),
    codes=st.lists(st.builds(Code, words, words, boxes), max_size=2).map(tuple),
    blank=st.booleans(),
    failed=st.none() | words,
)
fields = st.builds(
    FieldValue,
    value=words,
    confidence=share,
    page=st.integers(1, 9),
    box=st.none() | boxes,
    checked=words,
    raw=words,
)
documents = st.builds(
    Recognised,
    kind=words,
    family=words,
    confidence=share,
    review=st.booleans(),
    fields=st.dictionaries(words, fields, max_size=3),
    pages=st.lists(st.integers(1, 99), max_size=3).map(tuple),
    evidence=st.lists(st.builds(Evidence, words, words, share, st.integers(1, 9)), max_size=2).map(tuple),
    doubts=st.lists(words, max_size=2).map(tuple),
    alternatives=st.lists(st.tuples(words, share), max_size=2).map(tuple),
)
readings = st.builds(
    Reading,
    pages=st.lists(pages, max_size=2).map(tuple),
    documents=st.lists(documents, max_size=2).map(tuple),
    error=st.none() | words,
    locked=st.booleans(),
    facts=st.dictionaries(words, words, max_size=2),
)


@given(readings)
def test_a_reading_survives_its_json_form(reading: Reading) -> None:
    """What is sealed beside an original gives back the very reading."""
    assert from_json(json.loads(json.dumps(to_json(reading)))) == reading
