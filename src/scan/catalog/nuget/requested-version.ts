/**
 * Versions as files of NuGet ask for them.
 *
 * Source: Microsoft, "NuGet package versioning": `1.2.3` is the lowest version that will do, and
 * what NuGet takes where it exists; `[1.2.3]` is exactly that; other brackets and `*` are ranges.
 */

import type { Context } from '../../../core/base/context.ts';

const PLAIN = /^v?\d+(?:\.\d+){0,3}(?:-[0-9A-Za-z.-]{1,200})?(?:\+[0-9A-Za-z.-]{1,200})?$/;
const EXACT = /^\[\s*(?<version>[^,\s\]]{1,200})\s*\]$/;
/** `6.*`, `6.1.*`, `6.*-*`, `[6.*, 7)`, `*` alone names no version. */
const FLOATING =
  /^\[?\s*(?:(?<numbers>\d+(?:\.\d+){0,2})\.\*(?:-[0-9A-Za-z.-]{0,100}\*)?)\s*(?:,[^\])]{0,200}[\])])?$/;
const FROM = /^\[\s*(?<version>[^,\s\]]{1,200})\s*,/;

/**
 * Returns the one version that a requirement names; empty for ranges, floating versions and
 * unresolved properties. Where ranges are requested, a range with a lower end has the version
 * there, which is what NuGet takes, and a floating version (`6.*`) the lowest that it stands for.
 */
export function requestedVersion(
  requirement: string,
  { detectionPriority }: Pick<Context, 'detectionPriority'>,
): string {
  const text = requirement.trim();
  const from = detectionPriority === 'comprehensive' ? FROM.exec(text) : null;
  if (detectionPriority === 'comprehensive') {
    const floating = FLOATING.exec(text)?.groups;
    if (floating !== undefined) return lowestOfFloating(floating['numbers'] ?? '');
  }
  const exact = (EXACT.exec(text) ?? from)?.groups?.['version'] ?? text;
  return PLAIN.test(exact) ? exact : '';
}

/** NuGet compares missing numbers as zero; `6.*` stands for `6.0.0` and what follows. */
function lowestOfFloating(numbers: string): string {
  const parts = numbers.split('.');
  while (parts.length < 3) parts.push('0');
  return parts.join('.');
}
