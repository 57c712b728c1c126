"""ecs: what the parameters of the service change."""

from tests.templates.resolved import tree


def test_paths_joined_by_commas_become_the_rule_s_list() -> None:
    rule = tree(ListenerRulePaths="/api/*,/v1/*", ListenerRulePriority="100")["ecs"].properties("ListenerRule")
    assert rule["Conditions"][0]["PathPatternConfig"]["Values"] == ["/api/*", "/v1/*"]
    assert rule["Priority"] == "100"


def test_the_container_s_port_changes_the_container_and_the_service_and_not_the_target_group() -> None:
    ecs = tree(ContainerPort="8080")["ecs"]
    container = ecs.properties("TaskDefinition")["ContainerDefinitions"][0]
    first, *others = container["PortMappings"]
    assert first == {"ContainerPort": "8080", "Protocol": "tcp"}
    assert "80" not in {str(other["ContainerPort"]) for other in others}
    assert ecs.properties("Service")["LoadBalancers"][0]["ContainerPort"] == "8080"
    assert ecs.properties("TargetGroup")["Port"] == 80


def test_the_names_that_people_type_follow_the_application_and_the_service() -> None:
    ecs = tree(AppName="shop", ServiceName="front")["ecs"]
    assert ecs.properties("Cluster")["ClusterName"] == "shop"
    assert ecs.properties("TaskDefinition")["Family"] == "shop-front"


def test_a_key_of_one_s_own_encrypts_the_service_s_logs() -> None:
    key = "arn:aws:kms:ap-northeast-1:123456789012:key/0a1b"
    assert tree(KmsKeyArn=key)["ecs"].properties("LogGroup")["KmsKeyId"] == key


def test_the_service_uses_capacity_providers_and_no_launch_type() -> None:
    service = tree()["ecs"].properties("Service")
    assert "LaunchType" not in service
    assert [item["CapacityProvider"] for item in service["CapacityProviderStrategy"]] == ["FARGATE"]
