"""Lab 02-03: functions and wiring."""

from __future__ import annotations

from dryrun.checks.cloudformation_templates import checks03 as checks
from dryrun.checks.cloudformation_templates import piers, stacks
from dryrun.checks.cloudformation_templates.questions03 import QUESTIONS
from dryrun.checks.model import Criterion, Exercise, Lab

LAB = Lab(
    id="02-03",
    title="Functions and wiring",
    goal="Connect resources and stacks by functions, so that nobody ever copies an id.",
    minutes=45,
    places=(
        ("the templates", "beside this notebook: gangway, moorings, screen and rows.yaml"),
        ("a fresh copy", "lab.start lays it out again; yours is kept as .mine"),
    ),
    services=("cloudformation", "sqs", "ec2", "ssm"),
    prepare=piers.prepare,
    exercises=(
        Exercise(
            id="outputs-told",
            number="1",
            title="What others need to know",
            ids=("CFN-FN-REF", "CFN-FN-GETATT", "CFN-FN-SUB", "CFN-FN-JOIN", "CFN-OUTPUTS"),
            criteria=(
                Criterion("for-castle", "The stack is for the pier `castle`.", checks.for_castle),
                Criterion("queue-url", "`QueueUrl` is the queue's URL.", checks.output("QueueUrl")),
                Criterion(
                    "topic-name", "`TopicName` is the topic's name.", checks.output("TopicName")
                ),
                Criterion("sign", "`Sign` is the sentence.", checks.output("Sign")),
                Criterion(
                    "both",
                    "`Both` is the two ARNs with a comma between.",
                    checks.output("Both"),
                ),
                Criterion("nothing-typed", "No value is typed in.", checks.nothing_typed),
            ),
            hints=(
                "`landing.yaml` has an output of every kind. Which of them gives a URL, which a "
                "name, which an ARN?",
                "A queue: `!Ref` is the URL, `Arn` an attribute. A topic: `!Ref` is the ARN, "
                "`TopicName` an attribute. `!Sub` puts values into a sentence, `!Join` puts a "
                "comma between the parts of a list.",
                "Under `Outputs:`, each with a `Value:`. A `!Ref`, a `!GetAtt`, a `!Sub` with "
                "`${Pier}` and the attribute of `Boarding` in `${…}`, and a `!Join` of the comma "
                "and a list of two. Create it with `--parameters "
                "ParameterKey=Pier,ParameterValue=…`.",
            ),
            attempted=checks.tried(piers.GANGWAY),
            solve=piers.solve_outputs,
            why="Ref gives what the type chose to give. GetAtt gives one of the rest. Sub and Join "
            "put them together.",
        ),
        Exercise(
            id="own-name",
            number="2",
            title="A name nobody else has",
            ids=("CFN-FN-SELECT-SPLIT",),
            criteria=(
                Criterion(
                    "photos-named",
                    "The bucket is `ferry-photos-` and the last part of the stack's id.",
                    checks.photos_named,
                ),
                Criterion("id-not-typed", "Functions cut it out of the id.", checks.id_not_typed),
                Criterion("still-castle", "The pier is still `castle`.", checks.for_castle),
            ),
            hints=(
                "`!Split` makes a list of a text, `!Select` takes one of a list. They go into one "
                "another.",
                'Split `!Ref "AWS::StackId"` at the slashes and take part 2: that is the long id. '
                "Split it at the dashes and take its last part. Lists count from 0.",
                "The last part is number 4 of the list that `!Split` makes of the long id at "
                '"-". Put `ferry-photos` in front with `!Join ["-", […, …]]`, under '
                "`BucketName:`. Then `update-stack`, and keep `Pier` with `UsePreviousValue=true`.",
            ),
            attempted=checks.tried_name,
            solve=piers.solve_name,
            why="A stack's id is unique in the world. A piece of it makes a fixed name unique too.",
        ),
        Exercise(
            id="network-cut",
            number="3",
            title="Cut a network into pieces",
            ids=("CFN-FN-CIDR", "CFN-FN-GETAZS", "CFN-DEPENDSON", "CFN-EXPORT-LIST"),
            criteria=(
                Criterion(
                    "pieces-cut",
                    "The two subnets are the first two /24 of the network.",
                    checks.pieces_cut,
                ),
                Criterion(
                    "zones-apart",
                    "They stand in the first and second zone of the region.",
                    checks.zones_apart,
                ),
                Criterion(
                    "no-zone-typed",
                    "Neither addresses nor zones are typed in.",
                    checks.nothing_typed_there,
                ),
                Criterion("route-waits", "`WayOut` waits for `Attachment`.", checks.route_waits),
                Criterion(
                    "exported",
                    "`ferry-vpc` and `ferry-subnets` are exported.",
                    checks.exported,
                ),
            ),
            hints=(
                "Three things: two resources of type `AWS::EC2::Subnet`, one line at `WayOut`, and "
                "outputs with an `Export`.",
                '`!Cidr [!Ref Range, 2, 8]` is a list of two pieces, `!GetAZs ""` the list of '
                "zones. `!Select` takes one. `DependsOn:` stands beside `Type:`, not under "
                "`Properties:`.",
                "A subnet has `VpcId`, `CidrBlock` and `AvailabilityZone`; the last two are "
                "`!Select [0, …]` and, for the second, `!Select [1, …]`. `DependsOn: Attachment`. "
                "An output has `Value:` and `Export: {Name: …}`; the second value is a `!Join` of "
                "a comma and both subnets.",
            ),
            attempted=checks.tried(piers.MOORINGS),
            solve=piers.solve_network,
            why="Whoever makes the network of another range or in another region changes one "
            "value, and everything else follows.",
        ),
        Exercise(
            id="screen-wired",
            number="4",
            title="A screen in somebody else's network",
            ids=("CFN-IMPORTVALUE", "CFN-FN-BASE64"),
            criteria=(
                Criterion(
                    "screen-placed",
                    "`Screen` stands in the first subnet.",
                    checks.screen_placed,
                ),
                Criterion(
                    "screen-imports", "Its stack imports the subnets.", checks.screen_imports
                ),
                Criterion(
                    "script-arrives",
                    "The script arrives: the stack's name is filled in, `${PIER}` is not.",
                    checks.script_arrives,
                ),
            ),
            hints=(
                "The subnet is the first part of an imported list. The script needs two functions, "
                "one within the other.",
                "`!ImportValue ferry-subnets` is a text with a comma in it; step 2 cut texts. For "
                "the script: `Fn::Base64:`, under it `Fn::Sub: |`, and the script.",
                '`!Select [0, !Split [",", …]]` with the import inside. `Fn::Sub` would look for '
                "a resource `PIER`: an exclamation mark after `${` leaves it to the shell. A "
                "stack in ROLLBACK_COMPLETE must be deleted before you try again.",
            ),
            attempted=checks.tried(piers.SCREEN),
            solve=piers.solve_screen,
            why="An import is a promise: as long as it stands, what it names cannot go away.",
        ),
        Exercise(
            id="export-renamed",
            number="5",
            title="The export that nobody may touch",
            ids=("CFN-EXPORT-INUSE", "CFN-IMPORTVALUE"),
            criteria=(
                Criterion(
                    "new-name", "The subnets are exported as `ferry-pier-subnets`.", checks.new_name
                ),
                Criterion("old-name-gone", "`ferry-subnets` is gone.", checks.old_name_gone),
                Criterion(
                    "screen-kept",
                    "The screen is still the same machine, and imports them.",
                    checks.screen_kept,
                ),
            ),
            hints=(
                "One value may be exported under two names.",
                "Three updates. `ferry-moorings`, `ferry-screen`, and `ferry-moorings` again.",
                "First add an output with the same `Value` and the new export name. Then change "
                "the `!ImportValue` in `screen.yaml` and update the screen. Then remove the old "
                "output.",
            ),
            attempted=checks.tried_rename,
            solve=piers.solve_rename,
            why="Add the new, move everybody over, remove the old. It is the way with every "
            "interface.",
        ),
        Exercise(
            id="rows-looped",
            number="6",
            title="One more pier",
            ids=("CFN-FN-LANGEXT",),
            criteria=(
                Criterion(
                    "rows-complete",
                    "The stack `ferry-rows` is complete.",
                    stacks.complete(piers.ROWS),
                ),
                Criterion(
                    "queues-made",
                    "Every pier has its queue, which keeps arrivals for an hour.",
                    checks.queues_made,
                ),
                Criterion(
                    "written-once",
                    "The template has one queue in it, and counts by itself.",
                    checks.written_once,
                ),
                Criterion(
                    "board-tells", "`/ferry/piers` tells piers and count.", checks.board_tells
                ),
            ),
            hints=(
                "A parameter of type `CommaDelimitedList` holds the piers. One function loops over "
                "it, one counts it, one makes JSON.",
                "`Transform: AWS::LanguageExtensions` comes first. `Fn::ForEach::Rows:` stands "
                "under `Resources:` and has a list of three: a name such as `Pier`, the list, and "
                "a resource whose logical id has `${Pier}` in it. CloudFormation wants "
                "`--capabilities CAPABILITY_AUTO_EXPAND`.",
                "The resource is the queue, with `!Sub` in its name. The value of `Board` is "
                "`Fn::ToJsonString:` with `piers:` a `!Ref` and `count:` an `Fn::Length:` of the "
                "same. The long form, `Fn::…:`, is the one to use for all three.",
            ),
            attempted=checks.tried(piers.ROWS),
            solve=piers.solve_loop,
            why="The transform writes the loop out, then the stack is made as ever.",
        ),
    ),
    questions=QUESTIONS,
    clean_up=(
        Criterion("stacks-gone", "Every stack of this lab is deleted.", checks.nothing_left),
    ),
)
