"""A small OpenID provider that tests start as a process: Authlib's server parts, over HTTP on this machine.

``twist`` makes it wrong in one way, as an attacker or a faulty provider would be; ``/twist`` sets it and the user.
"""

import json
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from authlib.oauth2.rfc6749 import AuthorizationServer, ClientMixin, OAuth2Payload, OAuth2Request
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import AuthorizationCodeMixin
from authlib.oidc.core.grants import OpenIDCode
from joserfc import jws, jwt
from joserfc.jwk import ECKey, KeySet, OctKey

CLIENT, SECRET = "juanzong", "specimen-client-secret-of-the-page"


@dataclass(slots=True)
class State:
    """What the provider is told to be: whom it signs in, what is wrong with its answers, and the codes it gave."""

    issuer: str
    way_back: str = ""
    claims: dict[str, Any] = field(default_factory=lambda: {"sub": "u-1", "preferred_username": "chan"})
    twist: str = ""
    codes: dict[str, "Code"] = field(default_factory=dict)
    asked: int = 0
    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "one", "use": "sig"}))
    other: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "one", "use": "sig"}))


@dataclass(slots=True)
class Code(AuthorizationCodeMixin):
    """A code and what was asked with it."""

    code: str
    redirect_uri: str
    scope: str
    nonce: str | None
    code_challenge: str | None
    code_challenge_method: str | None

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str | None:
        return self.nonce

    def get_auth_time(self) -> int:
        return int(time.time())

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


class Client(ClientMixin):
    """The page, as it is registered here."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.client_id = CLIENT

    def get_client_id(self) -> str:
        return CLIENT

    def get_default_redirect_uri(self) -> str:
        return self.state.way_back

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == self.state.way_back

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:  # as Authlib calls it
        return method in {"client_secret_basic", "client_secret_post"}

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


class Payload(OAuth2Payload):
    """Query and form of a request."""

    def __init__(self, values: dict[str, list[str]]) -> None:
        self._values = values

    @property
    def data(self) -> dict[str, str]:
        return {name: found[0] for name, found in self._values.items()}

    @property
    def datalist(self) -> defaultdict[str, list[str]]:
        return defaultdict(list, self._values)


class Asked(OAuth2Request):
    """A request as Authlib's server parts see it."""

    def __init__(self, handler: "Handler", values: dict[str, list[str]]) -> None:
        super().__init__(handler.command, handler.server.state.issuer + handler.path, headers=handler.headers)
        self.payload = Payload(values)

    @property
    def args(self) -> dict[str, str]:
        return self.payload.data

    @property
    def form(self) -> dict[str, str]:
        return self.payload.data


