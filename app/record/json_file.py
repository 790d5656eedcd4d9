"""The record as one JSON document: raw texts, the same numbers as the CSV files and the page, a version.

Counts are numbers; what has decimals is text as exact as it was counted ("66.7"), as in the CSV files.
"""

import json
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from app.record.lines import PAGE_ONLY, Record

SCHEMA = "plenary.record"
SCHEMA_VERSION = 3  # raise it when a key goes or changes its meaning; a new key is no new version


def file(record: Record) -> str:
    """The text of the document."""

    def plain(value: Any) -> Any:
        if isinstance(value, datetime):
            return record.workshop.iso(value)
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, Decimal):
            return f"{value:f}"
        if is_dataclass(value):
            return {field.name: getattr(value, field.name) for field in fields(value)}
        raise TypeError(f"{value!r} has no place in a record")

    parts = [field.name for field in fields(record) if field.name not in PAGE_ONLY]
    document = {"schema": SCHEMA, "schema_version": SCHEMA_VERSION}
    document |= {part: getattr(record, part) for part in parts}
    return json.dumps(document, default=plain, ensure_ascii=False, indent=1) + "\n"
