"""data: a PostgreSQL database in the private subnets, where one is asked for.

docs/layers.md describes how this layer was made, step by step.
"""

from troposphere import Output, Ref, Template
from troposphere.rds import DBCluster, DBInstance

from templates.database import access, cluster, instance, logs
from templates.database.parameters import CONDITIONS, PARAMETERS, database_deletion_protection, database_name
from templates.database.standing import cpu_alarm, of_either
from templates.parts.at_creation import at_creation
from templates.parts.document import document

# A creation that fails could not delete what is protected.
AT_CREATION = {database_deletion_protection.title: "false"}


def template() -> Template:
    """Give the template of the data layer."""
    subnets, group, role = access.subnet_group(), access.security_group(), logs.monitoring_role()
    instance_logs, cluster_log = logs.instance_log_groups(), logs.cluster_log_group()
    of_instance, of_cluster = instance.parameter_group(), cluster.parameter_group()
    alone = instance.instance(of_instance, subnets, group, role, instance_logs)
    aurora = cluster.cluster(of_cluster, subnets, group, cluster_log)
    return document(
        "Data: PostgreSQL in the private subnets, as one RDS instance or as an Aurora cluster.",
        metadata=at_creation(AT_CREATION),
        parameters=PARAMETERS,
        conditions=CONDITIONS,
        resources=[
            subnets,
            group,
            *access.ingress(group),
            role,
            *instance_logs,
            of_instance,
            alone,
            cluster_log,
            of_cluster,
            aurora,
            *cluster.instances(aurora, role),
            cpu_alarm(),
        ],
        outputs=_outputs(aurora, alone),
    )


def _outputs(aurora: DBCluster, alone: DBInstance) -> list[Output]:
    host, port = (of_either(aurora, alone, f"Endpoint.{part}") for part in ("Address", "Port"))
    secret = of_either(aurora, alone, "MasterUserSecret.SecretArn")
    return [
        Output("DatabaseHost", Description="Host name of the database.", Value=host),
        Output("DatabasePort", Description="Port of the database.", Value=port),
        Output("DatabaseName", Description="Name of the database in PostgreSQL.", Value=Ref(database_name)),
        Output("DatabaseSecretArn", Description="ARN of the secret with user and password.", Value=secret),
    ]
