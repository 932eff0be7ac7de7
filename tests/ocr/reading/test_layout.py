"""Reading order over lines with boxes."""

from hypothesis import given
from hypothesis import strategies as st

from dossier.reading import Line
from ocr.layout import in_reading_order, turned_box

boxes = st.tuples(st.integers(0, 900), st.integers(0, 1200), st.integers(1, 600), st.integers(8, 60))


def line(text: str, left: int, top: int, width: int = 0, height: int = 30) -> Line:
    """Place a line; its width is guessed from its text where none is given."""
    return Line(text, (left, top, left + (width or 15 * len(text)), top + height), 0.9)


def texts(lines: tuple[Line, ...]) -> list[str]:
    """Return what the lines say."""
    return [one.text for one in lines]


@given(st.lists(boxes, max_size=40))
def test_every_line_is_kept_once(placed: list[tuple[int, int, int, int]]) -> None:
    """Ordering loses no line and makes none."""
    lines = [line(str(number), left, top, width, height) for number, (left, top, width, height) in enumerate(placed)]
    assert sorted(texts(in_reading_order(lines)), key=int) == [one.text for one in lines]


@given(st.permutations(range(12)))
def test_order_does_not_depend_on_how_lines_come(order: list[int]) -> None:
    """The same page gives the same text, however the engine lists its lines."""
    lines = [
        line(f"cell {row} {column}", 100 + 300 * column, 100 + 60 * row) for row in range(4) for column in range(3)
    ]
    assert in_reading_order([lines[index] for index in order]) == tuple(lines)


def test_running_text_in_two_columns_is_read_column_by_column() -> None:
    """Long lines on both sides of a gutter are two columns."""
    left = [line(f"left column line number {n} runs on", 100, 100 + 40 * n, 500) for n in range(10)]
    right = [line(f"right column line number {n} runs on", 640, 104 + 40 * n, 500) for n in range(10)]
    mixed = [one for pair in zip(left, right, strict=True) for one in pair]
    assert in_reading_order(mixed) == (*left, *right)


def test_title_over_columns_comes_first_and_footer_last() -> None:
    """What crosses the gutter is read where it stands."""
    title = line("A title that runs over both of the columns", 200, 20, 800)
    footer = line("A footer that runs over both of the columns", 200, 700, 800)
    left = [line(f"left column line number {n} runs on", 100, 100 + 40 * n, 500) for n in range(8)]
    right = [line(f"right column line number {n} runs on", 640, 100 + 40 * n, 500) for n in range(8)]
    assert in_reading_order([*right, footer, *left, title]) == (title, *left, *right, footer)


def test_table_is_read_row_by_row() -> None:
    """Short cells side by side are rows, not columns."""
    rows = [[line(f"r{r}c{c}", 100 + 250 * c, 100 + 50 * r) for c in range(4)] for r in range(6)]
    by_column = [rows[r][c] for c in range(4) for r in range(6)]
    assert in_reading_order(by_column) == tuple(cell for row in rows for cell in row)


def test_table_of_two_halves_is_read_across_its_wide_white() -> None:
    """Short cells that are level with each other are rows, however long the rows on each side of the white are."""
    rows = [
        [
            line("01Aug2018", 30, 100 + 18 * n, 84, 18),
            line("Clearing Cheque", 118, 101 + 18 * n, 119, 18),
            line(f"498{n}", 565, 100 + 18 * n, 40, 18),
            line("1,500.00", 655, 99 + 18 * n, 60, 18),
            line("101,598.46", 826, 100 + 18 * n, 80, 18),
        ]
        for n in range(9)
    ]
    by_column = [row[column] for column in range(5) for row in rows]
    assert in_reading_order(by_column) == tuple(cell for row in rows for cell in row)


