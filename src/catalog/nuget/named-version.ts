/**
 * Versions as files of NuGet ask for them.
 *
 * Source: Microsoft, "NuGet package versioning": `1.2.3` is the lowest version that will do, and what NuGet takes where it
 * exists; `[1.2.3]` is exactly that; other brackets and `*` are ranges.
 */

import type { Context } from '../../base/context.ts';

const PLAIN = /^v?\d+(?:\.\d+){0,3}(?:-[0-9A-Za-z.-]{1,200})?(?:\+[0-9A-Za-z.-]{1,200})?$/;
const EXACT = /^\[\s*(?<version>[^,\s\]]{1,200})\s*\]$/;
const FROM = /^\[\s*(?<version>[^,\s\]]{1,200})\s*,/;

/**
 * The one version that a requirement names; empty for ranges, floating versions and unresolved properties. Where ranges
 * are asked for, that of a range with a lower end is the version there, which is what NuGet takes.
 */
export function namedVersion(
  requirement: string,
  { detectionPriority }: Pick<Context, 'detectionPriority'>,
): string {
  const text = requirement.trim();
  const from = detectionPriority === 'comprehensive' ? FROM.exec(text) : null;
  const exact = (EXACT.exec(text) ?? from)?.groups?.['version'] ?? text;
  return PLAIN.test(exact) ? exact : '';
}
