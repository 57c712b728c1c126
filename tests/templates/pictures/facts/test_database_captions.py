"""What a picture says of databases, and where it draws them."""

from templates.pictures.facts.captions import caption
from templates.pictures.facts.placement import placed
from tests.templates.pictures.systems import plain, system
from tests.templates.test_capabilities import CAPABILITIES, PRIVATE

KEY = CAPABILITIES["aurora"]["DatabaseKmsKeyArn"]


def test_an_instance_says_what_it_runs_on_and_how_its_data_is_kept() -> None:
    tree = system(**CAPABILITIES["database"], DatabaseDeletionProtection="true")
    assert caption(tree, tree.resources["Data/DatabaseInstance"]) == [
        "postgres 17, db.t4g.medium, 20 GB, up to 100",
        "a standby in another zone",
        "encrypted, backups of 7 days, deletion protection on",
        "in Data/DatabaseSecurityGroup",
    ]
    alone = system(**PRIVATE, DatabaseMode="instance")
    assert "in one zone" in caption(alone, alone.resources["Data/DatabaseInstance"])


def test_a_cluster_says_what_it_scales_between_and_its_instances_what_they_run() -> None:
    tree = system(**CAPABILITIES["aurora"])
    assert caption(tree, tree.resources["Data/DatabaseCluster"]) == [
        "aurora-postgresql 17, 0.5 to 4 capacity units",
        f"encrypted with {KEY.rpartition(':')[2]}, backups of 7 days, deletion protection off",
        "in Data/DatabaseSecurityGroup",
    ]
    assert caption(tree, tree.resources["Data/DatabaseWriter"]) == ["aurora-postgresql, db.serverless"]


def test_what_is_not_encrypted_says_so() -> None:
    old = plain({"Old": {"Type": "AWS::RDS::DBInstance", "Properties": {"Engine": "mysql", "AllocatedStorage": "5"}}})
    assert caption(old, old.resources["Old"]) == [
        "mysql, 5 GB",
        "in one zone",
        "not encrypted, deletion protection off",
    ]


def test_a_database_is_drawn_in_its_private_subnets() -> None:
    subnets = tuple(f"Network/PrivateSubnet{number}" for number in (1, 2))
    for mode, inside in (
        ("instance", {"Data/DatabaseSubnetGroup": {"Data/DatabaseInstance"}}),
        (
            "aurora",
            {
                "Data/DatabaseSubnetGroup": {"Data/DatabaseCluster"},
                "Data/DatabaseCluster": {"Data/DatabaseWriter"},
            },
        ),
    ):
        place = placed(system(**PRIVATE, DatabaseMode=mode))
        assert [one.path for one in place.in_subnets[subnets]] == ["Data/DatabaseSubnetGroup"]
        for holder, held in inside.items():
            assert {one.path for one in place.inside[holder]} == held


def test_an_instance_that_refers_to_nothing_of_this_tree_stands_with_its_layer() -> None:
    alone = plain({"Old": {"Type": "AWS::RDS::DBInstance", "Properties": {"DBClusterIdentifier": "elsewhere"}}})
    assert [one.path for one in placed(alone).with_layer] == ["Old"]
