"""The manifests are valid, and say of the server and its image what these say of themselves."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from email_assistant.guard.probes import HEALTH, MAX_WAIT, READY
from email_assistant.server import GRACE
from email_assistant.settings import Settings

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy" / "kubernetes"


def manifest(name: str) -> Any:
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


KUSTOMIZATION = manifest("kustomization")
DEPLOYMENT = manifest("deployment")
POD = DEPLOYMENT["spec"]["template"]["spec"]
(SERVER,) = POD["containers"]


@pytest.mark.parametrize("name", KUSTOMIZATION["resources"])
@pytest.mark.parametrize("version", ["1.29", kubernetes_validate.latest_version()])
def test_each_manifest_is_what_kubernetes_takes(name: str, version: str) -> None:
    kubernetes_validate.validate(manifest(name.removesuffix(".yaml")), version, strict=True)


def test_every_manifest_is_applied() -> None:
    files = {file.name for file in FOLDER.glob("*.yaml")} - {"kustomization.yaml"}

    assert set(KUSTOMIZATION["resources"]) == files


def test_what_selects_the_pods_finds_them() -> None:
    labels = DEPLOYMENT["spec"]["template"]["metadata"]["labels"]
    service, budget = manifest("service")["spec"], manifest("disruption-budget")["spec"]
    backend = manifest("ingress")["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"]

    assert DEPLOYMENT["spec"]["selector"]["matchLabels"] == labels
    assert service["selector"] == budget["selector"]["matchLabels"] == labels
    assert backend["name"] == manifest("service")["metadata"]["name"]
    assert backend["port"]["name"] == service["ports"][0]["name"]
    assert service["ports"][0]["targetPort"] == SERVER["ports"][0]["name"]


def test_one_replica_at_a_time_goes_and_another_answers_before_it_does() -> None:
    assert DEPLOYMENT["spec"]["replicas"] >= 2
    assert DEPLOYMENT["spec"]["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}
    assert manifest("disruption-budget")["spec"]["maxUnavailable"] == 1
    assert manifest("ingress")["metadata"]["annotations"]["haproxy.org/cookie-persistence"]


def test_a_replica_has_the_time_to_end_its_turns() -> None:
    (waits,) = re.findall(r"sleep\((\d+)\)", SERVER["lifecycle"]["preStop"]["exec"]["command"][-1])
    ends = GRACE + 1 + GRACE  # its turns, what they save, its connections

    assert POD["terminationGracePeriodSeconds"] > int(waits) + ends


def test_the_probes_ask_what_the_server_answers() -> None:
    probes = {name: SERVER[name] for name in ("startupProbe", "livenessProbe", "readinessProbe")}
    paths = {name: probe["httpGet"]["path"] for name, probe in probes.items()}

    assert paths == {"startupProbe": HEALTH, "livenessProbe": HEALTH, "readinessProbe": READY}
    assert probes["readinessProbe"]["timeoutSeconds"] > MAX_WAIT
    for probe in probes.values():  # the address of a pod is no name that it answers to
        assert probe["httpGet"]["httpHeaders"] == [{"name": "Host", "value": "127.0.0.1"}]


def test_it_runs_as_the_images_user_and_writes_to_its_volumes_alone() -> None:
    image = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    security = POD["securityContext"]

    assert f"USER {security['runAsUser']}:{security['runAsGroup']}" in image
    assert f"EXPOSE {SERVER['ports'][0]['containerPort']}" in image
    assert security["runAsNonRoot"]
    assert SERVER["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    mounted = {mount["name"] for mount in SERVER["volumeMounts"]}
    assert mounted == {volume["name"] for volume in POD["volumes"]}


def test_it_sets_what_can_be_set_and_the_server_starts_with_that(monkeypatch: pytest.MonkeyPatch) -> None:
    for each in SERVER["env"]:
        assert each["name"].removeprefix("EMAIL_ASSISTANT_").lower() in Settings.model_fields
        monkeypatch.setenv(each["name"], each["value"])

    settings = Settings()

    secret, _, name = str(settings.secret_file).rpartition("/")
    mounts = {mount["name"]: mount["mountPath"] for mount in SERVER["volumeMounts"]}
    assert secret == mounts["sessions"]
    sessions = KUSTOMIZATION["secretGenerator"][1]
    assert sessions["files"] == [name]
    (volume,) = [each for each in POD["volumes"] if each["name"] == "sessions"]
    assert volume["secret"]["secretName"] == sessions["name"]
    assert SERVER["envFrom"] == [{"secretRef": {"name": KUSTOMIZATION["secretGenerator"][0]["name"]}}]
    assert str(settings.data_dir).startswith(mounts["data"] + "/")
