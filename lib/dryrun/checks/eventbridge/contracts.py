"""Lab 10-05: what its exercises ask for, and how they are solved."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from dryrun.checks.account import Account
from dryrun.checks.eventbridge import receipts
from dryrun.checks.eventbridge.receipts import (
    BUS,
    BUS_ARN,
    CODE,
    CONTRACTS,
    DISCOVERED,
    FOLDER,
    FUNCTION,
    LOG,
    SCHEMA,
)
from dryrun.checks.model import Evidence

_MEMBERS = ("cabin", "passenger", "price", "ticket")
EXPORT, BROKEN = Path("contract.json"), Path("broken.txt")
_BROKEN = ("h-2", "h-4")
HANDLER = """\
from schema.ferry_tickets.ticketsold import AWSEvent, Marshaller


def handler(event, context):
    ticket = Marshaller.unmarshall(event, AWSEvent).detail
    print(f"Receipt: {ticket.passenger.name} paid {ticket.price / 100:.2f} for {ticket.ticket}")
"""


def _where(registry: str) -> str:
    return f"registry {registry}, schema {SCHEMA}"


def _called(account: Account, service: str, *operations: str) -> bool:
    return any(account.calls(service, one) for one in operations)


# 1 · discovery


def watching(account: Account) -> Evidence | None:
    """Find a discoverer that watches the shop's bus."""
    found = receipts.discoverers(account)
    if any(one["State"] == "STARTED" for one in found):
        return None
    told = "a discoverer that is stopped" if found else "no discoverer of this bus"
    return Evidence(f"a discoverer of {BUS} that is STARTED", told, "aws schemas list-discoverers")


def discovered(account: Account) -> Evidence | None:
    """Find the schema that was discovered."""
    if receipts.schema(account, DISCOVERED) is not None:
        return None
    names = account.client("schemas").list_schemas(RegistryName=DISCOVERED)["Schemas"]
    told = ", ".join(one["SchemaName"] for one in names) or "no schema yet"
    return Evidence(SCHEMA, told, f"registry {DISCOVERED}")


def tried_discovery(account: Account) -> bool:
    """Tell whether a discoverer was asked for, or a ticket sold."""
    return _called(account, "schemas", "CreateDiscoverer") or any(receipts.sold(account))


def solve_discovery(account: Account) -> None:
    """Create the discoverer, and sell a ticket."""
    account.client("schemas").create_discoverer(SourceArn=BUS_ARN)
    receipts.sell(account)


# 2 · another shape


def loose_cabin(account: Account) -> Evidence | None:
    """Find that the latest discovered version knows cabins, and tickets without one."""
    return _refuse_cabin(account, DISCOVERED)


def _refuse_cabin(account: Account, registry: str) -> Evidence | None:
    found = receipts.schema(account, registry)
    where = _where(registry)
    if found is None:
        return Evidence("cabin, which may be missing", "no such schema", where)
    shape = receipts.shape(found["Content"])
    where = f"{where}, version {found['SchemaVersion']}"
    if "cabin" not in shape.get("properties", {}):
        return Evidence("cabin, which may be missing", "no member cabin", where)
    if "cabin" in shape.get("required", ()):
        return Evidence("cabin, which may be missing", "cabin, which is required", where)
    return None


def unwatched(account: Account) -> Evidence | None:
    """Find that no discoverer watches the bus any more."""
    if all(one["State"] == "STOPPED" for one in receipts.discoverers(account)):
        return None
    return Evidence("STOPPED", "STARTED", f"the discoverer of {BUS}")


def tried_shape(account: Account) -> bool:
    """Tell whether a ticket with a cabin was sold, or the discoverer stopped."""
    stopped = _called(account, "schemas", "StopDiscoverer")
    return stopped or any("cabin" in one for one in receipts.sold(account))


def solve_shape(account: Account) -> None:
    """Sell a ticket with a cabin, and stop the discoverer."""
    receipts.sell(account, "t-2", cabin="A12")
    name = receipts.discoverers(account)[0]["DiscovererId"]
    account.client("schemas").stop_discoverer(DiscovererId=name)


# 3 · a contract


def registered(account: Account) -> Evidence | None:
    """Find the registry of Ferry's own."""
    found = account.client("schemas").list_registries(Scope="LOCAL")["Registries"]
    names = [one["RegistryName"] for one in found]
    if CONTRACTS in names:
        return None
    return Evidence(CONTRACTS, ", ".join(names), "aws schemas list-registries --scope LOCAL")


