"""The house, checked by its imports: wings that stand on their own, rooms on floors, and no arrow upwards.

The drawings show each folder from the top floor down; `tests/house_rules.py` says how to read them. A new folder, and a
new module directly in a wing, needs a floor here.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from tests import house_rules as rules
from tests.house import House, read_house

PROJECT = Path(__file__).parent.parent
WINGS = ("templates", "deployment", "rehearsal", "cloudformation")
COMMANDS = ("render.py", "deploy.py")

DRAWINGS = {
    "templates": """
        command_line
        bundle/
        rendering/  new_project/
        schema/
        layers/  pictures/  pipelines/
        network/  load_balancer/  service/
        database/
        parts/  security/
    """,
    "templates/bundle": """
        bundle
        pages/  permissions/
        *
    """,
    "templates/pictures": """
        pictures
        page
        layers  security_groups  vpc_map
        arrows  cards
        facts/
        canvas/
    """,
    "deployment": """
        terminal/
        report/  commands/
        run/
        guards/
        review/
        settings/
        change_set/  diagnosis/
        artifacts/  stack/
        template/
        aws/
        errors
    """,
    "deployment/commands": """
        drift/
        *
        routing/  tasks/
    """,
    "deployment/commands/tasks": """
        before
        run_once  service_log  shell
        task_following  task_start
        task_log  task_place
        task  task_options
    """,
    "deployment/terminal": """
        command
        together/
        *
        views/
    """,
    "deployment/diagnosis": """
        *
        causes/
    """,
    "deployment/run": """
        preflight/
        *
    """,
    "deployment/template": """
        costs/
        *
    """,
    "deployment/report": """
        delivery
        html/
        *
    """,
    "cloudformation/environment": """
        services/
        check
        checks/
        *
        environment_file
        keys/
        node_reader
        value_sources
        findings  delivery/
    """,
    "cloudformation/environment/keys": """
        *
        routing/
    """,
    "cloudformation/environment/keys/routing": """
        explained
        answers
        listeners
        conditions
        http_request
    """,
    "rehearsal": """
        __main__
        control/
        api/
        change_sets/  stack_sets/
        drift/  execution/
        properties/
        language/  neighbours/
        state/
        resources/  scenario/  loopback/
    """,
    "rehearsal/api": """
        template_calls
        stack_set_actions/
        *
    """,
    "rehearsal/change_sets": """
        *
        planning/
    """,
    "rehearsal/execution": """
        operations
        rollback/
        creation/  deletion/
        tasks/
    """,
    "rehearsal/language": """
        *
        transforms/
    """,
    "rehearsal/resources": """
        *
        made_up/
    """,
    "rehearsal/neighbours": """
        moto_services
        *
        made/
        service_calls  containers/
    """,
    "rehearsal/neighbours/containers": """
        container_calls
        task_calls  task_logs
        kept_tasks  stack_clusters
        task_life
    """,
    "rehearsal/scenario": """
        scenario_file
        faults  scenario_text
        task_scenes
    """,
    "rehearsal/loopback": """
        *
        wire/
    """,
    "cloudformation": """
        environment/
        rules
        conditions
        template/  intrinsics/
        parameters/  references  text
        unknown
        refusals  scalars  statuses  limits  resource_types/
    """,
}
# Who may import nothing of whom: the wings meet in files, on the wire, and on the ground floor.
FORBIDDEN = {
    "templates": {"boto3", "botocore", "deployment", "rehearsal", "moto"},
    "deployment": {"troposphere", "awacs", "templates", "rehearsal", "moto"},
    "rehearsal": {"troposphere", "awacs", "templates", "deployment", "boto3"},
    "render.py": {"boto3", "botocore", "deployment", "rehearsal"},
    "deploy.py": {"troposphere", "awacs", "templates"},
}
BESIDE_THE_STANDARD_LIBRARY = {"cloudformation": {"yaml"}}
# What takes so long to import that only the code that needs it may, when it needs it (seconds: cfn-lint 3, moto 1.2).
SLOW = {"boto3", "botocore", "cfnlint", "moto", "rich", "svg"}
# What draws with one of these is itself imported only to draw.
DRAWN = {
    "deployment.report.tree": "rich",
    "deployment.terminal.views.live": "rich",
    "deployment.terminal.together.block": "rich",
    "templates.pictures.canvas.svg_writer": "svg",
}
# A Stack, Provider or Manager that does everything is how the tools in this field grow old.
MOST_LINES = 300
MOST_FUNCTION_LINES = 45
MOST_ENTRIES = 14
VAGUE = {"utils", "util", "helpers", "helper", "base", "common", "manager", "misc", "tools", "core", "shared", "lib"}


@cache
def project() -> House:
    house = read_house(PROJECT, (*WINGS, *COMMANDS))
    # What a project declares of its services, it declares in as many modules as it has.
    modules = {name: module for name, module in house.modules.items() if not name.startswith("templates.services")}
    return House(house.root, modules)


def nothing(offences: list[str]) -> None:
    if offences:
        pytest.fail(f"{len(offences)} offences\n" + "\n".join(offences), pytrace=False)


def test_every_wing_and_command_is_read() -> None:
    assert {module.top for module in project().modules.values()} == {*WINGS, *COMMANDS}
    assert set(FORBIDDEN) | set(BESIDE_THE_STANDARD_LIBRARY) == {*WINGS, *COMMANDS}


def test_a_wing_imports_nothing_of_another() -> None:
    nothing(rules.between_wings(project(), FORBIDDEN))


def test_the_ground_floor_stands_on_the_standard_library_and_yaml() -> None:
    nothing(rules.beyond_the_standard_library(project(), BESIDE_THE_STANDARD_LIBRARY))


def test_imports_only_go_down() -> None:
    nothing(rules.upward(project(), DRAWINGS))


def test_every_room_has_a_floor() -> None:
    nothing(rules.undrawn(project(), DRAWINGS))


def test_no_two_modules_import_each_other() -> None:
    nothing(rules.circles(project()))


def test_what_is_slow_to_import_is_imported_where_it_is_needed() -> None:
    nothing(rules.slow_at_start(project(), SLOW, DRAWN))


def test_a_folder_is_taken_in_at_a_glance() -> None:
    nothing(rules.crowded(project(), MOST_ENTRIES))


def test_modules_and_functions_stay_small() -> None:
    nothing(rules.oversized(project(), MOST_LINES, MOST_FUNCTION_LINES))


def test_every_module_says_what_it_is() -> None:
    nothing(rules.undescribed(project()))


def test_the_names_are_nouns_of_cloudformation() -> None:
    nothing(rules.vague(project(), VAGUE))


def test_no_two_modules_or_rooms_of_the_rehearsal_have_one_name() -> None:
    nothing(rules.named_twice(project(), "rehearsal"))


def test_nothing_below_the_commands_prints_exits_or_sleeps() -> None:
    nothing(rules.ended_or_printed(project(), {*COMMANDS, "rehearsal/__main__.py"}))
