"""A change set that `plan --keep` saved: looked at again, then executed exactly as it is, or deleted.

What is reviewed is what the change set holds: its templates come from CloudFormation (GetTemplate of a change set), not
from the files, which may have gone on. Those of the nested stacks of a set that was made without nested ones come from
the artifacts bucket, by the URLs that the set holds. It is executed itself, never a plain one instead
(docs/decisions/0006).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from cloudformation.statuses import ExecutionStatus
from cloudformation.template.tree import PlainTree
from deployment.artifacts.bucket import stored_versions
from deployment.aws.texts import says_only_from_root
from deployment.change_set.change_set import ChangeSet
from deployment.change_set.discard import discard
from deployment.change_set.lifecycle import await_change_set
from deployment.change_set.refused import failed_check_lines
from deployment.commands.creation import created, postponed_settings
from deployment.commands.releases import recorded, saved_release
from deployment.commands.settings_alone import acknowledged_capabilities
from deployment.commands.tasks.before import announced, refuse_another, refuse_unready, run_before
from deployment.errors import ChangeSetUnusable, NotFound
from deployment.guards.custom_names import name_notes
from deployment.guards.policy_notes import policy_notes
from deployment.review.comparison import Proposal, reviewed
from deployment.review.stack_templates import documents, is_pinned, proposed, stored, template_urls
from deployment.run.approval import declined, guarded_review, purpose
from deployment.run.execution import Execution, begin, tell_what_stays
from deployment.run.identity import caller_of
from deployment.run.other_deployers import explained
from deployment.run.outcome import Declined, Discarded, Outcome
from deployment.run.prepare import standing_policy, storage_of, values_read_elsewhere
from deployment.run.run import Run
from deployment.run.telling import Question, Reviewed
from deployment.settings.at_creation import outstanding
from deployment.settings.setting_change import TEMPLATE_URLS, SettingChange
from deployment.settings.stated import WITH, beside, described
from deployment.stack.last_operation import await_idle, refuse_busy
from deployment.stack.request_token import signed
from deployment.stack.stack import Stack, change_set_template, describe_stack, original_template
from deployment.stack.states import refuse_stuck
from deployment.template.resource_path import ROOT
from deployment.template.template import Documents
from deployment.template.values import Values

_WHY_NOT = {
    ExecutionStatus.OBSOLETE: "the stack has changed since",
    ExecutionStatus.EXECUTE_IN_PROGRESS: "it is being executed now",
    ExecutionStatus.EXECUTE_COMPLETE: "it was executed already",
    ExecutionStatus.EXECUTE_FAILED: "it was executed already, and that failed",
}

_OPEN = "reads templates when it executes: anyone who can write to their bucket until then can change them"
_ROLE = "CloudFormation does not show which role a saved change set names: make sure that you know who created it"


def deploy_saved(run: Run, arn: str) -> Outcome:
    """Reviews the change set of that ARN again, and executes exactly that one where it is approved."""
    caller = caller_of(run)
    if run.choices.wait:
        await_idle(run.cloudformation, run.environment.stack, run.waiting, run.say)
    stack, tree = _stack_and_tree(run, arn)
    if not stack.exists:
        run = replace(run, postponed=outstanding(run.root, run.parameters, tree.parameters))
    refuse_busy(run.cloudformation, stack, run.invocation)
    refuse_stuck(stack, run.invocation)
    _refuse_unusable(run, tree)
    proposal = _proposal(run, stack, tree)
    sent = documents(proposal.new, proposal.read)
    refuse_another(run, PlainTree(sent[ROOT], {}))
    listing = stored_versions(run.session.s3, storage_of(run)) if run.before else None
    refuse_unready(run, listing)
    run.found(stack, proposal.old)
    run.found(stack, documents=sent)
    policy = standing_policy(run)
    review = guarded_review(run, reviewed(run.cloudformation, run.waiting, proposal), sent)
    denied = policy_notes(review, tree, policy if stack.exists else None)
    notes = (_ROLE, *announced(run, listing), *review.notes, *name_notes(review, sent), *denied)
    settings = (*_settings(run, stack, tree, policy), *_open_templates(tree, sent), *postponed_settings(run))
    review = replace(review, settings=settings, notes=notes)
    create = not stack.exists
    stored = values_read_elsewhere(run, Values(sent, tree.parameters, run.pseudo_parameters))
    run.tell(Reviewed(stack.name, create, review, ()))
    refused = declined(run, review, purpose(run, create=create))
    if refused is not None:
        return refused
    run_before(run)
    token = signed(caller, run.token())
    tell_what_stays(run, tree)
    with explained(run, stack):
        begin(run, tree.arn, token, stored)
    execution = Execution(tree, review, token, sent, stored)
    return created(run, lambda: recorded(run, execution, saved_release(run, caller, execution, proposal.new)))


def _settings(run: Run, stack: Stack, tree: ChangeSet, policy: str | None) -> tuple[SettingChange, ...]:
    """The settings of the change set, guarded unless the environment file asks for them, and those set after it."""
    standing = stack if stack.exists else None
    carried = described(run.environment, standing, tree.settings, acknowledged_capabilities(run))
    return (*beside(run.environment, standing, policy), *carried)


def discard_saved(run: Run, arn: str) -> Outcome:
    """Deletes the change set of that ARN, and its stack where that holds nothing else."""
    caller_of(run)
    stack, tree = _stack_and_tree(run, arn)
    if tree.execution.value.startswith("EXECUTE_"):
        raise _unusable(run, arn, f"{_WHY_NOT[tree.execution]}, and is part of the stack's history")
    question = f"Delete change set {arn}?"
    if not run.approve(Question(question)):
        return Declined(stack.name, question)
    discard(run.cloudformation, arn, stack.arn, run.waiting, run.token())
    return Discarded(stack.name, arn)


def _stack_and_tree(run: Run, arn: str) -> tuple[Stack, ChangeSet]:
    """The environment's stack and the change set; raises ChangeSetUnusable unless they belong together."""
    if not arn.startswith("arn:"):
        raise _unusable(run, arn, "an ARN is needed: a name does not say which stack was reviewed")
    stack = describe_stack(run.cloudformation, run.environment.stack)
    if stack is None:
        raise _unusable(run, arn, f"stack {run.environment.stack} does not exist")
    try:
        tree = await_change_set(run.cloudformation, arn, run.waiting)
    except NotFound as error:
        why = "it does not exist: it was deleted, or another one has been executed since"
        raise _unusable(run, arn, why) from error
    if tree.stack_arn != stack.arn:
        raise _unusable(run, arn, f"it belongs to {tree.stack_arn}; the environment's stack is {stack.arn}")
    return stack, tree


