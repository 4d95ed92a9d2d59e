"""The format of a scenario file as JSON schema: for editors, and for our own messages about what is allowed."""

from functools import cache
from typing import Any

from schemas.backtest import KEEP
from sdengine.scenario.asset import AssetDefaults
from sdengine.scenario.errors import Location
from sdengine.scenario.tables import BESIDE, LABELS, ScenarioTables

Node = dict[str, Any]
TABLES = tuple(
    table
    for field in ScenarioTables.model_fields
    if field not in LABELS | BESIDE
    for table in (("asset_defaults", "assets") if field == "assets" else (field,))
)
"""What may be swept, in the order in which settings appear in a member's name."""
LIST_REF: Node = {"$ref": "#/$defs/Values"}


@cache
def json_schema() -> Node:
    """Make the schema of one file: the tables as the models declare them, `asset_defaults`, `extends` and `sweep`."""
    schema = ScenarioTables.model_json_schema()
    definitions, properties = schema["$defs"], schema["properties"]
    definitions["AssetDefaults"] = AssetDefaults.model_json_schema()
    for name in ("AssetSettings", "AssetDefaults"):
        definitions[name]["properties"]["buyback_enabled"] = {
            "type": "boolean",
            "description": "Another way to write the variant: true is full, false is ath_only.",
        }
    del properties["sweep_of"], properties["keep"], properties["name"]["default"]
    properties["name"]["description"] += " Default: the file's name without .toml."
    properties["asset_defaults"] = {
        "$ref": "#/$defs/AssetDefaults",
        "description": "Asset settings given once; what an asset gives itself wins.",
    }
    properties["extends"] = {
        "type": "string",
        "minLength": 1,
        "description": "The base scenario: its name, or a file relative to this one.",
    }
    properties["sweep"] = {"$ref": "#/$defs/Sweep"}
    definitions |= _sweep_definitions(schema)
    if "extends" not in schema["required"]:  # an heir may take its assets from the base
        schema.pop("required")
        schema["anyOf"] = [{"required": ["assets"]}, {"required": ["extends"]}]
    _without_null(schema)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | schema


def _sweep_definitions(schema: Node) -> Node:
    keys = {
        f"{table}.{key}": LIST_REF
        for table in TABLES
        if table != "assets"
        for key in _table(schema, table)["properties"]
    }
    own = "|".join(_table(schema, "asset_defaults")["properties"])
    grid: Node = {
        "type": "object",
        "properties": keys,
        "patternProperties": {rf"^assets\..+\.({own})$": LIST_REF},
    }
    return {
        "Values": {
            "description": "The values that a key takes in turn: a list, or a range with both ends included. "
            "A table among them may carry a `label`, which then stands for it in the names.",
            "anyOf": [
                {"type": "array", "minItems": 1},
                {
                    "type": "object",
                    "properties": {key: {"type": "number"} for key in ("from", "to", "step")},
                    "required": ["from", "to", "step"],
                    "additionalProperties": False,
                },
            ],
        },
        "Coupled": grid | {"description": "Keys that move together: their lists are equally long."},
        "Sweep": grid
        | {
            "description": "A grid: each dotted key with its values; every combination is a scenario of its own.",
            "properties": keys
            | {
                "coupled": {"type": "array", "items": {"$ref": "#/$defs/Coupled"}},
                "keep": {
                    "type": "string",
                    "enum": list(KEEP),
                    "default": KEEP[0],
                    "description": "What is stored of its members and their twins. metrics: figures, orders, "
                    "verdicts; fills, days, lots and opportunities are computed anew, to the bit, when asked for. "
                    "parts: these stay as Parquet files where they were computed, and are read there.",
                },
                "max_members": {
                    "type": "integer",
                    "minimum": 1,
                    "default": 10_000,
                    "description": "Refuse a grid with more members than this.",
                },
            },
        },
    }


def _table(schema: Node, key: str) -> Node:
    return _resolve(schema, schema["properties"][key])


def _resolve(schema: Node, node: Node) -> Node:
    """Follow references, and step into the one real choice beside null or false."""
    while True:
        if "$ref" in node:
            node = schema["$defs"][node["$ref"].rsplit("/", 1)[1]]
            continue
        choices = [choice for choice in node.get("anyOf", ()) if choice.get("type") != "null" and "const" not in choice]
        if len(choices) != 1:
            return node
        node = {key: value for key, value in node.items() if key != "anyOf"} | choices[0]


def _without_null(node: Any) -> None:
    """Take null away, which TOML has not: an optional value is left out, an optional table may be false instead."""
    if isinstance(node, list):
        for inner in node:
            _without_null(inner)
    if not isinstance(node, dict):
        return
    choices = node.get("anyOf", [])
    if {"type": "null"} in choices:
        choices.remove({"type": "null"})
        if any("$ref" in choice for choice in choices):
            choices.append({"const": False})
        elif len(choices) == 1:
            node.update(node.pop("anyOf")[0])
    if "default" in node and node["default"] is None:
        del node["default"]
    if isinstance(node.get("title"), str):  # the key itself, in capitals
        del node["title"]
    for inner in list(node.values()):
        _without_null(inner)


def node_at(location: Location) -> Node | None:
    """Find the schema of what stands at a location such as ("assets", 0, "sd_n"); None where nothing is known."""
    schema = json_schema()
    node = schema
    for part in location:
        node = _resolve(schema, node)
        if isinstance(part, int):
            prefix = node.get("prefixItems", [])
            found = prefix[part] if part < len(prefix) else node.get("items")
        else:
            found = node.get("properties", {}).get(part, node.get("additionalProperties"))
        if not isinstance(found, dict):
            return None
        node = found
    return _resolve(schema, node)


def known_keys(location: Location) -> list[str]:
    """List the keys that the table at a location may have, in declared order."""
    node = node_at(location)
    return list(node.get("properties", {})) if node else []
