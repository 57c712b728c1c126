"""The table from both publications, in small."""

from __future__ import annotations

from rehearsal.resources.made_up.published import HEAD, table
from rehearsal.resources.made_up.return_values import TABLE, return_values

DOCS = {
    "Types": {"AWS::Shop::Order": {"attributes": {"Ref": "`Ref` returns the order ID."}}, "AWS::Shop::Order.Line": {}}
}
ENTITY = {
    "cloudFormationType": "AWS::Shop::Order",
    "primaryIdentifier": ["ShopId", "OrderId"],
    "attributes": {"OrderId": {}},
    "properties": {"ShopId": {}},
}


def test_a_row_is_type_what_form_and_source() -> None:
    for entities in ([ENTITY], {"7": ENTITY}):
        text = table(DOCS, {"schema": {"resource": {"entities": entities}}})
        assert text == HEAD + "AWS::Shop::Order\tRef\t{OrderId}\tdocs:attributes/Ref\n"


def test_the_table_that_is_kept_says_where_it_comes_from_and_has_each_fact_once() -> None:
    text = TABLE.read_text(encoding="utf-8")
    assert text.startswith(HEAD)
    rows = [line.split("\t") for line in text.removeprefix(HEAD).splitlines()]
    assert len(rows) == len({(name, what) for name, what, *_ in rows})
    assert len([row for row in rows if row[1] == "Ref"]) > 700
    assert len(return_values()) > 1000
