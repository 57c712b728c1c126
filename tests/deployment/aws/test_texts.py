"""The texts of AWS are recognised as they were seen."""

from deployment.aws import texts
from deployment.errors import AwsRefusal


def test_texts_are_recognised() -> None:
    assert texts.says_no_changes("The submitted information didn't contain changes. Submit different information")
    assert texts.says_no_changes("No updates are to be performed.")
    assert not texts.says_no_changes(None)
    assert texts.says_only_from_root("Only executable from the root change set.")
    assert texts.says_cancelled("Resource creation cancelled")
    assert texts.says_cancelled("Resource update cancelled")
    assert not texts.says_cancelled("The role is missing")
    nested = "Nested change set arn:aws:x:changeSet/d-App-ABC/1 was not successfully created: Currently in FAILED."
    assert texts.failed_nested_set(nested) == "arn:aws:x:changeSet/d-App-ABC/1"
    assert texts.failed_nested_set("Template format error") is None


def test_lost_replies_are_recognised_by_the_refusal_of_the_retry() -> None:
    text = "ChangeSet [arn] cannot be executed in its current execution status of [EXECUTE_IN_PROGRESS]"
    assert texts.says_in_execution(AwsRefusal("execute", "InvalidChangeSetStatus", text))
    assert not texts.says_in_execution(AwsRefusal("execute", "InvalidChangeSetStatus", "... of [OBSOLETE]"))
    assert texts.says_exists(AwsRefusal("create", "AlreadyExistsException", "ChangeSet x already exists"))
