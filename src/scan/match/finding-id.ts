/** The identity of a finding. */

import { hash } from 'node:crypto';

/** 64 bits: short enough to type; chance meetings in one report are out of reach. */
const SHORT_LENGTH = 16;

/**
 * Returns the id of the finding of one advisory in one package: hexadecimal digits of the SHA-256
 * of the package id and the advisory id. The package id is taken whole, with its qualifiers,
 * because `libc6` for two architectures in one image are two findings; so the same content has the
 * same id everywhere, and another version or architecture another one.
 */
export function findingId(packageId: string, advisoryId: string): string {
  return digest(packageId, advisoryId).slice(0, SHORT_LENGTH);
}

/**
 * Returns the ids of several findings, never the same twice: those that meet in their short form
 * (which only a hostile artifact brings about, to hide one finding behind another's exception) get
 * the whole digest.
 */
export function findingIds(
  findings: readonly { readonly packageId: string; readonly advisoryId: string }[],
): readonly string[] {
  const short = findings.map((finding) => findingId(finding.packageId, finding.advisoryId));
  const counts = new Map<string, number>();
  for (const id of short) counts.set(id, (counts.get(id) ?? 0) + 1);
  return findings.map((finding, index) => {
    const id = short[index] ?? '';
    return counts.get(id) === 1 ? id : digest(finding.packageId, finding.advisoryId);
  });
}

/** Returns whether an id is that of the finding, in its short form or whole. */
export function isFindingId(id: string, packageId: string, advisoryId: string): boolean {
  const whole = digest(packageId, advisoryId);
  return id === whole || id === whole.slice(0, SHORT_LENGTH);
}

function digest(packageId: string, advisoryId: string): string {
  // The length of the first part keeps two different pairs from being the same text.
  const text = `vulnerability ${packageId.length} ${packageId} ${advisoryId}`;
  return hash('sha256', text);
}
