"""The compose file: every image pinned, every service watched over, no root, no secret in the open."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema
import pytest
import yaml
from typer.core import TyperGroup
from typer.main import get_command

from cli.app import app
from desk.stores import buckets
from index import postgres

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OWN = "juanzong:local"


def test_store_database_and_application_are_there() -> None:
    """An S3 store, PostgreSQL and the application."""
    assert {"store", "database", "watch", "worker", "web"} == set(SERVICES)
    assert SERVICES["worker"]["deploy"]["replicas"] > 1


@pytest.mark.parametrize("name", SERVICES)
def test_every_image_is_pinned(name: str) -> None:
    """A release by its whole name: no ``latest``, no moving tag; our own is built from this tree."""
    service = SERVICES[name]
    image = service["image"]
    if image == OWN:
        assert "build" in service
        return
    host, _, rest = image.partition("/")
    assert "." in host, "the registry is named"
    tag = rest.rpartition("@")[2] if "@" in rest else rest.rpartition(":")[2]
    assert ":" in rest, image
    assert re.search(r"\d+\.\d+|\d{4}-\d{2}-\d{2}|sha256:", tag), image


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_confined(name: str) -> None:
    """Health is asked for; no root, no writable image, no capabilities, no new privileges, a limit of memory."""
    service = SERVICES[name]
    check = service["healthcheck"]
    assert check["test"][0] == "CMD"
    assert {"interval", "timeout", "retries"} <= set(check)
    user = str(service["user"]).partition(":")[0]
    assert user.isdigit()
    assert int(user) > 0
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert service["deploy"]["resources"]["limits"]["memory"]
    assert service["networks"] == (["inside", "outside"] if name == "web" else ["inside"])
    assert service.get("ports", []) == (["8421:8421"] if name == "web" else []), "people reach the page, with TLS"
    assert service["restart"] == "unless-stopped"
    assert not service.get("privileged")


def test_the_network_leads_nowhere() -> None:
    """Store and database are reached from inside alone."""
    assert COMPOSE["networks"]["inside"]["internal"] is True


def test_secrets_are_files() -> None:
    """Each secret is a file, each that a service names exists, and none stands in an environment or a command."""
    declared = COMPOSE["secrets"]
    assert all(set(one) == {"file"} for one in declared.values())
    for service in SERVICES.values():
        for secret in service.get("secrets", []):
            assert (secret if isinstance(secret, str) else secret["source"]) in declared
        for variable, value in service.get("environment", {}).items():
            if re.search("PASS|SECRET|KEY|CREDENTIAL|ROOT", variable):
                assert str(value).startswith("/run/secrets"), variable
    assert "JUANZONG_PASSPHRASE" not in TEXT


def test_whoever_needs_another_waits_for_it() -> None:
    """A service starts when those it needs are healthy, and names no other."""
    for service in SERVICES.values():
        for other, how in service.get("depends_on", {}).items():
            assert how == {"condition": "service_healthy"}
            assert other in SERVICES
    for name in ("watch", "worker", "web"):
        assert set(SERVICES[name]["depends_on"]) == {"store", "database"}


@pytest.mark.parametrize("name", ["watch", "worker", "web"])
def test_every_command_is_one_of_ours(name: str) -> None:
    """The command line of each service is understood: the command is there, and so is each option."""
    command = get_command(app)
    assert isinstance(command, TyperGroup)
    verb, *words = SERVICES[name]["command"]
    known = {option for one in command.commands[verb].params for option in one.opts}
    assert {word for word in words if word.startswith("--")} <= known
    named = re.findall(r"/run/secrets/(\w+)", " ".join(words))
    assert set(named) <= {one if isinstance(one, str) else one["target"] for one in SERVICES[name]["secrets"]}


def test_the_archive_is_made_with_workers() -> None:
    """Each option with which its head makes the archive is there, and the watcher queues for the workers."""
    command = get_command(app)
    assert isinstance(command, TyperGroup)
    head = TEXT.partition("name: juanzong")[0]
    words = head.partition("watch init")[2].partition("docker compose up")[0].split()
    assert "--workers" in words
    known = {option for one in command.commands["init"].params for option in one.opts}
    assert {word for word in words if word.startswith("--")} <= known


def test_the_commands_in_its_head_name_what_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """The addresses to make the archive with are understood, and lead to services and secrets of this file."""
    monkeypatch.setenv("JUANZONG_S3_ACCESS_KEY", "a")
    monkeypatch.setenv("JUANZONG_S3_SECRET_KEY", "b")
    (store,) = re.findall(r"--store '([^']+)'", TEXT)
    (database,) = re.findall(r"--database '([^']+)'", TEXT)
    objects, keys = buckets(store)
    assert objects == keys
    assert objects.endpoint.partition(":")[0] in SERVICES
    assert not objects.secure
    assert urlsplit(database).hostname in SERVICES
    assert postgres.place(database) == "postgresql://database/juanzong"
    (passfile,) = re.findall(r"passfile=/run/secrets/(\w+)", database)
    assert passfile in SERVICES["watch"]["secrets"]
    for secret in COMPOSE["secrets"].values():
        assert secret["file"].removeprefix("./") in TEXT.partition("name: juanzong")[0]


def test_the_image_holds_every_package() -> None:
    """All that the application imports is copied into its image, and it does not run as root there either."""
    image = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    packages = re.findall(r"packages = \[(.*)\]", (ROOT / "pyproject.toml").read_text(encoding="utf-8"))[0]
    for package in re.findall(r'"(\w+)"', packages):
        assert f"COPY {package} {package}" in image, package
    users = re.findall(r"^USER (\d+)", image, re.MULTILINE)
    assert users
    assert int(users[-1]) > 0
    assert all(re.search(r":\d+\.\d+", line) for line in re.findall(r"^FROM (\S+)", image, re.MULTILINE))


def test_the_image_that_runs_has_no_tools_to_build_with() -> None:
    """What is built is built in a stage before, from the lock file alone."""
    image = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    before, _, last = image.rpartition("\nFROM ")
    assert "--require-hashes -r requirements/runtime.txt" in before
    assert not re.search(r"\b(gcc|g\+\+|build-essential|\S+-dev|pip|python3-venv)\b", last)


def test_its_shape_is_what_compose_takes() -> None:
    """Every key and value is one that the Compose Specification has; a misspelt one is not passed over."""
    jsonschema.validate(COMPOSE, json.loads((Path(__file__).parent / "vectors/compose.schema.json").read_text()))


def test_every_variable_is_one_that_is_read() -> None:
    """A variable of ours that a container is given is one that the program asks for."""
    read = "\n".join(
        file.read_text(encoding="utf-8") for part in ("cli", "desk", "vault") for file in (ROOT / part).rglob("*.py")
    )
    for service in ("watch", "worker", "web"):
        for variable in SERVICES[service]["environment"]:
            assert f'"{variable}"' in read, variable
