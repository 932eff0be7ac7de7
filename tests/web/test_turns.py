"""Answers that keep a processor busy are worked out a few at a time."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from web import limits


def test_no_more_than_a_few_run_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next begins when one has ended, and every one is answered."""
    monkeypatch.setattr(limits, "LONGEST_TURN_SECONDS", 60)
    lock, running, most = threading.Lock(), 0, 0
    met = threading.Barrier(limits.AT_ONCE)

    @limits.in_turn
    def work(number: int) -> int:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        met.wait(timeout=60)  # as many as may run are here at the same moment
        with lock:
            running -= 1
        return number

    asked = range(4 * limits.AT_ONCE)
    with ThreadPoolExecutor(len(asked)) as pool:
        assert list(pool.map(work, asked)) == list(asked)
    assert most == limits.AT_ONCE


def test_something_slow_does_not_hold_up_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waited long enough goes on without a turn, and gives none back that they never had."""
    monkeypatch.setattr(limits, "LONGEST_TURN_SECONDS", 0.01)
    over = threading.Event()
    slow = limits.in_turn(lambda: over.wait(60))
    quick = limits.in_turn(lambda: "answered")
    with ThreadPoolExecutor(limits.AT_ONCE) as pool:
        held = [pool.submit(slow) for _ in range(limits.AT_ONCE)]
        assert [quick() for _ in range(3)] == ["answered"] * 3
        assert not any(one.done() for one in held)
        over.set()
        assert all(one.result(60) for one in held)
    with pytest.raises(ZeroDivisionError):
        limits.in_turn(lambda: 1 // 0)()
    assert quick() == "answered"
