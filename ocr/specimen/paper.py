"""What drawing yields: a paper's page images with the truth about them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from PIL import Image

from dossier.wording import Lang


@dataclass(frozen=True, slots=True)
class Truth:
    """What is on a paper: its kind, the fields by the contract's names in the contract's form, and each page's text.

    ``texts`` has one entry a page: its lines from top to bottom, without stamps. ``dossier`` is the number of the
    vehicle it belongs to in a batch, 0 for none. ``undecidable`` says that no reader could know the kind.
    """

    kind: str
    fields: Mapping[str, str]
    texts: tuple[str, ...]
    script: Lang
    variant: int
    dossier: int = 0
    undecidable: bool = False

    def of_dossier(self, number: int) -> "Truth":
        """Return this truth as part of the batch's dossier ``number``."""
        return replace(self, dossier=number)


@dataclass(frozen=True, slots=True)
class Paper:
    """A drawn paper: its clean pages, upright, at ``dpi``."""

    truth: Truth
    pages: tuple[Image.Image, ...]
    dpi: int

    @property
    def kind(self) -> str:
        """The kind of the paper, as the catalogue names it."""
        return self.truth.kind
