"""The identity provider over HTTP: where to send somebody, and what the ID token says of who came back.

Authorization code with PKCE (RFC 7636), state and nonce; the ID token is checked as OpenID Connect Core 1.0 §3.1.3.7
says, by Authlib and joserfc. The provider's address is set by whoever keeps the archive, and everything else is read
from what it publishes under that address (OpenID Connect Discovery 1.0 §4).
"""

import hmac
import ssl
import threading
from collections.abc import Mapping
from time import monotonic
from typing import Any, Final

import httpx
from authlib.common.urls import url_decode
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from desk.home import Home
from desk.oidc import OidcSettings, client_secret, is_protected
from dossier.errors import ExitCode, JuanzongError
from web.identities import Begun

DISCOVERY: Final = "/.well-known/openid-configuration"
ALGORITHMS: Final = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"}
)
"""Signatures by a key pair alone: ``none`` proves nothing, HS* would take the provider's public key for a secret."""
DISCOVERED_SECONDS: Final = 300
SECONDS: Final = 10
LEEWAY_SECONDS: Final = 60
"""How far the provider's clock may be from this one's."""
MOST_OCTETS: Final = 1_000_000


class ProviderFailed(JuanzongError):
    """The identity provider cannot be reached, or publishes something that cannot be used."""

    exit_code = ExitCode.OUTPUT
    wording = "web.provider-failed"


class IdentityRefused(JuanzongError):
    """What came back from the identity provider does not prove who somebody is."""

    exit_code = ExitCode.REFUSED
    wording = "web.identity-refused"