def test_form_with_blanks_to_fill_in_is_read_row_by_row() -> None:
    """Labels with blanks behind them, several a row and the rows level, are a form, however long a row may be."""
    labels = ("Name of payer", "Amount (in yuan)", "Share of", "% paid by")
    lefts = (100, 340, 760, 900)
    rows = [[line(label, left, 100 + 45 * r) for label, left in zip(labels, lefts, strict=True)] for r in range(4)]
    after = line("All of it is due on the first of May.", 100, 300)
    by_column = [rows[r][c] for c in range(4) for r in range(4)]
    assert in_reading_order([*by_column, after]) == (*(cell for row in rows for cell in row), after)


def test_table_beside_a_column_is_read_by_itself() -> None:
    """A table whose rows are not level with the running text beside it is read before that."""
    table = [
        cell
        for n in range(12)
        for cell in (
            line(f"Net interest {n}", 100, 100 + 26 * n, 160),
            line("12.34", 400, 100 + 26 * n),
            line("5.6", 500, 100 + 26 * n),
        )
    ]
    column = [line(f"running text of the column beside {n}", 640, 108 + 37 * n, 500) for n in range(8)]
    mixed = sorted([*table, *column], key=lambda one: one.box[1])
    assert in_reading_order(mixed) == (*table, *column)


def test_label_comes_before_its_value_in_small_print() -> None:
    """A label as high as the two lines of its value, whose boxes touch, is read before both."""
    label = line("地址、电话：", 101, 898, 175, 35)
    first, second = line("合肥市包河区马鞍山南路与太湖路", 262, 901, 543, 23), line("165552187", 270, 921, 76, 19)
    assert in_reading_order([second, first, label]) == (label, first, second)


def test_ruled_cell_is_read_whole() -> None:
    """Two lines in one cell stay together, though the cell beside them has one line in between."""
    cells = [(90, 90, 500, 180), (505, 90, 900, 180), (90, 185, 500, 275), (505, 185, 900, 275)]
    first, second = line("归属于上市公司股东的", 100, 95), line("净利润（元）", 100, 140)
    value = line("9,154,985,000.00", 600, 118)
    below, amount = line("总资产（元）", 100, 215), line("840,527,145,000.00", 600, 215)
    assert in_reading_order([value, amount, second, below, first], cells) == (first, second, value, below, amount)


def test_columns_ruled_without_rows_are_read_across() -> None:
    """Where only columns are ruled, the entries of a row belong together."""
    cells = [(100 + 200 * c, 90, 295 + 200 * c, 400) for c in range(5)]
    rows = [[line(f"{r}-{c}", 120 + 200 * c, 100 + 50 * r) for c in range(5)] for r in range(5)]
    by_column = [rows[r][c] for c in range(5) for r in range(5)]
    assert in_reading_order(by_column, cells) == tuple(cell for row in rows for cell in row)


def test_number_turned_on_its_side_comes_last() -> None:
    """Text that runs down the edge does not break into the rows."""
    edge = line("82491256", 900, 100, 30, 260)
    rows = [line(f"ordinary line {n}", 100, 100 + 60 * n) for n in range(5)]
    assert in_reading_order([edge, *rows]) == (*rows, edge)


def test_han_columns_are_read_from_the_right() -> None:
    """Han text written downwards is read column by column from the right."""
    columns = [
        line("右起第一行文字", 600, 50, 40, 280),
        line("右起第二行文字", 500, 50, 40, 280),
        line("右起第三行", 400, 50, 40, 200),
    ]
    assert in_reading_order(columns[::-1]) == tuple(columns)


@given(boxes, st.sampled_from([0, 90, 180, 270]))
def test_turning_a_box_there_and_back_changes_nothing(placed: tuple[int, int, int, int], turn: int) -> None:
    """A turned box turned back stands where it stood."""
    left, top, width, height = placed
    box = (left, top, left + width, top + height)
    page = (1600, 1300)
    turned_page = page if turn % 180 == 0 else page[::-1]
    assert turned_box(turned_box(box, turn, *page), (360 - turn) % 360, *turned_page) == box
