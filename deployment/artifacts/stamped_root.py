"""A root that differs from the stack's only in the stamp of a release: the same template (docs/decisions/0030).

A stack that was deployed from a bundle has a root with a stamp, one that was deployed from rendered/ has none. What a
macro generates from a template may depend on its Metadata: there a stamp is a difference like any other.
"""

from dataclasses import replace

from cloudformation.environment.delivery.release_stamp import without_stamp
from cloudformation.template.transforms import transforms
from deployment.artifacts.packaging import Package
from deployment.template.template import Template


def as_standing(package: Package, root: Template, text: str | None) -> Package:
    """The package with the root's `text` as the stack has it, where only the stamp differs; else as it is.

    That root was sent once, and need not be in the bucket again under the name of this one: it is no artifact here.
    """
    if text is None or text == package.text or transforms(root.document):
        return package
    if without_stamp(text) != without_stamp(package.text):
        return package
    below = tuple(artifact for artifact in package.artifacts if artifact.body != package.text.encode())
    return replace(package, text=text, artifacts=below)
