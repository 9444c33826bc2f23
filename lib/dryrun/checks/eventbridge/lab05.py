"""Lab 10-05: schemas."""

from __future__ import annotations

from dryrun.checks.eventbridge import contracts, receipts
from dryrun.checks.eventbridge.questions05 import QUESTIONS
from dryrun.checks.model import Criterion, Exercise, Lab

_IDS = ("EV-SCHEMA",)

LAB = Lab(
    id="10-05",
    title="Schemas",
    goal="Find out what is in Ferry's events, agree on it, and write a handler against it.",
    minutes=40,
    places=(
        ("the bus", "ferry-shop; the shop puts an event on it for each ticket it sells"),
        ("the function", "ferry-receipts, called by the rule `receipts`; it does nothing yet"),
        ("a sheet", "by-hand.json, in this folder"),
    ),
    services=("schemas", "events", "lambda", "logs"),
    prepare=receipts.prepare,
    exercises=(
        Exercise(
            id="discovery",
            number="1",
            title="Let the traffic tell",
            ids=_IDS,
            criteria=(
                Criterion(
                    "watching", "A discoverer watches the bus `ferry-shop`.", contracts.watching
                ),
                Criterion(
                    "discovered",
                    "The registry `discovered-schemas` has `ferry.tickets@TicketSold`.",
                    contracts.discovered,
                ),
            ),
            hints=(
                "A discoverer sees what is put on the bus from now on, not what was there before.",
                "`aws schemas create-discoverer` wants the ARN of the bus. Then sell a ticket.",
                "`aws schemas create-discoverer --source-arn "
                "arn:aws:events:us-east-1:123456789012:event-bus/…`, then `sell()`.",
            ),
            attempted=contracts.tried_discovery,
            solve=contracts.solve_discovery,
            why="Discovery writes down what is really sent, once somebody sends it.",
        ),
        Exercise(
            id="new-shape",
            number="2",
            title="Another shape",
            ids=_IDS,
            criteria=(
                Criterion(
                    "loose-cabin",
                    "The latest discovered version has `cabin`, which may be missing.",
                    contracts.loose_cabin,
                ),
                Criterion(
                    "unwatched", "No discoverer watches the bus any more.", contracts.unwatched
                ),
            ),
            hints=(
                "Sell a ticket with one member more. The order matters: who is stopped sees "
                "nothing.",
                "`sell` takes more members by name. A discoverer has an id, which "
                "`aws schemas list-discoverers` shows.",
                '`sell("t-2", cabin="A12")`, then `aws schemas stop-discoverer '
                "--discoverer-id events-event-bus-…`.",
            ),
            attempted=contracts.tried_shape,
            solve=contracts.solve_shape,
            why="A version is made when an event does not fit the last one, and only then.",
        ),
        Exercise(
            id="contract",
            number="3",
            title="A contract",
            ids=_IDS,
            criteria=(
                Criterion(
                    "registered", "The registry `ferry-contracts` is there.", contracts.registered
                ),
                Criterion(
                    "agreed",
                    "It has `ferry.tickets@TicketSold`, of type `OpenApi3`, with all four members.",
                    contracts.agreed,
                ),
                Criterion("whole-cents", "`price` is an `integer`.", contracts.whole_cents),
                Criterion("contract-cabin", "`cabin` may be missing.", contracts.contract_cabin),
            ),
            hints=(
                "Take the content of the discovered schema, change one word of it, and create a "
                "schema with it in a registry of your own.",
                "The content is JSON in a string. The place is `components`, `schemas`, "
                "`TicketSold`, `properties`, `price`.",
                '`json.loads` the `Content`, set `["type"]` of the price to `"integer"`, then '
                "`create_registry` and `create_schema` with `json.dumps` of it.",
            ),
            attempted=contracts.tried_contract,
            solve=contracts.solve_contract,
            why="Discovery describes what is. A contract says what shall be, in a registry of "
            "your own.",
        ),
        Exercise(
            id="code",
            number="4",
            title="Code for it",
            ids=_IDS,
            criteria=(
                Criterion(
                    "bound", "The contract has code in the language `Python36`.", contracts.bound
                ),
                Criterion("unpacked", "It is unpacked in `package`.", contracts.unpacked),
            ),
            hints=(
                "It takes three steps: have it generated, get it, unpack it.",
                "`aws schemas put-code-binding`, then `aws schemas get-code-binding-source` with "
                "the name of a file at the end. It is a ZIP archive.",
                "Both take `--registry-name ferry-contracts --schema-name … --language Python36`. "
                "Then `python -m zipfile -e code.zip package`.",
            ),
            attempted=contracts.tried_code,
            solve=contracts.solve_code,
            why="Code is generated for one version of a schema, when you ask for it.",
        ),
        Exercise(
            id="handler",
            number="5",
            title="A handler that knows its event",
            ids=_IDS,
            criteria=(
                Criterion(
                    "on-generated-code",
                    "`package/app.py` imports the generated code.",
                    contracts.on_generated_code,
                ),
                Criterion(
                    "receipt",
                    "The log has the receipt of a ticket that was sold.",
                    contracts.receipt,
                ),
            ),
            hints=(
                "`Marshaller.unmarshall(event, AWSEvent)` makes an object of the event. Its "
                "`detail` has an attribute for each member.",
                "Write `package/app.py` with a function `handler(event, context)`, call "
                "`deploy()`, then sell a ticket.",
                '`print(f"Receipt: {ticket.passenger.name} paid {ticket.price / 100:.2f} for '
                '{ticket.ticket}")`, where `ticket` is the `detail`.',
            ),
            attempted=contracts.tried_handler,
            solve=contracts.solve_handler,
            why="A handler on generated code has names for everything in the event, and an editor "
            "knows them.",
        ),
        Exercise(
            id="by-hand",
            number="6",
            title="Challenge: who breaks the contract",
            ids=_IDS,
            criteria=(
                Criterion(
                    "exported",
                    "`contract.json` is the contract as JSON Schema.",
                    contracts.exported,
                ),
                Criterion(
                    "told-apart",
                    "`broken.txt` names the tickets that break it, and no other.",
                    contracts.told_apart,
                ),
            ),
            hints=(
                "EventBridge checks no event against a schema. A library does, given JSON Schema.",
                "`aws schemas export-schema --type JSONSchemaDraft4` gives it. "
                "`jsonschema.Draft4Validator(schema).is_valid(event)` checks one event.",
                "Write the `Content` of the export to `contract.json`. Then, for each event in "
                '`by-hand.json`, write `event["detail"]["ticket"]` to `broken.txt` unless it is '
                "valid.",
            ),
            attempted=contracts.tried_sheet,
            solve=contracts.solve_sheet,
            why="A schema binds nobody by itself. Whoever wants it kept has to check.",
        ),
    ),
    questions=QUESTIONS,
    clean_up=(
        Criterion("discoverer-gone", "No discoverer is left.", contracts.discoverer_gone),
        Criterion("registry-gone", "The registry is gone.", contracts.registry_gone),
        Criterion("function-gone", "The function is gone.", contracts.function_gone),
        Criterion("bus-gone", "The bus is gone.", contracts.bus_gone),
    ),
)
