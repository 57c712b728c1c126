"""`python -m tests.rehearsal.killing [ROUNDS]`: a rehearsal is killed at many moments, and no answered call is lost.

Each round starts a rehearsal over the state of the round before, lets clients create, change and delete stacks at
once, and kills the process (SIGKILL) after a seeded number of answers, in the middle of the others.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from tests.rehearsal.boto import client

PROJECT = Path(__file__).parents[2]
CLIENTS = 3
BODY = '{"Resources": {"A": {"Type": "AWS::SNS::Topic"}, "B": {"Type": "AWS::SQS::Queue"}}}'


class Victim:
    """A rehearsal of its own, and what its clients were answered."""

    def __init__(self, state: Path) -> None:
        command = [sys.executable, "-m", "rehearsal", "--port", "0", "--state", str(state)]
        self.process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().decode().strip()

    def kill(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


class Answered:
    """What must be there: the stacks that were created, those whose deletion was accepted, the parameters put."""

    def __init__(self) -> None:
        self.stacks: dict[str, str] = {}
        self.deleted: set[str] = set()
        self.protected: set[str] = set()
        self.parameters: set[str] = set()
        self.count = 0
        self.changed = threading.Condition()

    def note(self) -> None:
        with self.changed:
            self.count += 1
            self.changed.notify_all()

    def wait_for(self, count: int) -> None:
        with self.changed:
            self.changed.wait_for(lambda: self.count >= count, 60)


def work(url: str, prefix: str, chance: random.Random, answered: Answered) -> None:
    """Call until the server is gone."""
    cloudformation = client("cloudformation", url)
    ssm = client("ssm", url)
    with suppress(BotoCoreError, OSError):
        for number in range(10_000):
            name = f"{prefix}-{number}"
            answered.stacks[name] = cloudformation.create_stack(StackName=name, TemplateBody=BODY)["StackId"]
            answered.note()
            kind = chance.randrange(4)
            if kind == 0:
                cloudformation.delete_stack(StackName=name)
                answered.deleted.add(name)
            elif kind == 1:
                cloudformation.update_termination_protection(StackName=name, EnableTerminationProtection=True)
                answered.protected.add(name)
            elif kind == 2:
                ssm.put_parameter(Name=name, Value="x", Type="String")
                answered.parameters.add(name)
            answered.note()


def lost(url: str, answered: Answered) -> list[str]:
    """What was answered and is not there."""
    cloudformation = client("cloudformation", url)
    missing = []
    for name, arn in answered.stacks.items():
        try:
            [stack] = cloudformation.describe_stacks(StackName=arn)["Stacks"]
        except ClientError as error:
            missing.append(f"{name}: {error}")
            continue
        if name in answered.deleted and not stack["StackStatus"].startswith("DELETE_"):
            missing.append(f"{name}: its deletion ({stack['StackStatus']})")
        if name in answered.protected and not stack["EnableTerminationProtection"]:
            missing.append(f"{name}: its protection")
    pages = client("ssm", url).get_paginator("describe_parameters").paginate()
    put = {row["Name"] for page in pages for row in page["Parameters"]}
    return missing + [f"{name}: its parameter" for name in answered.parameters - put]


def play(state: Path, rounds: int, seed: int) -> tuple[int, list[str]]:
    """How many calls were answered, and what of them is lost after that many killings."""
    chance, answered = random.Random(seed), Answered()
    for number in range(rounds):
        victim = Victim(state)
        threads = [
            threading.Thread(target=work, args=(victim.url, f"r{number}c{name}", random.Random(seed + name), answered))
            for name in range(CLIENTS)
        ]
        until = answered.count + chance.randint(1, 40)
        for thread in threads:
            thread.start()
        answered.wait_for(until)
        victim.kill()
        for thread in threads:
            thread.join()
    last = Victim(state)
    try:
        return answered.count, lost(last.url, answered)
    finally:
        last.kill()


def main(arguments: list[str]) -> int:
    rounds = int(arguments[0]) if arguments else 50
    with tempfile.TemporaryDirectory() as folder:
        count, missing = play(Path(folder, "state"), rounds, seed=rounds)
    sys.stdout.write("\n".join([f"{rounds} killings, {count} answers, {len(missing)} lost", *missing, ""]))
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
