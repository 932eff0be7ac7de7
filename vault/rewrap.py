"""New recipients for a sealed object: the next revision of its envelope (docs/vault-format.md §5.4)."""

from collections.abc import Sequence

from vault.envelope import Envelope, Recipient, envelope
from vault.seal import envelope_name
from vault.vault import Vault


def rewrap(vault: Vault, found: Envelope, recipients: Sequence[Recipient]) -> Envelope:
    """Give an object these recipients, durably, and forget the envelope it had.

    Raises:
        Locked: there is no station key to sign with.
        NameTaken: another program changed the envelope at the same moment; read it again.
        StoreFailed: the store cannot keep it.
    """
    new = put_next(vault, found, recipients)
    vault.witness.note([(new.object_id, new.revision)])
    forget_older(vault, new)
    return new


def put_next(vault: Vault, found: Envelope, recipients: Sequence[Recipient]) -> Envelope:
    """Store the next revision beside the old one, which still counts if this does not return.

    Raises:
        Locked, NameTaken, StoreFailed: as ``rewrap``.
    """
    signer = vault.signing_station().signing
    new = envelope(found.capture, tuple(recipients), revision=found.revision + 1, signer=signer)
    vault.envelopes.put(new)
    return new


def forget_older(vault: Vault, new: Envelope) -> None:
    """Remove the revisions before ``new``.

    Raises:
        StoreFailed: the store cannot remove them.
    """
    for revision in vault.envelopes.revisions(new.object_id):
        if revision < new.revision:
            vault.store.delete(envelope_name(new.object_id, revision))
