"""bin/lib/analysis.sh on answers that are there already: verdicts and guards of a change set, without the AWS CLI."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from cloudformation.template.tree import PlainTree
from templates.bundle.permissions.guards_table import guards_file
from templates.rendering.yaml_writer import write as rendered
from tests.handoff.ops import PROJECT, SHELLS

LIB = PROJECT / "templates/bundle/bin/lib"
_NAMED = {
    "describe_stacks": ("describe-stacks", "StackName"),
    "describe_change_set": ("describe-change-set", "ChangeSetName"),
    "list_stack_resources": ("list-stack-resources", "StackName"),
}
SCRIPT = """\
set -u
LIB=$1 NOTES=$2 CONFIG=$2 BUNDLE=$3 ANSWERS=$4 STACK_ARN=$5 CHANGE_SET=$6
ROOT=root.yaml ROOT_TEXT=$BUNDLE/templates/root.yaml EXISTS=yes PROTECT='' POLL=0 AHEAD=0
STACK=stack VERB=plan AGAIN='' AGAIN_SETS=''
NL='
'
for part in common bundle artifacts stack change_set comparison analysis review; do . "$LIB/$part.sh"; done
answer() { printf '%s/%s' "$ANSWERS" "$(printf %s "$*" | sha256sum | cut -d ' ' -f 1)"; }
ask() {
	file=$1
	shift
	cp "$(answer "$@")" "$file.json" 2>"$file.refused" || return 1
	awk_ -f "$LIB/awk/json.awk" "$file.json" >"$file"
}
running_template() { cp "$(answer get-template "$1")" "$2"; }
ask "$NOTES/stack" cloudformation describe-stacks --stack-name "$STACK_ARN"
cp -R "$BUNDLE/templates" "$NOTES/sent"
: >"$NOTES/kept" && : >"$NOTES/settings"
awk_ -f "$LIB/awk/json.awk" "$BUNDLE/tags.json" >"$NOTES/tags"
awk_ -f "$LIB/awk/json.awk" "$BUNDLE/parameters.json" >"$NOTES/parameters"
pairs "$NOTES/parameters" '' ParameterKey ParameterValue >"$NOTES/given"
pairs "$NOTES/stack" Stacks/0/Parameters ParameterKey ParameterValue >"$NOTES/standing"
no_echo "$ROOT_TEXT" >"$NOTES/no-echo"
defaults "$ROOT_TEXT" >"$NOTES/defaults"
different_parameters >"$NOTES/words"
different_tags >"$NOTES/tags-differ"
running_template "$STACK_ARN" "$NOTES/running"
SAME_TEMPLATE=
compare_layers
await_all "$CHANGE_SET"
analyse
guards
"""


@dataclass(frozen=True)
class Analysed:
    """The verdict on each row, and the paths that need an approval of their own."""

    verdicts: Mapping[tuple[str, ...], str]
    guarded: frozenset[tuple[str, ...]]


def analysed(
    folder: Path,
    cloudformation: Any,
    change_set: str,
    files: Mapping[str, Any],
    parameters: Mapping[str, str],
    tags: Mapping[str, str],
) -> Analysed:
    """What the program makes of a change set of these templates and values, as it stands at this moment."""
    bundle, notes, answers = (folder / name for name in ("bundle", "notes", "answers"))
    for place in (bundle / "templates", bundle / "bin", notes, answers):
        place.mkdir(parents=True)
    for name, document in files.items():
        (bundle / "templates" / name).write_text(rendered(document, name), encoding="utf-8")
    (bundle / "bin/guards.tsv").write_bytes(guards_file(map(PlainTree, files.values())).content)
    rows = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
    (bundle / "parameters.json").write_text(json.dumps(rows))
    (bundle / "tags.json").write_text(json.dumps([{"Key": key, "Value": value} for key, value in tags.items()]))
    stack = _Answers(answers, cloudformation).tree(change_set)
    words = [str(LIB), str(notes), str(bundle), str(answers), stack, change_set]
    told = subprocess.run([*SHELLS[0], "-c", SCRIPT, "sh", *words], capture_output=True, text=True)
    assert (told.returncode, told.stderr) == (0, "")
    lines = [line.split("\t") for line in (notes / "verdicts").read_text(encoding="utf-8").splitlines()]
    guarded = [line.split("\t")[0] for line in (notes / "guards").read_text(encoding="utf-8").splitlines()]
    return Analysed(
        {(*(() if path == "-" else path.split("/")), name): verdict for path, name, verdict, *_ in lines},
        frozenset(tuple(path.split("/")) for path in guarded),
    )


@dataclass(frozen=True)
class _Answers:
    """The answers of one moment, in files that are named for what is asked."""

    folder: Path
    cloudformation: Any

    def tree(self, change_set: str) -> str:
        """Everything that is asked of a tree of change sets and of its stack, whose ARN this gives."""
        stack = str(self._ask("describe_change_set", change_set)["StackId"])
        todo = [change_set]
        while todo:
            for row in self._ask("describe_change_set", todo.pop())["Changes"]:
                if nested := row["ResourceChange"].get("ChangeSetId"):
                    todo.append(nested)
        standing = [stack]
        while standing:
            self._ask("describe_stacks", arn := standing.pop())
            body = self.cloudformation.get_template(StackName=arn, TemplateStage="Original")["TemplateBody"]
            self._write(f"get-template {arn}", f"{body}\n")
            for row in self._ask("list_stack_resources", arn)["StackResourceSummaries"]:
                if row["ResourceType"] == "AWS::CloudFormation::Stack" and row["ResourceStatus"] != "DELETE_COMPLETE":
                    standing.append(row["PhysicalResourceId"])
        return stack

    def _ask(self, operation: str, arn: str) -> Any:
        command, key = _NAMED[operation]
        if operation == "describe_stacks":
            answer = self.cloudformation.describe_stacks(StackName=arn)
        else:
            pages = self.cloudformation.get_paginator(operation).paginate(**{key: arn})
            answer = pages.build_full_result() | {}
            if operation == "describe_change_set":
                answer = self.cloudformation.describe_change_set(ChangeSetName=arn) | answer
        option = "--change-set-name" if key == "ChangeSetName" else "--stack-name"
        self._write(f"cloudformation {command} {option} {arn}", json.dumps(answer, default=str, indent=4))
        return answer

    def _write(self, asked: str, text: str) -> None:
        (self.folder / sha256(asked.encode()).hexdigest()).write_text(text, encoding="utf-8")
