"""Outputs of other stacks as Fn::GetStackOutput reads them, in another Region and another account too.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-getstackoutput.html
A role leads into its account; what it may do there is not asked, as nowhere in the rehearsal. What CloudFormation says
of a stack or an output that is not there is not known: the texts are those of DescribeStacks and this page's.
"""

from cloudformation.refusals import ValidationError
from rehearsal.state.stacks import Stack
from rehearsal.state.world import World


def stack_output(world: World, stack: Stack, name: str, output: str, region: str, role: str) -> str:
    """What an output of another stack is now; '' for the Region and the role of the stack that asks.

    Errors: ValidationError where there is no such stack or output, or it is in another partition.
    """
    place = region or stack.region
    if world.partition(place) != world.partition(stack.region):
        raise ValidationError(f"Fn::GetStackOutput does not support cross-partition references: {place}")
    account = "".join(role.split(":")[4:5])
    other = (world.of(account) if account else world).find(name, place)
    if other is None or other.gone:
        raise ValidationError(f"Stack with id {name} does not exist")
    if output not in other.outputs:
        raise ValidationError(f"Output {output} not found in stack {name}")
    return other.outputs[output].value
