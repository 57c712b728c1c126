"""What is shown, guarded and said of a small system; what its files, its values and its machine may have in store."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.handoff.ops import SHELLS, Ops, another_release
from tests.handoff.small import ROOT, STORE, small, small_bundle, with_values

pytestmark = pytest.mark.slow
KEEP = ("--keep-value", "Password")
ODD = 'it\'s "$HOME" `id` \\n\\ %s 100% -- $(id) é 😀 <&> #{x} *'


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ops]:
    with small(tmp_path_factory.mktemp("small")) as someone:
        someone("deploy", "--env", "dev", "--yes").ended(0)
        yield someone


def stack(someone: Ops, name: str = "small") -> dict[str, Any]:
    [body] = someone.aws("cloudformation", "describe-stacks", "--stack-name", name)["Stacks"]
    return dict(body)


def change_sets(someone: Ops, name: str = "small") -> list[str]:
    rows = someone.aws("cloudformation", "list-change-sets", "--stack-name", name)["Summaries"]
    return [row["ExecutionStatus"] for row in rows]


def parameters(someone: Ops) -> dict[str, str]:
    return {row["ParameterKey"]: row["ParameterValue"] for row in stack(someone)["Parameters"]}


@pytest.mark.parametrize("shell", SHELLS, ids=" ".join)
def test_every_shell_has_nothing_to_do(here: Ops, shell: tuple[str, ...]) -> None:
    told = here.in_shell(*shell)(
        "plan", "--env", "dev", "--exit-code", "--set", "Password=unset", "--keep-value", "Password"
    )
    assert "nothing to do" in told.ended(0).err


def test_what_is_listed_only_is_marked_and_needs_no_approval(here: Ops) -> None:
    told = here("plan", "--env", "dev", "--keep-value", "Password", "--set", "Seconds=60").ended(0).err
    assert "~ Queue  changed in place  AWS::SQS::Queue  (VisibilityTimeout)" in told
    assert "= Subscription: listed because a sibling's output is not known yet" in told
    assert "guarded" not in told


def test_what_really_follows_from_a_sibling_is_shown_and_guarded(here: Ops) -> None:
    told = here("deploy", "--env", "dev", "--yes", "--keep-value", "Password", "--set", "Name=other").ended(3).err
    assert "~ Topic  replaced  AWS::SNS::Topic  (TopicName)" in told
    assert "~ Subscription  replaced  AWS::SNS::Subscription  (TopicArn)" in told
    assert "  ! Store/Topic serves others: its subscriptions: a new one takes its place" in told
    assert "--allow Store/Topic --allow Reader/Subscription" in told
    assert change_sets(here) == ["EXECUTE_COMPLETE"]


def test_an_approval_of_nothing_is_refused(here: Ops) -> None:
    words = ("--keep-value", "Password", "--set", "Seconds=60", "--allow", "Store/Topic")
    told = here("deploy", "--env", "dev", "--yes", *words).ended(2).err
    assert "--allow Store/Topic names no guarded change\nnext: nothing is guarded: leave out --allow\n" in told


TYPED = (ODD, "line one\nline two\ttab", "--looks-like-an-option", "file:///etc/hosts", "a,b=c", "")


def test_a_value_reaches_cloudformation_as_it_was_typed(here: Ops, tmp_path: Path) -> None:
    names = [f"Typed{number}" for number in range(len(TYPED))]
    declared = "".join(f"  {name}:\n    Type: String\n\n" for name in names)
    handed = "".join(f"        {name}: !Ref {name}\n" for name in names)
    joined = f'!Join ["", [{", ".join(f"!Ref {name}" for name in names)}]]'
    files = {
        "templates/root.yaml": ROOT.replace("Parameters:\n", f"Parameters:\n{declared}", 1).replace(
            "        Words: !Ref Words\n", f"        Words: !Ref Words\n{handed}"
        ),
        "templates/store.yaml": STORE.replace("Parameters:\n", f"Parameters:\n{declared}", 1).replace(
            "DisplayName: !Ref Words", f"DisplayName: {joined}"
        ),
    }
    someone = here.with_bundle(small_bundle(tmp_path / "b", values={"Name": "typed"}, files=files, STACK="typed"))
    given = [word for name, text in zip(names, TYPED, strict=True) for word in ("--set", f"{name}={text}")]
    someone("deploy", "--env", "dev", "--yes", *given).ended(0)
    told = {row["ParameterKey"]: row["ParameterValue"] for row in stack(here, "typed")["Parameters"]}
    assert [told[name] for name in names] == list(TYPED)
    assert "nothing to do" in someone("plan", "--env", "dev", "--exit-code", *KEEP, *given).ended(0).err
    others = [word for name, text in zip(names, TYPED, strict=True) for word in ("--set", f"{name}={text}x")]
    changed = someone("plan", "--env", "dev", "--exit-code", *KEEP, *others).ended(4).err
    assert "~ Topic  changed in place  AWS::SNS::Topic  (DisplayName)" in changed
    assert all(f"parameter {name}: " in changed for name in names)


def test_a_value_of_the_file_does_too(here: Ops, tmp_path: Path) -> None:
    of_file = here.with_bundle(with_values(here.bundle, tmp_path / "b", Words=ODD + "\n\r\t"))
    of_file("deploy", "--env", "dev", "--yes", "--keep-value", "Password").ended(0)
    assert parameters(here)["Words"] == ODD + "\n\r\t"


def test_a_secret_comes_from_the_environment_and_is_shown_nowhere(here: Ops) -> None:
    secret = "hunter2 'and' \"more\""
    told = here.within(DB_PASSWORD=secret)("deploy", "--env", "dev", "--yes", "--set-from-env", "Password=DB_PASSWORD")
    assert "parameter Password: **** -> ****" in told.ended(0).err
    assert "hunter2" not in told.err + told.out
    told = here("deploy", "--env", "dev", "--set", f"Password={secret}").ended(3)
    assert "hunter2" not in told.err + told.out
    told = here("plan", "--env", "dev", "--set-from-env", "Password=NOT_SET").ended(2)
    assert "environment variable NOT_SET is not set" in told.err


def test_a_configuration_of_ones_own_stands_in_for_that_of_the_bundle(here: Ops, tmp_path: Path) -> None:
    own = tmp_path / "my own values"
    own.mkdir()
    for file in (here.bundle / "config/dev").iterdir():
        (own / file.name).write_bytes(file.read_bytes().replace(b'"30"', b'"45"'))
    told = here("plan", "--env", "dev", "--config", str(own), "--keep-value", "Password").ended(0).err
    assert "-> 45" in told


@pytest.mark.parametrize(
    "machine",
    [
        {"AWS_DEFAULT_OUTPUT": "table"},
        {"AWS_DEFAULT_OUTPUT": "text", "AWS_PAGER": "false"},
        {"AWS_DEFAULT_OUTPUT": "yaml", "PAGER": "false"},
        {"LANG": "C", "LC_ALL": "C"},
        {"LANG": "POSIX", "GREP_OPTIONS": "-v", "CDPATH": "/tmp:/", "IFS": "x"},
        {"POSIXLY_CORRECT": "1", "TMPDIR": "/tmp", "AWS_MAX_ATTEMPTS": "1"},
        {
            "ENV": "/nowhere",
            "BASH_ENV": "/nowhere",
            "NOTES": "x",
            "YES": "yes",
            "ALLOW": "x",
            "CONFIG_DIR": "/",
            "STACK": "x",
        },
    ],
    ids=lambda machine: next(iter(machine)),
)
def test_a_machine_may_be_set_up_in_any_way(here: Ops, machine: dict[str, str]) -> None:
    config = here.bundle.parent / "config"
    config.write_text(
        "[default]\noutput = table\ncli_pager = false\nregion = eu-west-1\n[profile other]\noutput = text\n"
    )
    told = here.within(AWS_CONFIG_FILE=str(config), **machine)("outputs", "--env", "dev").ended(0)
    assert told.out.startswith("TopicArn=arn:aws:sns:ap-northeast-1:123456789012:")
    planned = here.within(AWS_CONFIG_FILE=str(config), **machine)(
        "plan", "--env", "dev", "--keep-value", "Password", "--set", "Seconds=77"
    ).ended(0)
    assert "-> 77" in planned.err


def test_a_profile_is_used(here: Ops) -> None:
    config = here.bundle.parent / "profiles"
    config.write_text("[profile ops]\naws_access_key_id = x\naws_secret_access_key = y\noutput = text\n")
    someone = here.within(
        AWS_CONFIG_FILE=str(config), AWS_PROFILE="ops", AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY=""
    )
    assert someone("outputs", "--env", "dev").ended(0).out.startswith("TopicArn=")
    told = someone.within(AWS_PROFILE="nobody")("outputs", "--env", "dev").ended(2)
    assert "nobody" in told.err


def answering(someone: Ops, folder: Path, operation: str, error: str, times: int = 10**6) -> Ops:
    """The same person with a CLI that gets this answer to one operation, that often."""
    programs, count = folder / "programs", folder / "count"
    programs.mkdir()
    count.write_text("0")
    camel = "".join(part.capitalize() for part in operation.split("-"))
    said = f"An error occurred ({error}) when calling the {camel} operation (reached max retries: 2): refused so"
    (programs / "aws").write_text(
        f"""#!/bin/sh
