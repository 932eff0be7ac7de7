"""The learned part: which family a document's characters look like. A linear model, kept as plain arrays."""

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np
import numpy.typing as npt

from ocr.classify.grams import DIMENSIONS

SHIPPED: Final = "families.npz"


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """Families with a weight for every feature: ``weights`` is (families, ``DIMENSIONS``) in steps of ``scale``."""

    families: tuple[str, ...]
    weights: npt.NDArray[np.int8]
    scale: npt.NDArray[np.float32]
    bias: npt.NDArray[np.float32]

    def shares(self, features: Mapping[int, float]) -> dict[str, float]:
        """Return how likely each family is by the characters alone; together 1."""
        if not features:
            return {}
        where = np.fromiter(features.keys(), dtype=np.int64, count=len(features))
        weight = np.fromiter(features.values(), dtype=np.float32, count=len(features))
        scores = (self.weights[:, where].astype(np.float32) @ weight) * self.scale + self.bias
        odds = np.exp(scores - scores.max())
        return dict(zip(self.families, (odds / odds.sum()).tolist(), strict=True))

    def dump(self) -> bytes:
        """Return the model as the bytes of an ``.npz`` file without pickled objects."""
        target = io.BytesIO()
        np.savez_compressed(
            target, families=np.array(self.families), weights=self.weights, scale=self.scale, bias=self.bias
        )
        return target.getvalue()


def load(content: bytes) -> Model:
    """Return the model kept in ``content``.

    Raises:
        ValueError: the arrays do not fit each other.
        KeyError: one is missing.
    """
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        model = Model(
            tuple(str(family) for family in arrays["families"]), arrays["weights"], arrays["scale"], arrays["bias"]
        )
    count = len(model.families)
    if model.weights.shape != (count, DIMENSIONS) or model.scale.shape != (count,) or model.bias.shape != (count,):
        raise ValueError(model.weights.shape)
    return model


@cache
def shipped() -> Model:
    """Return the model the product comes with, trained from synthetic papers by ``scripts/train_kinds.py``."""
    return load((files(__package__) / SHIPPED).read_bytes())


def train(examples: Iterable[tuple[str, Mapping[int, float]]], *, strictness: float = 12.0) -> Model:
    """Learn families from examples: family and features of each. The same examples give the same model.

    Confirmed documents may stand among them, more than once where they should weigh more.

    Raises:
        ValueError: the examples are of fewer than two families.
    """
    from scipy.sparse import csr_matrix  # type: ignore[import-untyped]  # noqa: PLC0415 (reading a document must not wait for scikit-learn to load)
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    names: list[str] = []
    values: list[float] = []
    indices: list[int] = []
    ends = [0]
    for family, features in examples:
        names.append(family)
        indices += features.keys()
        values += features.values()
        ends.append(len(indices))
    families = sorted(set(names))
    rows = csr_matrix((np.array(values, dtype=np.float64), indices, ends), shape=(len(names), DIMENSIONS))
    learned = LogisticRegression(C=strictness, max_iter=300, class_weight="balanced", random_state=0)
    learned.fit(rows, [families.index(name) for name in names])
    slopes, bias = learned.coef_, learned.intercept_
    if len(families) == 2:  # told by one score, for the second and against the first
        slopes, bias = np.vstack((-slopes, slopes)) / 2, np.concatenate((-bias, bias)) / 2
    scale = np.maximum(np.abs(slopes).max(axis=1), 1e-9) / 127
    weights = np.rint(slopes / scale[:, None]).astype(np.int8)
    return Model(tuple(families), weights, scale.astype(np.float32), bias.astype(np.float32))
