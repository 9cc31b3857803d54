"""What stands twice in the files around the code says the same in both places."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from email_assistant.server import GRACE
from email_assistant.settings import Settings

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / ".github" / "pull_request_template.md"]


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def test_the_newest_version_in_the_changelog_is_the_packages() -> None:
    versions = re.findall(r"^## (\d\S*)", read("CHANGELOG.md"), re.MULTILINE)

    assert versions[0] == PYPROJECT["project"]["version"]


def test_the_changelog_keeps_the_form() -> None:
    sections = set(re.findall(r"^### (.*)", read("CHANGELOG.md"), re.MULTILINE))

    assert sections <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_file_leads_to_one(page: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    targets = [target.partition("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", text)]

    assert [t for t in targets if t and "://" not in t and not (page.parent / t).exists()] == []


def test_the_workflow_calls_targets_that_make_has() -> None:
    called = re.findall(r"run: make (\w+)", read(".github/workflows/check.yml"))
    targets = re.findall(r"^(\w+):.*##", read("Makefile"), re.MULTILINE)

    assert {"check", "test", "lowest"} <= set(called) <= set(targets)


def test_the_image_is_given_what_the_package_is_built_from() -> None:
    let_in = {line[1:] for line in read(".dockerignore").splitlines() if line.startswith("!")}
    project, wheel = PYPROJECT["project"], PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {"pyproject.toml", "requirements.txt", project["readme"], *project["license-files"]}

    assert let_in == needed | set(wheel["packages"]) | set(wheel["force-include"])


def test_the_image_has_a_python_that_the_package_allows() -> None:
    image = re.search(r"^ARG PYTHON=(\S+)$", read("Dockerfile"), re.MULTILINE)
    allowed = [line.rpartition(" ")[2] for line in PYPROJECT["project"]["classifiers"] if ":: 3." in line]

    assert image
    assert image[1] == allowed[-1]


def test_the_balancer_has_as_many_servers_as_run_and_is_believed() -> None:
    compose, balancer = read("compose.yaml"), read("deploy/haproxy.cfg")
    replicas = re.search(r"replicas: (\d+)", compose)
    servers = re.search(r"server-template app (\d+) app:8000", balancer)
    believed = re.search(r"EMAIL_ASSISTANT_PROXY_ADDRESSES: (\S+)", compose)
    network = re.search(r"subnet: (\S+)", compose)

    assert replicas
    assert servers
    assert replicas[1] == servers[1]
    assert believed
    assert network
    assert believed[1] == network[1]


def test_a_server_that_ends_serves_until_the_balancer_knows_and_is_not_killed_before() -> None:
    compose, balancer = read("compose.yaml"), read("deploy/haproxy.cfg")
    delay = re.search(r"EMAIL_ASSISTANT_SHUTDOWN_DELAY: (\d+)", compose)
    killed = re.search(r"stop_grace_period: (\d+)s", compose)
    checks = re.search(r"inter (\d+)s fall (\d+)", balancer)

    assert delay
    assert killed
    assert checks
    assert int(checks[1]) * int(checks[2]) < int(delay[1])
    assert int(delay[1]) + 2 * GRACE < int(killed[1])


@pytest.mark.parametrize("file", ["Dockerfile", "compose.yaml", "deploy/email-assistant.service"])
def test_every_setting_that_is_made_there_exists(file: str) -> None:
    settings = {f"EMAIL_ASSISTANT_{name.upper()}" for name in Settings.model_fields}
    own = {"EMAIL_ASSISTANT_OPENAI_API_KEY", "EMAIL_ASSISTANT_OPENAI_BASE_URL"}

    assert set(re.findall(r"EMAIL_ASSISTANT_[A-Z_]+", read(file))) <= settings - own
