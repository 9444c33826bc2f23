"""Lab 02-02: parameters, mappings, conditions."""

from __future__ import annotations

from dryrun.checks.cloudformation_templates import checks02 as checks
from dryrun.checks.cloudformation_templates import shops, stacks
from dryrun.checks.cloudformation_templates.questions02 import QUESTIONS
from dryrun.checks.model import Criterion, Exercise, Lab

LAB = Lab(
    id="02-02",
    title="Parameters, mappings, conditions",
    goal="Let one template make many different stacks.",
    minutes=45,
    places=(("the templates", "beside this notebook; you change most of them"),),
    services=("cloudformation", "sqs", "ssm", "secretsmanager"),
    prepare=shops.prepare,
    exercises=(
        Exercise(
            id="given-values",
            number="1",
            title="A question the template asks",
            ids=("CFN-PARAM-REF", "CFN-PARAM-MISSING"),
            criteria=(
                Criterion(
                    "shop-complete",
                    "The stack `ferry-shop` is complete.",
                    stacks.complete(shops.SHOP),
                ),
                Criterion("shop-pier", "It sells for pier B2.", checks.shop_pier),
                Criterion(
                    "shop-patience",
                    "It was told to hide an order for 240 seconds, and does.",
                    checks.shop_patience,
                ),
            ),
            hints=(
                "The template stays as it is. The answers to its questions are given with the "
                "command.",
                "`create-stack` has `--parameters`. A parameter with a default may be left out, "
                "but 240 is not the default.",
                "`aws cloudformation create-stack --stack-name ferry-shop`, the template, then "
                "`--parameters ParameterKey=Pier,ParameterValue=B2` and the same for `Patience`, "
                "with a blank between.",
            ),
            attempted=checks.tried(shops.SHOP, shown=3),
            solve=shops.solve_shop,
            why="The text is the same for every pier. What differs is said when the stack is made.",
        ),
        Exercise(
            id="guarded-values",
            number="2",
            title="Values it takes",
            ids=("CFN-PARAM-PATTERN",),
            criteria=(
                Criterion(
                    "second-complete",
                    "The stack `ferry-shop-c4` is complete.",
                    stacks.complete(shops.SECOND),
                ),
                Criterion("second-pier", "It sells for pier C4.", checks.second_pier),
                Criterion(
                    "pier-guarded",
                    "Its template takes the piers A1 to D9 and nothing else.",
                    checks.pier_guarded,
                ),
                Criterion(
                    "patience-guarded",
                    "It takes 30 to 600 seconds and nothing else.",
                    checks.patience_guarded,
                ),
            ),
            hints=(
                "A parameter can have more than a type and a default. Texts have patterns, "
                "numbers have bounds.",
                "`AllowedPattern` is a regular expression for the whole value. A number has "
                "`MinValue` and `MaxValue`. Both stand level with `Type`.",
                'In `shop.yaml`, under `Pier`, put `AllowedPattern: "[A-D][1-9]"`; under '
                "`Patience`, `MinValue: 30` and `MaxValue: 600`. Then `aws cloudformation "
                "create-stack` with the name `ferry-shop-c4` and the pier C4.",
            ),
            attempted=checks.tried(shops.SECOND),
            solve=shops.solve_guarded,
            why="A wrong value is refused in a second, in your own words, before anything is made.",
        ),
        Exercise(
            id="masked-key",
            number="3",
            title="A value nobody may see",
            ids=("CFN-PARAM-NOECHO",),
            criteria=(
                Criterion("key-stored", "The secret holds the key.", checks.key_stored),
                Criterion(
                    "key-masked", "Who looks at the stack sees four stars.", checks.key_masked
                ),
                Criterion(
                    "key-unwritten",
                    "The key does not stand in the template.",
                    checks.key_unwritten,
                ),
            ),
            hints=(
                "One more line under `PayKey` is all the template needs.",
                "`NoEcho` makes CloudFormation show stars in place of a value. The key itself is "
                "given with the command.",
                "Put `NoEcho: true` under `PayKey` in `payment.yaml`. Then `aws cloudformation "
                "create-stack` as `ferry-payment`, with `ParameterKey=PayKey` and the key as "
                "its `ParameterValue`.",
            ),
            attempted=checks.tried(shops.PAYMENT),
            solve=shops.solve_payment,
            why="Stars in CloudFormation's answers, the value in the resource. Anything that "
            "repeats the value elsewhere still shows it.",
        ),
        Exercise(
            id="right-types",
            number="4",
            title="Types that do something",
            ids=("CFN-PARAM-LIST", "CFN-PARAM-SSMTYPE"),
            criteria=(
                Criterion(
                    "screen-version",
                    "The screen shows the version, which nobody typed.",
                    checks.screen_version,
                ),
                Criterion(
                    "screen-pier", "The screen shows the first of three piers.", checks.screen_pier
                ),
            ),
            hints=(
                "Both parameters are `String`. One should be a list, the other a name to look up.",
                "A list of texts is `CommaDelimitedList`. A name that is looked up in Parameter "
                "Store has a type that begins with `AWS::SSM::Parameter::Value`.",
                "In `release.yaml`, `Version` is an `AWS::SSM::Parameter::Value<String>` and "
                "`Piers` a `CommaDelimitedList`. Then `aws cloudformation create-stack` with the "
                "name `ferry-screen` and `file://release.yaml`; the defaults will do.",
            ),
            attempted=checks.tried(shops.SCREEN, shown=1),
            solve=shops.solve_screen,
            why="The type decides what `!Ref` gives: a text, a list, or a value from Parameter "
            "Store.",
        ),
        Exercise(
            id="two-stages",
            number="5",
            title="A table, and what a template knows by itself",
            ids=("CFN-MAPPINGS", "CFN-PSEUDO-BASIC"),
            criteria=(
                Criterion("test-stage", "`ferry-test` is right, in us-east-1.", checks.test_stage),
                Criterion("prod-stage", "`ferry-prod` is right, in eu-west-1.", checks.prod_stage),
                Criterion("stages-alike", "Both are of one template.", checks.stages_alike),
                Criterion(
                    "stages-general",
                    "Neither account nor region stands in it.",
                    checks.stages_general,
                ),
            ),
            hints=(
                "Three things must not be fixed in the template: the seconds, the stage and the "
                "place. Two of them CloudFormation can find itself.",
                "`Mappings` holds the seconds of each stage, and `!FindInMap` reads them. In a "
                "`!Sub`, `${AWS::AccountId}` and `${AWS::Region}` are the account and the region.",
                "`Mappings:`, `Keep:`, then `test: {Seconds: 86400}` and `prod: {Seconds: "
                "1209600}`. The queue has `!FindInMap [Keep, !Ref Stage, Seconds]`, the bucket "
                "`!Sub ferry-printed-${Stage}-` and so on. Create it twice, the second time with "
                "`--region eu-west-1`.",
            ),
            attempted=checks.tried(shops.TEST, shops.PROD),
            solve=shops.solve_stages,
            why="A mapping is a table in the template; pseudo parameters are the answers nobody "
            "has to give.",
        ),
        Exercise(
            id="only-in-prod",
            number="6",
            title="Only in prod",
            ids=("CFN-COND-FUNCTIONS", "CFN-COND-RESOURCE"),
            criteria=(
                Criterion(
                    "sales-test", "`ferry-sales-test` has no queue `Lost`.", checks.sales_test
                ),
                Criterion(
                    "sales-prod",
                    "`ferry-sales-prod` has one, and gives up to it after four tries.",
                    checks.sales_prod,
                ),
                Criterion("sales-alike", "Both are of one template.", checks.sales_alike),
            ),
            hints=(
                "Two things depend on the stage: the queue `Lost`, and the property that points "
                "to it.",
                "A condition is named under `Conditions:`. A resource has `Condition:` level with "
                "`Type`. A property has `!If`, and `!Ref AWS::NoValue` for nothing.",
                "`Careful: !Equals [!Ref Stage, prod]` under `Conditions:`, `Condition: Careful` "
                "under `Lost:`, and `RedrivePolicy: !If` with a list of three: `Careful`, what "
                "stands there now, `!Ref AWS::NoValue`. Then `aws cloudformation create-stack` "
                "twice.",
            ),
            attempted=checks.tried(shops.SALES_TEST, shops.SALES_PROD),
            solve=shops.solve_sales,
            why="A condition is worked out before anything is made. What is false is not there.",
        ),
        Exercise(
            id="dress-rehearsal",
            number="7",
            title="A dress rehearsal",
            ids=("CFN-COND-YAML-SHORT", "CFN-COND-UPDATE"),
            criteria=(
                Criterion(
                    "rehearsal-on",
                    "`ferry-sales-test` keeps lost orders, for `Rehearsal` is true.",
                    checks.rehearsal_on,
                ),
                Criterion(
                    "rehearsal-table",
                    "`Lost` is made for prod and for a rehearsal, else never.",
                    checks.rehearsal_table,
                ),
                Criterion("prod-kept", "`ferry-sales-prod` is as it was.", checks.sales_prod),
            ),
            hints=(
                "One more parameter, one more function around the condition, one update.",
                "`!Or` takes a list of conditions. The parameter `Rehearsal` is a String with the "
                "default false, so that nobody else has to answer.",
                "`Careful: !Or [!Equals [!Ref Stage, prod], !Equals [!Ref Rehearsal, true]]`. Then "
                "`aws cloudformation update-stack` for `ferry-sales-test`, with "
                "`ParameterKey=Stage,UsePreviousValue=true` and `Rehearsal` true.",
            ),
            attempted=checks.tried_rehearsal,
            solve=shops.solve_rehearsal,
            why="When a condition turns true its resources are added; when it turns false they "
            "are deleted, with what is in them.",
        ),
    ),
    questions=QUESTIONS,
    clean_up=(
        Criterion("stacks-gone", "Every stack of this lab is deleted.", checks.nothing_left),
    ),
)
