"""What is published and noted of a type, under the names that the registry has now."""

from __future__ import annotations

from rehearsal.resources.made_up.return_values import forms_of


def test_a_published_part_is_filled_in() -> None:
    assert forms_of("AWS::ApiGateway::Stage", (), {"StageName"})["Ref"] == "{StageName}"


def test_an_id_that_the_registry_renamed_is_meant_by_its_new_name() -> None:
    forms = forms_of("AWS::DirectoryService::MicrosoftAD", ("DirectoryId",), {"DirectoryId"})
    assert forms == {"Ref": "{DirectoryId}", "DirectoryId": "d-{hex10}"}


def test_what_is_noted_stands_under_the_part_that_aws_draws() -> None:
    forms = forms_of("AWS::EC2::TransitGateway", ("Id",), {"Id"})
    assert (forms["Ref"], forms["Id"]) == ("{Id}", "tgw-0{hex16}")


def test_a_type_of_which_nothing_is_published_has_no_forms() -> None:
    assert forms_of("AWS::Shop::Order", ("Id",), {"Id"}) == {}
