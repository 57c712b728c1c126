"""app-sg: rules that stand beside their group."""

from tests.templates.resolved import document, tree


def test_no_ingress_rule_stands_in_the_group_which_cannot_name_itself() -> None:
    assert "SecurityGroupIngress" not in document("app-sg")["Resources"]["AppSecurityGroup"]["Properties"]


def test_traffic_comes_from_the_group_itself_and_from_the_load_balancer_only() -> None:
    sources = [rule["SourceSecurityGroupId"] for rule in tree()["app-sg"].of_type("AWS::EC2::SecurityGroupIngress")]
    assert sources == ["app-sg.AppSecurityGroup", "alb.AlbSecurityGroup"]
