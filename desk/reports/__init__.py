"""What is missing, since when, who owes it, and what that comes to: rates, fines, ages, rankings, registers."""

from desk.reports.completeness import Completeness, completeness
from desk.reports.judging import Judged, Line, each_judged, judge
from desk.reports.scope import BadDate, Scope

__all__ = ["BadDate", "Completeness", "Judged", "Line", "Scope", "completeness", "each_judged", "judge"]
