# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What counts as exercised of a contract, and who is told when something is not."""

from __future__ import annotations

import json

from lab import coverage, coverage_report
from lab.contract import document, services

POLICY = "policy_GetAuthorizationPolicy"
THING = {"type": "object", "properties": {"name": {"type": "string"}, "parts": {"type": "array"}}}
CONTRACT = {
    "paths": {
        "/things": {
            "post": {
                "operationId": "makeThing",
                "requestBody": {
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Wanted"}}}
                },
                "responses": {
                    "201": {
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}
                    },
                    "default": {"description": "Refused"},
                },
            }
        }
    },
    "components": {
        "schemas": {
            "Thing": THING,
            "Wanted": {
                "oneOf": [
                    {"properties": {"kind": {"enum": ["one"]}, "first": {}}},
                    {"properties": {"kind": {"enum": ["two"]}, "second": {}}},
                ]
            },
        }
    },
}
MAKE = CONTRACT["paths"]["/things"]["post"]


def seen(*exchange):
    return set(coverage.seen("lab", CONTRACT, MAKE, exchange))


def test_every_operation_status_and_property_is_a_point():
    assert coverage.declared("lab", CONTRACT) == {
        "lab operation makeThing",
        "lab status makeThing 201",
        "lab status makeThing default",
        "lab property Thing.name",
        "lab property Thing.parts",
        "lab property Wanted.kind",
        "lab property Wanted.first",
        "lab property Wanted.second",
    }


def test_an_exchange_shows_what_is_in_it_and_nothing_else():
    assert seen({"kind": "one", "first": 1}, 201, {"name": "x"}) == {
        "lab operation makeThing",
        "lab status makeThing 201",
        "lab property Thing.name",
        "lab property Wanted.kind",
        "lab property Wanted.first",
    }
    assert seen(None, 400, None) == {"lab operation makeThing", "lab status makeThing default"}


def test_a_request_to_the_lab_is_noted(here):
    coverage.RECORDER.points.discard(f"graph operation {POLICY}")
    here.graph("GET", "/policies/authorizationPolicy")
    assert f"graph operation {POLICY}" in coverage.RECORDER.points
    assert "graph property AuthorizationPolicy.defaultUserRolePermissions" in coverage.RECORDER.points


def test_what_nobody_exercised_is_named_and_fails(tmp_path, capsys):
    points = set().union(*(coverage.declared(name, document(name)) for name in services()))
    (tmp_path / "one.json").write_text(json.dumps(sorted(points - {f"graph operation {POLICY}"})), "utf-8")
    assert coverage_report.main(tmp_path) == 1
    assert f"not exercised: graph operation {POLICY}" in capsys.readouterr().out
    (tmp_path / "two.json").write_text(json.dumps([f"graph operation {POLICY}"]), "utf-8")
    assert coverage_report.main(tmp_path) == 0
    assert "not exercised" not in capsys.readouterr().out


def test_only_the_process_that_made_a_recorder_writes_its_points(tmp_path):
    recorder = coverage.Recorder(None)
    recorder.add({"a point"})
    recorder.write(tmp_path, process=0)
    assert coverage.collected(tmp_path) == set()
