"""Visits begin, last, and end."""

from contextlib import ExitStack

from web.visits import IDLE_SECONDS, LONGEST_SECONDS, MOST, Visit, Visits


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def visit(clock: Clock, name: str = "ling") -> tuple[Visit, list[str]]:
    """Return a visit without an archive, and a list that notes its end."""
    closing, ended = ExitStack(), list[str]()
    closing.callback(ended.append, name)
    made = Visit(name, None, closing)  # type: ignore[arg-type]
    made.begun = made.seen = made.proven = clock()
    return made, ended


def test_a_visit_lasts_while_somebody_comes() -> None:
    """Each request prolongs it; half an hour without one ends it, and its keys go."""
    clock = Clock()
    visits = Visits(clock=clock)
    made, ended = visit(clock)
    token = visits.begin(made)
    for _ in range(5):
        clock.now += IDLE_SECONDS - 1
        assert visits.of(token) is made
    clock.now += IDLE_SECONDS + 1
    assert visits.of(token) is None
    assert ended == ["ling"]


def test_no_visit_outlasts_a_working_day() -> None:
    """However often somebody comes."""
    clock = Clock()
    visits = Visits(clock=clock)
    made, _ = visit(clock)
    token = visits.begin(made)
    while clock.now < 1000 + LONGEST_SECONDS:
        assert visits.of(token) is made
        clock.now += IDLE_SECONDS - 1
    assert visits.of(token) is None


def test_ending_a_person_ends_all_their_visits() -> None:
    """A closed account is out at once, on every machine."""
    clock = Clock()
    visits = Visits(clock=clock)
    tokens = [visits.begin(visit(clock, name)[0]) for name in ("ling", "ling", "chan")]
    assert visits.end_of("ling") == 2
    assert [visits.of(token) is not None for token in tokens] == [False, False, True]


def test_a_visit_too_many_ends_the_oldest() -> None:
    """Memory has a limit; the one not seen for longest goes."""
    clock = Clock()
    visits = Visits(clock=clock)
    tokens = []
    for _ in range(MOST + 1):
        clock.now += 1
        tokens.append(visits.begin(visit(clock)[0]))
    assert visits.of(tokens[0]) is None
    assert visits.of(tokens[-1]) is not None


def test_a_wrong_token_is_nobody() -> None:
    """Nothing, something else, or not even text."""
    visits = Visits(clock=Clock())
    assert [visits.of(token) for token in (None, "", "x", "ü\ud800")] == [None] * 4
