/** Identifiers and links of GitLab's security report. The first identifier is what GitLab tracks a vulnerability by. */

import type { Advisory } from '../model/advisory.ts';
import type { Json } from '../model/json-pieces.ts';
import { weaknessNumber, webLinks } from './advisory-links.ts';
import { findingName, type ListedFinding } from './listed-findings.ts';
import { plain } from './words.ts';

/** GitLab saves no more (Docs, "Identifiers"). */
const MAX_IDENTIFIERS = 20;
const MAX_LINKS = 20;

/** Types that GitLab's own scanners use, by the beginning of the id. */
const TYPES: readonly (readonly [RegExp, string])[] = [
  [/^CVE-/i, 'cve'],
  [/^GHSA-/i, 'ghsa'],
  [/^USN-/i, 'usn'],
  [/^RHSA-/i, 'rhsa'],
  [/^ELSA-/i, 'elsa'],
];

/** Returns the name of the finding, its aliases and its weaknesses; never empty. */
export function identifiersOf({ finding, advisory }: ListedFinding): readonly Json[] {
  const name = findingName(finding);
  const type = finding.kind === 'vulnerability' ? typeOf(name) : 'assay';
  const identifiers: Json[] = [{ type, name, value: name }];
  for (const alias of advisory?.aliases ?? []) {
    const text = plain(alias, 255);
    if (text !== '') identifiers.push({ type: typeOf(text), name: text, value: text });
  }
  for (const cwe of advisory?.cwes ?? []) {
    const number = weaknessNumber(cwe);
    if (number !== undefined) identifiers.push({ type: 'cwe', name: cwe, value: number });
  }
  return identifiers.slice(0, MAX_IDENTIFIERS);
}

/** Returns the references that are addresses of the web. */
export function linksOf(advisory: Advisory | undefined): readonly Json[] {
  if (advisory === undefined) return [];
  return webLinks(advisory)
    .slice(0, MAX_LINKS)
    .map((url) => ({ url }));
}

function typeOf(id: string): string {
  return TYPES.find(([pattern]) => pattern.test(id))?.[1] ?? 'osv';
}
