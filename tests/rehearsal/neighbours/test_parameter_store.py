"""What Systems Manager holds, put there over the wire."""

from __future__ import annotations

from rehearsal.loopback.server import Server
from rehearsal.neighbours.moto_services import Neighbours
from rehearsal.state.services import SecureString
from tests.rehearsal.boto import client


def test_ssm_parameters_are_read_over_the_wire_and_by_cloudformation(server: Server, neighbours: Neighbours) -> None:
    ssm = client("ssm", server.url)
    ssm.put_parameter(Name="/app/size", Value="1", Type="String")
    ssm.put_parameter(Name="/app/size", Value="2", Type="String", Overwrite=True)
    ssm.put_parameter(Name="/app/secret", Value="s3cret", Type="SecureString")
    assert ssm.get_parameter(Name="/app/size")["Parameter"]["Value"] == "2"
    assert neighbours.parameter("/app/size", "ap-northeast-1") == "2"
    assert neighbours.parameter("/app/size:1", "ap-northeast-1") == "1"
    assert not isinstance(neighbours.parameter("/app/size", "ap-northeast-1"), SecureString)
    assert neighbours.parameter("/app/secret", "ap-northeast-1") == SecureString("s3cret")
    assert isinstance(neighbours.parameter("/app/secret", "ap-northeast-1"), SecureString)
    assert neighbours.parameter("/app/size:9", "ap-northeast-1") is None
    assert neighbours.parameter("/app/size", "eu-west-1") is None
    assert neighbours.parameter("/app/size", "mars-north-1") is None
