/**
 * What a Swift package asks for, as far as `Package.swift` tells it: it is a program of Swift, and what it computes is not
 * known. Source: the Swift Package Manager's documentation, "PackageDescription", "Package.Dependency".
 */

/** `.package(url: "…", …)`, `.package(name: "…", url: "…")` and `.package(id: "…", …)`; folders have a `path`. */
const ASKED =
  /\.package\(\s{0,100}(?:name:\s{0,10}"[^"\n]{0,300}",\s{0,100})?(?:url|id):\s{0,10}"(?<name>[^"\n]{1,500})"/g;
const COMMENT = /^[ \t]*\/\/.*$/gm;

/** Addresses or identities of the packages. */
export function* requiredPackages(bytes: Uint8Array): Generator<string> {
  const text = new TextDecoder().decode(bytes).replaceAll(COMMENT, '');
  for (const { groups } of text.matchAll(ASKED)) yield groups?.['name'] ?? '';
}
