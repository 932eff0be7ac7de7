"""Synthetic scans of office papers, drawn to look like the real forms, with the truth about each.

Everything follows from a seed. People, companies, cars and numbers are invented; every page says SPECIMEN／樣本.
"""

from ocr.specimen import forms
from ocr.specimen.batches import REQUIRED, Batch, Scan, demo_batch, general_papers, larger_batch, stack, vehicle_papers
from ocr.specimen.encoding import FileFormat, encode
from ocr.specimen.fonts import FontsMissing
from ocr.specimen.pad import FORMS, UnknownKind, draw
from ocr.specimen.paper import Paper, Truth
from ocr.specimen.wear import HARD, Severity, Wear, degrade, wear_of, worn

__all__ = [
    "FORMS",
    "HARD",
    "REQUIRED",
    "Batch",
    "FileFormat",
    "FontsMissing",
    "Paper",
    "Scan",
    "Severity",
    "Truth",
    "UnknownKind",
    "Wear",
    "degrade",
    "demo_batch",
    "draw",
    "encode",
    "forms",
    "general_papers",
    "larger_batch",
    "stack",
    "vehicle_papers",
    "wear_of",
    "worn",
]
