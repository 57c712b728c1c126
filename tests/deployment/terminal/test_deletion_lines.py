"""A deletion before it is asked for: what goes, layer by layer, what is guarded, and what stays."""

from __future__ import annotations

from deployment.run.telling import Deletion
from deployment.template.resource_path import ROOT, ResourcePath
from deployment.terminal.deletion_lines import deletion_lines


def test_a_deletion_lists_what_goes_and_what_stays() -> None:
    app = ROOT / "App"
    goes = ((ROOT / "Own", "AWS::X", "0"), (app / "Group", "AWS::X", "1"), (app / "Role", "AWS::Y", "2"))
    stays = ((ResourcePath(("App", "Log")), "AWS::Z", "3"),)
    guards = ((ROOT / "Own", "holds data: it is deleted"), (app / "Role", "serves others: it is deleted"))
    assert [*deletion_lines(Deletion("shop-dev", goes, stays, guards))] == [
        "shop-dev: delete 3 resources",
        "  - Own  AWS::X",
        "      ! guarded: holds data: it is deleted",
        "  App",
        "    - Group  AWS::X",
        "    - Role  AWS::Y",
        "        ! guarded: serves others: it is deleted",
        "kept, because of its DeletionPolicy:",
        "  App",
        "    = Log  AWS::Z",
    ]


def test_what_will_refuse_the_deletion_is_listed_beside_what_goes() -> None:
    table = ROOT / "App" / "Table"
    deletion = Deletion(
        "shop-dev",
        ((table, "AWS::X", "1"),),
        (),
        exports=(("shop-vpc", "api-dev, web-dev"),),
        protections=((table, ("its protection is on:", "aws x off")),),
    )
    assert [*deletion_lines(deletion)] == [
        "shop-dev: delete 1 resource",
        "  App",
        "    - Table  AWS::X",
        "        ! protected: its protection is on:",
        "          aws x off",
        "exports in use: CloudFormation refuses the deletion",
        "  shop-vpc  imported by api-dev, web-dev",
    ]
