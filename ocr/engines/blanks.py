"""Tell most of the steps along a line at which there is no letter, before the letters are weighed.

The recognition network sees nothing at half of all steps. A weighed sum of what reaches its last product tells three
quarters of those with certainty, and they need not go through that product, which weighs 18,710 letters at each. The
weights were learned over synthetic papers (``bench/reading/calibrate.py``) and belong to a network by its digest; they
are drawn so that a step is called blank only far from where any letter was seen.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ocr.engines.models import Model

BLANKS_FILE: Final = "blanks.json"


@dataclass(frozen=True, slots=True, eq=False)
class Blanks:
    """A step is blank where its values, weighed, and ``offset`` come to more than 0."""

    weights: NDArray[np.float32]
    offset: float

    def others(self, steps: NDArray[np.float32]) -> NDArray[np.int64]:
        """Return which rows of ``steps`` may be letters."""
        return np.flatnonzero(steps @ self.weights + self.offset <= 0)


@cache
def blanks_for(model: Model) -> Blanks | None:
    """Return how to tell a network's blank steps, None where that was not learned."""
    source = files("ocr.engines") / BLANKS_FILE
    if not source.is_file():
        return None
    learned = json.loads(source.read_text(encoding="utf-8")).get(model.value[1])
    return Blanks(np.array(learned["weights"], np.float32), float(learned["offset"])) if learned else None
