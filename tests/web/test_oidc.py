"""Signing in by way of an identity provider: a real one, another process, right and wrong in every way that matters."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, expect
from pydantic import ValidationError

from desk.oidc import OidcSettings, SecretFileUnusable, client_secret, is_protected
from index.record import entries
from tests.servers.oidc import CLIENT, SECRET
from tests.web.conftest import PASSPHRASE, PASSWORD, Office, served
from tests.web.test_journeys import shot
from web.app import build
from web.identities import LONGEST_SECONDS, Identities
from web.limits import SIGNING_IN, Buckets

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Gate:
    """A provider that runs, and the office whose page asks it."""

    issuer: str
    office: Office
    app: FastAPI

    def be(self, **told: Any) -> None:
        """Tell the provider whom it signs in, or in what way it is wrong."""
        httpx.post(self.issuer + "/twist", json=told).raise_for_status()

    def set(self, **changes: Any) -> None:
        """Change the page's settings of the provider."""
        self.office.home.amend({f"oidc.{name}": value for name, value in changes.items()})

    def begin(self, client: httpx.Client, back: str = "/requests") -> str:
        """Go to the provider from the button; return the address it leads back to."""
        sent = client.get("/signin/oidc", params={"back": back})
        assert sent.status_code == 303, sent.text
        keep(client, sent)
        asked = parse_qs(urlsplit(sent.headers["location"]).query)
        assert asked["code_challenge_method"] == ["S256"]
        assert asked["scope"] == ["openid profile"]
        answer = httpx.get(sent.headers["location"])
        assert answer.status_code == 302, answer.text
        return str(answer.headers["location"])

    def back(self, client: httpx.Client, address: str) -> httpx.Response:
        """Follow the provider back to the page."""
        answer = client.get(address)
        keep(client, answer)
        return answer


def keep(client: httpx.Client, answer: httpx.Response) -> None:
    """Keep the cookies of an answer: they are for https, and httpx makes no exception for its own machine."""
    kept = dict(part.split("=", 1) for part in client.headers.get("cookie", "").split("; ") if part)
    for one in answer.headers.get_list("set-cookie"):
        name, _, value = one.partition(";")[0].partition("=")
        kept[name] = value
    client.headers["cookie"] = "; ".join(f"{name}={value}" for name, value in kept.items() if value.strip('"'))


@pytest.fixture(scope="module")
def running(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    """Start the provider as a process of its own and put it into the settings."""
    secret = tmp_path_factory.mktemp("secret") / "client"
    secret.write_text(SECRET + "\n")
    secret.chmod(0o600)
    command = [sys.executable, "-W", "ignore", "-m", "tests.servers.oidc"]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "AUTHLIB_INSECURE_TRANSPORT": "1"}
    app = build(office.home)
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    issuer = process.stdout.readline().strip()
    try:
        # A page of its own: what is refused here must slow down no other test.
        with served(office.home, app) as url:
            gate = Gate(issuer, replace(office, url=url), app)
            gate.set(issuer=issuer, client_id=CLIENT, client_secret_file=str(secret), address=url, title="House ID")
            gate.be(way_back=url + "/signin/oidc/back")
            yield gate
    finally:
        office.home.amend({"oidc": {}})
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture
def gate(running: Gate) -> Iterator[Gate]:
    """A provider that is right and names chan, and settings as they were."""
    running.app.state.place.signing_in = Buckets(SIGNING_IN)
    running.be(twist="", claims={"sub": "u-1", "preferred_username": "chan"})
    yield running
    running.set(required=False, claim="preferred_username", people={})


@pytest.fixture
def client(gate: Gate) -> Iterator[httpx.Client]:
    """Somebody without a visit."""
    with httpx.Client(base_url=gate.office.url, follow_redirects=False, timeout=60) as made:
        yield made


def test_off_unless_it_is_set(gate: Gate, client: httpx.Client) -> None:
    """Without a provider there is no button, and the addresses of its pages lead nowhere."""
    assert "/signin/oidc" in client.get("/signin").text
    kept = gate.office.home.settings().oidc.model_dump(mode="json")
    gate.office.home.amend({"oidc": {}})
    assert "/signin/oidc" not in client.get("/signin").text
    for path in ("/signin/oidc", "/signin/oidc/back?code=x&state=y"):
        assert client.get(path).status_code == 404
    assert client.get("/signin/oidc/keys").headers["location"] == "/signin"
    gate.office.home.amend({"oidc": kept})


