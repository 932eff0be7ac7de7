"""What people call departments, roles and persons across the packs in force, and what a scope covers in words."""

from collections.abc import Mapping
from dataclasses import dataclass

from desk.reports.scope import Scope
from desk.sayings import status_title
from dossier.model import Owes
from dossier.pack import Pack
from dossier.wording import Lang, say


@dataclass(frozen=True, slots=True)
class Names:
    """Titles in one language; an id that no pack knows stands for itself."""

    packs: Mapping[str, Pack]
    lang: Lang

    def department(self, id_: str) -> str:
        """Return what people call a department, or the role that stands in for one."""
        for pack in self.packs.values():
            if id_ in pack.departments:
                return pack.departments[id_][self.lang]
        return self.role(id_)

    def role(self, id_: str) -> str:
        """Return what people call a role."""
        titles = (pack.roles[id_].title[self.lang] for pack in self.packs.values() if id_ in pack.roles)
        return next(titles, id_)

    def person(self, name: str) -> str:
        """Return a person's name; where only the role is known, its title in brackets."""
        title = self.role(name)
        return say("report.some-role", self.lang, role=title) if title != name else name

    def owing(self, owes: Owes) -> str:
        """Return the person who owes, else the role in brackets."""
        return owes.person or self.person(owes.role)

    def sort(self, pack: str, kind: str) -> str:
        """Return what people call a sort of dossier."""
        found = self.packs[pack].dossiers.get(kind) if pack in self.packs else None
        return kind if found is None else found.title[self.lang]

    def status(self, status: str) -> str:
        """Return what people call the status of a requirement."""
        return status_title(status, self.lang)

    def text(self, key: str, /, **facts: object) -> str:
        """Return a text of the reports' section of the catalogue."""
        return say(f"report.{key}", self.lang, **facts)

    def scope(self, scope: Scope) -> tuple[tuple[str, str], ...]:
        """Return what a scope covers, as names and values to print under a report's title."""
        said: list[tuple[str, str]] = [("as-of", scope.as_of.isoformat())]
        if scope.begins or scope.ends:
            begins, ends = (day.isoformat() if day else "" for day in (scope.begins, scope.ends))
            said.append(("span", f"{begins} – {ends}".strip()))
        values = (
            ("department", self.department(scope.department) if scope.department else ""),
            ("person", scope.person),
            ("dossier", scope.dossier),
            ("pack", self.packs[scope.pack].title[self.lang] if scope.pack else ""),
            ("sort", scope.kind),
        )
        said += [(name, value) for name, value in values if value]
        return tuple((self.text(f"scope-{name}"), value) for name, value in said)
