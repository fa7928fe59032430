# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write a CycloneDX bill of materials: ``sbom_writer.py ARTEFACT SECONDS TARGET``, pip's report on standard input.

Runs in the environment that has the CycloneDX library, not in the one that starts it.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import tarfile
import uuid
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

from cyclonedx.factory.license import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

SCHEMA = SchemaVersion.V1_6
CLASSIFIER = re.compile(r"License :: (?:.* :: )?(.+)")
LONGEST_NAME = 80  # characters; what is longer is the text of a licence, not its name
NAME = re.compile(r"[A-Za-z0-9._-]+")


def main(built: Path, moment: int, target: Path, report: list[dict]) -> None:
    """Write the bill and check it against its schema. Raises ValueError if it does not fit."""
    collection = _collection(built)
    bill = Bom(
        metadata=BomMetaData(component=collection, timestamp=datetime.fromtimestamp(moment, timezone.utc))
    )
    packages = {
        _normal(item["metadata"]["name"]): (_package(item["metadata"], item), item) for item in report
    }
    for component, _item in packages.values():
        bill.components.add(component)
    direct = [component for component, item in packages.values() if item["requested"]]
    bill.register_dependency(collection, direct)
    for component, item in packages.values():
        bill.register_dependency(component, [packages[name][0] for name in _needs(item, packages)])
    # The same materials get the same number, so that two builds can be compared byte by byte.
    names = sorted(component.purl.to_string() for component, _item in packages.values())
    bill.serial_number = uuid.uuid5(uuid.NAMESPACE_URL, " ".join([collection.hashes[0].content, *names]))
    text = make_outputter(bill, OutputFormat.JSON, SCHEMA).output_as_string(indent=2)
    if problem := JsonStrictValidator(SCHEMA).validate_str(text):
        raise ValueError(f"the bill of materials does not fit its schema: {problem}")
    target.write_text(text + "\n", "utf-8")


def _collection(built: Path) -> Component:
    with tarfile.open(built) as tar:
        info = json.load(tar.extractfile("MANIFEST.json"))["collection_info"]
    return Component(
        type=ComponentType.APPLICATION,
        group=info["namespace"],
        name=info["name"],
        version=info["version"],
        description=info["description"],
        bom_ref="collection",
        purl=PackageURL("generic", info["namespace"], info["name"], info["version"], {"file": built.name}),
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=hashlib.sha256(built.read_bytes()).hexdigest())],
        licenses=[LicenseFactory().make_from_string(" AND ".join(info["license"]))],
    )


def _package(metadata: dict, item: dict) -> Component:
    digest = item["download_info"].get("archive_info", {}).get("hashes", {}).get("sha256")
    purl = PackageURL("pypi", None, _normal(metadata["name"]), metadata["version"])
    return Component(
        name=metadata["name"],
        version=metadata["version"],
        bom_ref=purl.to_string(),
        purl=purl,
        description=metadata.get("summary"),
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest)] if digest else [],
        licenses=[LicenseFactory().make_from_string(name) for name in _licence(metadata)[:1]],
    )


def _licence(metadata: dict) -> list[str]:
    """What a package says about its licence, the most exact first."""
    told = [metadata.get("license_expression"), metadata.get("license")]
    classifiers = [match[1] for match in map(CLASSIFIER.fullmatch, metadata.get("classifier", [])) if match]
    names = [name.strip() for name in [*told, *classifiers] if name]
    return [name for name in names if name and len(name) <= LONGEST_NAME and "\n" not in name]


def _needs(item: dict, packages: dict) -> Iterator[str]:
    """Which of the installed packages a package asks for; of optional ones those that were asked for elsewhere."""
    for requirement in item["metadata"].get("requires_dist", []):
        name = _normal(NAME.match(requirement)[0])
        if name in packages and "extra ==" not in requirement:
            yield name


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), json.load(sys.stdin))
