"""One template's life: summarised, created by a change set, changed in nothing, a tag and a parameter, deleted."""

from __future__ import annotations

import json
import re
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path, PurePosixPath
from typing import Any

from bench.corpus.account import Account
from bench.corpus.folder import Sample
from bench.corpus.given import another, parts_of, value
from bench.corpus.local_paths import BUCKET, with_objects
from cloudformation.refusals import CloudFormationError
from rehearsal.control.cloud import Cloud, open_cloud
from rehearsal.loopback.wire import Call

_STACK = "corpus"
_CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
_UNCHANGED = ("didn't contain changes", "No updates are to be performed")
_NO_EXPORT = "No export named "
_IMPORTS = 60
_EMBEDDED = re.compile(r"Embedded stack (arn:\S+) ")


class Class(Enum):
    """The outcome of a template. AWS accepts templates of the last six classes no better, or that is unknown here."""

    PLAYED = "played to the end"
    REFUSED = "refused"
    ROLLED_BACK = "rolled back"
    RESTLESS = "changes where nothing changed"
    REMAINS = "not deleted"
    BROKEN = "mistake of the rehearsal"
    NAMED = "a named resource would be replaced, as AWS refuses it"
    IN_USE = "an export that another stack imports would change, as AWS refuses it"
    PROTECTED = "deletion refused by a protection, as AWS does"
    NOT_SIMULATED = "not simulated"
    ELSEWHERE = "asks for what is elsewhere"
    NO_VALUE = "a parameter for which no value was found"


@dataclass(frozen=True)
class Outcome:
    """The class of a template, the step that decided it, and the words that came back."""

    path: Path
    kind: Class
    step: str = ""
    reason: str = ""


