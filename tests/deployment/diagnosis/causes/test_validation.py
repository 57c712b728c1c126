"""What DescribeEvents reports about hooks and validations."""

from deployment.diagnosis.causes.explanation import Evidence
from deployment.diagnosis.causes.validation import check_lines, explain
from tests.deployment.diagnosis.causes.failures import failed

HOOK = {
    "EventType": "HOOK_INVOCATION_ERROR",
    "LogicalResourceId": "Thing",
    "HookType": "Acme::Guard::Hook",
    "HookStatusReason": "buckets are to be encrypted",
    "HookFailureMode": "FAIL",
}
CHECK = {
    "EventType": "VALIDATION_ERROR",
    "ValidationName": "NAME_CONFLICT_VALIDATION",
    "ValidationPath": "/Resources/Thing/Properties/BucketName",
    "ValidationStatusReason": "Resource of type 'AWS::S3::Bucket' with identifier 'x' already exists.",
    "ValidationFailureMode": "WARN",
}


def test_a_hooks_message_is_a_fact() -> None:
    found = explain(failed("The following hook(s) failed: [Acme::Guard::Hook]"), Evidence(checks=(HOOK,)))
    assert found
    assert (found.kind, found.facts) == ("hook", ("hook Acme::Guard::Hook Thing: buckets are to be encrypted",))


def test_what_is_of_another_resource_is_left_out() -> None:
    other = HOOK | {"LogicalResourceId": "Other"}
    assert explain(failed("no"), Evidence(checks=(other,))) is None


def test_properties_that_do_not_fit_are_a_validation() -> None:
    found = explain(failed("Property validation failure: [The property {/Type} is required]"), Evidence())
    assert found
    assert found.kind == "validation"


def test_a_validations_line_says_where_and_whether_it_was_let_through() -> None:
    assert list(check_lines([CHECK, {"EventType": "STACK_EVENT"}])) == [
        "NAME_CONFLICT_VALIDATION (warning) /Resources/Thing/Properties/BucketName:"
        " Resource of type 'AWS::S3::Bucket' with identifier 'x' already exists."
    ]
    [line] = check_lines([HOOK | {"HookFailureMode": "WARN"}])
    assert line == "hook Acme::Guard::Hook (warning) Thing: buckets are to be encrypted"


def test_a_hook_is_known_by_what_describe_events_tells_whatever_the_reason_says() -> None:
    explained = explain(failed("Something that nobody has seen"), Evidence(checks=(HOOK,)))
    assert explained
    assert explained.kind == "hook"
    validated = explain(
        failed("Something that nobody has seen"), Evidence(checks=(CHECK | {"LogicalResourceId": None},))
    )
    assert validated
    assert validated.kind == "validation"


def test_a_validation_that_names_no_place_is_of_the_template() -> None:
    nowhere = {"EventType": "VALIDATION_ERROR", "ValidationName": "TEMPLATE", "ValidationStatus": "FAILED"}
    assert list(check_lines([nowhere])) == ["TEMPLATE template: FAILED"]
    assert list(check_lines([nowhere | {"ResourceType": "AWS::X"}])) == ["TEMPLATE AWS::X: FAILED"]
