"""What a description says of replacement is what a plan over the rehearsal says, for every parameter."""

import re
from typing import Any

import pytest

from tests.templates.resolved import REQUIRED, document
from tests.templates.system import System
from tests.templates.test_every_parameter import IPV6, OFF, PRIVATE, REACHES, THIRD, TOPIC

pytestmark = pytest.mark.slow

# A system with everything on, so that what a value changes is there to be changed.
BEFORE = {
    **PRIVATE,
    **THIRD,
    **IPV6,
    **OFF,
    **TOPIC,
    "PrivateSubnet3Cidr": "10.0.13.0/24",
    "NatGatewayMode": "per-az",
    "VpcEndpointMode": "interface",
    "FlowLogsRetentionDays": "30",
    "AccessLogsMode": "create",
    "ConnectionLogs": "true",
    "FargateSpotWeight": "1",
    "RequestsPerTarget": "50",
    "DeploymentAlarmRollback": "true",
    "WebAclArn": "arn:aws:wafv2:ap-northeast-1:123456789012:regional/webacl/back/2",
    **{f"AlternativeDomainName{number}": f"{'abc'[number - 1]}.example.com" for number in (1, 2, 3)},
}
# What differs from BEFORE where the value of REACHES does not.
AFTER = {
    "AvailabilityZone1": "ap-northeast-1b",
    "AvailabilityZone2": "ap-northeast-1b",
    "AvailabilityZone3": "ap-northeast-1b",
    "EnableIpv6": "false",
    "VpcIpv6Cidr": "2406:da14:9:900::/56",
    "CreateDnsRecords": "false",
    "AccessLogsMode": "none",
    "AutoScaling": "false",
    "ConnectionLogs": "false",
    "DeploymentAlarmRollback": "false",
    "AlarmTopicArn": "arn:aws:sns:ap-northeast-1:123456789012:other",
}
# With these a value means something only beside others.
BESIDE = {
    "EnableIpv6": {"VpcIpv6Cidr": ""},
    "AccessLogsMode": {"ConnectionLogs": "false"},
    "AccessLogsBucketName": {"AccessLogsMode": "existing"},
    "AutoScaling": {"OffHoursStopCron": "", "OffHoursStartCron": ""},
    "TaskCpu": {"TaskMemory": "1024"},
}
NAMED = re.compile(r"Changing it replaces ([^.]+)\.")


def promised(name: str) -> set[str]:
    found = NAMED.search(document("root")["Parameters"][name]["Description"])
    return set(found[1].split(", ")) if found else set()


def replaced_by(name: str, row: dict[str, Any]) -> bool:
    """Whether the row is replaced for the parameter's own sake, and not because of what another one becomes."""
    return row.get("Replacement") in ("True", "Conditional") and any(
        detail["Target"].get("RequiresRecreation") in ("Always", "Conditionally")
        and (detail["ChangeSource"] == "DirectModification" or detail.get("CausingEntity") == name)
        and detail["Evaluation"] == "Static"
        for detail in row["Details"]
    )


@pytest.fixture(scope="module")
def system() -> System:
    system = System()
    assert system.deploy(**BEFORE) == "CREATE_COMPLETE"
    return system


@pytest.mark.parametrize("name", REACHES)
def test_a_description_names_what_a_change_replaces(system: System, name: str) -> None:
    value = AFTER.get(name, REACHES[name][0])
    assert value != (REQUIRED | BEFORE).get(name), "nothing would change"
    rows = system.plan(**{**BEFORE, **BESIDE.get(name, {}), name: value})
    replaced = {path.rpartition("/")[2] for path, row in rows.items() if replaced_by(name, row)}
    assert replaced == promised(name)
