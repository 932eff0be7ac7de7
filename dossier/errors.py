"""One base for every error Juanzong raises on purpose, and the exit code each ends a command with."""

from enum import IntEnum
from typing import ClassVar

from dossier.wording import Lang, say


class ExitCode(IntEnum):
    """What a command's exit status means; documented in the manual, a number is never given a second meaning."""

    OK = 0
    UNEXPECTED = 1
    """A fault of ours: the message asks for a report."""
    USAGE = 2
    """The command line itself is wrong."""
    HOME = 10
    """There is no usable archive at the home given."""
    PASSPHRASE = 11
    """The passphrase is wrong, missing or too weak."""
    KEYS = 12
    """A key file is missing, damaged or open to others."""
    VAULT = 20
    """The store cannot take or give objects: disk full, mount gone, server down."""
    TAMPERED = 21
    """A sealed object or its envelope is not what was sealed."""
    INTAKE = 30
    """A drop folder cannot be used as asked."""
    UNREADABLE = 40
    """A document cannot be read."""
    TOOL = 41
    """A program of the system that reading needs is missing."""
    POLICY = 50
    """A policy pack or kind catalogue is wrong or unknown."""
    INDEX = 60
    """The index cannot be opened or is damaged."""
    QUERY = 61
    """A search query cannot be understood."""
    NOT_FOUND = 70
    """No such document or dossier."""
    REFUSED = 71
    """No right, approval or loan covers this."""
    OUTPUT = 72
    """A result cannot be written where it was asked for."""
    PARTLY = 80
    """The command ran to its end; some of the files it was given could not be read and are quarantined."""


class JuanzongError(Exception):
    """An error with a sentence in three languages that says what happened and what to do next.

    Subclasses set ``exit_code`` and ``wording`` (a key of the wording catalogue); the keyword arguments are the
    facts that the sentence names.
    """

    exit_code: ClassVar[ExitCode] = ExitCode.UNEXPECTED
    wording: ClassVar[str] = "errors.unexpected"

    def __init__(self, **facts: object) -> None:
        super().__init__(facts)
        self.facts = facts

    def __str__(self) -> str:
        return self.say("en")

    def say(self, lang: Lang) -> str:
        """Return the sentence in ``lang``."""
        return say(self.wording, lang, **self.facts)


class DocumentFailed(JuanzongError):
    """This document cannot go on: quarantine it with its reason; the run goes on with the others."""


class VaultFailed(JuanzongError):
    """The vault cannot keep what it is given: stop taking scans; they stay where they are."""
