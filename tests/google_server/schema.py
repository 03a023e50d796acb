"""Whether an answer is what Google's own discovery documents promise, field by field."""

import json
from functools import cache
from pathlib import Path
from typing import Any

TYPES = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "object": dict,
    "array": list,
}


@cache
def document(name: str) -> dict[str, Any]:
    """Return a discovery document, such as sheets.v4 or drive.v3, as google-api-python-client carries it."""
    import googleapiclient

    folder = Path(googleapiclient.__file__).parent / "discovery_cache" / "documents"
    return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def method(api: str, *names: str) -> dict[str, Any]:
    """Return a method of an API, such as method("sheets.v4", "spreadsheets", "values", "batchGet")."""
    found = document(api)
    for name in names[:-1]:
        found = found["resources"][name]
    return found["methods"][names[-1]]  # type: ignore[no-any-return]


def unlike(api: str, schema: str, answer: Any) -> list[str]:
    """Return every place where an answer is not as the schema of the API says."""
    return list(_unlike(document(api)["schemas"], {"$ref": schema}, answer, schema))


def _unlike(schemas: dict[str, Any], told: dict[str, Any], answer: Any, where: str) -> Any:
    told = schemas[told["$ref"]] if "$ref" in told else told
    kind = told.get("type", "any")
    if kind == "any":
        return
    if not isinstance(answer, TYPES[kind]) or (isinstance(answer, bool) and kind != "boolean"):
        yield f"{where} is {type(answer).__name__}, not {kind}"
        return
    if "enum" in told and answer not in told["enum"]:
        yield f"{where} is {answer}"
    if kind == "array":
        for at, each in enumerate(answer):
            yield from _unlike(schemas, told["items"], each, f"{where}[{at}]")
    elif kind == "object" and "properties" in told:
        for name, each in answer.items():
            if name not in told["properties"]:
                yield f"{where}.{name} is not documented"
            else:
                yield from _unlike(schemas, told["properties"][name], each, f"{where}.{name}")
