/**
 * The vulnerabilities that a record describes. One flaw has several records (GHSA, PYSEC, CVE);
 * they become one row.
 *
 * A CVE is one vulnerability, and two CVEs are never merged: some records name several CVEs that
 * were fixed together (RUSTSEC-2018-0019 has three, GHSA-r5fr-rjxr-66jc of lodash two that were
 * fixed in different versions), and an exception for one of them does not accept the other. Such a
 * record counts for each of its CVEs. Records without a CVE are joined through shared ids, to the
 * CVEs of the records that they are joined with where there are any.
 */

import { addTo } from '../../core/base/maps.ts';
import type { Advisory } from '../../core/model/advisory/advisory.ts';

const CVE = /^CVE-\d{4}-\d{4,}$/;

/** Returns the ids of the vulnerabilities that a record describes; at least one, sorted. */
export type VulnerabilityIndex = (record: Advisory) => readonly string[];

/** Returns the index; the answers depend on the set of records alone, not on their order. */
export function indexVulnerabilities(records: Iterable<Advisory>): VulnerabilityIndex {
  const groups = new DisjointIds();
  // One CVE and nothing else joins nothing: nearly all records of distributions are like that.
  const all = [...records].filter(({ id, aliases }) => aliases.length > 0 || !isCve(id));
  for (const record of all) groups.join(otherIds(record));
  const cves = new Map<string, Set<string>>();
  const names = new Map<string, string>();
  for (const record of all) {
    const root = groups.rootOf(record.id);
    for (const cve of cvesOf(record)) addTo(cves, root, cve);
    for (const id of otherIds(record)) {
      const best = names.get(root);
      if (best === undefined || isBetterName(id, best)) names.set(root, id);
    }
  }
  return (record) => {
    const own = cvesOf(record);
    if (own.length > 0) return own;
    const root = groups.rootOf(record.id);
    const joined = [...(cves.get(root) ?? [])].sort();
    return joined.length > 0 ? joined : [names.get(root) ?? record.id];
  };
}

/** Returns the id and its aliases, the id first. */
export function idsOf(record: Advisory): readonly string[] {
  return [record.id, ...record.aliases];
}

/** Asked for each vulnerability of a record, of which some name a thousand. */
const CVES = new WeakMap<Advisory, readonly string[]>();

/** Returns the CVEs among the ids of a record, sorted. */
export function cvesOf(record: Advisory): readonly string[] {
  const known = CVES.get(record);
  if (known !== undefined) return known;
  const cves = [...new Set(idsOf(record).filter(isCve))].sort();
  CVES.set(record, cves);
  return cves;
}

/** Returns whether an id is one of a CVE record. */
export function isCve(id: string): boolean {
  return CVE.test(id);
}

/**
 * Returns the ids that may join records: all but CVEs; a record that has only CVE ids stands for
 * itself.
 */
function otherIds(record: Advisory): readonly string[] {
  return [record.id, ...record.aliases.filter((id) => !isCve(id))];
}

/** GitHub's id is the best known after the CVE; among equals the smaller. */
function isBetterName(id: string, best: string): boolean {
  const isGithub = id.startsWith('GHSA-');
  if (isGithub !== best.startsWith('GHSA-')) return isGithub;
  return id < best;
}

/** Sets of ids that stand for the same thing (union-find with path halving). */
class DisjointIds {
  private readonly parents = new Map<string, string>();

  join(ids: readonly string[]): void {
    const [first, ...rest] = ids;
    if (first === undefined) return;
    for (const id of rest) {
      const a = this.rootOf(first);
      const b = this.rootOf(id);
      if (a !== b) this.parents.set(a, b);
    }
  }

  rootOf(id: string): string {
    let at = id;
    for (;;) {
      const parent = this.parents.get(at) ?? at;
      if (parent === at) return at;
      const grand = this.parents.get(parent) ?? parent;
      this.parents.set(at, grand);
      at = grand;
    }
  }
}