if [ "$2" = {operation} ] && [ "$(cat {count})" -lt {times} ]; then
  echo $(($(cat {count}) + 1)) >{count}
  printf '\\n%s\\n' "{said}" >&2
  exit 254
fi
exec "{someone.programs}/aws" "$@"
"""
    )
    (programs / "aws").chmod(0o755)
    return Ops(someone.bundle, someone.url, programs, someone.shell, someone.variables)


@pytest.mark.parametrize(
    ("operation", "called"),
    [
        ("describe-stacks", "DescribeStacks"),
        ("get-template", "GetTemplate"),
        ("create-change-set", "CreateChangeSet"),
        ("list-object-versions", "s3:ListBucketVersions"),
        ("head-object", "HeadObject"),
        ("list-stack-resources", "ListStackResources"),
        ("describe-change-set", "DescribeChangeSet"),
    ],
)
def test_a_missing_permission_is_told_with_the_call(here: Ops, tmp_path: Path, operation: str, called: str) -> None:
    someone = answering(here, tmp_path, operation, "AccessDenied")
    told = someone("plan", "--env", "dev", "--keep-value", "Password", "--set", "Seconds=61").ended(1).err
    assert called in told
    assert "refused so" in told
    for made in here.aws("cloudformation", "list-change-sets", "--stack-name", "small")["Summaries"]:
        here.aws("cloudformation", "delete-change-set", "--change-set-name", made["ChangeSetId"])


def test_throttling_is_waited_for(here: Ops, tmp_path: Path) -> None:
    someone = answering(here, tmp_path, "describe-stacks", "Throttling", times=2)
    assert someone("outputs", "--env", "dev").ended(0).out.startswith("TopicArn=")


def test_expired_credentials_are_told_before_anything_is_sent(here: Ops, tmp_path: Path) -> None:
    someone = answering(here, tmp_path, "get-caller-identity", "ExpiredToken")
    assert "sign in again" in someone("plan", "--env", "dev").ended(2).err


def test_credentials_that_expire_while_something_is_followed_do_not_make_it_a_failure(
    here: Ops, tmp_path: Path
) -> None:
    someone = answering(here, tmp_path, "describe-stack-events", "ExpiredToken")
    told = someone("deploy", "--env", "dev", "--yes", "--keep-value", "Password", "--set", "Seconds=62").ended(6).err
    assert "the operation continues; follow it: bin/deploy.sh events --follow --env dev" in told
    here("events", "--env", "dev", "--follow").ended(0)


def test_another_account_and_another_region_are_refused(here: Ops, tmp_path: Path) -> None:
    other = small_bundle(tmp_path / "other", ACCOUNT="210987654321")
    told = here.with_bundle(other)("deploy", "--env", "dev", "--yes").ended(2).err
    assert "the credentials belong to account 123456789012, but environment dev is in account 210987654321" in told
    told = here.within(AWS_REGION="eu-west-1")("deploy", "--env", "dev", "--yes").ended(2).err
    assert "AWS_REGION is eu-west-1, but environment dev is in ap-northeast-1" in told


def test_a_parameter_that_there_is_not_is_refused(here: Ops) -> None:
    assert "has no parameter Wrods" in here("plan", "--env", "dev", "--set", "Wrods=x").ended(2).err


def test_a_bundle_of_another_system_would_take_layers_away_which_is_guarded(here: Ops, tmp_path: Path) -> None:
    root = (here.bundle / "templates/root.yaml").read_text()
    start, end = root.index("  Reader:"), root.index("Outputs:")
    other = another_release(here.bundle, tmp_path / "other", {"templates/root.yaml": (root[start:end], "")})
    told = here.with_bundle(other)("deploy", "--env", "dev", "--yes", "--keep-value", "Password").ended(3).err
    assert "  - Reader  removed  AWS::CloudFormation::Stack" in told
    assert "  ! Reader is a whole nested stack: it is removed, with everything in it" in told


def test_a_kept_plan_is_executed_as_it_was_reviewed(here: Ops, tmp_path: Path) -> None:
    planned = here("plan", "--env", "dev", "--keep", "--keep-value", "Password", "--set", "Seconds=63").ended(0).err
    [arn] = [line.split()[-1] for line in planned.splitlines() if line.startswith("saved: change set ")]
    assert "/plan-small-" in arn
    other = another_release(here.bundle, tmp_path / "other", {"templates/store.yaml": ("DisplayName", "DisplayName ")})
    told = here.with_bundle(other)("deploy", "--env", "dev", "--plan", arn, "--yes").ended(2).err
    assert "created from other templates than this bundle's" in told
    told = here("deploy", "--env", "dev", "--plan", arn, "--yes").ended(0).err
    assert "creating a change set" not in told
    assert parameters(here)["Seconds"] == "63"
    here("deploy", "--env", "dev", "--plan", arn, "--yes").ended(1)


def test_settings_alone_are_set_by_themselves(here: Ops, tmp_path: Path) -> None:
    policy = {"Statement": [{"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"}]}
    files = {"config/dev/stack-policy.json": json.dumps(policy)}
    given = {"Seconds": parameters(here)["Seconds"], "Words": parameters(here)["Words"]}
    other = here.with_bundle(
        small_bundle(tmp_path / "protected", values=given, files=files, TERMINATION_PROTECTION="true")
    )
    words = ("deploy", "--env", "dev", "--keep-value", "Password", "--yes")
    told = other(*words).ended(0).err
    assert "no resource changes" in told
    assert stack(here)["EnableTerminationProtection"] is True
    body = here.aws("cloudformation", "get-stack-policy", "--stack-name", "small")["StackPolicyBody"]
    assert json.loads(body) == policy
    assert "nothing to do" in other(*words).ended(0).err
    told = here("protect", "--env", "dev", "--yes").ended(3).err
    assert "! termination-protection weakens a protection" in told


def test_a_plan_that_creates_leaves_no_stack(tmp_path: Path) -> None:
    with small(tmp_path) as somebody:
        # What other tests of this process put into the account stands there, too: this bucket is not.
        someone = somebody.with_bundle(small_bundle(tmp_path / "other", BUCKET="templates-of-a-plan"))
        told = someone("plan", "--env", "dev").ended(0).err
        assert "no change set was created" in told
        someone("plan", "--env", "dev", "--exit-code").ended(4)  # it is not known that nothing changes
        someone("plan", "--env", "dev", "--yes").ended(0)
        rows = someone.aws("cloudformation", "list-stacks")["StackSummaries"]
        assert {row["StackStatus"] for row in rows if row["StackName"].startswith("small")} <= {"DELETE_COMPLETE"}
