"""Loans: an object's key wrapped to one more person, until a date (docs/vault-format.md §5.3)."""

from datetime import datetime

from vault.envelope import Envelope, Holder
from vault.rewrap import rewrap
from vault.seal import loan, unwrap_object_key
from vault.vault import Vault
from vault.wrap import PublicKey


def lend(vault: Vault, object_id: str, *, borrower: PublicKey, who: str, until: datetime) -> Envelope:
    """Let ``borrower`` open the object until a date; a loan they have of it already is replaced.

    Raises:
        ValueError: the date is not in the future.
        Locked: there are no reading keys, or no station key to sign with.
        NoAccess: the keys at hand do not open the object themselves.
        Unknown, Destroyed, Tampered, StoreFailed: as for opening.
    """
    now = vault.clock()
    if until <= now:
        raise ValueError("a loan ends in the future")
    found = vault.envelope(object_id)
    key = unwrap_object_key(found, vault.reading(), now)
    others = [one for one in found.recipients if one.key_id != borrower.id]
    return rewrap(vault, found, [*others, loan(borrower, who, until, key, found.aad())])


def end_loans(vault: Vault, object_id: str, *, who: str | None = None) -> Envelope:
    """End the object's loans: those of ``who``, or those that have run out. Return the envelope that now counts.

    From then on the store holds nothing that the borrower's key opens.

    Raises:
        Locked: there is no station key to sign with.
        Unknown, Destroyed, Tampered, StoreFailed: as for opening.
    """
    found, now = vault.envelope(object_id), vault.clock()
    left = [
        one
        for one in found.recipients
        if one.holder is not Holder.LOAN
        or (one.who != who if who is not None else one.until is not None and one.until > now)
    ]
    return rewrap(vault, found, left) if len(left) < len(found.recipients) else found
