"""``user``, ``role``, ``login`` and ``logout``: who works with the archive, and as what."""

from collections.abc import Iterator
from contextlib import contextmanager
from getpass import getpass
from pathlib import Path
from sys import stdin
from time import sleep
from typing import Annotated

import typer
from rich.markup import escape

from cli.opening import opened
from cli.options import DEFAULT_HOME, Home, Json, Language, PassphraseDescriptor
from cli.passphrase import PassphraseMissing, PassphrasesDiffer
from cli.screen import Screen
from cli.speech import lang_now
from cli.tokens import NotLoggedIn, drop_token, given_token, keep_token
from desk import home as homes
from desk import sessions, users
from desk.archive import Archive
from desk.users import PersonView
from dossier.rights import DUTIES, STANDING, Deed, Reach, Role
from dossier.wording import Lang, say
from vault.passphrase import given_passphrase

Name = Annotated[str, typer.Argument(help="people.arg-name")]
Department = Annotated[str | None, typer.Option("--department", help="people.opt-department")]
Title = Annotated[str | None, typer.Option("--title", help="people.opt-title")]
Roles = Annotated[list[Role] | None, typer.Option("--role", help="people.opt-role")]
Positions = Annotated[list[str] | None, typer.Option("--position", help="people.opt-position")]
PasswordDescriptor = Annotated[int | None, typer.Option("--password-fd", help="people.opt-password-fd", min=0)]


