"""Templates are read as text, as documents, and with the templates that they nest."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deployment.errors import FileProblems
from deployment.template.template import parse_document, read_template
from tests.deployment.project import APP, NETWORK, ROOT, write_project


def _problem(path: Path) -> str:
    with pytest.raises(FileProblems) as caught:
        read_template(path)
    return str(caught.value.problems[0])


def test_a_tree_is_read_with_its_children(tmp_path: Path) -> None:
    root = read_template(write_project(tmp_path) / "rendered/root.yaml")
    assert [path for path, _ in root.walk()] == [(), ("Network",), ("App",)]
    assert root.section("Rules")["ProdHasTwo"]["RuleCondition"] == {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}
    assert root.nested["App"].section("Outputs") == {}


def test_only_the_urls_of_the_text_are_replaced(tmp_path: Path) -> None:
    root = read_template(write_project(tmp_path) / "rendered/root.yaml")
    text = root.with_urls({"Network": "https://b/n.yaml", "App": "https://b/a.yaml"})
    expected = ROOT.replace("TemplateURL: network.yaml", "TemplateURL: https://b/n.yaml")
    assert text == expected.replace('TemplateURL: "app.yaml"', 'TemplateURL: "https://b/a.yaml"')


def test_urls_that_are_urls_or_intrinsics_stay(tmp_path: Path) -> None:
    text = ROOT.replace("network.yaml", "https://elsewhere/n.yaml").replace('"app.yaml"', "!Sub '${Base}/app.yaml'")
    root = read_template(write_project(tmp_path, root=text) / "rendered/root.yaml")
    assert root.nested == {}
    assert root.with_urls({}) == text


def test_capabilities_are_asked_for_where_templates_hold_iam(tmp_path: Path) -> None:
    assert read_template(write_project(tmp_path) / "rendered/root.yaml").capabilities == {"CAPABILITY_IAM"}


def test_a_named_role_needs_more(tmp_path: Path) -> None:
    app = APP.replace("AssumeRole", "RoleName: me\n      AssumeRole")
    root = read_template(write_project(tmp_path, app=app) / "rendered/root.yaml")
    assert root.capabilities == {"CAPABILITY_NAMED_IAM"}
    assert root.nested["Network"].capabilities == frozenset()


def test_intrinsics_read_in_their_long_form() -> None:
    document = parse_document("a: !GetAtt A.B.C\nb: !Sub ['${x}', {x: !Ref Y}]\nc: !Join ['', [a]]\nd: !Condition C")
    assert document == {
        "a": {"Fn::GetAtt": ["A", "B.C"]},
        "b": {"Fn::Sub": ["${x}", {"x": {"Ref": "Y"}}]},
        "c": {"Fn::Join": ["", ["a"]]},
        "d": {"Condition": "C"},
    }
    assert parse_document("e: !Transform {Name: x}\nf: 2010-09-09") == {
        "e": {"Fn::Transform": {"Name": "x"}},
        "f": "2010-09-09",
    }
    assert parse_document("just text") == {}


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("a: [", "root.yaml:2: is not valid YAML"),
        ("a: \x01", "root.yaml: is not valid YAML"),
        ("- 1", "root.yaml: is not a CloudFormation template"),
        ("Resources: []", "root.yaml: is not a CloudFormation template"),
        (ROOT.replace("network.yaml", "nowhere.yaml"), "root.yaml:33: Network nests nowhere.yaml, which does not"),
        (ROOT.replace("network.yaml", "root.yaml"), "root.yaml: nests itself"),
    ],
)
def test_what_is_no_template_is_told(tmp_path: Path, text: str, finding: str) -> None:
    project = write_project(tmp_path, root=text)
    assert _problem(project / "rendered/root.yaml").startswith(finding)


def test_a_folder_without_a_root_is_told(tmp_path: Path) -> None:
    assert _problem(tmp_path / "root.yaml").startswith("root.yaml: cannot be read")


def test_a_nested_problem_is_told_under_the_folder(tmp_path: Path) -> None:
    project = write_project(tmp_path, network="a: [")
    with pytest.raises(FileProblems) as caught:
        read_template(project / "rendered/root.yaml", "rendered/root.yaml")
    assert str(caught.value.problems[0]).startswith("rendered/network.yaml:2: is not valid YAML")


@settings(deadline=None)
@given(
    st.dictionaries(
        st.text("ABCabc", min_size=1, max_size=6),
        st.tuples(st.sampled_from(["", "'", '"']), st.integers(0, 6)),
        max_size=5,
    )
)
def test_replacing_urls_by_themselves_gives_the_same_bytes(nested: dict[str, tuple[str, int]]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "child.yaml").write_text("Resources: {}\n")
        text = "Resources:\n  Own: {Type: AWS::SNS::Topic}\n"
        for name, (quote, blank) in nested.items():
            text += f"{' ' * 2}{name}:\n    Properties:\n      TemplateURL: {quote}child.yaml{quote}{' ' * blank}\n"
            text += "    Type: AWS::CloudFormation::Stack\n"
        (Path(folder) / "root.yaml").write_text(text)
        root = read_template(Path(folder) / "root.yaml")
        assert set(root.nested) == set(nested)
        assert root.with_urls(dict.fromkeys(nested, "child.yaml")) == text


_STYLES = [
    "{0}",
    "'{0}'",
    '"{0}"',
    "|-\n        {0}",
    ">-\n        {0}",
    "|-\n        {0}\n\n",
    ">-\n          {0}\n  # more",
]


@settings(deadline=None)
@given(
    st.dictionaries(
        st.text("ABCabc", min_size=1, max_size=6),
        st.tuples(
            st.sampled_from(_STYLES), st.sampled_from(["", " # why", "\n\n"]), st.sampled_from(["TemplateURL", "Code"])
        ),
        min_size=1,
        max_size=5,
    )
)
def test_however_a_file_is_written_only_its_name_is_replaced(nested: dict[str, tuple[str, str, str]]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "child.yaml").write_text("Resources: {}\n")
        lines = ["Resources:", "  Own: {Type: AWS::SNS::Topic}"]
        for name, (style, after, member) in nested.items():
            kind = "AWS::CloudFormation::Stack" if member == "TemplateURL" else "AWS::Lambda::Function"
            tail = "" if "\n" in style else after
            named = f"      {member}: {style.format('child.yaml')}{tail}"
            lines += [f"  {name}:", "    Properties:", named, "      Next: 1", f"    Type: {kind}"]
        (Path(folder) / "root.yaml").write_text("\n".join(lines))
        root = read_template(Path(folder) / "root.yaml")
        objects = dict.fromkeys(root.files, '{"S3Bucket": "b", "S3Key": "k"}')
        sent = parse_document(root.with_urls(dict.fromkeys(root.nested, "https://b/k?versionId=1"), objects))
    for name, (_, _, member) in nested.items():
        value = "https://b/k?versionId=1" if member == "TemplateURL" else {"S3Bucket": "b", "S3Key": "k"}
        assert sent["Resources"][name]["Properties"] == {member: value, "Next": 1}
    assert set(sent["Resources"]) == {"Own", *nested}


def test_a_transform_anywhere_in_the_tree_is_acknowledged(tmp_path: Path) -> None:
    network = f"Transform: AWS::LanguageExtensions\n{NETWORK}"
    root = read_template(write_project(tmp_path, network=network) / "rendered/root.yaml")
    assert root.capabilities == {"CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"}
