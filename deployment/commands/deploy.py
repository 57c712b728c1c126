"""A deployment from the prepared run to its outcome: package, change set, review, approval, execution."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from deployment.artifacts.bucket import make_bucket
from deployment.artifacts.packaging import package
from deployment.artifacts.stored import Store
from deployment.change_set.change_set import ChangeSet
from deployment.change_set.discard import discard
from deployment.change_set.leftovers import Leftover
from deployment.change_set.lifecycle import Request, await_change_set
from deployment.change_set.refused import executable
from deployment.change_set.removal import delete_change_set
from deployment.change_set.unresolved import unevaluated
from deployment.commands.creation import (
    announced_changes,
    as_created,
    creation_notes,
    in_two_steps,
    postponed_settings,
    refuse_unannounced,
)
from deployment.commands.earlier_release import tell_release
from deployment.commands.releases import packed_release, recorded
from deployment.commands.saved_change_set import deploy_saved
from deployment.commands.settings_alone import acknowledged_capabilities, all_settings, settings_alone, untouched
from deployment.commands.tasks.before import announced, refuse_unready, run_before
from deployment.commands.tasks.job_preflight import JobAnswer, ask_job, tell_job
from deployment.guards.custom_names import name_notes
from deployment.guards.policy_notes import policy_notes
from deployment.review.comparison import Proposal, reviewed
from deployment.review.review import Review
from deployment.review.stack_templates import packaged
from deployment.run.abandoned_change_sets import abandoned, clear, shown
from deployment.run.approval import declined, guarded_review, purpose
from deployment.run.execution import Execution, followed, made_for, start
from deployment.run.other_deployers import explained
from deployment.run.outcome import Declined, Outcome, Planned
from deployment.run.preflight.account_preflight import Account, look, tell_account
from deployment.run.preflight.iam_preflight import Answer, ask, is_due, tell_missing
from deployment.run.prepare import (
    Prepared,
    nothing_to_do,
    prepare,
    says_the_same,
    values_read_elsewhere,
)
from deployment.run.run import Run
from deployment.run.telling import Question, Reviewed
from deployment.settings.setting_change import ARTIFACTS_BUCKET, SettingChange
from deployment.settings.stated import stated_rollback
from deployment.stack.request_token import made_by, signed
from deployment.template.values import Values


@dataclass(frozen=True)
class Made:
    """A change set that was made, and what IAM said and the account has, where that was to be asked meanwhile.

    `unevaluated` says why it is a plain one, where the nested ones could not be made; `left` are change sets that
    earlier runs left on the stack.
    """

    request: Request
    tree: ChangeSet
    answer: Answer | None
    job: JobAnswer | None = None
    account: Account | None = None
    left: tuple[Leftover, ...] = ()
    unevaluated: tuple[str, ...] = ()


def deploy(run: Run) -> Outcome:
    """Creates or updates the stack to match the rendered templates and parameters, or executes a saved change set."""
    if run.choices.change_set:
        return deploy_saved(run, run.choices.change_set)
    prepared = _prepared(run)
    if nothing_to_do(run, prepared) and prepared.existing:
        return settings_alone(run, prepared.existing, all_settings(run, prepared), plan=False)
    first = as_created(run, prepared)
    return in_two_steps(run, first, prepared, carried_out) if first.postponed else carried_out(run, prepared)


def carried_out(run: Run, prepared: Prepared) -> Outcome:
    """What is prepared, through a change set of its own to its end."""
    provided = _provide(run, prepared)
    return provided if isinstance(provided, Declined) else _through_change_set(run, provided, plan=False)


def plan(run: Run) -> Outcome:
    """What deploy would do; only templates are uploaded, under names that nothing else uses."""
    prepared = _prepared(run)
    if nothing_to_do(run, prepared) and prepared.existing:
        return settings_alone(run, prepared.existing, all_settings(run, prepared), plan=True)
    first = as_created(run, prepared)
    provided = _provide(first, prepared)
    if isinstance(provided, Declined):
        return _without_bucket(first, prepared)
    return _through_change_set(first, provided, plan=True)


def _prepared(run: Run) -> Prepared:
    prepared = prepare(run)
    if run.choices.to:
        tell_release(run, run.choices.to, prepared.existing)
    return prepared


def _provide(run: Run, prepared: Prepared) -> Prepared | Declined:
    """Creates the bucket on first use, after asking; uploads what is missing, verifies what exists, and names both."""
    storage = prepared.storage
    if prepared.listing is None:
        question = f"Create bucket {storage.bucket} in {storage.region} for the templates?"
        if not (run.choices.rehearsed or run.approve(Question(question))):
            return Declined(run.environment.stack, question)
        run.say(f"creating bucket {storage.bucket}")
        make_bucket(run.session.s3, storage)
    if prepared.package.missing:
        run.say(f"uploading {len(prepared.package.missing)} of {prepared.package.counted}")
    store = Store(run.session.s3, storage, prepared.listing or {})
    packed = package(run.root, storage, store.locate)
    if not packed.pinned:
        run.say(
            f"note: bucket {storage.bucket} has no versioning, so that templates in it can be overwritten unnoticed"
        )
    stored = values_read_elsewhere(run, Values(run.root.documents, run.parameters, run.pseudo_parameters))
    return replace(prepared, package=packed, stored=stored)


def _without_bucket(run: Run, prepared: Prepared) -> Planned:
    """What can be planned where the bucket is not made: what a deployment would do before and beside a change set."""
    bucket = prepared.storage.bucket
    note = f"no change set was created, and no resource is shown: bucket {bucket}, for its templates, does not exist"
    notes = (note, *creation_notes(run, prepared))
    review = Review(untouched(run), (), settings=_settings(run, prepared), notes=notes)
    return Planned(run.environment.stack, Reviewed(run.environment.stack, prepared.existing is None, review, ()))


def _settings(run: Run, prepared: Prepared, left: tuple[Leftover, ...] = ()) -> tuple[SettingChange, ...]:
    """All that a deployment through a change set changes beside resources, in the order in which it does."""
    bucket = prepared.storage.bucket
    made = SettingChange(ARTIFACTS_BUCKET, None, bucket, "created before the change set, whose templates are in it")
    first = [made] if prepared.listing is None else []
    return (*first, *shown(left), *all_settings(run, prepared), *postponed_settings(run))


def _through_change_set(run: Run, prepared: Prepared, *, plan: bool) -> Outcome:
    if not plan:
        refuse_unready(run, prepared.listing)
    request = _request(run, prepared)
    run.say(f"creating a change set of stack {run.environment.stack} and its nested stacks")
    token = signed(prepared.caller, run.token())
    with explained(run, prepared.stack), made_for(run, request) as (change_set, stack):
        made = _awaited(run, prepared, request, change_set)
        if prepared.stack is not None:
            made = replace(made, left=abandoned(run, stack, change_set))
        values = Values(run.root.documents, run.parameters, run.pseudo_parameters)
        reasons = unevaluated(made.tree, values, create=request.create)
        if not reasons:
            ended = _ended(run, prepared, made, token, plan=plan)
        else:
            run.say("nested change sets cannot be created before the execution: creating a plain change set")
            delete_change_set(run.cloudformation, change_set, run.waiting)
            request = replace(request, nested=False)
            with made_for(run, request) as (change_set, _):
                plain = await_change_set(run.cloudformation, change_set, run.waiting)
                made = replace(made, request=request, tree=plain, unevaluated=reasons)
                ended = _ended(run, prepared, made, token, plan=plan)
    if not isinstance(ended, Execution):
        return ended
    if run.announced:  # the release is the creation's, which is recorded with all that was asked for
        return followed(run, ended)
    return recorded(run, ended, packed_release(run, prepared.caller, ended, prepared.package))


def _ended(run: Run, prepared: Prepared, made: Made, token: str, *, plan: bool) -> Outcome | Execution:
    """What becomes of a change set once it is judged: it is executed, saved, or deleted."""
    judged = _judged(run, prepared, made, plan=plan)
    if isinstance(judged, Review):
        run_before(run)
        clear(run, made.left)
        started = start(run, made.request, made.tree, judged, token, prepared)
        return Execution(started, judged, token, run.root.documents, prepared.stored)
    if not (isinstance(judged, Planned) and judged.saved):
        discard(run.cloudformation, made.tree.arn, made.tree.stack_arn, run.waiting, run.token())
    return judged


def _judged(run: Run, prepared: Prepared, made: Made, *, plan: bool) -> Outcome | Review:
    """What the change set means and whether it is wanted; its review, where it is to be executed."""
    tree, stack, settings = made.tree, prepared.existing, _settings(run, prepared, made.left)
    if not executable(run.cloudformation, tree, run.waiting, dict(run.root.walk()), run.neighbours):
        if stack is None:
            return Planned(run.environment.stack, None)
        return settings_alone(run, stack, settings, plan=plan)
    review = reviewed(run.cloudformation, run.waiting, _proposal(run, prepared, made))
    judged = guarded_review(run, review, run.root.documents)
    silent = not judged.root.touched and not judged.outputs
    if silent and stack is not None and says_the_same(run, prepared):
        return settings_alone(run, stack, settings, plan=plan)
    denied = policy_notes(judged, tree, prepared.policy if stack else None)
    first = announced(run, prepared.listing)
    notes = (*first, *judged.notes, *name_notes(judged, run.root.documents), *denied, *creation_notes(run, prepared))
    judged = replace(judged, settings=settings, notes=notes)
    later = announced_changes(run).changes if run.postponed else ()
    compared = [*(change for change in judged.resources if change.local), *later]
    if made.account:
        tell_account(run, made.account, tree, compared)
    if made.answer:
        tell_missing(run, made.answer, tree, compared)
    if made.job:
        tell_job(run, made.job)
    sources = tuple((name, value.source.told) for name, value in run.values.items() if value.source)
    shown_values = {name: value.shown for name, value in run.values.items() if not value.source} | {
        left.name: left.then for left in run.postponed
    }
    overridden = tuple((name, shown_values[name]) for name in run.environment.overridden if name in shown_values)
    told = Reviewed(run.environment.stack, stack is None, judged, overridden, sources)
    if plan:
        return _kept(run, told, tree.arn) if made.request.saved else Planned(run.environment.stack, told)
    if run.announced:
        refuse_unannounced(run, judged, run.announced)
        return judged
    run.tell(told)
    return declined(run, judged, purpose(run, create=stack is None)) or judged


def _kept(run: Run, told: Reviewed, arn: str) -> Planned:
    actions = ("deploy", "delete")
    commands = tuple(run.invocation.again(action, "--change-set", arn) for action in actions)
    return Planned(run.environment.stack, told, arn, commands)


def _awaited(run: Run, prepared: Prepared, request: Request, change_set: str) -> Made:
    """The change set, and what was to be asked meanwhile."""
    if not is_due(run, prepared):
        return Made(request, await_change_set(run.cloudformation, change_set, run.waiting), None)
    with ThreadPoolExecutor(3) as pool:
        answer, account = pool.submit(ask, run, prepared), pool.submit(look, run)
        job = pool.submit(ask_job, run, prepared.caller)
        tree = await_change_set(run.cloudformation, change_set, run.waiting)
        return Made(request, tree, answer.result(), job.result(), account.result())


def _request(run: Run, prepared: Prepared) -> Request:
    stack = prepared.existing
    return Request(
        stack=stack.arn if stack else run.environment.stack,
        create=stack is None,
        template_url=prepared.package.url,
        parameters=tuple((name, None if value.kept else value.text) for name, value in run.values.items()),
        tags=run.environment.tags,
        capabilities=acknowledged_capabilities(run),
        role=run.environment.role,
        maker=", ".join([made_by(prepared.caller), *([str(run.process)] if run.process else [])]),
        saved=run.choices.keep,
        notifications=run.environment.operation.notifications,
        rollback=stated_rollback(run.environment, stack),
        owner=run.environment.owner,
    )


def _proposal(run: Run, prepared: Prepared, made: Made) -> Proposal:
    stack = prepared.existing
    return Proposal(
        tree=made.tree,
        stack=stack,
        old=prepared.text,
        new=prepared.package.text,
        parameters=run.parameters,
        tags=run.environment.tags,
        pseudo=run.pseudo_parameters,
        prices=run.prices.of(run.environment.region),
        read=packaged(prepared.package, prepared.storage, run.cloudformation, made.tree),
        unevaluated=made.unevaluated,
        found=lambda documents: run.found(stack, documents=documents) if stack else None,
    )