def agreed(account: Account) -> Evidence | None:
    """Find the contract, with every member."""
    wanted = f"an OpenApi3 schema with {', '.join(_MEMBERS)}"
    if registered(account) is not None:
        return Evidence(wanted, "no such registry", _where(CONTRACTS))
    found = receipts.schema(account, CONTRACTS)
    if found is None:
        return Evidence(wanted, "no such schema", _where(CONTRACTS))
    members = sorted(receipts.shape(found["Content"]).get("properties", {}))
    if found["Type"] == "OpenApi3" and set(_MEMBERS) <= set(members):
        return None
    return Evidence(wanted, f"{found['Type']} with {', '.join(members)}", _where(CONTRACTS))


def whole_cents(account: Account) -> Evidence | None:
    """Find that the contract wants whole cents."""
    found = _contract(account)
    kind = found.get("properties", {}).get("price", {}).get("type") if found else None
    if kind == "integer":
        return None
    return Evidence("integer", str(kind or "nothing yet"), f"{_where(CONTRACTS)}, price, type")


def contract_cabin(account: Account) -> Evidence | None:
    """Find that tickets without a cabin keep the contract."""
    if registered(account) is not None:
        return Evidence("cabin, which may be missing", "no such registry", _where(CONTRACTS))
    return _refuse_cabin(account, CONTRACTS)


def _contract(account: Account) -> dict[str, Any]:
    if registered(account) is not None:
        return {}
    found = receipts.schema(account, CONTRACTS)
    return receipts.shape(found["Content"]) if found else {}


def tried_contract(account: Account) -> bool:
    """Tell whether a registry or a schema was made."""
    made = _called(account, "schemas", "CreateRegistry", "CreateSchema", "UpdateSchema")
    return made or registered(account) is None


def solve_contract(account: Account) -> None:
    """Take the discovered schema over, with whole cents."""
    schemas = account.client("schemas")
    found = schemas.describe_schema(RegistryName=DISCOVERED, SchemaName=SCHEMA)
    content = json.loads(found["Content"])
    content["components"]["schemas"][receipts.COMPONENT]["properties"]["price"] = {
        "type": "integer"
    }
    schemas.create_registry(RegistryName=CONTRACTS)
    schemas.create_schema(
        RegistryName=CONTRACTS, SchemaName=SCHEMA, Type="OpenApi3", Content=json.dumps(content)
    )


# 4 · code


def bound(account: Account) -> Evidence | None:
    """Find that the code of the contract is there."""
    found = receipts.binding(account)
    if found == "CREATE_COMPLETE":
        return None
    told = found or "no code for the latest version"
    return Evidence("Python36, CREATE_COMPLETE", told, f"{_where(CONTRACTS)}, code binding")


def unpacked(account: Account) -> Evidence | None:
    """Find the code unpacked, and no other code in its place."""
    where = f"{FOLDER}/{CODE}"
    if bound(account) is not None:
        return Evidence("the code of the contract", "nothing generated yet", where)
    wanted = receipts.generated(account)
    for name, text in wanted.items():
        path = FOLDER / name
        if not path.is_file():
            return Evidence("the code of the contract", f"no file {path.name}", str(path.parent))
        if path.read_text(encoding="utf-8", errors="replace") != text:
            return Evidence("the code of the contract", f"another {path.name}", str(path.parent))
    return None


def tried_code(account: Account) -> bool:
    """Tell whether code was asked for."""
    return _called(account, "schemas", "PutCodeBinding", "GetCodeBindingSource")


def solve_code(account: Account) -> None:
    """Have the code generated, and unpack it."""
    account.client("schemas").put_code_binding(
        RegistryName=CONTRACTS, SchemaName=SCHEMA, Language="Python36"
    )
    account.client("schemas").get_waiter("code_binding_exists").wait(
        RegistryName=CONTRACTS, SchemaName=SCHEMA, Language="Python36"
    )
    for name, text in receipts.generated(account).items():
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


# 5 · the handler


def on_generated_code(_account: Account) -> Evidence | None:
    """Find the handler, written against the generated code."""
    path, package = FOLDER / "app.py", CODE.replace("/", ".")
    wanted = f"an import from {package}"
    if not path.is_file():
        return Evidence(wanted, "no such file", str(path))
    text = path.read_text(encoding="utf-8", errors="replace")
    if package in text:
        return None
    return Evidence(wanted, "a handler that does without it", str(path))


