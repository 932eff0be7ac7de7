"""What can go wrong in the vault, each with an exit code and a sentence of its own."""

from typing import ClassVar

from dossier.errors import DocumentFailed, ExitCode, JuanzongError, VaultFailed


class WrongPassphrase(JuanzongError):
    """The passphrase does not open the keys."""

    exit_code = ExitCode.PASSPHRASE
    wording = "vault.wrong_passphrase"


class WeakPassphrase(JuanzongError):
    """The passphrase is too easy to guess (facts: ``bits``, ``needed``)."""

    exit_code = ExitCode.PASSPHRASE
    wording = "vault.weak_passphrase"


class WrongRecoveryCode(JuanzongError):
    """The recovery code is mistyped or belongs to another archive."""

    exit_code = ExitCode.PASSPHRASE
    wording = "vault.wrong_recovery_code"


class Locked(JuanzongError):
    """This needs keys that only the passphrase opens."""

    exit_code = ExitCode.PASSPHRASE
    wording = "vault.locked"


class KeysMissing(JuanzongError):
    """A key file is not there (fact: ``path``)."""

    exit_code = ExitCode.KEYS
    wording = "vault.keys_missing"


class KeysExist(JuanzongError):
    """There are keys already; they are never overwritten (fact: ``path``)."""

    exit_code = ExitCode.KEYS
    wording = "vault.keys_exist"


class KeysDamaged(JuanzongError):
    """A key file is cut, changed or of an unknown version (fact: ``path``)."""

    exit_code = ExitCode.KEYS
    wording = "vault.keys_damaged"


class KeysOpen(JuanzongError):
    """A key file or its folder can be used by other accounts (facts: ``path``, ``mode``)."""

    exit_code = ExitCode.KEYS
    wording = "vault.keys_open"


class KeysChanged(JuanzongError):
    """Another program changed the keys since they were opened (fact: ``path``)."""

    exit_code = ExitCode.KEYS
    wording = "vault.keys_changed"


class EnrolmentRefused(JuanzongError):
    """An enrolment file does not open with this code, its time is over, or its station was revoked."""

    exit_code = ExitCode.KEYS
    wording = "vault.enrolment_refused"


class GrantRefused(JuanzongError):
    """A level's key wrapped to a person is not for this person, or was changed."""

    exit_code = ExitCode.KEYS
    wording = "vault.grant_refused"


class TokenRefused(JuanzongError):
    """A token is no token of this archive, or its session was ended or changed."""

    exit_code = ExitCode.PASSPHRASE
    wording = "vault.token_refused"


class SessionEnded(JuanzongError):
    """A session's time is over (fact: ``until``)."""

    exit_code = ExitCode.PASSPHRASE
    wording = "vault.session_ended"


class CheckpointRefused(JuanzongError):
    """A checkpoint is not signed by this archive's audit key, or is no checkpoint."""

    exit_code = ExitCode.TAMPERED
    wording = "vault.checkpoint_refused"


class StillNeeded(JuanzongError):
    """An old reading key is the only one that opens some object (fact: ``object``)."""

    exit_code = ExitCode.KEYS
    wording = "vault.still_needed"


class StoreFailed(VaultFailed):
    """The store cannot keep or give what it is asked for."""

    exit_code: ClassVar[ExitCode] = ExitCode.VAULT
    wording: ClassVar[str] = "vault.store_failed"


class StoreFull(StoreFailed):
    """There is no space left (fact: ``store``)."""

    wording = "vault.store_full"


class StoreGone(StoreFailed):
    """The folder or bucket is not there, or is an empty mount point (fact: ``store``)."""

    wording = "vault.store_gone"


class StoreForeign(StoreFailed):
    """The store belongs to another archive (facts: ``store``, ``owner``)."""

    wording = "vault.store_foreign"


class StoreUnreachable(StoreFailed):
    """The server does not answer, or stops in the middle (facts: ``store``, ``reason``)."""

    wording = "vault.store_unreachable"


class StoreRefused(StoreFailed):
    """The server or the file system refuses our credentials or rights (facts: ``store``, ``reason``)."""

    wording = "vault.store_refused"


class StoreLied(StoreFailed):
    """The store said it had kept an object and gave back something else (facts: ``store``, ``name``)."""

    wording = "vault.store_lied"


class NameTaken(StoreFailed):
    """The store already has an object of that name; nothing is ever overwritten (facts: ``store``, ``name``)."""

    wording = "vault.name_taken"


class NameUnknown(StoreFailed):
    """The store has no object of that name (facts: ``store``, ``name``)."""

    wording = "vault.name_unknown"


class SourceFailed(DocumentFailed):
    """What was to be sealed could not be read to its end (fact: ``reason``)."""

    exit_code = ExitCode.UNREADABLE
    wording = "vault.source_failed"


class NoBackup(JuanzongError):
    """There is no whole snapshot to restore from (fact: ``store``)."""

    exit_code = ExitCode.NOT_FOUND
    wording = "vault.no_backup"


class Unknown(JuanzongError):
    """The vault has no such object (fact: ``object``)."""

    exit_code = ExitCode.NOT_FOUND
    wording = "vault.unknown"


class Destroyed(JuanzongError):
    """The object was destroyed on purpose, and nothing brings it back (fact: ``object``)."""

    exit_code = ExitCode.NOT_FOUND
    wording = "vault.destroyed"


class Tampered(JuanzongError):
    """Something in the store is not what was sealed (fact: ``object``)."""

    exit_code: ClassVar[ExitCode] = ExitCode.TAMPERED
    wording: ClassVar[str] = "vault.tampered"


class EnvelopeTampered(Tampered):
    """An envelope is damaged, of an unknown version, or not signed by a station of this archive."""

    wording = "vault.envelope_tampered"


class ContentTampered(Tampered):
    """The ciphertext is changed, cut, lengthened or put in another's place."""

    wording = "vault.content_tampered"


class ContentLost(Tampered):
    """The envelope is there and the ciphertext is not."""

    wording = "vault.content_lost"


class Foreign(Tampered):
    """The object belongs to another document, role, level or archive than the one asked for."""

    wording = "vault.foreign"


class Replayed(Tampered):
    """The store gives an older envelope than one this archive has already seen."""

    wording = "vault.replayed"


class NoAccess(JuanzongError):
    """None of the keys at hand opens the object (fact: ``object``)."""

    exit_code = ExitCode.REFUSED
    wording = "vault.no_access"


class LoanEnded(JuanzongError):
    """The loan that opened the object has run out (facts: ``object``, ``until``)."""

    exit_code = ExitCode.REFUSED
    wording = "vault.loan_ended"
