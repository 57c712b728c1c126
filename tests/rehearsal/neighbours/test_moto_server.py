"""What moto answers for, and what it must not do."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from rehearsal.loopback.server import Server
from tests.rehearsal.boto import client
from tests.rehearsal.neighbours.account import ZONE


def test_a_given_hosted_zone_is_public_and_has_its_id(server: Server) -> None:
    route53 = client("route53", server.url)
    zone = route53.get_hosted_zone(Id=ZONE.id)
    assert zone["HostedZone"]["Id"] == f"/hostedzone/{ZONE.id}"
    assert zone["HostedZone"]["Name"] == f"{ZONE.name}."
    assert zone["HostedZone"]["Config"]["PrivateZone"] is False
    assert len(zone["DelegationSet"]["NameServers"]) == 4
    with pytest.raises(ClientError) as caught:
        route53.get_hosted_zone(Id="Z9999999999999999999")
    assert caught.value.response["Error"]["Code"] == "NoSuchHostedZone"


def test_a_service_that_moto_lacks_is_refused_by_name(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ClientError) as caught:
        client("mturk", server.url, region="us-east-1").get_account_balance()
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert "mturk" in str(caught.value.response) + capsys.readouterr().out


def test_which_service_a_host_names_is_remembered_and_so_is_that_it_names_none(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def balance() -> int:
        with pytest.raises(ClientError) as caught:
            client("mturk", server.url, region="us-east-1").get_account_balance()
        return int(caught.value.response["ResponseMetadata"]["HTTPStatusCode"])

    topics = client("sns", server.url)
    topics.list_topics()
    assert balance() == 501
    monkeypatch.setattr("moto.backends.list_of_moto_modules", lambda: pytest.fail("the folders are listed again"))
    assert topics.list_topics()["Topics"] == []
    assert balance() == 501