class Provider:
    """The identity provider in the settings. Safe to use from many threads."""

    def __init__(self, home: Home, settings: OidcSettings) -> None:
        self._home = home
        self.settings = settings
        self._lock = threading.Lock()
        self._published: tuple[float, Mapping[str, Any]] | None = None

    def address_for(self, begun: Begun) -> str:
        """Return where to send somebody who wants to sign in.

        Raises:
            ProviderFailed
        """
        published = self._discover()
        address: str = prepare_grant_uri(
            published["authorization_endpoint"],
            client_id=self.settings.client_id,
            response_type="code",
            redirect_uri=self.settings.way_back,
            scope=" ".join(self.settings.scopes),
            state=begun.state,
            nonce=begun.nonce,
            code_challenge=create_s256_code_challenge(begun.verifier),
            code_challenge_method="S256",
        )
        return address

    def who(self, answer: Mapping[str, str], begun: Begun) -> str:
        """Return the name in the register of whom the provider's answer proves to be here.

        ``answer`` is the query that came back with the browser, whose state was found to be that of ``begun``.

        Raises:
            ProviderFailed: it cannot be reached.
            IdentityRefused: it says no, or what it says is not for us, not for this sign-in, too old, or not signed.
            desk.oidc.SecretFileUnusable
        """
        published = self._discover()
        # A mix-up of providers shows by the issuer in the answer (RFC 9207), where the provider sends it.
        issuer = answer.get("iss")
        if issuer is not None and issuer != self.settings.issuer:
            raise IdentityRefused(provider=self.settings.called, why="iss")
        if published.get("authorization_response_iss_parameter_supported") is True and issuer is None:
            raise IdentityRefused(provider=self.settings.called, why="iss")
        if "error" in answer or not answer.get("code"):
            raise IdentityRefused(provider=self.settings.called, why=answer.get("error", "code")[:60])
        token = self._exchange(published, answer["code"], begun)
        claims = self._checked(published, token, begun.nonce)
        if self.settings.claim == "email" and claims.get("email_verified") is not True:
            raise IdentityRefused(provider=self.settings.called, why="email_verified")
        said = claims.get(self.settings.claim)
        if not isinstance(said, str) or not said.strip():
            raise IdentityRefused(provider=self.settings.called, why=self.settings.claim)
        return self.settings.people.get(said, said)

    def _discover(self) -> Mapping[str, Any]:
        with self._lock:
            if self._published is not None and monotonic() - self._published[0] < DISCOVERED_SECONDS:
                return self._published[1]
        with self._client() as client:
            published = _json(self._ask(client, "GET", self.settings.issuer.rstrip("/") + DISCOVERY))
        wanted = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        addresses = [published.get(name) for name in wanted]
        if published.get("issuer") != self.settings.issuer:
            raise ProviderFailed(provider=self.settings.called, fault="issuer")
        if not all(isinstance(one, str) and is_protected(one.partition("?")[0]) for one in addresses):
            raise ProviderFailed(provider=self.settings.called, fault=", ".join(wanted))
        with self._lock:
            self._published = (monotonic(), published)
        return published

    def _exchange(self, published: Mapping[str, Any], code: str, begun: Begun) -> Mapping[str, Any]:
        settings = self.settings
        secret = client_secret(self._home.beside(settings.client_secret_file)) if settings.client_secret_file else ""
        known = published.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        way = next((one for one in ("client_secret_basic", "client_secret_post") if one in known), None)
        auth = ClientAuth(settings.client_id, secret, way if secret else "none")
        headers = {"accept": "application/json", "content-type": "application/x-www-form-urlencoded"}
        asked = prepare_token_request(
            "authorization_code", code=code, redirect_uri=settings.way_back, code_verifier=begun.verifier
        )
        address, headers, body = auth.prepare("POST", published["token_endpoint"], headers, asked)
        with self._client() as client:
            answer = self._ask(client, "POST", address, headers=headers, data=dict(url_decode(body)))
        token = _json(answer)
        if answer.status_code != httpx.codes.OK or "id_token" not in token:
            raise IdentityRefused(provider=settings.called, why=str(token.get("error", "id_token"))[:60])
        return token

    def _checked(self, published: Mapping[str, Any], token: Mapping[str, Any], nonce: str) -> Mapping[str, Any]:
        settings = self.settings
        with self._client() as client:
            keys = _json(self._ask(client, "GET", published["jwks_uri"]))
        named = published.get("id_token_signing_alg_values_supported", ["RS256"])
        registry = JWSRegistry(algorithms=sorted(ALGORITHMS.intersection(named)), strict_check_header=False)
        wanted = {
            "iss": {"essential": True, "value": settings.issuer},
            "aud": {"essential": True, "value": settings.client_id},
            "nonce": {"essential": True},
        }
        params = {"nonce": nonce, "client_id": settings.client_id, "access_token": token.get("access_token")}
        try:
            signed = jwt.decode(str(token["id_token"]), KeySet.import_key_set(_keys(keys)), registry=registry)
            claims = CodeIDToken(signed.claims, signed.header, wanted, params)
            claims.validate(leeway=LEEWAY_SECONDS)
        except (JoseError, ValueError, TypeError, KeyError) as fault:
            why = getattr(fault, "claim", None) or getattr(fault, "error", None) or type(fault).__name__
            raise IdentityRefused(provider=settings.called, why=why) from fault
        # Authlib compares plainly; what was sent and what came back are compared again in constant time.
        if not hmac.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
            raise IdentityRefused(provider=settings.called, why="nonce")
        return dict(claims)

    def _client(self) -> httpx.Client:
        trust = ssl.create_default_context()
        if self.settings.ca_file:
            try:
                trust.load_verify_locations(self._home.beside(self.settings.ca_file))
            except (OSError, ssl.SSLError) as fault:
                raise ProviderFailed(provider=self.settings.called, fault="ca_file") from fault
        return httpx.Client(verify=trust, timeout=SECONDS, follow_redirects=False)

    def _ask(self, client: httpx.Client, method: str, address: str, **options: Any) -> httpx.Response:
        try:
            answer = client.request(method, address, **options)
        except (httpx.HTTPError, httpx.InvalidURL) as fault:
            raise ProviderFailed(provider=self.settings.called, fault=type(fault).__name__) from fault
        if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR or len(answer.content) > MOST_OCTETS:
            raise ProviderFailed(provider=self.settings.called, fault=f"HTTP {answer.status_code}")
        return answer


def _json(answer: httpx.Response) -> Mapping[str, Any]:
    try:
        found = answer.json()
    except ValueError as fault:
        raise ProviderFailed(provider=answer.url.host, fault="JSON") from fault
    if not isinstance(found, dict):
        raise ProviderFailed(provider=answer.url.host, fault="JSON")
    return found


def _keys(published: Mapping[str, Any]) -> Any:
    """Return the key pairs' public halves in a key set; a secret published there is no key to trust (RFC 8725 §3.1)."""
    keys = [one for one in published.get("keys", []) if isinstance(one, dict) and one.get("kty") != "oct"]
    return {"keys": keys}
