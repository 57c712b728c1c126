"""The state on disk: whole, atomic, and used by one process."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from rehearsal.state.stacks import Stack, State
from rehearsal.state.store import Store, StoreError
from tests.rehearsal.play import Play
from tests.rehearsal.samples import nested, template, topic


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store(tmp_path / "state")) as opened:
        yield opened


def test_a_folder_without_a_state_gives_an_empty_one(store: Store) -> None:
    assert store.load("123456789012") == State("123456789012")


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    play = Play(state=tmp_path)
    url = play.put("child.yaml", template({"O": "1"}, {"P": "x"}, T=topic("one")))
    play.deploy(template(C=nested(url), A=topic(name="one")))
    play.deploy(template(C=nested(url), A=topic(name="two")))
    play.change_set(template(A=topic(name="two")), name="open", IncludeNestedStacks=True)
    kept = play.cloud.world.state
    play.cloud.close()
    with closing(Store(tmp_path)) as store:
        assert store.load(kept.account) == kept


def test_only_its_owner_may_read_the_state(store: Store) -> None:
    store.save(State("123456789012"))
    assert stat.S_IMODE(store.file.stat().st_mode) == 0o600


def test_two_processes_cannot_share_a_folder(store: Store) -> None:
    folder = store.file.parent
    with pytest.raises(StoreError, match=f"the rehearsal of process {os.getpid()} is using it") as caught:
        Store(folder)
    assert caught.value.remedy.startswith("wait until it has ended, or store the state in another folder: --state ")
    (folder / "lock").write_text("")
    with pytest.raises(StoreError, match="another rehearsal is using it"):
        Store(folder)
    store.close()
    Store(folder).close()


def test_a_state_of_another_account_is_refused(store: Store) -> None:
    store.save(State("111111111111"))
    with pytest.raises(StoreError, match="this is the state of account 111111111111, not of 123456789012") as caught:
        store.load("123456789012")
    assert caught.value.remedy == "delete the stored state: --fresh"


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"version": 1, "state": {}}', '{"version": 99, "state": {}}'])
def test_a_file_that_is_no_state_is_refused_by_name(store: Store, text: str) -> None:
    store.file.write_text(text, encoding="utf-8")
    with pytest.raises(StoreError, match=r"cloudformation\.json: ") as caught:
        store.load("123456789012")
    assert caught.value.remedy == "delete the stored state: --fresh"


def test_a_folder_that_cannot_be_written_is_told_with_another(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="file/state cannot be written: Not a directory") as caught:
        Store(tmp_path / "file/state")
    assert caught.value.remedy.startswith("store the state in another folder: --state ")


def test_a_torn_write_leaves_the_last_whole_state(store: Store) -> None:
    store.save(State("123456789012", clock_offset=7.0))
    store.file.with_suffix(".new").write_text('{"version": 1, "sta', encoding="utf-8")
    assert store.load("123456789012").clock_offset == 7.0


def test_saving_takes_a_tenth_of_the_time_at_most(tmp_path: Path) -> None:
    times = iter([100.0, 102.0, 105.0, 121.0])
    with closing(Store(tmp_path, now=lambda: next(times))) as store:
        store.save(State("123456789012"))
        assert store.rest() == 102.0 + 18.0 - 105.0
        assert store.rest() == 0.0


def test_the_file_is_json_that_names_its_version(store: Store) -> None:
    stack = Stack(id="arn", name="demo", region="eu-west-1", created=1.0, status="REVIEW_IN_PROGRESS")
    store.save(State("123456789012", {"arn": stack}))
    document = json.loads(store.file.read_text(encoding="utf-8"))
    assert document["version"] == 1
    assert document["state"]["stacks"]["arn"]["name"] == "demo"


def test_the_stacks_of_other_accounts_are_kept_too(tmp_path: Path) -> None:
    play = Play(state=tmp_path)
    body = json.dumps(template(A=topic()))
    play.at("111122223333", "eu-west-1", "CreateStack", StackName="demo", TemplateBody=body)
    play.cloud.close()
    again = Play(state=tmp_path)
    [stack] = again.at("111122223333", "eu-west-1", "DescribeStacks")["Stacks"]
    assert (stack["StackName"], stack["StackStatus"]) == ("demo", "CREATE_COMPLETE")
    assert again("DescribeStacks")["Stacks"] == []
    again.cloud.close()


def test_a_state_that_was_kept_before_there_were_other_accounts_is_loaded(tmp_path: Path) -> None:
    play = Play(state=tmp_path)
    play.deploy(template(A=topic()))
    play("CreateStackSet", StackSetName="fleet", TemplateBody=json.dumps(template(A=topic())))
    play("CreateStackInstances", StackSetName="fleet", Accounts=["123456789012"], Regions=["eu-west-1"])
    play.cloud.close()
    file = tmp_path / "cloudformation.json"
    document = json.loads(file.read_text(encoding="utf-8"))
    del document["state"]["accounts"]
    for stack_set in document["state"]["stack_sets"].values():
        del stack_set["drift"]
        for part in (*stack_set["instances"].values(), *stack_set["operations"].values()):
            for member in ("detection", "drift", "drifts"):
                part.pop(member, None)
    file.write_text(json.dumps(document), encoding="utf-8")
    again = Play(state=tmp_path)
    assert again.stack()["StackStatus"] == "CREATE_COMPLETE"
    [instance] = again("ListStackInstances", StackSetName="fleet")["Summaries"]
    assert (instance["Status"], instance["DriftStatus"]) == ("CURRENT", "NOT_CHECKED")
    again.cloud.close()