@pytest.mark.parametrize(("locale", "button"), [("en-US", "Sign in with House ID"), ("zh-TW", "以 House ID 登入")])
def test_by_the_button_and_ones_own_password(gate: Gate, browser: Browser, locale: str, button: str) -> None:
    """In a browser: the button, the provider, one's password; then one is where one wanted to go, on record."""
    context = browser.new_context(base_url=gate.office.url, locale=locale)
    page = context.new_page()
    page.goto("/search?q=lease")
    shot(page, f"oidc-button-{locale}")
    page.get_by_text(button).click()
    page.wait_for_url("**/signin/oidc/keys")
    expect(page.locator("main")).to_contain_text("chan")
    shot(page, f"oidc-keys-{locale}")
    page.fill("#password", "not the password of chan")
    page.click("main button.main")
    expect(page.locator("[role=alert]")).to_be_visible()
    page.goto("/signin/oidc/keys")
    page.fill("#password", PASSWORD)
    page.click("main button.main")
    page.wait_for_url("**/search?q=lease")
    expect(page.locator("header .who")).to_contain_text("chan")
    page.goto("/signin/oidc/keys")
    assert page.url.endswith("/signin"), "the provider's word counts for one visit"
    context.close()
    with gate.office.opened() as archive, archive.index.read() as session:
        facts = [one.facts for one in entries(session) if one.what == "login" and one.who == "chan"]
    assert facts[-1] == {"identified_by": gate.issuer}


def test_the_provider_alone_opens_nothing(gate: Gate, client: httpx.Client) -> None:
    """Between the provider's word and the password there is no visit: no page but the one that asks for it."""
    answer = gate.back(client, gate.begin(client))
    assert answer.headers["location"] == "/signin/oidc/keys"
    assert client.get("/signin/oidc/keys").status_code == 200
    for path in ("/requests", "/search", "/dossiers", "/api/v1/whoami"):
        assert client.get(path).status_code in {303, 401}, path


def test_nobody_elses_keys_are_opened(gate: Gate, client: httpx.Client) -> None:
    """Whom the provider named is who signs in, whatever the form says besides."""
    gate.back(client, gate.begin(client))
    answer = client.post("/signin/oidc/keys", data={"name": "ling", "username": "ling", "password": PASSWORD})
    assert answer.status_code == 303
    keep(client, answer)
    assert ">chan<" in client.get("/requests").text
    assert client.get("/inbox").status_code == 403


@pytest.mark.parametrize(
    "twist",
    [
        "nonce",
        "nonce-missing",
        "audience",
        "party",
        "issuer",
        "expired",
        "unsigned",
        "symmetric",
        "forged",
        "half-hash",
    ],
)
def test_a_token_that_proves_nothing_is_refused(gate: Gate, client: httpx.Client, twist: str) -> None:
    """A wrong nonce, audience, party, issuer, time, key or hash, no signature, or one made with the public key."""
    gate.be(twist=twist)
    answer = gate.back(client, gate.begin(client))
    assert answer.status_code == 403, twist
    assert "House ID" in answer.text
    assert client.get("/signin/oidc/keys").status_code == 303
    gate.be(twist="")
    assert gate.back(client, gate.begin(client)).status_code == 303, "right again, it works again"


def test_a_provider_that_names_another_issuer_is_not_asked(gate: Gate, client: httpx.Client) -> None:
    """What is published at the address must be of the issuer in the settings."""
    gate.set(title="Renamed ID")  # other settings are asked for anew
    gate.be(twist="discovery")
    answer = client.get("/signin/oidc")
    assert answer.status_code == 503
    gate.be(twist="")
    gate.set(title="House ID")
    assert client.get("/signin/oidc").status_code == 303


def test_a_wrong_state_is_refused_and_ends_the_sign_in(gate: Gate, client: httpx.Client) -> None:
    """An answer that was made for another sign-in, or none, is not taken; nor is the right one after it."""
    address = gate.begin(client)
    wrong = address.replace("state=", "state=x")
    assert gate.back(client, wrong).status_code == 403
    assert gate.back(client, address).status_code == 403
    assert gate.back(client, address.partition("&state")[0]).status_code == 403


def test_an_answer_is_for_the_browser_that_asked(gate: Gate, client: httpx.Client) -> None:
    """Somebody lured to another's way back gets nothing: the state belongs to a cookie (login CSRF)."""
    address = gate.begin(client)
    with httpx.Client(base_url=gate.office.url, follow_redirects=False) as victim:
        assert gate.back(victim, address).status_code == 403
        gate.begin(victim)
        assert gate.back(victim, address).status_code == 403


def test_a_code_is_taken_once(gate: Gate, client: httpx.Client) -> None:
    """The same way back again is refused by the page; the same code in another sign-in by the provider and by PKCE."""
    address = gate.begin(client)
    used = parse_qs(urlsplit(address).query)["code"][0]
    assert gate.back(client, address).status_code == 303
    assert gate.back(client, address).status_code == 403
    with httpx.Client(base_url=gate.office.url, follow_redirects=False) as thief:
        own = gate.begin(thief)
        state = parse_qs(urlsplit(own).query)["state"][0]
        assert gate.back(thief, f"{gate.office.url}/signin/oidc/back?code={used}&state={state}").status_code == 403
        stolen = parse_qs(urlsplit(gate.begin(client)).query)["code"][0]
        state = parse_qs(urlsplit(gate.begin(thief)).query)["state"][0]
        answer = gate.back(thief, f"{gate.office.url}/signin/oidc/back?code={stolen}&state={state}")
        assert answer.status_code == 403, "a code that was never used, without its verifier"


