"""Who imports an export: a refusal is no answer."""

from deployment.review.exports import ExportInUse, Importers, exports_in_use, importers_of
from tests.deployment.fake_client import FakeClient, refusal

_ROOT = "arn:aws:cloudformation:eu-west-1:111122223333:stack/shop-dev/1"
_LAYER = "arn:aws:cloudformation:eu-west-1:111122223333:stack/shop-dev-App-1ABC/2"
_OTHER = "arn:aws:cloudformation:eu-west-1:111122223333:stack/other/3"
_NOBODY = refusal("ValidationError", "Export 'own' is not imported by any stack.")
_DENIED = refusal("AccessDenied", "User: x is not authorized to perform: cloudformation:ListImports")


def _client(list_imports: object, exports: tuple[tuple[str, str], ...] = ()) -> FakeClient:
    rows = [{"ExportingStackId": stack, "Name": name, "Value": "v"} for stack, name in exports]
    return FakeClient("cloudformation", list_exports={"Exports": rows}, list_imports=list_imports)


def test_an_export_that_nobody_imports_has_no_importers_and_one_that_cannot_be_asked_for_has_none_known() -> None:
    assert importers_of(_client(_NOBODY), "own") == Importers()
    unread = importers_of(_client(_DENIED), "own").unread
    assert unread is not None
    assert "not authorized" in unread


def test_exports_of_a_tree_are_in_use_where_a_stack_outside_of_it_imports_them() -> None:
    def imports(ExportName: str) -> dict[str, list[str]]:  # noqa: N803 - AWS's own name
        return {"Imports": {"vpc": ["api"], "queue": ["shop-dev-App-1ABC"]}[ExportName]}

    exports = ((_ROOT, "vpc"), (_LAYER, "queue"), (_OTHER, "else"))
    client = _client(imports, exports)
    assert exports_in_use(client, [_ROOT, _LAYER]) == (ExportInUse("vpc", Importers(("api",))),)
    assert sorted(asked["ExportName"] for asked in client.named("list_imports")) == ["queue", "vpc"]


def test_what_cannot_be_listed_counts_as_in_use_with_the_reason() -> None:
    (unknown,) = exports_in_use(_client(_DENIED, ((_ROOT, "vpc"),)), [_ROOT])
    assert unknown.name == "vpc"
    assert unknown.by_whom.startswith("unknown:")
    client = FakeClient("cloudformation", list_exports=_DENIED)
    (unlisted,) = exports_in_use(client, [_ROOT])
    assert unlisted.by_whom.startswith("unknown:")
