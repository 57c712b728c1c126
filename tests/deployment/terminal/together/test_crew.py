"""Services side by side: what they ask, what is ordered, and what becomes of each."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

import pytest

from deployment.aws.clock import Interrupted
from deployment.errors import DeploymentError
from deployment.run.outcome import Absent, Declined
from deployment.run.telling import Choice, Question, Settled, Started, TaskStarted, Told
from deployment.terminal.ending import Ending
from deployment.terminal.together.crew import AT_ONCE, Crew, Seat
from tests.deployment.facts import an_update

OPTIONS = ("cancel", "detach", "go on")


def silent(_: Seat, __: Told) -> None:
    """Messages are of no interest here."""


def crew_of(*names: str) -> Crew:
    crew = Crew()
    for name in names:
        crew.seat(name, silent)
    return crew


def asking(seat: Seat) -> Callable[[], Ending]:
    """A service that shows what it would change, and asks."""

    def act() -> Ending:
        seat.tell(an_update())
        return Absent(seat.name) if seat.approve(Question("go on?")) else Declined(seat.name, "go on?")

    return act


def until(crew: Crew, done: Callable[[], bool]) -> None:
    while not done():
        crew.rest()


def ended(crew: Crew) -> dict[str, Ending | None]:
    until(crew, lambda: not crew.unfinished)
    return {name: seat.ending for name, seat in crew.seats.items()}


def test_reviews_wait_for_each_other_although_more_services_ask_than_work_at_once() -> None:
    names = [f"s{number}" for number in range(AT_ONCE * 2)]
    crew = crew_of(*names)
    crew.begin({name: asking(crew.seats[name]) for name in names}, lambda _: None)
    until(crew, lambda: len(crew.due()) == len(names))
    for asked in crew.due():
        asked.seat.judged = True
        crew.answered(asked, approved=asked.seat.name != "s3")
    assert ended(crew) == {name: Declined(name, "go on?") if name == "s3" else Absent(name) for name in names}


def test_a_question_of_another_kind_waits_for_nobody() -> None:
    crew, still = crew_of("api", "mail"), Event()

    def busy() -> Ending:
        still.wait()
        return Absent("mail")

    def bucket() -> Ending:
        assert crew.seats["api"].approve(Question("Make bucket?"))
        return Absent("api")

    crew.begin({"api": bucket, "mail": busy}, lambda _: None)
    until(crew, lambda: bool(crew.due()))
    [asked] = crew.due()
    crew.answered(asked, approved=True)
    still.set()
    assert ended(crew) == {"api": Absent("api"), "mail": Absent("mail")}


def test_an_error_of_one_is_its_own() -> None:
    crew, wrong = crew_of("api", "mail"), DeploymentError("it is stuck")

    def fails() -> Ending:
        raise wrong

    crew.begin({"api": fails, "mail": lambda: Absent("mail")}, lambda _: None)
    assert ended(crew) == {"api": wrong, "mail": Absent("mail")}


def test_what_is_chosen_for_all_reaches_each_that_is_at_work_out_of_its_sleep() -> None:
    crew = crew_of("api", "mail", "new")
    api, mail, new = (crew.seats[name] for name in ("api", "mail", "new"))
    for seat in (api, mail):
        seat.tell(Started(seat.name, "look"))
    crew.order("cancel")
    with pytest.raises(Interrupted):
        api.sleep(60)
    assert api.choose(Choice("at work", OPTIONS)) == "cancel"
    mail.tell(Settled())
    mail.sleep(60)  # its operation has ended meanwhile: there is nothing to ask
    assert new.choose(Choice("at work", OPTIONS[1:])) == "go on"  # a creation cannot be cancelled


@pytest.mark.parametrize("begun", [[], [TaskStarted("migrate", "look"), Settled()]])
def test_what_has_executed_nothing_yet_ends_where_all_is_cancelled_and_goes_on_where_not(begun: list[Told]) -> None:
    for chosen in ("cancel", "go on"):
        seat = (crew := crew_of("api")).seats["api"]
        for told in begun:
            seat.tell(told)
        crew.order(chosen)
        if chosen == "go on":
            seat.sleep(60)
        else:
            with pytest.raises(KeyboardInterrupt):
                seat.sleep(60)


def test_a_task_that_runs_is_stopped_where_all_is_cancelled() -> None:
    crew = crew_of("api", "mail")
    crew.seats["api"].tell(TaskStarted("migrate", "look"))
    assert crew.at_work == "1 job runs."
    crew.seats["mail"].tell(Started("mail", "look"))
    assert crew.at_work == "Operations in progress: 1 stack, and 1 job runs."
    crew.order("cancel")
    assert crew.seats["api"].choose(Choice("runs", ("stop it", "leave it", "go on"))) == "stop it"


def test_whoever_waits_for_an_answer_or_sleeps_hears_that_all_is_to_end() -> None:
    crew = crew_of("asks", "sleeps", *(f"s{number}" for number in range(AT_ONCE)))
    slept = Event()

    def sleeps() -> Ending:
        slept.set()
        crew.seats["sleeps"].sleep(600)
        return Absent("sleeps")

    work = {name: asking(seat) for name, seat in crew.seats.items()} | {"sleeps": sleeps}
    crew.begin(work, lambda _: None)
    slept.wait()
    until(crew, lambda: bool(crew.asked))
    crew.stop()
    assert {type(ending) for ending in ended(crew).values()} == {KeyboardInterrupt}


def test_a_guarded_change_that_was_approved_with_the_others_is_not_asked_for_again() -> None:
    seat = crew_of("api").seats["api"]
    seat.judged, seat.approved = True, frozenset({"TargetGroup"})
    assert seat.approve(Question("Replace TargetGroup?", typed="TargetGroup", insists=True))