def test_a_provider_that_says_no(gate: Gate, client: httpx.Client) -> None:
    """An error in the answer is told as one, its text as text."""
    state = parse_qs(urlsplit(gate.begin(client)).query)["state"][0]
    hostile = "<script>x</script>"
    answer = client.get("/signin/oidc/back", params={"error": hostile, "state": state})
    assert answer.status_code == 403
    assert hostile not in answer.text


def test_only_people_of_the_register_get_in(gate: Gate, client: httpx.Client) -> None:
    """An unknown name is told so and nobody is entered; the settings may say that a value means somebody."""
    gate.be(claims={"sub": "u-77", "preferred_username": "stranger"})
    answer = gate.back(client, gate.begin(client))
    assert answer.status_code == 403
    assert "stranger" in answer.text
    gate.set(claim="sub", people={"u-77": "ling"})
    assert gate.back(client, gate.begin(client)).status_code == 303
    assert "ling" in client.get("/signin/oidc/keys").text
    gate.set(claim="email", people={"chan@example.org": "chan"})
    gate.be(claims={"sub": "u-1", "email": "chan@example.org"})
    assert gate.back(client, gate.begin(client)).status_code == 403, "an address that nobody verified names nobody"
    gate.be(claims={"sub": "u-1", "email": "chan@example.org", "email_verified": True})
    assert gate.back(client, gate.begin(client)).status_code == 303


def test_where_it_is_required_the_password_alone_opens_no_persons_visit(gate: Gate, client: httpx.Client) -> None:
    """The form has no name any more, and sending one is refused; the archive's passphrase still opens for its owner."""
    gate.set(required=True)
    shown = client.get("/signin").text
    assert 'name="name"' not in shown
    refused = client.post("/signin", data={"name": "chan", "password": PASSWORD})
    assert refused.status_code == 403
    assert client.post("/signin", data={"name": "", "password": PASSPHRASE}).status_code == 303
    gate.back(client, gate.begin(client))
    assert client.post("/signin/oidc/keys", data={"password": PASSWORD}).status_code == 303


@pytest.mark.parametrize(
    "wrong",
    [
        {"issuer": "http://id.example"},
        {"issuer": "https://id.example"},
        {"issuer": "https://id.example", "client_id": "x", "address": "http://desk.example"},
        {"issuer": "https://id.example", "client_id": "x", "address": "https://d.example", "scopes": ("profile",)},
        {"issuer": "https://id.example?x=1", "client_id": "x", "address": "https://d.example"},
    ],
)
def test_settings_that_would_not_protect_are_refused(wrong: dict[str, Any]) -> None:
    """A provider or a page in the clear, half a setting, no openid among the scopes."""
    with pytest.raises(ValidationError):
        OidcSettings(**wrong)
    assert not is_protected("https://name@id.example")


def test_the_secret_is_for_its_owner_alone(tmp_path: Path) -> None:
    """A file that others may read, an empty one and none are refused."""
    file = tmp_path / "secret"
    for _ in range(2):
        with pytest.raises(SecretFileUnusable):
            client_secret(file)
        file.write_text("")
    file.write_text("specimen\n")
    file.chmod(0o644)
    with pytest.raises(SecretFileUnusable):
        client_secret(file)
    file.chmod(0o600)
    assert client_secret(file) == "specimen"


def test_a_sign_in_on_its_way_ends_by_itself() -> None:
    """Ten minutes after the button, and ten after the provider's word."""
    now = [0.0]
    identities = Identities(clock=lambda: now[0])
    name, begun = identities.begin("/")
    now[0] += LONGEST_SECONDS + 1
    assert identities.take(name, begun.state) is None
    name = identities.identify("chan", "/")
    assert identities.of(name) is not None
    now[0] += LONGEST_SECONDS + 1
    assert identities.of(name) is None


def test_refusals_are_on_record_and_slow_down(gate: Gate, client: httpx.Client) -> None:
    """Each is noted for the record; too many from one address wait, and are not asked of the provider."""
    gate.be(twist="nonce")
    address = gate.begin(client)
    assert gate.back(client, address).status_code == 403
    answers = {gate.back(client, address).status_code for _ in range(int(SIGNING_IN.burst) + 1)}
    assert answers == {403, 429}
    gate.app.state.place.signing_in = Buckets(SIGNING_IN)
    gate.office.visitor()
    with gate.office.opened() as archive, archive.index.read() as session:
        noted = [one.about for one in entries(session) if one.what == "identity-refused"]
    assert "nonce" in noted
