"""How a transform says that it failed, and how much work it may be."""

from cloudformation.refusals import TemplateError
from cloudformation.template.transforms import LANGUAGE_EXTENSIONS

BUFFER = 8  # how many times the limit may be read and made on the way; AWS allows "some buffer" and names no number


class FinalError(TemplateError):
    """A failure that counts even in a resource that its condition switches off."""


def failed(text: str, kind: type[TemplateError] = TemplateError, transform: str = LANGUAGE_EXTENSIONS) -> TemplateError:
    """The failure with that text, as a change set's or a stack's reason has it (recorded for macros, AWS::Include)."""
    return kind(f"Transform {transform} failed with: {text}")


def layout(function: str) -> TemplateError:
    """A function whose argument has the wrong form.

    Seen for Fn::If (aws-cloudformation/cfn-language-discussion#135), Fn::GetAtt (aws-cloudformation/cfn-lint#4099),
    Fn::ForEach (ministackorg/ministack#1739) and others (aws/aws-sam-cli, samcli/lib/cfn_language_extensions).
    """
    return failed(f"{function} layout is incorrect")


class Budget:
    """How much work a transform may be: every text that is read or made counts, so that no loop runs away."""

    def __init__(self, limit: int) -> None:
        self.left = limit

    def spend(self, amount: int) -> None:
        """Errors: TemplateError in the words of the guide, "Troubleshoot the processed template"."""
        self.left -= amount
        if self.left < 0:
            raise outgrown()


def outgrown() -> FinalError:
    """A template that is too large, on the way or in the end (user guide, "Troubleshoot the processed template")."""
    return FinalError("Transformation data limit exceeded")
