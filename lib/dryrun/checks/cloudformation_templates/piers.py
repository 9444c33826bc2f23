"""What lab 02-03 works on: Ferry's gangway, its network on the piers and its screen."""

from __future__ import annotations

from pathlib import Path

from dryrun.checks import templates
from dryrun.checks.account import Account
from dryrun.checks.cloudformation_templates import stacks

GANGWAY = "ferry-gangway"
MOORINGS = "ferry-moorings"
SCREEN = "ferry-screen"
ROWS = "ferry-rows"
LANDING = "ferry-landing"
STACKS = (ROWS, SCREEN, MOORINGS, GANGWAY, LANDING)
PIER = "castle"
VPC_EXPORT = "ferry-vpc"
SUBNETS_EXPORT = "ferry-subnets"
NEW_EXPORT = "ferry-pier-subnets"
BOARD = "/ferry/piers"
PIERS = ("North", "Castle", "Fjord", "Harbour")
FILES = ("landing.yaml", "gangway.yaml", "moorings.yaml", "screen.yaml", "rows.yaml")

OUTPUTS = """
Outputs:
  QueueUrl:
    Value: !Ref Passengers
  TopicName:
    Value: !GetAtt Boarding.TopicName
  Sign:
    Value: !Sub "Pier ${Pier}: listen to ${Boarding.TopicName}"
  Both:
    Value: !Join [",", [!GetAtt Passengers.Arn, !Ref Boarding]]
"""
PHOTOS = """\
  Photos:
    Type: AWS::S3::Bucket
"""
NAMED_PHOTOS = f"""{PHOTOS}\
    Properties:
      BucketName: !Join
        - "-"
        - - ferry-photos
          - !Select [4, !Split ["-", !Select [2, !Split ["/", !Ref "AWS::StackId"]]]]
"""
PLACES = """
  First:
    Type: AWS::EC2::Subnet
    Properties:
      VpcId: !Ref Network
      CidrBlock: !Select [0, !Cidr [!Ref Range, 2, 8]]
      AvailabilityZone: !Select [0, !GetAZs ""]

  Second:
    Type: AWS::EC2::Subnet
    Properties:
      VpcId: !Ref Network
      CidrBlock: !Select [1, !Cidr [!Ref Range, 2, 8]]
      AvailabilityZone: !Select [1, !GetAZs ""]

Outputs:
  Vpc:
    Value: !Ref Network
    Export: {Name: ferry-vpc}
  Subnets:
    Value: !Join [",", [!Ref First, !Ref Second]]
    Export: {Name: ferry-subnets}
"""
ALSO = """\
  PierSubnets:
    Value: !Join [",", [!Ref First, !Ref Second]]
    Export: {Name: ferry-pier-subnets}
"""
LOOP = """\
Transform: AWS::LanguageExtensions

Parameters:
  Piers:
    Type: CommaDelimitedList
    Default: North,Castle,Fjord,Harbour

Resources:
  Fn::ForEach::Rows:
    - Pier
    - !Ref Piers
    - Arrivals${Pier}:
        Type: AWS::SQS::Queue
        Properties:
          QueueName: !Sub ferry-arrivals-${Pier}
          MessageRetentionPeriod: 3600

  Board:
    Type: AWS::SSM::Parameter
    Properties:
      Name: /ferry/piers
      Type: String
      Value:
        Fn::ToJsonString:
          piers: !Ref Piers
          count:
            Fn::Length: !Ref Piers
"""


def prepare(account: Account) -> None:
    """Lay out the templates of the piers."""
    templates.lay_out(account, stacks.TRACK, *FILES)


def exports(account: Account) -> dict[str, str]:
    """Return the exports of the account in its home region."""
    answer = account.client("cloudformation").list_exports()
    return {one["Name"]: one["Value"] for one in answer["Exports"]}


# Solvers: the state a right answer leaves.


def _text(name: str) -> str:
    return Path(name).read_text(encoding="utf-8")


def _change(account: Account, stack: str, name: str, text: str) -> None:
    templates.write(name, text)
    account.client("cloudformation").update_stack(
        StackName=stack, TemplateBody=text, Parameters=_kept(account, stack)
    )


def _kept(account: Account, stack: str) -> list[dict[str, object]]:
    """Say that the parameters of a stack keep their values."""
    names = stacks.parameters(stacks.find(account, stack))
    return [{"ParameterKey": name, "UsePreviousValue": True} for name in names]


def _create(account: Account, stack: str, name: str, text: str, **more: object) -> None:
    templates.write(name, text)
    account.client("cloudformation").create_stack(StackName=stack, TemplateBody=text, **more)


def solve_outputs(account: Account) -> None:
    """Create the gangway for the castle, with its outputs."""
    given = [{"ParameterKey": "Pier", "ParameterValue": PIER}]
    text = _text("gangway.yaml") + OUTPUTS
    _create(account, GANGWAY, "gangway.yaml", text, Parameters=given)


def solve_name(account: Account) -> None:
    """Name the bucket after the stack's own id."""
    text = _text("gangway.yaml").replace(PHOTOS, NAMED_PHOTOS)
    _change(account, GANGWAY, "gangway.yaml", text)


def solve_network(account: Account) -> None:
    """Cut the network, order the route, and export what others need."""
    text = _text("moorings.yaml").replace(
        "    Type: AWS::EC2::Route\n", "    Type: AWS::EC2::Route\n    DependsOn: Attachment\n"
    )
    _create(account, MOORINGS, "moorings.yaml", text + PLACES)


def solve_screen(account: Account) -> None:
    """Put the screen into the first subnet, with a script that EC2 takes."""
    text = _text("screen.yaml")
    text = text.replace(
        "paste the id here", '!Select [0, !Split [",", !ImportValue ferry-subnets]]'
    )
    head, _, script = text.partition("      UserData: |\n")
    script = "".join(f"    {line}\n" for line in script.replace("${PIER}", "${!PIER}").splitlines())
    text = f"{head}      UserData:\n        Fn::Base64:\n          Fn::Sub: |\n{script}"
    _create(account, SCREEN, "screen.yaml", text)


def solve_rename(account: Account) -> None:
    """Give the new name first, move the screen, then take the old name away."""
    old = _text("moorings.yaml")
    _change(account, MOORINGS, "moorings.yaml", old + ALSO)
    screen = _text("screen.yaml").replace(SUBNETS_EXPORT, NEW_EXPORT)
    _change(account, SCREEN, "screen.yaml", screen)
    head, _, _ = old.partition("  Subnets:\n")
    _change(account, MOORINGS, "moorings.yaml", head + ALSO)


def solve_loop(account: Account) -> None:
    """Write one queue, for as many piers as there are."""
    _create(account, ROWS, "rows.yaml", LOOP, Capabilities=["CAPABILITY_AUTO_EXPAND"])
