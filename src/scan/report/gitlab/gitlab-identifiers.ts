/**
 * Identifiers and links of GitLab's security report. The first identifier is what GitLab tracks a
 * vulnerability by.
 */

import type { Advisory } from '../../../core/model/advisory/advisory.ts';
import type { Finding } from '../../../core/model/finding/finding.ts';
import type { Json } from '../../../core/codec/streamed-json.ts';
import { weaknessNumber, webLinks } from '../findings/advisory-links.ts';
import { findingName } from '../findings/listed-findings.ts';
import { terminalText } from '../text/terminal-text.ts';

/** GitLab saves no more (Docs, "Identifiers"). */
export const MAX_IDENTIFIERS = 20;
const MAX_LINKS = 20;

/** Types that GitLab's own scanners use, by the beginning of the id. */
const TYPES: readonly (readonly [RegExp, string])[] = [
  [/^CVE-/i, 'cve'],
  [/^GHSA-/i, 'ghsa'],
  [/^USN-/i, 'usn'],
  [/^RHSA-/i, 'rhsa'],
  [/^ELSA-/i, 'elsa'],
];

/** Returns the name of the finding, which comes first. */
export function ownIdentifier(finding: Finding): Json {
  const name = findingName(finding);
  return { type: finding.kind === 'vulnerability' ? typeOf(name) : 'assay', name, value: name };
}

/**
 * Returns the aliases and weaknesses of an advisory, as many as have room behind the name of a
 * finding.
 */
export function otherIdentifiers({ aliases, cwes }: Advisory): readonly Json[] {
  const identifiers: Json[] = [];
  for (const alias of aliases) {
    const text = terminalText(alias, 255);
    if (text !== '') identifiers.push({ type: typeOf(text), name: text, value: text });
  }
  for (const cwe of cwes) {
    const number = weaknessNumber(cwe);
    if (number !== undefined) identifiers.push({ type: 'cwe', name: cwe, value: number });
  }
  return identifiers.slice(0, MAX_IDENTIFIERS - 1);
}

/** Returns the references that are addresses of the web. */
export function linksOf(advisory: Advisory): readonly Json[] {
  return webLinks(advisory)
    .slice(0, MAX_LINKS)
    .map((url) => ({ url }));
}

function typeOf(id: string): string {
  return TYPES.find(([pattern]) => pattern.test(id))?.[1] ?? 'osv';
}
