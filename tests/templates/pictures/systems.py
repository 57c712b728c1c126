"""Systems to draw: the rendered templates, plain ones of a test, and the file that a picture became, read again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Any
from xml.etree import ElementTree

from cloudformation.template.tree import PlainTree
from templates.pictures.canvas.font import width
from templates.pictures.canvas.shapes import LOOKS, Box
from templates.pictures.canvas.svg_writer import written
from templates.pictures.facts.resolved_tree import ResolvedTree, resolved_tree
from templates.pictures.page import page
from tests.templates.resolved import REQUIRED, document
from tests.templates.test_capabilities import CAPABILITIES, PRIVATE, together

SVG = "{http://www.w3.org/2000/svg}"
REGION = {"AWS::Region": "ap-northeast-1"}
THREE = {**CAPABILITIES["third zone"], **PRIVATE, "PrivateSubnet3Cidr": "10.0.13.0/24", "TaskSubnetTier": "private"}
# What no pair of capabilities has: three zones with everything else in them.
WHOLE = {
    "three zones, a gateway in each": {**THREE, "NatGatewayMode": "per-az"},
    "three zones, one gateway, endpoints": {**THREE, "NatGatewayMode": "single", "VpcEndpointMode": "interface"},
    "three zones, no route out": {**THREE, "VpcEndpointMode": "interface", "AlbScheme": "internal"},
    "everything": {
        **THREE,
        "NatGatewayMode": "per-az",
        "VpcEndpointMode": "interface",
        **CAPABILITIES["dualstack"],
        **CAPABILITIES["logs"],
        **CAPABILITIES["alarms"],
        **CAPABILITIES["hours off"],
        "RequestsPerTarget": "100",
        "FargateSpotWeight": "2",
        "FlowLogsRetentionDays": "7",
        "AlternativeDomainName1": "www.example.com",
        "AlternativeDomainName2": "a-name-of-sixty-three-characters-which-is-the-most-one-label-has.example.dev",
        "WebAclArn": "arn:aws:wafv2:ap-northeast-1:123456789012:regional/webacl/limits/1",
        "IngressCidr": "203.0.113.0/24",
        "KmsKeyArn": "arn:aws:kms:ap-northeast-1:123456789012:key/00000000-0000-0000-0000-000000000000",
        "PermissionsBoundaryArn": "arn:aws:iam::123456789012:policy/limit",
    },
}


def container_ports() -> list[str]:
    """The ports that the container of the platform's service opens, ContainerPort by its default."""
    task = document("ecs")["Resources"]["TaskDefinition"]["Properties"]
    mappings = task["ContainerDefinitions"][0]["PortMappings"]
    default = document("root")["Parameters"]["ContainerPort"]["Default"]
    return [str(default if isinstance(port["ContainerPort"], dict) else port["ContainerPort"]) for port in mappings]


def combined() -> Iterator[tuple[str, dict[str, str]]]:
    """Each capability alone, beside every other, and whole systems; by a name for people."""
    yield "defaults", {}
    for count in (1, 2):
        for names in combinations(CAPABILITIES, count):
            if (values := together(*names)) is not None:
                yield " + ".join(names), values
    yield from WHOLE.items()


@cache
def templates() -> PlainTree:
    """rendered/ as it is nested."""
    root = document("root")
    urls = {name: body["Properties"]["TemplateURL"] for name, body in root["Resources"].items()}
    return PlainTree(root, {name: PlainTree(document(url.removesuffix(".yaml"))) for name, url in urls.items()})


def system(**values: str) -> ResolvedTree:
    """The rendered system with the required values and these."""
    return resolved_tree(templates(), {**REQUIRED, **values}, REGION)


def plain(resources: Mapping[str, Any], **sections: Any) -> ResolvedTree:
    """One template of a test, without layers."""
    return resolved_tree(PlainTree({"Resources": resources, **sections}), {}, REGION)


@dataclass(frozen=True)
class Piece:
    """An element of a picture: its box, its classes, what it says, and the resource that it stands for."""

    box: Box
    classes: tuple[str, ...]
    text: str = ""
    resource: str = ""
    points: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Picture:
    """A picture as its file says it."""

    root: ElementTree.Element
    frames: list[Piece]
    texts: list[Piece]
    arrows: list[Piece]

    def resources(self) -> list[str]:
        return [piece.resource for piece in (*self.frames, *self.texts) if piece.resource]

    def says(self, part: str) -> bool:
        return any(part in piece.text for piece in self.texts)


def drawn(tree: ResolvedTree, **options: bool) -> Picture:
    return read(written(page(tree, "A system", "About it.", **options)))


def read(text: str) -> Picture:
    """What a reader of the file has: nothing of what wrote it but the widths of texts."""
    root = ElementTree.fromstring(text)
    frames = [_frame(element) for element in root.findall(f"{SVG}rect")]
    arrows = [_arrow(element) for element in root.findall(f"{SVG}polyline")]
    return Picture(root, frames, [_words(element) for element in root.findall(f"{SVG}text")], arrows)


def _frame(element: ElementTree.Element) -> Piece:
    x, y, wide, high = (int(element.attrib[name]) for name in ("x", "y", "width", "height"))
    classes = tuple(element.attrib["class"].split())
    return Piece(Box(x, y, x + wide, y + high), classes, resource=element.get("data-resource", ""))


def _words(element: ElementTree.Element) -> Piece:
    look, text = element.attrib["class"], element.text or ""
    size, bold = LOOKS[look]
    x, baseline = int(element.attrib["x"]), int(element.attrib["y"])
    box = Box(x, baseline - size, x + width(text, size, bold=bold), baseline + 4)
    return Piece(box, (look,), text, element.get("data-resource", ""))


def _arrow(element: ElementTree.Element) -> Piece:
    pairs = [point.split(",") for point in element.attrib["points"].split()]
    points = tuple((int(x), int(y)) for x, y in pairs)
    box = Box(*(function(axis) for function in (min, max) for axis in zip(*points, strict=True)))
    return Piece(box, tuple(element.attrib["class"].split()), element.get("data-arrow", ""), points=points)
