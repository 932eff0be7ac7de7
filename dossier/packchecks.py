"""What must agree inside a pack: every id it uses is one it defines, nothing contradicts or goes round in circles."""

from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches

from dossier.conditions import Condition, value_of
from dossier.contradictions import can_hold, strange_values
from dossier.model import EMPTY
from dossier.pack import OPENED, DossierKind, Each, Every, Example, FactRule, Once, Pack, Requirement, Series
from dossier.tomllines import Path
from dossier.tomlsource import Source


def check_names(pack: Pack, source: Source, kinds: Collection[str] | None) -> None:
    """Complain of names a pack uses and nobody defines; ``kinds`` None leaves document kinds unchecked."""
    _Checks(pack, source, kinds).run()


class _Checks:
    def __init__(self, pack: Pack, source: Source, kinds: Collection[str] | None) -> None:
        self.pack, self.source, self.kinds = pack, source, kinds

    def run(self) -> None:
        pack = self.pack
        for role in pack.roles.values():
            self._known((role.department,), pack.departments, ("role", role.id, "department"), "unknown_department")
        for kind in pack.dossiers.values():
            self._dossier(kind)
        for place, escalation in enumerate(pack.escalations):
            self._roles((escalation.role,), ("escalation", place, "role"))
        facts = {name: rule for kind in pack.dossiers.values() for name, rule in kind.facts.items()}
        facts |= pack.request_facts
        for place, approval in enumerate(pack.approvals):
            self._roles(approval.by, ("approval", place, "by"))
            self._kinds(approval.shows, ("approval", place, "shows"))
            self._condition(approval.when, facts, ("approval", place, "when"))
        for place, limit in enumerate(pack.limits):
            self._condition(limit.when, facts, ("limit", place, "when"))
        for place, right in enumerate(pack.rights):
            self._known(right.dossiers, pack.dossiers, ("right", place, "dossiers"), "unknown_dossier")
        for place, retention in enumerate(pack.retention):
            self._known(retention.dossiers, pack.dossiers, ("retention", place, "dossiers"), "unknown_dossier")
        self._once((approval.id for approval in pack.approvals), ("approval",))
        for place, example in enumerate(pack.examples):
            self._example(example, ("example", place))

    def _known(self, names: Iterable[str], known: Collection[str], path: Path, wording: str) -> None:
        for name in names:
            if name and name not in known:
                self.source.complain(path, wording, value=name, known=", ".join(sorted(known)))

    def _roles(self, names: Iterable[str], path: Path) -> None:
        self._known(names, self.pack.roles, path, "unknown_role")

    def _kinds(self, names: Iterable[str], path: Path) -> None:
        for name in names:
            if self.kinds is not None and name not in self.kinds:
                near = get_close_matches(name, sorted(self.kinds), n=3, cutoff=0.3)
                self.source.complain(path, "unknown_kind", value=name, near=", ".join(near) or "—")

    def _once(self, names: Iterable[str], path: Path) -> None:
        seen: set[str] = set()
        for place, name in enumerate(names):
            if name in seen:
                self.source.complain((*path, place, "id"), "twice", value=name)
            seen.add(name)

    def _condition(self, condition: Condition | None, facts: Mapping[str, FactRule], path: Path) -> None:
        if condition is None:
            return
        strange = strange_values(condition, facts)
        for fact, value in strange:
            said = {"condition": condition.source, "fact": fact, "value": value}
            self.source.complain(path, "condition_value", key=path[-1], known=", ".join(facts[fact].values), **said)
        if not strange and condition.names <= facts.keys() and not can_hold(condition, facts):
            self.source.complain(path, "never_true", key=path[-1], condition=condition.source)

    def _dossier(self, kind: DossierKind) -> None:
        at: Path = ("dossier", kind.id)
        names = {*kind.facts, *kind.key, *kind.attached_by, *kind.identify}
        self._known(kind.label, names, (*at, "label"), "unknown_label")
        self._kinds(kind.opened_by, (*at, "opened_by"))
        self._kinds(kind.holds, (*at, "holds"))
        self._kinds(kind.apart, (*at, "apart"))
        if kind.numbering is not None:
            self._kinds(kind.numbering.shared_by, (*at, "numbering", "shared_by"))
        for role in self.pack.roles.values():
            if role.person and not any(role.person in each.facts for each in self.pack.dossiers.values()):
                self.source.complain(("role", role.id, "person"), "unknown_fact", value=role.person)
        events = {OPENED, *kind.events}
        for place, rule in enumerate(kind.derive):
            path = (*at, "derive", place)
            self._kinds(rule.of, (*path, "of"))
            self._known((rule.fact,), kind.facts, (*path, "fact"), "unknown_fact")
            self._condition(rule.when, kind.facts, (*path, "when"))
            self._known((rule.event,), kind.events, (*path, "event"), "unknown_event")
            if rule.fact in kind.facts and rule.value:
                self._fits(kind.facts[rule.fact], rule.value, (*path, "value"))
        self._circles(kind)
        self._once((requirement.id for requirement in kind.requirements), (*at, "requirement"))
        for place, requirement in enumerate(kind.requirements):
            self._requirement(requirement, events, (*at, "requirement", place))
            self._condition(requirement.when, kind.facts, (*at, "requirement", place, "when"))
        self._once((penalty.id for penalty in kind.penalties), (*at, "penalty"))
        ids = {requirement.id for requirement in kind.requirements}
        for place, penalty in enumerate(kind.penalties):
            path = (*at, "penalty", place)
            self._roles((penalty.role,), (*path, "role"))
            self._known(penalty.requirements, ids, (*path, "requirements"), "unknown_requirement")
            self._known((penalty.event,), events, (*path, "event"), "unknown_event")
            signers = {signer for requirement in kind.requirements for signer in requirement.signed_by}
            self._known((penalty.signer,), signers, (*path, "signer"), "unknown_signer")

    def _fits(self, fact: FactRule, text: str, path: Path) -> None:
        fits = text in fact.values if fact.type == "choice" else value_of(text, fact.type) is not None
        if not fits:
            self.source.complain(path, "fact_value", value=text, fact=fact.id, type=fact.type)

    def _circles(self, kind: DossierKind) -> None:
        """Complain of facts whose derivation asks, over any number of steps, for themselves."""
        asks: dict[str, set[str]] = {}
        for rule in kind.derive:
            if rule.fact and rule.when is not None:
                asks.setdefault(rule.fact, set()).update(rule.when.names)
        for place, rule in enumerate(kind.derive):
            seen: set[str] = set()
            ahead = list(asks.get(rule.fact, ()))
            while ahead:
                name = ahead.pop()
                if name not in seen:
                    seen.add(name)
                    ahead += asks.get(name, ())
            if rule.fact in seen:
                self.source.complain(("dossier", kind.id, "derive", place, "when"), "circle", value=rule.fact)

    def _requirement(self, requirement: Requirement, events: set[str], path: Path) -> None:
        self._kinds(requirement.kinds, (*path, "all_of" if requirement.all_of else "any_of"))
        self._roles((requirement.owes, requirement.event_role), (*path, "owes"))
        self._roles(requirement.waivable_by, (*path, "waivable_by"))
        self._roles(requirement.signed_by, (*path, "signed_by"))
        self._known((requirement.event,), events, (*path, "event"), "unknown_event")
        match requirement.turn:
            case Once(due):
                self._known((due.after,) if due else (), events, (*path, "due", "after"), "unknown_event")
            case Each(event, due):
                self._known((event,), events, (*path, "each"), "unknown_event")
            case Every(since=since):
                self._known((since,), events, (*path, "every", "since"), "unknown_event")
            case Series(after=after):
                self._known((after,), events, (*path, "series", "after"), "unknown_event")
        if requirement.event and (requirement.sides > 1 or requirement.form or requirement.signed_by):
            self.source.complain((*path, "event"), "event_with_paper")
        if requirement.unexpired and requirement.valid_months:
            self.source.complain((*path, "valid_months"), "one_of", keys="unexpired, valid_months")
        if requirement.event and (requirement.unexpired or requirement.valid_months or requirement.where):
            self.source.complain((*path, "event"), "event_with_paper")

    def _example(self, example: Example, path: Path) -> None:
        for place, answer in enumerate(example.answers):
            here = (*path, "answers", place)
            self._known((answer.action,), {each.action for each in self.pack.approvals}, here, "unknown_action")
            self._known((answer.limit,), {each.id for each in self.pack.limits}, here, "unknown_limit")
            self._roles(answer.by, here)
        if not example.dossier:
            return
        kind = self.pack.dossiers.get(example.dossier)
        if kind is None:
            self._known((example.dossier,), self.pack.dossiers, (*path, "dossier"), "unknown_dossier")
            return
        facts: Mapping[str, str] = example.facts or EMPTY
        self._known(facts, kind.facts, (*path, "facts"), "unknown_fact")
        for name, text in facts.items():
            if name in kind.facts:
                self._fits(kind.facts[name], text, (*path, "facts"))
        self._known((event.kind for event in example.events), kind.events, (*path, "events"), "unknown_event")
        self._kinds((document.kind for document in example.documents), (*path, "documents"))
        ids = {requirement.id for requirement in kind.requirements}
        expected = {name.partition("/")[0] for name in example.expect}
        self._known(expected, ids, (*path, "expect"), "unknown_requirement")
        self._known(
            example.penalties or (), {penalty.id for penalty in kind.penalties}, (*path, "penalties"), "unknown_penalty"
        )
