"""The PP-OCR networks that the RapidOCR wheel ships, found without importing it and proven by digest."""

import hashlib
from enum import Enum
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar

from dossier.errors import ExitCode, JuanzongError


class ModelFailed(JuanzongError):
    """A network of the wheel is missing or is not the one that was tested."""

    exit_code: ClassVar[ExitCode] = ExitCode.TOOL
    wording: ClassVar[str] = "ocr.model_failed"


class Model(Enum):
    """A network file in the wheel and its SHA-256: nothing else is ever loaded, and nothing is downloaded."""

    DETECTION = ("PP-OCRv6_det_small.onnx", "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f")
    RECOGNITION = ("PP-OCRv6_rec_small.onnx", "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884")
    DIRECTION = (
        "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
        "e47acedf663230f8863ff1ab0e64dd2d82b838fceb5957146dab185a89d6215c",
    )

    @property
    def file(self) -> str:
        """The file's name in the wheel."""
        return self.value[0]


@cache
def model_bytes(model: Model) -> bytes:
    """Return the network's bytes.

    Raises:
        ModelFailed: the wheel is not installed, or holds another file under that name.
    """
    spec = find_spec("rapidocr")
    if spec is None or spec.origin is None:
        raise ModelFailed(model=model.file)
    path = Path(spec.origin).parent / "models" / model.file
    try:
        content = path.read_bytes()
    except OSError as fault:
        raise ModelFailed(model=model.file) from fault
    if hashlib.sha256(content).hexdigest() != model.value[1]:
        raise ModelFailed(model=model.file)
    return content
