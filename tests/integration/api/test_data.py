"""All that is kept of a person over HTTP: taken along as one file, and deleted."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile

import httpx

from tests.fakes.scripted_model import Hang, ScriptedModel
from tests.integration.api.conftest import EMAIL, GIVEN, Begin

ODD_NAME = "../../etc/lunch?.eml"


async def _export(client: httpx.AsyncClient, **headers: str) -> zipfile.ZipFile:
    answer = await client.get("/export", headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "content-length" not in answer.headers, "it is sent while it is written"
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    return archive


async def test_the_export_holds_the_profile_every_conversation_and_every_original(
    client: httpx.AsyncClient, begin: Begin, drafted: Begin
) -> None:
    await client.patch("/profile", json={"name": "Sam Lee"})
    typed = await drafted()
    attached = await begin()
    files = {"files": (ODD_NAME, EMAIL.encode(), "message/rfc822")}
    state = (await client.put(f"/upload_email/{attached}", files=files)).json()
    await client.put("/archive", json={"app_ids": [attached]})
    await begin()  # in which nothing was said

    archive = await _export(client)
    originals = [name for name in archive.namelist() if name.startswith("originals/")]
    assert sorted(set(archive.namelist()) - set(originals)) == sorted(
        ["profile.json", f"conversations/{typed}.json", f"conversations/{attached}.json"]
    )
    assert json.loads(archive.read("profile.json"))["name"] == "Sam Lee"
    document = json.loads(archive.read(f"conversations/{typed}.json"))
    assert document == (await client.get(f"/{typed}/state")).json()
    assert [archive.read(name) for name in originals] == [EMAIL.encode()]
    (folder, of, name) = originals[0].split("/")
    assert (folder, of) == ("originals", attached)
    assert name.startswith(state["originals"][0]["file_id"])
    assert name.endswith("lunch_.eml")
    assert (await _export(client, **{"x-owner": "eve"})).namelist() == ["profile.json"]


async def test_what_is_deleted_while_it_is_exported_is_left_out(
    client: httpx.AsyncClient, drafted: Begin
) -> None:
    kept, gone = await drafted(), await drafted()
    async with client.stream("GET", "/export") as answer:
        await client.delete(f"/delete/{gone}")
        await client.delete(f"/delete/{kept}")
        content = await answer.aread()
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None


async def test_all_conversations_are_deleted_and_the_profile_stays(
    client: httpx.AsyncClient, drafted: Begin, begin: Begin
) -> None:
    await client.patch("/profile", json={"name": "Sam Lee"})
    mine = [await drafted(), await drafted(), await begin()]
    hers = (await client.post("/create", headers={"x-owner": "eve"})).json()["app_id"]

    answer = await client.delete("/conversations")
    assert (answer.status_code, answer.json()) == (200, {"deleted": 3, "kept": 0, "detail": ""})
    for app_id in mine:
        assert (await client.get(f"/{app_id}/state")).status_code == 404
    assert (await client.get("/conversations", params={"search": "lunch"})).json()["conversations"] == []
    assert (await client.get(f"/{hers}/state", headers={"x-owner": "eve"})).status_code == 200
    assert (await client.get("/profile")).json()["name"] == "Sam Lee"
    assert (await client.delete("/conversations")).json()["deleted"] == 0


async def test_a_turn_that_runs_is_stopped_and_its_conversation_deleted(
    client: httpx.AsyncClient, model: ScriptedModel, begin: Begin
) -> None:
    app_id, hang = await begin(), Hang()
    model.drafts.append([hang, "Dear Ana."])
    turn = asyncio.create_task(client.put(f"/initialize_draft/{app_id}", json=GIVEN))
    await hang.reached.wait()
    assert (await client.delete("/conversations")).json()["deleted"] == 1
    assert (await turn).status_code in {200, 404}
    assert (await client.get(f"/{app_id}/state")).status_code == 404