def _refuse_unusable(run: Run, tree: ChangeSet) -> None:
    if tree.execution is ExecutionStatus.AVAILABLE:
        return
    status = f"it is {tree.status.value}{f': {tree.reason}' if tree.reason else ''}"
    why = "it belongs to a nested stack" if says_only_from_root(tree.reason) else _WHY_NOT.get(tree.execution, status)
    raise _unusable(
        run, tree.arn, f"{why} ({tree.execution.value})", failed_check_lines(run.cloudformation, tree, run.waiting)
    )


def _unusable(run: Run, arn: str, why: str, findings: Sequence[str] = ()) -> ChangeSetUnusable:
    return ChangeSetUnusable(
        f"change set {arn} cannot be used: {why}; nothing was executed",
        findings=findings,
        remedy=f"plan again: {run.invocation.again('plan', '--keep')}",
    )


def _proposal(run: Run, stack: Stack, tree: ChangeSet) -> Proposal:
    """What the change set contains, read from CloudFormation; nested stacks without one, from the artifacts bucket."""
    text = change_set_template(run.cloudformation, tree.arn)
    if text is None:
        raise _unusable(run, tree.arn, "CloudFormation returned no template of it")
    return Proposal(
        tree=tree,
        stack=stack if stack.exists else None,
        old=original_template(run.cloudformation, stack.arn) if stack.exists else None,
        new=text,
        parameters=tree.parameters,
        tags=tree.tags,
        pseudo=run.pseudo_parameters,
        prices=run.prices.of(run.environment.region),
        read=proposed(run.cloudformation, tree, stored(run.session.s3, storage_of(run))),
        found=lambda documents: run.found(stack, documents=documents),
    )


def _open_templates(tree: ChangeSet, sent: Documents) -> Iterator[SettingChange]:
    """Nested stacks of a set without nested ones are read when it executes: those whose URL names no version, then."""
    if tree.nested:
        return
    urls = {path / name: url for path, document in sent.items() for name, url in template_urls(document).items()}
    open_ = [str(path) for path, url in urls.items() if not is_pinned(url)]
    if open_:
        yield SettingChange(TEMPLATE_URLS, None, f"without a version: {', '.join(open_)}", WITH, _OPEN)
