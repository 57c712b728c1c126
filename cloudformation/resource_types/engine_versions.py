"""Types of databases, and the property whose change in place has no way back.

RDS and the services that share its engine's ways take no older major version again, and no rollback changes that.
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.Upgrading.html
"""

DATABASES = frozenset(
    f"AWS::{service}::{noun}"
    for service in ("RDS", "DocDB", "Neptune")
    for noun in ("DBInstance", "DBCluster", "GlobalCluster")
)
VERSION = "EngineVersion"
