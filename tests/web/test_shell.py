"""How many requests one visitor may send: by the visit for who is signed in, by the address for everybody else."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

import web.app
from desk.home import Home
from web.doors import COOKIE
from web.limits import Allowance
from web.visits import Visit, Visits


def test_one_visit_takes_nothing_from_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind one address, who asks too often is told to wait, and nobody else; a made-up token is no visit."""
    monkeypatch.setattr(web.app, "GENERAL", Allowance(burst=3, per_second=0.001))
    app = web.app.build(Home(tmp_path))
    first, second = (app.state.place.visits.begin(Visit(name, None, None)) for name in ("li", "wang"))  # type: ignore[arg-type]

    async def answers(token: str, times: int, bearer: bool) -> list[int]:
        headers = {"authorization": f"Bearer {token}"} if bearer else {"cookie": f"{COOKIE}={token}"}
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="https://localhost", headers=headers) as client:
            return [(await client.get("/health")).status_code for _ in range(times)]

    def asked(token: str, times: int, *, bearer: bool = False) -> list[int]:
        # In a thread of its own: where a browser was driven before, this one has a loop that runs.
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, answers(token, times, bearer)).result()

    assert asked(first, 4) == [200, 200, 200, 429]
    assert asked(second, 2) == [200, 200]
    assert asked(second, 2, bearer=True) == [200, 429]
    assert asked("made-up", 2) == [200, 200]
    assert asked("another", 2) == [200, 429]


def test_a_visit_has_a_name_only_while_it_lasts() -> None:
    """The name tells nothing of the token, and asking for it keeps no visit alive."""
    visits = Visits()
    token = visits.begin(Visit("li", None, None))  # type: ignore[arg-type]
    seen = visits.of(token)
    assert seen is not None
    before = seen.seen
    name = visits.name_of(token)
    assert name is not None
    assert token not in name
    assert seen.seen == before
    assert visits.name_of(None) is None
    assert visits.name_of("made-up") is None
