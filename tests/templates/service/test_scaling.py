"""Scaling: what follows the load, what sets the count, and hours in which no task runs."""

from tests.templates.resolved import tree

OFF = {"OffHoursStopCron": "cron(0 20 ? * MON-FRI *)", "OffHoursStartCron": "cron(0 8 ? * MON-FRI *)"}


def test_without_scaling_the_service_says_its_count_and_with_it_it_does_not() -> None:
    assert tree()["ecs"].properties("Service")["DesiredCount"] == "2"
    scaled = tree(AutoScaling="true")["ecs"]
    assert "DesiredCount" not in scaled.properties("Service")
    assert scaled.properties("ScalableTarget")["ResourceId"] == "service/ecs.Cluster/ecs.Service.Name"


def test_requests_are_counted_at_the_target_group_of_the_load_balancer() -> None:
    assert "RequestPolicy" not in tree(AutoScaling="true")["ecs"].resources
    policy = tree(AutoScaling="true", RequestsPerTarget="100")["ecs"].properties("RequestPolicy")
    metric = policy["TargetTrackingScalingPolicyConfiguration"]["PredefinedMetricSpecification"]
    assert metric["PredefinedMetricType"] == "ALBRequestCountPerTarget"
    label = metric["ResourceLabel"]
    assert label == "alb.LoadBalancer.LoadBalancerFullName/ecs.TargetGroup.TargetGroupFullName"


def test_after_hours_no_task_may_run_and_in_the_morning_as_many_as_ever() -> None:
    scaled = {"AutoScaling": "true", "MinTasks": "1", "MaxTasks": "3"}
    assert "ScheduledActions" not in tree(**scaled)["ecs"].properties("ScalableTarget")
    stop, start = tree(**scaled, **OFF)["ecs"].properties("ScalableTarget")["ScheduledActions"]
    assert stop["ScalableTargetAction"] == {"MinCapacity": 0, "MaxCapacity": 0}
    assert start["ScalableTargetAction"] == {"MinCapacity": "1", "MaxCapacity": "3"}
    assert stop["Timezone"] == start["Timezone"] == "Asia/Tokyo"