class _EndedError(Exception):
    def __init__(self, kind: Class, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind
        self.reason = reason


def life(sample: Sample, folder: Path, number: int, region: str) -> Outcome:
    """Play a template in an account of its own."""
    account = Account(f"{100000000000 + number}", folder, sample.text, region)
    playing = _Playing(sample, folder, account, region)
    try:
        for step in playing.steps:
            playing.step = step.__name__
            step()
    except _EndedError as ended:
        return Outcome(sample.path, _known(ended, account), playing.step, ended.reason)
    except CloudFormationError as error:
        refused = _EndedError(Class.REFUSED, f"{error.code}: {error.message}")
        return Outcome(sample.path, _known(refused, account), playing.step, refused.reason)
    except Exception:  # a mistake is one of the outcomes that are looked for
        return Outcome(sample.path, Class.BROKEN, playing.step, traceback.format_exc(limit=-3))
    return Outcome(sample.path, Class.PLAYED)


def _known(ended: _EndedError, account: Account) -> Class:
    """The class of an ending, in which the message shows whose fault it is."""
    for words, kind in (
        ("internal error of the rehearsal", Class.BROKEN),
        ("not simulated", Class.NOT_SIMULATED),
        ("custom-named resource requires replacing", Class.NAMED),
        ("custom-named resources", Class.NAMED),
        ("cannot be updated as it is in use by", Class.IN_USE),
        ("must be one of AllowedValues", Class.NO_VALUE),  # of a nested stack, whose values only its own template has
        ("No export named", Class.ELSEWHERE),
    ):
        if words in ended.reason:
            return kind
    if account.missed and ended.kind in (Class.REFUSED, Class.ROLLED_BACK):
        return Class.ELSEWHERE
    protected = any(word in ended.reason.lower() for word in ("protect", "not empty"))
    return Class.PROTECTED if ended.kind is Class.REMAINS and protected else ended.kind


class _Playing:
    """A template on its way through CloudFormation."""

    def __init__(self, sample: Sample, folder: Path, account: Account, region: str) -> None:
        self._sample = sample
        self._text = with_objects(sample.document, PurePosixPath(sample.path.as_posix()), folder)
        self._region = region
        self._account = account
        self._cloud: Cloud = open_cloud(None, account.account, account, seed=1)
        self._declared: Mapping[str, Any] = sample.document.get("Parameters") or {}
        self._parts = parts_of(sample.document)
        self._values: dict[str, str] = {}
        self._sets = 0
        self.step = ""
        self.steps: tuple[Callable[[], None], ...] = (
            *(self.summary, self.parameters, self.create, self.no_change, self.tag, self.parameter, self.delete),
            self.left,
        )

    def summary(self) -> None:
        self._call("GetTemplateSummary", **self._template)

    def parameters(self) -> None:
        for name, declaration in self._declared.items():
            given = value(name, declaration, self._parts.get(name, ()))
            if given is None:
                raise _EndedError(Class.NO_VALUE, f"{name}: {declaration}")
            self._values[name] = given

    def create(self) -> None:
        self._importing("CREATE")

    def no_change(self) -> None:
        described = self._described("UPDATE")
        nested = any("CloudFormation::Stack" in str(entry) for entry in self._sample.document["Resources"].values())
        if described["Status"] != "FAILED" and not nested:
            raise _EndedError(Class.RESTLESS, str([row["ResourceChange"] for row in described["Changes"]])[:2000])
        if described["Status"] == "FAILED" and not _no_change(described):
            raise _EndedError(Class.REFUSED, described["StatusReason"])

    def tag(self) -> None:
        self._change("UPDATE", Tags=[{"Key": "corpus", "Value": "yes"}])

    def parameter(self) -> None:
        for name, declaration in self._declared.items():
            changed = another(name, declaration, self._values[name], self._parts.get(name, ()))
            if changed is not None:
                self._values[name] = changed
                self._importing("UPDATE")
                return

    def delete(self) -> None:
        self._delete()
        stack = self._stack()
        if stack is not None:
            raise _EndedError(Class.REMAINS, f"{stack['StackStatus']}: {self._first_failure()}")

    def left(self) -> None:
        stacks = self._call("DescribeStacks")["Stacks"]
        kept = [stack["StackName"] for stack in stacks if not stack["StackName"].startswith("exports-")]
        if kept:
            raise _EndedError(Class.REMAINS, f"left: {', '.join(kept)}")

    @property
    def _template(self) -> dict[str, Any]:
        if self._text is None:
            return {"TemplateURL": f"https://{BUCKET}.s3.amazonaws.com/{self._sample.path.as_posix()}"}
        return {"TemplateBody": self._text}

    def _change(self, kind: str, **more: Any) -> None:
        described = self._described(kind, **more)
        if described["Status"] == "FAILED":
            if kind == "UPDATE" and _no_change(described):
                return
            raise _EndedError(Class.REFUSED, f"{described['StatusReason']} {self._checks(described['ChangeSetId'])}")
        self._call("ExecuteChangeSet", ChangeSetName=described["ChangeSetId"])
        stack = self._stack()
        status = stack["StackStatus"] if stack else "gone"
        if status != f"{kind}_COMPLETE":
            raise _EndedError(Class.ROLLED_BACK, f"{status}: {self._first_failure()}")

    def _importing(self, kind: str) -> None:
        """A change whose imports exist: somebody exports what it misses, and it is asked for again."""
        for _ in range(_IMPORTS):
            try:
                self._change(kind)
                return
            except _EndedError as ended:
                if _NO_EXPORT not in ended.reason:
                    raise
                if kind == "CREATE":
                    self._delete()
                self._export(ended.reason.partition(_NO_EXPORT)[2].partition(" found")[0].strip("'"))
        raise _EndedError(Class.ELSEWHERE, f"more than {_IMPORTS} imports")

    def _checks(self, change_set: str) -> str:
        """What early validation found, which the status of a change set does not say."""
        events = self._call("DescribeEvents", ChangeSetName=change_set)["OperationEvents"]
        told = [(event.get("ValidationPath"), event.get("ValidationStatusReason")) for event in events]
        return "; ".join(f"{path}: {reason}" for path, reason in told if reason)

    def _described(self, kind: str, **more: Any) -> dict[str, Any]:
        self._sets += 1
        given = [{"ParameterKey": name, "ParameterValue": text} for name, text in self._values.items()]
        wanted = {"StackName": _STACK, "ChangeSetName": f"set-{self._sets}", "ChangeSetType": kind, **self._template}
        made = self._call("CreateChangeSet", Parameters=given, Capabilities=_CAPABILITIES, **wanted, **more)
        return self._call("DescribeChangeSet", ChangeSetName=made["Id"], IncludePropertyValues=True)

    def _export(self, name: str) -> None:
        """A stack of somebody else's, with an export that the template imports."""
        words = {"Type": "CommaDelimitedList"} if name.lower().endswith("s") else {"Type": "String"}
        text = value(name, words) or "example"
        body = {
            "Resources": {"Handle": {"Type": "AWS::CloudFormation::WaitConditionHandle"}},
            "Outputs": {"O": {"Value": text, "Export": {"Name": name}}},
        }
        self._sets += 1
        self._call("CreateStack", StackName=f"exports-{self._sets}", TemplateBody=json.dumps(body))

    def _delete(self) -> None:
        stack = self._stack()
        if stack is not None:
            self._call("DeleteStack", StackName=_STACK)

    def _stack(self) -> dict[str, Any] | None:
        try:
            stack: dict[str, Any] = self._call("DescribeStacks", StackName=_STACK)["Stacks"][0]
        except CloudFormationError:
            return None
        return stack

    def _first_failure(self, stack: str = _STACK) -> str:
        """The first reason of a failure; that of a nested stack is in its own events."""
        rows = self._call("DescribeStackEvents", StackName=stack)["StackEvents"][::-1]
        for event in rows:
            reason = event.get("ResourceStatusReason", "")
            if event["ResourceStatus"].endswith("_FAILED") and "cancelled" not in reason:
                within = _EMBEDDED.match(reason)
                told = (within and self._first_failure(within[1])) or reason
                return f"{event['LogicalResourceId']} ({event['ResourceType']}): {told}"
        rolled_back = [event for event in rows if event["ResourceStatus"].endswith("ROLLBACK_IN_PROGRESS")]
        return str(rolled_back[0].get("ResourceStatusReason", "")) if rolled_back else ""

    def _call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        answer = self._cloud.handle(Call(operation, parameters, self._region, self._account.account, "corpus"))
        self._cloud.run_until_idle()
        return answer


def _no_change(described: Mapping[str, Any]) -> bool:
    return any(words in described.get("StatusReason", "") for words in _UNCHANGED)
