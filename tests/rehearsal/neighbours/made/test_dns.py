"""Hosted zones of stacks, as Route 53 shows them."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.rehearsal.neighbours.made.conftest import Account


def zone(comment: str, **tags: str) -> dict[str, Any]:
    own = [{"Key": key, "Value": value} for key, value in tags.items()]
    properties = {"Name": "example.com", "HostedZoneConfig": {"Comment": comment}, "HostedZoneTags": own}
    return {"Type": "AWS::Route53::HostedZone", "Properties": properties}


def test_a_hosted_zone_has_the_id_that_its_stack_knows_and_goes_with_its_records(account: Account) -> None:
    id = account.create(Zone=zone("first", kind="public"))["Zone"]
    route53 = account.service("route53")
    shown = route53.get_hosted_zone(Id=id)["HostedZone"]
    assert (shown["Id"], shown["Name"], shown["Config"]["Comment"]) == (f"/hostedzone/{id}", "example.com.", "first")
    record = {"Name": "www.example.com", "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "192.0.2.1"}]}
    changes = {"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]}
    route53.change_resource_record_sets(HostedZoneId=id, ChangeBatch=changes)
    account.update(Zone=zone("second"))
    assert route53.get_hosted_zone(Id=id)["HostedZone"]["Config"]["Comment"] == "second"
    tags = route53.list_tags_for_resource(ResourceType="hostedzone", ResourceId=id)["ResourceTagSet"]["Tags"]
    assert tags == [{"Key": "team", "Value": "ops"}]
    account.delete()
    with pytest.raises(ClientError, match="NoSuchHostedZone"):
        route53.get_hosted_zone(Id=id)
