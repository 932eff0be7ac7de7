"""Train the model of families on from what people decided: the shipped weights are where learning begins.

The weights are the most likely ones given the decisions, with the shipped weights as what was believed before (a
Gaussian prior): few decisions move little, many move what they agree on.
"""

from functools import lru_cache
from typing import Final

import numpy as np

from dossier.catalogue import catalogue
from ocr.classify.grams import DIMENSIONS
from ocr.classify.lessons import Lesson, vectors
from ocr.classify.model import Model

STIFFNESS: Final = 0.1
"""How hard the shipped weights are to move: the inverse variance of the prior."""
STEPS: Final = 80


@lru_cache(maxsize=4)
def retrained(model: Model, lessons: tuple[Lesson, ...]) -> Model:
    """Return ``model`` trained on by what people decided; lessons of families it does not know teach it nothing.

    Raises:
        ValueError: a signature is not one.
    """
    known = catalogue()
    families = {family: place for place, family in enumerate(model.families)}
    told = [lesson for lesson in lessons if lesson.kind in known and known.kind(lesson.kind).family in families]
    if not told:
        return model
    from scipy.sparse import csr_matrix  # type: ignore[import-untyped]  # noqa: PLC0415 (as model.train)

    parts = list(vectors(tuple(told)))
    ends = np.cumsum([0, *(len(indices) for indices, _ in parts)])
    weights, indices = np.concatenate([w for _, w in parts]), np.concatenate([i for i, _ in parts])
    rows = csr_matrix((weights.astype(np.float64), indices, ends), shape=(len(told), DIMENSIONS))
    before = model.weights.astype(np.float64) * model.scale[:, None]
    wanted = np.zeros((len(told), len(families)))
    wanted[np.arange(len(told)), [families[known.kind(lesson.kind).family] for lesson in told]] = 1.0
    scores, alike = rows @ before.T + model.bias, (rows @ rows.T).toarray()
    # The change of the weights is a sum of the lessons' own features, so their shares in it are all there is to find.
    shares = np.zeros_like(wanted)
    pace = 1.0 / (0.5 * float(np.linalg.norm(alike, 2)) + STIFFNESS)
    for _ in range(STEPS):
        odds = np.exp((now := scores + alike @ shares) - now.max(axis=1, keepdims=True))
        odds /= odds.sum(axis=1, keepdims=True)
        shares += pace * (wanted - odds - STIFFNESS * shares)
    changed = before + (rows.T @ shares).T
    scale = np.maximum(np.abs(changed).max(axis=1), 1e-9) / 127
    return Model(
        model.families, np.rint(changed / scale[:, None]).astype(np.int8), scale.astype(np.float32), model.bias
    )
