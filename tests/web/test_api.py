"""The JSON API: the shapes of docs/json.md, and no request whatever makes it fail."""

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error

from desk import sessions
from tests.web.conftest import PASSWORD, Office


@pytest.fixture(scope="module")
def token(office: Office) -> str:
    """A token as ``juanzong login`` gives it, of a clerk."""
    return sessions.login(office.home, "ling", PASSWORD).token


def test_a_token_opens_the_api_and_a_wrong_one_does_not(office: Office, token: str) -> None:
    """The same token as on the command line, in the header that carries tokens."""
    asked = httpx.get(f"{office.url}/api/v1/whoami", headers={"authorization": f"Bearer {token}"})
    assert asked.status_code == 200
    assert asked.json()["user"] == "ling"
    for wrong in (token[:-2] + "xx", "jz1_", "x" * 3000):
        refused = httpx.get(f"{office.url}/api/v1/whoami", headers={"authorization": f"Bearer {wrong}"})
        assert refused.status_code in {401, 403}, wrong
        assert set(refused.json()) == {"error", "code"}


def test_an_ended_session_opens_nothing(office: Office) -> None:
    """Logging out on the command line ends the token here as well."""
    made = sessions.login(office.home, "yip", PASSWORD).token
    headers = {"authorization": f"Bearer {made}"}
    assert httpx.get(f"{office.url}/api/v1/whoami", headers=headers).status_code == 200
    sessions.logout(office.home, made)
    assert httpx.get(f"{office.url}/api/v1/whoami", headers=headers).status_code in {401, 403}


def test_shapes(office: Office, token: str) -> None:
    """The minimum keys of the contract."""
    with httpx.Client(base_url=office.url, headers={"authorization": f"Bearer {token}"}) as client:
        found = client.get("/api/v1/search", params={"q": "發動機"}).json()
        assert found["total"] == len(found["hits"]) > 0
        assert {"document", "dossier", "kind", "page", "snippet", "score"} <= set(found["hits"][0])
        report = client.get("/api/v1/report/completeness").json()
        assert {"key", "kind", "complete", "requirements"} <= set(report["dossiers"][0])
        one = client.get("/api/v1/dossier", params={"name": office.key}).json()
        assert one["key"] == office.key
        page = client.get(f"/api/v1/documents/{office.documents['purchase-invoice']}/page").json()
        assert page["lines"]
        assert page["fields"]
        assert {"waiting", "filed", "review", "latest"} <= set(client.get("/api/v1/inbox").json())


def test_no_request_makes_it_fail(office: Office, token: str) -> None:
    """schemathesis sends what the schema allows and what it does not: never a 5xx."""
    schema = schemathesis.openapi.from_url(f"{office.url}/api/v1/openapi.json")
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) > 8
    assert {operation.method.upper() for operation in operations} == {"GET", "POST"}
    headers = {"authorization": f"Bearer {token}"}
    before = set(office.drop.iterdir())
    for operation in operations:

        @given(case=operation.as_strategy())
        @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        def sent(case: schemathesis.Case) -> None:
            case.call_and_validate(headers=headers, checks=[not_a_server_error], timeout=120)

        sent()
    for file in set(office.drop.iterdir()) - before:
        file.unlink()  # what the fuzz sent as scans