def receipt(account: Account) -> Evidence | None:
    """Find the receipt of a ticket that was sold."""
    wanted = [line for one in receipts.sold(account) if (line := _line(one))]
    said = receipts.logged(account)
    if any(line in said for line in wanted):
        return None
    own = [line for line in said if not line.startswith(("START ", "END ", "REPORT ", "INIT_"))]
    told = own[-1].splitlines()[0] if own else "nothing"
    return Evidence(wanted[-1] if wanted else "Receipt: … paid … for …", told, f"log group {LOG}")


def _line(detail: dict[str, Any]) -> str:
    """Return the receipt of a ticket, "" for one that keeps no contract."""
    price, passenger = detail.get("price"), detail.get("passenger")
    if not isinstance(price, int) or not isinstance(passenger, dict):
        return ""
    return f"Receipt: {passenger.get('name')} paid {price / 100:.2f} for {detail.get('ticket')}"


def tried_handler(account: Account) -> bool:
    """Tell whether the function was given code."""
    return bool(account.calls("lambda", "UpdateFunctionCode"))


def solve_handler(account: Account) -> None:
    """Write the handler, deploy it, and sell a ticket."""
    (FOLDER / "app.py").write_text(HANDLER, encoding="utf-8")
    receipts.deploy(account)
    receipts.sell(account, "t-7", cabin="C3")


# 6 · by hand


def exported(account: Account) -> Evidence | None:
    """Find the contract as JSON Schema."""
    wanted, where = "the contract as JSONSchemaDraft4", str(EXPORT)
    if not EXPORT.is_file():
        return Evidence(wanted, "no such file", where)
    try:
        found = json.loads(EXPORT.read_text(encoding="utf-8"))
        right = account.client("schemas").export_schema(
            RegistryName=CONTRACTS, SchemaName=SCHEMA, Type="JSONSchemaDraft4"
        )
    except (ValueError, ClientError) as error:
        return Evidence(wanted, str(error), where)
    if found == json.loads(right["Content"]):
        return None
    told = "an OpenAPI document" if "openapi" in found else "another schema"
    return Evidence(wanted, told, where)


def told_apart(_account: Account) -> Evidence | None:
    """Find the tickets that break the contract, and no other."""
    where = str(BROKEN)
    if not BROKEN.is_file():
        return Evidence("the tickets that break the contract", "no such file", where)
    found = BROKEN.read_text(encoding="utf-8", errors="replace").replace(",", " ").split()
    if sorted(found) == list(_BROKEN):
        return None
    wrong = [one for one in found if one not in _BROKEN]
    if wrong:
        return Evidence("tickets that break the contract", f"{wrong[0]}, which keeps it", where)
    told = f"{len(set(found))} of them" if found else "an empty file"
    return Evidence("every ticket that breaks the contract", told, where)


def tried_sheet(_account: Account) -> bool:
    """Tell whether one of the files is there."""
    return EXPORT.exists() or BROKEN.exists()


def solve_sheet(account: Account) -> None:
    """Export the contract, and write down what breaks it."""
    found = account.client("schemas").export_schema(
        RegistryName=CONTRACTS, SchemaName=SCHEMA, Type="JSONSchemaDraft4"
    )
    EXPORT.write_text(found["Content"], encoding="utf-8")
    BROKEN.write_text("\n".join(_BROKEN) + "\n", encoding="utf-8")


# Clean up


def discoverer_gone(account: Account) -> Evidence | None:
    """Find no discoverer of the bus."""
    if not receipts.discoverers(account):
        return None
    return Evidence("no discoverer", "one", f"of the bus {BUS}")


def registry_gone(account: Account) -> Evidence | None:
    """Find the registry gone."""
    if registered(account) is not None:
        return None
    return Evidence("no such registry", "it is there", CONTRACTS)


def bus_gone(account: Account) -> Evidence | None:
    """Find the bus gone."""
    found = account.client("events").list_event_buses(NamePrefix=BUS)["EventBuses"]
    if not any(one["Name"] == BUS for one in found):
        return None
    return Evidence("no such bus", "it is there", BUS)


def function_gone(account: Account) -> Evidence | None:
    """Find the function gone."""
    found = account.client("lambda").list_functions()["Functions"]
    if not any(one["FunctionName"] == FUNCTION for one in found):
        return None
    return Evidence("no such function", "it is there", FUNCTION)
