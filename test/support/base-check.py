"""Calculates the facts that `assay base` must print about images, from JSON reports, OCI layouts and stored layers alone.

Reads {"images": [{"name", "report", "layout"?}], "now": "YYYY-MM-DD"} from standard input, and writes facts by name. It shares
no code with Assay: sizes come from the manifest of the layout and from the members of the unpacked tars.
"""

import gzip
import json
import os
import sys
import tarfile

# Last days of free support, from wiki.debian.org/LTS and alpinelinux.org/releases.
SUPPORTED_UNTIL = {
    "debian 11": "2026-08-31",
    "debian 12": "2028-06-30",
    "debian 13": "2030-06-30",
    "alpine 3.19": "2025-11-01",
    "alpine 3.20": "2026-04-01",
}
SYSTEMS = ("debian", "alpine")
KINDS = ("libc", "shells", "packageManagers", "interpreters", "compilers")


def blob(layout, digest):
    return os.path.join(layout, "blobs", *digest.split(":"))


def manifest_of(layout):
    with open(os.path.join(layout, "index.json")) as file:
        digest = json.load(file)["manifests"][0]["digest"]
    with open(blob(layout, digest)) as file:
        return json.load(file)


def unpacked_bytes(layout, layer):
    with gzip.open(blob(layout, layer["digest"])) as stream:
        with tarfile.open(fileobj=stream, mode="r|") as tar:
            return sum(member.size for member in tar if member.isreg())


def life(distro, now):
    release = distro["versionId"].split(".")
    name = distro["id"] + " " + (release[0] if distro["id"] == "debian" else ".".join(release[:2]))
    until = SUPPORTED_UNTIL.get(name)
    return until, until is not None and until < now


def facts(image, now):
    with open(image["report"]) as file:
        report = json.load(file)
    (result,) = report["results"]
    inventory = result["inventory"]
    found = [one for one in result["findings"] if one["kind"] == "vulnerability"]
    until, is_over = life(inventory["distro"], now)
    gaps = {one["gap"] for one in result["diagnostics"] if "gap" in one and one["stage"] != "policy"}
    if is_over:
        gaps.add("endOfLife")
    is_matched = len(report["coverage"]) > 0
    fact = {
        "packages": len(inventory["packages"]),
        "layers": len(result["artifact"]["layers"]),
        "supportedUntil": until,
        "gaps": sorted(gaps),
        "total": len(found) if is_matched else None,
        "fixable": sum(len(one["fixedVersions"]) > 0 for one in found) if is_matched else None,
        "critical": sum(one["severity"] == "critical" for one in found) if is_matched else None,
        "high": sum(one["severity"] == "high" for one in found) if is_matched else None,
        "exploited": None,
    }
    if any(one["feed"] == "kev" for one in report["coverage"]):
        exploited = {key for key, one in report["advisories"].items() if "exploited" in one}
        fact["exploited"] = sum(one["advisoryId"] in exploited for one in found)
    if "layout" in image:
        layers = manifest_of(image["layout"])["layers"]
        fact["compressed"] = sum(layer["size"] for layer in layers)
        fact["unpacked"] = sum(unpacked_bytes(image["layout"], layer) for layer in layers)
    fact["names"] = sorted(
        {("os" if one["ecosystem"] in SYSTEMS else one["ecosystem"], one["name"]) for one in inventory["packages"]}
    )
    fact["tools"] = {kind: sorted({one["name"] for one in inventory["contents"][kind]}) for kind in KINDS}
    return fact


def standing(own, images):
    """Returns whether an image is in the Pareto set, as the page about base images defines it."""
    matched = [one for one in images if one["total"] is not None]
    quantities = ["packages", "compressed", "unpacked"]
    quantities += [
        one for one in ("critical", "high", "total", "exploited") if matched and all(it[one] is not None for it in matched)
    ]

    def is_better(a, b):
        if a["gaps"] or (matched and (a["total"] is None or b["total"] is None)):
            return False
        pairs = [(a[one], b[one]) for one in quantities]
        return all(x <= y for x, y in pairs) and pairs != [(y, y) for _, y in pairs]

    if any(is_better(other, own) for other in images):
        return "no"
    return "unknown" if own["gaps"] or (matched and own["total"] is None) else "yes"


def main():
    request = json.load(sys.stdin)
    found = {image["name"]: facts(image, request["now"]) for image in request["images"]}
    first = found[request["images"][0]["name"]]
    for one in found.values():
        one["pareto"] = standing(one, list(found.values()))
        one["lostTools"] = {
            kind: [name for name in first["tools"][kind] if name not in one["tools"][kind]] for kind in KINDS
        }
        one["lostPackages"] = sorted({name for name in first["names"] if name not in set(one["names"])})
        one["addedPackages"] = len(set(one["names"]) - set(first["names"]))
    json.dump(found, sys.stdout)


main()