def user_add(
    name: Name,
    *,
    title: Title = None,
    department: Department = None,
    role: Roles = None,
    position: Positions = None,
    password_fd: PasswordDescriptor = None,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Enter somebody."""
    with _archive(lang, home, passphrase_fd, as_json=as_json) as (screen, archive):
        password = _password(screen.lang, "people.ask-new-password", name, password_fd, twice=True)
        added = users.add(
            archive,
            name,
            password,
            title=title or "",
            department=department or "",
            roles=role or (),
            positions=position or (),
        )
        _say(screen, added, "people.added")


def user_list(
    *,
    closed: Annotated[bool, typer.Option("--closed", help="people.opt-closed")] = False,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """List people."""
    with _archive(lang, home, passphrase_fd, as_json=as_json) as (screen, archive):
        found = users.everybody(archive, closed=closed)
        if as_json:
            screen.json({"users": [one.as_json() for one in found]})
            return
        names = ("user", "title", "department", "roles", "positions", "since")
        screen.table("", [screen.text(f"people.column-{name}") for name in names], [_row(screen, one) for one in found])


def user_show(
    name: Annotated[str | None, typer.Argument(help="people.arg-name")] = None,
    *,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Show somebody, or oneself."""
    with _archive(lang, home, passphrase_fd, as_json=as_json) as (screen, archive):
        if name is None:
            me = sessions.whoami(archive)
            if as_json:
                screen.json(me)
                return
            roles = ", ".join(screen.text(f"people.role-{role}") for role in me["roles"])
            screen.line(f"[bold]{escape(me['user'])}[/]  {escape(me['title'])}  {escape(me['department'])}  {roles}")
            return
        _say(screen, users.show(archive, name), "")


def user_set(
    name: Name,
    *,
    title: Title = None,
    department: Department = None,
    role: Roles = None,
    take_role: Annotated[list[Role] | None, typer.Option("--take-role", help="people.opt-take-role")] = None,
    position: Positions = None,
    stands_in: Annotated[str | None, typer.Option("--stands-in-for", help="people.opt-stands-in")] = None,
    totp: Annotated[bool | None, typer.Option("--totp/--no-totp", help="people.opt-totp")] = None,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Change what somebody is."""
    with _archive(lang, home, passphrase_fd, as_json=as_json) as (screen, archive):
        changed = users.change(
            archive,
            name,
            title=title,
            department=department,
            give=role or (),
            take=take_role or (),
            positions=position,
            second_factor=totp,
            stands_in=stands_in,
        )
        _say(screen, changed, "people.changed")


def user_close(
    name: Name,
    *,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Close an account."""
    with _archive(lang, home, passphrase_fd, as_json=as_json) as (screen, archive):
        _say(screen, users.close(archive, name), "people.closed")


def user_passphrase(
    name: Annotated[str | None, typer.Argument(help="people.arg-name")] = None,
    *,
    password_fd: PasswordDescriptor = None,
    new_password_fd: Annotated[
        int | None, typer.Option("--new-password-fd", help="people.opt-new-password-fd", min=0)
    ] = None,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Change a password."""
    with _archive(lang, home, passphrase_fd, as_json=as_json) as (screen, archive):
        if name is not None and name != archive.who:
            new = _password(screen.lang, "people.ask-new-password", name, new_password_fd, twice=True)
            _say(screen, users.new_password(archive, name, new), "people.password-set")
            return
        old = _password(screen.lang, "people.ask-password", archive.who, password_fd)
        new = _password(screen.lang, "people.ask-new-password", archive.who, new_password_fd, twice=True)
        users.keep_password(archive, users.set_password(archive.home, archive.who, old, new))
        drop_token(archive.home.path)
        _say(screen, users.show(archive, archive.who), "people.password-set")


def role_list(*, as_json: Json = False, lang: Language = None) -> None:
    """List the roles."""
    screen = Screen(lang_now(lang), as_json=as_json)
    if as_json:
        screen.json(
            {
                "roles": [
                    {
                        "role": role.value,
                        "title": say(f"people.role-{role}", screen.lang),
                        "duties": sorted(duty.value for duty in DUTIES[role]),
                        "rights": {
                            deed.value: {"reach": rule.reach.value, "levels": sorted(rule.levels)}
                            for deed, rule in STANDING[role].items()
                        },
                    }
                    for role in Role
                ]
            }
        )
        return
    columns = [screen.text(f"people.column-{name}") for name in ("role", "duties", "deeds")]
    screen.table("", columns, [[_role(screen, role), _duties(screen, role), _deeds(screen, role)] for role in Role])


def role_give(
    name: Name,
    role: Annotated[Role, typer.Argument(help="people.arg-role")],
    *,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Give a role."""
    with _archive(lang, home, passphrase_fd, as_json=as_json) as (screen, archive):
        _say(screen, users.change(archive, name, give=[role]), "people.changed")


def role_take(
    name: Name,
    role: Annotated[Role, typer.Argument(help="people.arg-role")],
    *,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Take a role away."""
    with _archive(lang, home, passphrase_fd, as_json=as_json) as (screen, archive):
        _say(screen, users.change(archive, name, take=[role]), "people.changed")


def login(
    name: Name,
    *,
    code: Annotated[str, typer.Option("--code", help="people.opt-code")] = "",
    hours: Annotated[int, typer.Option("--hours", min=1, max=sessions.MOST_HOURS, help="people.opt-hours")] = (
        sessions.HOURS
    ),
    token: Annotated[bool, typer.Option("--token", help="people.opt-token")] = False,
    password_fd: PasswordDescriptor = None,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
) -> None:
    """Log in."""
    screen = Screen(lang_now(lang), as_json=as_json)
    place = homes.Home(home.expanduser())
    place.settings()
    password = _password(screen.lang, "people.ask-password", name, password_fd)

    def pause(seconds: float) -> None:
        if seconds:
            screen.say("people.waits", seconds=round(seconds))
            sleep(seconds)

    made = sessions.login(place, name, password, code=code, hours=hours, pause=pause)
    if as_json:
        screen.json(made.as_json())
        return
    if token:
        screen.line(escape(made.token))
        return
    keep_token(place.path, made.token)
    screen.say("people.logged-in", name=made.name, until=made.until.astimezone().strftime("%Y-%m-%d %H:%M"))


def logout(*, home: Home = DEFAULT_HOME, as_json: Json = False, lang: Language = None) -> None:
    """Log out."""
    screen = Screen(lang_now(lang), as_json=as_json)
    place = homes.Home(home.expanduser())
    place.settings()
    token = given_token(place.path)
    if token is None:
        raise NotLoggedIn
    drop_token(place.path)
    who = sessions.logout(place, token)
    if as_json:
        screen.json({"user": who})
    else:
        screen.say("people.logged-out", name=who)


@contextmanager
def _archive(
    lang: str | None, home: Path, descriptor: int | None, *, as_json: bool
) -> Iterator[tuple[Screen, Archive]]:
    screen = Screen(lang_now(lang), as_json=as_json)
    with opened(screen, home, descriptor) as archive:
        yield screen, archive


def _password(lang: Lang, prompt: str, name: str, descriptor: int | None, *, twice: bool = False) -> str:
    """Return a person's password, from a descriptor or the terminal; never from the environment."""
    if descriptor is not None:
        try:
            handed = given_passphrase(descriptor=descriptor)
        except (OSError, UnicodeDecodeError) as fault:
            raise PassphraseMissing from fault
        if not handed:
            raise PassphraseMissing
        return handed
    if not stdin.isatty():
        raise PassphraseMissing
    first = getpass(say(prompt, lang, name=name))
    if twice and getpass(say("cli.ask-passphrase-again", lang)) != first:
        raise PassphrasesDiffer
    return first


def _say(screen: Screen, one: PersonView, key: str) -> None:
    if screen.as_json:
        screen.json(one.as_json())
        return
    if key:
        screen.say(key, name=one.name, style="green")
    names = ("user", "title", "department", "roles", "positions", "since")
    screen.table("", [screen.text(f"people.column-{name}") for name in names], [_row(screen, one)])
    if one.provisioning:
        screen.say("people.totp", address=one.provisioning, style="bold yellow")


def _row(screen: Screen, one: PersonView) -> list[str]:
    roles = ", ".join(screen.text(f"people.role-{role}") for role in one.roles)
    shown = f"[strike]{escape(one.name)}[/]" if one.closed else escape(one.name)
    since = one.added.astimezone().date().isoformat()
    return [shown, escape(one.title), escape(one.department), roles, escape(", ".join(one.positions)), since]


def _role(screen: Screen, role: Role) -> str:
    return f"{screen.text(f'people.role-{role}')} [dim]{role}[/]"


def _duties(screen: Screen, role: Role) -> str:
    return "; ".join(screen.text(f"rights.need-{duty}") for duty in sorted(DUTIES[role]))


def _deeds(screen: Screen, role: Role) -> str:
    told = []
    for deed in Deed:
        rule = STANDING[role].get(deed)
        if rule is not None and rule.reach is not Reach.NONE:
            levels = ", ".join(screen.text(f"people.level-{level}") for level in sorted(rule.levels))
            told.append(f"{screen.text(f'rights.need-{deed}')}: {screen.text(f'people.reach-{rule.reach}')} ({levels})")
    return "\n".join(told)
