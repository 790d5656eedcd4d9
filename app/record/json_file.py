"""The record as one JSON document: raw texts, the same numbers as the CSV files and the page, a version."""

import json
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from app.record.lines import Record

SCHEMA = "plenary.record"
SCHEMA_VERSION = 1  # raise it when a key goes or changes its meaning; a new key is no new version


def file(record: Record) -> str:
    """The text of the document."""

    def plain(value: Any) -> Any:
        if isinstance(value, datetime):
            return record.workshop.iso(value)
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, Decimal):
            return float(value)
        raise TypeError(f"{value!r} has no place in a record")

    document = {"schema": SCHEMA, "schema_version": SCHEMA_VERSION, **asdict(record)}
    return json.dumps(document, default=plain, ensure_ascii=False, indent=1) + "\n"
