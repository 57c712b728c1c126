"""The page, played in an empty directory: a project is made, then changed by its checklists, and holds.

`python -m tests.yours` plays all of it, with every fast test of the new project.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.own_system import PROJECT
from tests.yours.checklists import CHECKLISTS, OF_ANY_SYSTEM, PAGE, Step, follow, run, steps

pytestmark = pytest.mark.slow

_NEW = ("--name", "shop", "--domain", "shop.example.com", "--region", "eu-central-1", "--account", "210987654321")
# A second port of the container, and a topic in a layer that is there.
PORT = """+++ templates/service/task.py
-        **({"PortMappings": [port]} if
+        **({"PortMappings": [port, PortMapping(ContainerPort=9102, Protocol="tcp")]} if
"""
TOPIC = """+++ templates/layers/app_sg.py
 from troposphere.ec2 import SecurityGroup, SecurityGroupIngress, SecurityGroupRule
+from troposphere.sns import Topic
@@
-        resources=[app_security_group,
+        resources=[Topic("Events"), app_security_group,
"""


def test_the_walk_ends_in_a_system_that_renders_deploys_and_holds(tmp_path: Path) -> None:
    shop = tmp_path / "a/shop"
    run([sys.executable, "render.py", "--new", str(shop), *_NEW], PROJECT)
    page = (shop / PAGE).read_text(encoding="utf-8")
    for section in CHECKLISTS:
        for step in steps(page, section):
            # Rendered and rehearsed once, at the end: the complete walk does it after each.
            follow(step, shop, without=[".venv/bin/python deploy.py", ".venv/bin/python render.py"])
    for change in (PORT, TOPIC):
        follow(Step("diff", change), shop)
    run([sys.executable, "render.py"], shop)
    assert "rendered/orders.yaml" in {path.relative_to(shop).as_posix() for path in shop.rglob("*.yaml")}
    told = run([sys.executable, "deploy.py", "--env", "staging", "--rehearse"], shop)
    assert "OrdersTopicArn=arn:aws:sns:eu-central-1:210987654321:shop-staging-" in told
    run([sys.executable, "-m", "pytest", "-q", "-m", "not slow", *OF_ANY_SYSTEM], shop)
