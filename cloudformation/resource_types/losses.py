"""What is lost with a resource that goes, as far as that is known: the words of a guard, never the reason for one.

A type is found by its service and last word where that word means something else at another service, and by its last
word alone otherwise. What is found nowhere is guarded all the same, unless harmless.py has it.
"""

from cloudformation.resource_types.harmless import is_harmless

HOLDS_DATA = {
    "AccessKey": "the credentials that somebody uses",
    "AutoScalingGroup": "its instances and their disks",
    "BackupVault": "its backups",
    "Broker": "its messages",
    "Bucket": "the objects in it",
    "CacheCluster": "its data",
    "CertificateAuthority": "the trust in what it has issued",
    "Cluster": "what runs in it",
    "DBCluster": "its data",
    "DBInstance": "its data",
    "DBShardGroup": "its data",
    "Database": "its data",
    "DeliveryStream": "the records on their way",
    "DirectoryBucket": "the objects in it",
    "Domain": "its data",
    "EC2::Instance": "its disks and addresses",
    "EventDataStore": "its events",
    "FSx::Snapshot": "the state that it keeps",
    "FeatureGroup": "its records",
    "FileSystem": "its files",
    "GlobalCluster": "its data",
    "GlobalReplicationGroup": "its data",
    "GlobalTable": "its items",
    "HostedZone": "its records",
    "IAM::User": "its passwords and keys",
    "IdentityPool": "the identities in it",
    "InfluxDBInstance": "its data",
    "KMS::Key": "all that is encrypted with it",
    "KMS::ReplicaKey": "all that is encrypted with it in this Region",
    "KeyPair": "the key that opens instances",
    "Keyspace": "its tables",
    "Ledger": "its data",
    "Lightsail::Disk": "its data",
    "Lightsail::Instance": "its disks and addresses",
    "LogGroup": "its logs",
    "LogicallyAirGappedBackupVault": "its backups",
    "MicrosoftAD": "its users",
    "MultiRegionCluster": "its data",
    "NeptuneGraph::Graph": "its data",
    "Nodegroup": "its instances and what runs on them",
    "OpenSearchServerless::Collection": "its data",
    "PaymentCryptography::Key": "all that is encrypted with it",
    "PublicRepository": "its contents",
    "RedshiftServerless::Namespace": "its data",
    "ReplicationGroup": "its data",
    "Repository": "its contents",
    "SQS::Queue": "its messages",
    "SSM::Parameter": "its value",
    "Secret": "its value",
    "ServerlessCache": "its data",
    "ServerlessCluster": "its data",
    "SimpleAD": "its users",
    "StorageVirtualMachine": "its volumes",
    "Stream": "its records",
    "Table": "its data",
    "TableBucket": "the tables in it",
    "UserPool": "its users",
    "VectorBucket": "the vectors in it",
    "Volume": "its data",
    "WorkSpaces::Workspace": "its disks",
}
IS_REACHED = {
    "Accelerator": "its addresses",
    "Amplify::App": "its address",
    "Api": "its address",
    "AppRunner::Service": "its address",
    "Certificate": "what HTTPS answers with",
    "ClientVpnEndpoint": "the way into the network",
    "CustomerGateway": "the way to the other network",
    "DNSSEC": "the trust in the zone's answers",
    "Distribution": "its address",
    "DomainName": "the name that people use",
    "DomainNameV2": "the name that people use",
    "EIP": "its address",
    "EIPAssociation": "the address that its target answers at",
    "ElasticBeanstalk::Environment": "its address",
    "EmailIdentity": "the name that mail is sent from",
    "GraphQLApi": "its address",
    "InternetGateway": "the way to and from the internet",
    "KeySigningKey": "the trust in the zone's answers",
    "Lambda::Url": "its address",
    "Listener": "the port that people reach",
    "ListenerRule": "the way of requests to what answers them",
    "LoadBalancer": "its DNS name and all traffic through it",
    "MultiRegionAccessPoint": "its address",
    "NatGateway": "its address, unless an EIP resource has it",
    "NetworkFirewall::Firewall": "the traffic that goes through it",
    "RecordSet": "the name that people use",
    "RecordSetGroup": "the names that people use",
    "RestApi": "its address",
    "Route": "the way that traffic takes",
    "Stage": "its address",
    "StaticIp": "its address",
    "Subnet": "its addresses and everything in it",
    "Transfer::Server": "its address",
    "TransitGateway": "the way between the networks",
    "UserPoolDomain": "the name that people sign in at",
    "VPC": "the network and everything in it",
    "VPCGatewayAttachment": "the way to and from the internet",
    "VPNConnection": "the way to the other network",
    "VPNGateway": "the way to the other network",
    "WebACLAssociation": "the protection of what people reach",
}
SERVES_OTHERS = {
    "ECS::Service": "the tasks that run in it",
    "Function": "the ARN that callers have",
    "IAM::Role": "the id that policies elsewhere trust",
    "InstanceProfile": "the role of what runs with it",
    "ManagedPolicy": "the permissions of everyone who has it",
    "RouteTable": "its routes, those that others added too",
    "SNS::Topic": "its subscriptions",
    "SecurityGroup": "the id that rules elsewhere name",
    "StackSet": "the stacks that it made",
    "TargetGroup": "the targets in it",
}
_NATURES = (("holds data", HOLDS_DATA), ("is public-facing", IS_REACHED), ("serves others", SERVES_OTHERS))
_CUSTOM = "AWS::CloudFormation::CustomResource"


def nature_of(type_: str) -> tuple[str, str | None] | None:
    """Why a resource of this type is guarded, and what is lost with it where that is known; None: it is harmless."""
    if is_harmless(type_):
        return None
    if type_ == _CUSTOM or type_.startswith("Custom::"):
        return "is made by a function that alone knows what it is", "whatever that function deletes"
    _, _, own = type_.partition("::")
    for nature, nouns in _NATURES:
        if lost := nouns.get(own) or nouns.get(own.rpartition("::")[2]):
            return nature, lost
    return "holds or serves something that is not known here", None
