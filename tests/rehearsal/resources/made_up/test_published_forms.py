"""Forms that are read out of texts and identifiers; the texts here are our own."""

from __future__ import annotations

from typing import Any

import pytest

from rehearsal.resources.made_up.published_forms import Published, arn_form, forms, id_form, ref_form


def order(**more: Any) -> Published:
    return Published("AWS::Shop::Order", **more)


def ref(text: str, *identifier: str, drawn: tuple[str, ...] = (), given: tuple[str, ...] = ()) -> str:
    return ref_form(
        order(texts={"Ref": text}, identifier=identifier, attributes=frozenset(drawn), properties=frozenset(given))
    )[0]


@pytest.mark.parametrize(
    ("example", "form"),
    [
        ("mw-abcde1234567890yz", "mw-0{hex16}"),
        ("d-12345ab592", "d-{hex10}"),
        ("b-1234a5b6-78cd-901e-2fgh-3i45j6k178l9", "b-{uuid}"),
        ("us-east-2:0d01f4d7-1305-4408-b437-12345EXAMPLE0", None),
        ("us-east-2:0d01f4d7-1305-4408-b437-12345EXAMPLE", "{region}:{uuid}"),
        ("1h57kf5cpq17m0eml12EXAMPLE", "{lower26}"),
        ("E15MNIMTCFKK4C", "E{upper13}"),
        ("123456789012", "{digits12}"),
        ("mystack-myhook-1DDYF1E3B3I", "{name}"),
        ("my-name", None),
        ("A sentence with 1 digit", None),
    ],
)
def test_an_example_tells_prefix_alphabet_and_length(example: str, form: str | None) -> None:
    assert id_form(example) == form


def test_the_registrys_own_word_on_ref_stands_above_the_text() -> None:
    type_ = order(texts={"Ref": "`Ref` returns the ARN."}, identifier=("ShopId", "Name"), ref=("Name",))
    assert ref_form(type_) == ("{Name}", "spec:cfnRefIdentifier")


@pytest.mark.parametrize(
    ("text", "identifier", "form"),
    [
        ("`Ref` returns the order ID, such as `abc123`.", ("ShopId", "OrderId"), "{OrderId}"),
        ("`Ref` returns the name of the order.", ("ShopName", "OrderName"), "{OrderName}"),
        ("`Ref` returns the name of the order.", ("ShopId", "Name"), "{Name}"),
        ("`Ref` returns the name of the shop and the order, separated by a pipe.", ("Shop", "Name"), "{Shop}|{Name}"),
        ("`Ref` returns the ID of the order association.", ("ShopId", "OrderId"), ""),
        ("`Ref` returns the method ID, such as `mysta-order-01234b567890example`.", ("ShopId", "Kind"), "{name}"),
        ("`Ref` returns something.", ("ShopId", "OrderId"), ""),
        ("Not supported for this resource.", ("OrderId",), ""),
        ("`Ref` returns the resource name.", ("Id",), "{Id}"),
    ],
)
def test_a_text_tells_which_part_of_an_identifier_ref_is(text: str, identifier: tuple[str, ...], form: str) -> None:
    assert ref(text, *identifier) == form


def test_a_property_that_a_text_names_is_ref() -> None:
    assert ref("`Ref` returns the OrderNameId of it.", "Id", drawn=("Id",), given=("OrderNameId",)) == "{OrderNameId}"
    assert ref("`Ref` returns the ShopName and the OrderName.", "Id", given=("ShopName", "OrderName")) == ""


def test_the_name_of_an_older_type_is_not_the_id_that_the_registry_made_up() -> None:
    text = "`Ref` returns the order's name, such as `first`."
    assert ref(text, "Id", drawn=("Id",), given=("OrderName",)) == "{OrderName}"
    assert ref(text, "OrderId", drawn=("OrderId",), given=("OrderName",)) == ""


def test_an_arn_is_the_attribute_that_holds_it() -> None:
    text = "`Ref` returns the Amazon Resource Name (ARN) of the order."
    assert ref(text, "OrderArn", drawn=("OrderArn",)) == "{OrderArn}"
    assert ref(text, "Id", drawn=("Id", "Arn")) == "{Arn}"
    assert ref(text, "Id", drawn=("Id", "ShopArn")) == ""


TEMPLATE = "arn:${Partition}:shop:${Region}:${Account}:order/"


@pytest.mark.parametrize(
    ("variable", "form"),
    [("OrderId", "{OrderId}"), ("ResourceId", "{OrderId}"), ("ShopName", "{name}"), ("Path", "")],
)
def test_the_variables_of_an_arn_are_properties_and_words(variable: str, form: str) -> None:
    type_ = order(arn=f"{TEMPLATE}${{{variable}}}", identifier=("OrderId",), attributes=frozenset({"OrderId"}))
    assert arn_form(type_) == (f"arn:{{partition}}:shop:{{region}}:{{account}}:order/{form}" if form else "")


def test_each_form_has_its_source() -> None:
    type_ = order(
        texts={"Ref": "`Ref` returns the order ID, such as `ord-1234567890abcdef0`."},
        arn=f"{TEMPLATE}${{OrderId}}",
        identifier=("OrderId",),
        attributes=frozenset({"OrderId", "Arn"}),
    )
    assert list(forms(type_)) == [
        ("Ref", "{OrderId}", "docs:attributes/Ref"),
        ("Arn", "arn:{partition}:shop:{region}:{account}:order/{OrderId}", "spec:arnTemplate"),
        ("OrderId", "ord-0{hex16}", "docs:attributes/Ref"),
    ]