class Server(AuthorizationServer):
    """Authlib's authorization server without a framework."""

    def __init__(self, state: State) -> None:
        super().__init__(scopes_supported=["openid", "profile", "email"])
        self.state = state
        self.register_token_generator("default", _bearer)
        self.register_grant(_grant(state), [CodeChallenge(required=True), IdToken(state)])

    def query_client(self, client_id: str) -> Client | None:
        return Client(self.state) if client_id == CLIENT else None

    def save_token(self, token: Any, request: Any) -> None:
        """Keep no token: nothing here is asked for with one."""

    def create_oauth2_request(self, request: Any) -> Any:
        return request

    def handle_response(self, status: int, body: Any, headers: Any) -> tuple[int, Any, list[tuple[str, str]]]:
        return status, body, list(headers)

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Tell nobody."""


class IdToken(OpenIDCode):
    """The ID token, wrong in the way that was asked for."""

    def __init__(self, state: State) -> None:
        super().__init__(require_nonce=True)
        self.state = state

    def exists_nonce(self, nonce: str, request: Any) -> bool:  # as Authlib calls it
        return False

    def encode_id_token(self, token: dict[str, Any], request: Any) -> str:
        now, twist = int(time.time()), self.state.twist
        claims: dict[str, Any] = {
            "iss": self.state.issuer if twist != "issuer" else "https://evil.example",
            "aud": CLIENT if twist != "audience" else "somebody-else",
            "iat": now if twist != "expired" else now - 7200,
            "exp": now + 300 if twist != "expired" else now - 3600,
            "nonce": request.authorization_code.nonce if twist != "nonce" else "another-sign-in",
            **self.state.claims,
        }
        if twist == "nonce-missing":
            del claims["nonce"]
        if twist == "party":
            claims |= {"aud": [CLIENT, "somebody-else"], "azp": "somebody-else"}
        if twist == "half-hash":
            claims["at_hash"] = "b" * 22
        if twist == "unsigned":
            return jwt.encode({"alg": "none"}, claims, OctKey.import_key("unused-unused-unused"), algorithms=["none"])
        if twist == "symmetric":
            octets = json.dumps(self.state.key.as_dict(private=False)).encode()
            header = {"alg": "HS256", "kid": "one"}
            return jws.serialize_compact(header, json.dumps(claims), OctKey.import_key(octets), algorithms=["HS256"])
        key = self.state.other if twist == "forged" else self.state.key
        return jwt.encode({"alg": "ES256", "kid": "one"}, claims, key, algorithms=["ES256"])


class Handler(BaseHTTPRequestHandler):
    """Discovery, keys, authorization, token; and ``/twist`` for the tests."""

    server: "Provider"

    def do_GET(self) -> None:
        state, path = self.server.state, urlsplit(self.path)
        match path.path:
            case "/.well-known/openid-configuration":
                state.asked += 1
                self._answer(200, _published(state))
            case "/keys":
                self._answer(200, KeySet([state.key]).as_dict(private=False))
            case "/authorize":
                request = Asked(self, parse_qs(path.query))
                grant = self.server.oauth.get_consent_grant(request, end_user="somebody")
                self._answer(*self.server.oauth.create_authorization_response(request, "somebody", grant))
            case _:
                self._answer(404, {})

    def do_POST(self) -> None:
        state = self.server.state
        body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
        if self.path == "/twist":
            for name, value in json.loads(body).items():
                setattr(state, name, value)
            self._answer(200, {})
        elif self.path == "/token":
            self._answer(*self.server.oauth.create_token_response(Asked(self, parse_qs(body))))
        else:
            self._answer(404, {})

    def _answer(self, status: int, body: Any, headers: list[tuple[str, str]] | None = None) -> None:
        octets = json.dumps(body).encode() if isinstance(body, dict) else str(body).encode()
        self.send_response(status)
        named = {name.lower() for name, _ in headers or []}
        for name, value in headers or []:
            self.send_header(name, value)
        if "content-type" not in named:
            self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(octets)))
        self.end_headers()
        self.wfile.write(octets)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # as the base class names it
        """Say nothing: a test's output is the test's."""


class Provider(ThreadingHTTPServer):
    """The provider on a free port of this machine."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.state = State(f"http://localhost:{self.server_address[1]}")
        self.oauth = Server(self.state)


def _grant(state: State) -> type[AuthorizationCodeGrant]:
    class Grant(AuthorizationCodeGrant):
        TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic", "client_secret_post")

        def save_authorization_code(self, code: str, request: Any) -> None:
            asked = request.payload.data
            state.codes[code] = Code(
                code,
                asked["redirect_uri"],
                asked["scope"],
                asked.get("nonce"),
                asked.get("code_challenge"),
                asked.get("code_challenge_method"),
            )

        def query_authorization_code(self, code: str, client: Any) -> Code | None:
            return state.codes.get(code)

        def delete_authorization_code(self, authorization_code: Code) -> None:
            del state.codes[authorization_code.code]

        def authenticate_user(self, authorization_code: Code) -> str:
            return "somebody"

    return Grant


def _bearer(**asked: Any) -> dict[str, Any]:
    return {"access_token": f"token-{time.monotonic_ns()}", "token_type": "Bearer", "scope": asked["scope"]}


def _published(state: State) -> dict[str, Any]:
    return {
        "issuer": state.issuer if state.twist != "discovery" else "https://evil.example",
        "authorization_endpoint": state.issuer + "/authorize",
        "token_endpoint": state.issuer + "/token",
        "jwks_uri": state.issuer + "/keys",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256", "none", "HS256"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
    }


if __name__ == "__main__":
    provider = Provider()
    sys.stdout.write(provider.state.issuer + "\n")
    sys.stdout.flush()
    provider.serve_forever()
