/**
 * Versions as files of NuGet ask for them.
 *
 * Source: Microsoft, "NuGet package versioning": `1.2.3` is the lowest version that will do, and what NuGet takes where it
 * exists; `[1.2.3]` is exactly that; other brackets and `*` are ranges.
 */

const PLAIN = /^v?\d+(?:\.\d+){0,3}(?:-[0-9A-Za-z.-]{1,200})?(?:\+[0-9A-Za-z.-]{1,200})?$/;
const EXACT = /^\[\s*(?<version>[^,\s\]]{1,200})\s*\]$/;

/** The one version that a requirement names; empty for ranges, floating versions and unresolved properties. */
export function namedVersion(requirement: string): string {
  const text = requirement.trim();
  const exact = EXACT.exec(text)?.groups?.['version'] ?? text;
  return PLAIN.test(exact) ? exact : '';
}
