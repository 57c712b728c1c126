"""What stacks have of Amazon ECS: clusters, task definitions, and services with the tasks that these keep running."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from rehearsal.neighbours.containers.task_life import Container
from rehearsal.state.services import Made

CLUSTER, DEFINITION, SERVICE = "AWS::ECS::Cluster", "AWS::ECS::TaskDefinition", "AWS::ECS::Service"
SUBNET = "AWS::EC2::Subnet"
TYPES = (CLUSTER, DEFINITION, SERVICE, SUBNET)


@dataclass(frozen=True)
class StackClusters:
    """The resources of one Region that calls about tasks are checked against."""

    account: str
    region: str
    made: Sequence[Made]

    def cluster(self, name: str) -> str | None:
        """The ARN of a cluster of a stack by its name or ARN; None where no stack has it."""
        wanted = name.rpartition("/")[2]
        for cluster in self._of(CLUSTER):
            if cluster.physical_id == wanted:
                return str(cluster.attributes.get("Arn") or self.arn(f"cluster/{wanted}"))
        return None

    def definition(self, name: str) -> Made | None:
        """A task definition by its ARN, or by `family:revision`, or the newest by its family."""
        found = [one for one in self._of(DEFINITION) if name in (one.physical_id, *_names(one.physical_id))]
        return found[-1] if found else None

    def has_subnet(self, id: str) -> bool:
        return any(subnet.physical_id == id for subnet in self._of(SUBNET))

    def service(self, cluster: str, name: str) -> Made | None:
        """A service of a cluster by its name or ARN."""
        wanted = name.rpartition("/")[2]
        return next((one for one in self._services(cluster) if one.physical_id.rpartition("/")[2] == wanted), None)

    def running(self, cluster: str, service: Made | None = None) -> Iterator[dict[str, Any]]:
        """The tasks that services of a cluster keep running, as DescribeTasks shows them."""
        for one in [service] if service else self._services(cluster):
            definition = self.definition(str(one.properties.get("TaskDefinition", "")))
            if definition is not None:
                for number in range(int(one.properties.get("DesiredCount", 1))):
                    yield self._task(cluster, one, definition, number)

    def arn(self, resource: str) -> str:
        partition = next((made.physical_id.split(":")[1] for made in self._of(DEFINITION)), "aws")
        return f"arn:{partition}:ecs:{self.region}:{self.account}:{resource}"

    def _services(self, cluster: str) -> Iterator[Made]:
        name = cluster.rpartition("/")[2]
        return (one for one in self._of(SERVICE) if str(one.properties.get("Cluster", "")).rpartition("/")[2] == name)

    def _of(self, type_name: str) -> Iterator[Made]:
        return (made for made in self.made if made.type == type_name and made.region == self.region)

    def _task(self, cluster: str, service: Made, definition: Made, number: int) -> dict[str, Any]:
        """A new revision has other tasks than the one before."""
        id = sha256(f"{service.physical_id} {definition.physical_id} {number}".encode()).hexdigest()[:32]
        arn = self.arn(f"task/{cluster.rpartition('/')[2]}/{id}")
        containers = [
            {"name": one.name, "image": one.image, "taskArn": arn, "lastStatus": "RUNNING"}
            for one in containers_of(definition)
        ]
        return {
            "taskArn": arn,
            "clusterArn": cluster,
            "taskDefinitionArn": definition.physical_id,
            "containers": containers,
            "group": f"service:{service.physical_id.rpartition('/')[2]}",
            "lastStatus": "RUNNING",
            "desiredStatus": "RUNNING",
            "launchType": "FARGATE",
            "enableExecuteCommand": str(service.properties.get("EnableExecuteCommand", "")).lower() == "true",
        }


def family_of(definition: Made) -> str:
    """The name that the revisions of a task definition share."""
    return definition.physical_id.rpartition("/")[2].partition(":")[0]


def described_definition(definition: Made) -> dict[str, Any]:
    """A task definition as DescribeTaskDefinition shows it: its roles, and where its containers write their logs."""
    properties = definition.properties
    roles = {"taskRoleArn": properties.get("TaskRoleArn"), "executionRoleArn": properties.get("ExecutionRoleArn")}
    return {
        "taskDefinitionArn": definition.physical_id,
        "family": family_of(definition),
        "revision": int(definition.physical_id.rpartition(":")[2]),
        "status": "ACTIVE",
        "containerDefinitions": [_described(body) for body in properties.get("ContainerDefinitions", ())],
        **{name: str(arn) for name, arn in roles.items() if arn},
    }


def _described(body: dict[str, Any]) -> dict[str, Any]:
    container = {"name": str(body.get("Name", "")), "image": str(body.get("Image", ""))}
    logs = body.get("LogConfiguration")
    if not logs:
        return container
    options = {name: str(value) for name, value in (logs.get("Options") or {}).items()}
    return {**container, "logConfiguration": {"logDriver": str(logs.get("LogDriver", "")), "options": options}}


def containers_of(definition: Made) -> list[Container]:
    """The containers of a task definition, as its properties say."""
    return [_container(body) for body in definition.properties.get("ContainerDefinitions", ())]


def _container(body: dict[str, Any]) -> Container:
    options = (body.get("LogConfiguration") or {}).get("Options") or {}
    place = str(options.get("awslogs-group", "")), str(options.get("awslogs-stream-prefix", ""))
    return Container(str(body.get("Name", "")), str(body.get("Image", "")), *place)


def _names(arn: str) -> Iterable[str]:
    revision = arn.rpartition("/")[2]
    return revision, revision.partition(":")[0]
