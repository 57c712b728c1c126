"""A project whose second layer takes one item of a list that its sibling feeds: no nested change set can be made."""

from __future__ import annotations

from pathlib import Path

from tests.deployment.project import APP, ENVIRONMENT, NETWORK, ROOT, write_project

LISTED_ROOT = ROOT.replace(
    "        Hours: !Ref Hours\n", "        Hours: !Ref Hours\n        SubnetIds: !GetAtt Network.Outputs.SubnetIds\n"
)
LISTED_NETWORK = NETWORK.replace(
    "Outputs:\n",
    """\
  One:
    Type: AWS::EC2::Subnet
    Properties:
      VpcId: !Ref Vpc
      CidrBlock: 10.0.0.0/24
  Two:
    Type: AWS::EC2::Subnet
    Properties:
      VpcId: !Ref Vpc
      CidrBlock: 10.0.1.0/24
Outputs:
  SubnetIds:
    Value: !Join [",", [!Ref One, !Ref Two]]
""",
)
_LIST = "Parameters:\n  SubnetIds:\n    Type: CommaDelimitedList"
LISTED_APP = f"""\
{APP.replace("Parameters:", _LIST, 1)}\
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: 30
  Gateway:
    Type: AWS::EC2::NatGateway
    Properties:
      ConnectivityType: private
      SubnetId: !Select [1, !Ref SubnetIds]
"""


def write_listed(
    folder: Path,
    *,
    environment: str = ENVIRONMENT,
    root: str = LISTED_ROOT,
    network: str = LISTED_NETWORK,
    app: str = LISTED_APP,
) -> Path:
    """The project's folder."""
    return write_project(folder, environment=environment, root=root, network=network, app=app)
