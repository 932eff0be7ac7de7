"""The journal: one capture for the same bytes, steps in order, each of them twice without harm."""

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from index import journal
from index.engine import Index
from index.errors import IllegalTransition, NoSuchThing
from index.journal import NEXT, State
from tests.index.conftest import NOW


def claim(session: Session, digest: str = "d", name: str = "a.pdf", folder: str = "in") -> journal.Claim:
    """Claim bytes by their digest."""
    return journal.claim(session, digest, name=name, size=3, format="PDF", sha256="s", at=NOW, folder=folder)


def to(session: Session, state: State) -> str:
    """Return a capture in this state."""
    capture = claim(session, digest=state).capture.id
    if state is State.CLAIMED:
        return capture
    journal.sealed(session, capture, original="o", record="r", at=NOW)
    if state is State.QUARANTINED:
        journal.quarantine(session, capture, error="ocr.damaged", facts={"page": 1})
    elif state is State.LOCKED:
        journal.lock(session, capture, error="ocr.locked")
    elif state is not State.SEALED:
        journal.read(session, capture, reading="x", at=NOW)
        if state is State.FILED:
            journal.filed(session, capture, at=NOW)
        elif state is State.REVIEW:
            journal.review(session, capture)
    return capture


STEPS = {
    State.SEALED: lambda session, capture: journal.sealed(session, capture, original="o", record="r", at=NOW),
    State.READ: lambda session, capture: journal.read(session, capture, reading="x", at=NOW),
    State.FILED: lambda session, capture: journal.filed(session, capture, at=NOW),
    State.REVIEW: journal.review,
    State.QUARANTINED: lambda session, capture: journal.quarantine(session, capture, error="e"),
    State.LOCKED: lambda session, capture: journal.lock(session, capture, error="e"),
}


@pytest.mark.parametrize("before", State)
@pytest.mark.parametrize("after", STEPS)
def test_steps_in_order_and_twice(session: Session, before: State, after: State) -> None:
    """A step leads where the table says, may be taken twice, and is refused out of order with nothing changed."""
    capture = to(session, before)
    if before is after or after in NEXT[before]:
        for _ in range(2):
            assert STEPS[after](session, capture).state == after
    else:
        with pytest.raises(IllegalTransition):
            STEPS[after](session, capture)
        assert journal.find(session, capture).state == before


def test_the_same_bytes_are_captured_once(session: Session) -> None:
    """New, then the same scan resumed, then a duplicate elsewhere, then a duplicate of a released scan."""
    first = claim(session)
    assert (first.outcome, first.new) == ("new", True)
    assert claim(session).outcome == "resumed"
    other = claim(session, folder="elsewhere")
    assert other.outcome == "duplicate"
    assert other.capture.id == first.capture.id
    again = claim(session, folder="elsewhere")
    assert again.sighting is not None
    assert other.sighting is not None
    assert again.sighting.id == other.sighting.id
    journal.sealed(session, first.capture.id, original="o", record=None, at=NOW)
    assert [row.id for row in journal.unreleased(session)] == [first.capture.id]
    journal.released(session, first.capture.id, at=NOW)
    assert journal.unreleased(session) == []
    assert [row.id for row in journal.unreleased_sightings(session)] == [other.sighting.id]
    journal.released(session, first.capture.id, at=NOW, sighting=other.sighting.id)
    assert journal.unreleased_sightings(session) == []
    assert claim(session).outcome == "duplicate"


def test_claims_do_not_race(another: Callable[[], Index]) -> None:
    """Of many that claim the same bytes at the same time, from connections of their own, one gets them."""
    outcomes: list[str] = []

    def take() -> None:
        other = another()
        for turn in range(5):
            with other.write() as session:
                outcomes.append(claim(session, digest=f"d{turn}", name=threading.current_thread().name).outcome)
        other.close()

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["duplicate"] * 15 + ["new"] * 5


def test_a_scan_is_not_released_before_it_is_sealed(session: Session) -> None:
    """Release asks for the vault first."""
    capture = to(session, State.CLAIMED)
    with pytest.raises(IllegalTransition):
        journal.released(session, capture, at=NOW)


def test_attempts_wait_longer_each_time(session: Session) -> None:
    """An attempt counts before it starts; the capture comes back when its wait is over."""
    capture = to(session, State.SEALED)
    assert [row.id for row in journal.unfinished(session, now=NOW)] == [capture]
    assert journal.attempt(session, capture, at=NOW) == 1
    assert journal.unfinished(session, now=NOW) == []
    assert [row.id for row in journal.unfinished(session)] == [capture]
    assert journal.attempt(session, capture, at=NOW) == 2
    assert journal.unfinished(session, now=NOW + timedelta(seconds=59)) == []
    assert [row.id for row in journal.unfinished(session, now=NOW + timedelta(seconds=60))] == [capture]
    journal.postpone(session, capture, error="ocr.tool", facts={"tool": Path("x")}, at=NOW)
    row = journal.find(session, capture)
    assert (row.error, row.error_facts, row.state) == ("ocr.tool", {"tool": "x"}, State.SEALED)
    journal.read(session, capture, reading="x", at=NOW)
    assert (row.error, row.next_retry) == (None, None)


@given(st.integers(1, 10_000))
def test_waits_grow_and_end(attempts: int) -> None:
    """No wait is shorter than the one before, none longer than an hour."""
    assert journal.backoff(attempts) <= journal.backoff(attempts + 1) <= timedelta(hours=1)


def test_reopening_clears_the_reason(session: Session) -> None:
    """A capture out of quarantine is sealed, without error and with its attempts to come."""
    capture = to(session, State.QUARANTINED)
    row = journal.reopen(session, capture)
    assert (row.state, row.error, row.error_facts, row.attempts) == (State.SEALED, None, {}, 0)


def test_a_claim_may_be_given_up_until_it_is_sealed(session: Session) -> None:
    """Giving up forgets the claim; afterwards the bytes are new again."""
    first = to(session, State.CLAIMED)
    journal.abandon(session, first)
    with pytest.raises(NoSuchThing):
        journal.find(session, first)
    assert claim(session, digest=State.CLAIMED).new
    with pytest.raises(IllegalTransition):
        journal.abandon(session, to(session, State.SEALED))


def test_the_tally_names_every_state(session: Session) -> None:
    """States without captures are there with 0."""
    for state in (State.FILED, State.REVIEW):
        to(session, state)
    assert journal.tally(session) == {state: int(state in {State.FILED, State.REVIEW}) for state in State}
