"""Signing in with an office's own identity provider (OpenID Connect Core 1.0): what is set, and what stays on record.

The provider tells who somebody is. It opens nothing: keys are wrapped by each person's own password, and no provider
holds that (docs/adr/0003-identity-is-not-a-key.md).
"""

import stat
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from dossier.errors import ExitCode, JuanzongError

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class SecretFileUnusable(JuanzongError):
    """The file with the client's secret is missing, empty, or open to other accounts."""

    exit_code = ExitCode.HOME
    wording = "web.secret-file-unusable"


class OidcSettings(BaseModel):
    """Which provider tells who somebody is; off while ``issuer`` is empty."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    issuer: str = ""
    """The provider's own name for itself, an https address; what it publishes below it must say the same."""
    client_id: str = ""
    client_secret_file: str = ""
    """A file that holds the client's secret and nothing else, readable by its owner alone; empty: a public client."""
    address: str = ""
    """Where people reach this page (``https://desk.example``), to which the provider leads back."""
    scopes: tuple[str, ...] = Field(default=("openid", "profile"), strict=False)
    claim: str = Field(default="preferred_username", min_length=1)
    """The claim of the ID token that names the user."""
    people: dict[str, str] = Field(default_factory=dict)
    """Value of the claim → name in the register, for values that are not the name itself."""
    title: str = ""
    """What the button calls the provider; empty: the name of its server."""
    required: bool = False
    """Whether people of the register sign in to the page by way of the provider only."""
    ca_file: str = ""
    """Certificates to trust besides the system's, for a provider of the house: a PEM file."""

    @property
    def on(self) -> bool:
        """Whether there is a provider."""
        return bool(self.issuer)

    @property
    def called(self) -> str:
        """What people call the provider."""
        return self.title or urlsplit(self.issuer).hostname or ""

    @property
    def way_back(self) -> str:
        """The address that the provider leads back to, as it must be registered there."""
        return self.address.rstrip("/") + "/signin/oidc/back"

    @field_validator("issuer", "address")
    @classmethod
    def _protected(cls, address: str) -> str:
        if address and not is_protected(address):
            raise ValueError(f"{address!r} is no https address")
        return address

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.on and not (self.client_id and self.address):
            raise ValueError("oidc.issuer needs oidc.client_id and oidc.address beside it")
        if self.on and "openid" not in self.scopes:
            raise ValueError("oidc.scopes needs 'openid'")
        return self


def is_protected(address: str) -> bool:
    """Tell whether an address is reached by TLS, or never leaves this machine; one with a query or fragment is not."""
    parts = urlsplit(address)
    if not parts.hostname or parts.query or parts.fragment or parts.username:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)


def client_secret(file: Path) -> str:
    """Return the secret that a file holds.

    Raises:
        SecretFileUnusable: it is missing, empty, or open to other accounts.
    """
    try:
        open_to_others = file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
        secret = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as fault:
        raise SecretFileUnusable(file=file) from fault
    if open_to_others or not secret:
        raise SecretFileUnusable(file=file)
    return secret
