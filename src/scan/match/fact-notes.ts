/** Notes about severities and ids that are written once, and are no gaps. */

import type { Coverage } from '../../core/model/advisory/advisory.ts';
import type { Diagnostic, VulnerabilityFinding } from '../../core/model/finding/finding.ts';
import type { FactsById } from './facts.ts';

/** Findings with the facts about their vulnerabilities. */
export interface FactNotesInput {
  readonly findings: readonly VulnerabilityFinding[];
  readonly facts: FactsById;
  readonly factsCoverage: readonly Coverage[];
  /** The sources of `--vuln-severity-source`. */
  readonly sources: readonly string[];
}

/** Returns the notes on severity sources that are not loaded, and on ids that were rejected. */
export function factNotes(question: FactNotesInput): readonly Diagnostic[] {
  return [...missingSeverities(question), ...rejectedIds(question)].map((message) => ({
    stage: 'match',
    message,
  }));
}

/** The optional feed that has the ratings of a source. */
const FEED_OF_SOURCE: ReadonlyMap<string, string> = new Map([
  ['cna', 'cve'],
  ['cisa', 'cve'],
  ['nvd', 'nvd'],
]);

function missingSeverities({
  findings,
  factsCoverage,
  sources,
}: FactNotesInput): readonly string[] {
  if (findings.length === 0) return [];
  const isLoaded = (feed: string): boolean => factsCoverage.some((row) => row.feed === feed);
  const absent = sources.filter((source) => {
    const feed = FEED_OF_SOURCE.get(source);
    return feed !== undefined && !isLoaded(feed);
  });
  if (absent.length > 0) {
    const feeds = [...new Set(absent.flatMap((source) => FEED_OF_SOURCE.get(source) ?? []))];
    return [`severities of ${absent.join(', ')} are not loaded; ${updateWith(feeds)} gets them`];
  }
  const unknownCount = findings.filter(({ severity }) => severity === 'unknown').length;
  const feeds = ['cve', 'nvd'].filter((feed) => !isLoaded(feed));
  if (unknownCount === 0 || feeds.length === 0) return [];
  const what = unknownCount === 1 ? '1 finding has' : `${unknownCount} findings have`;
  return [`${what} no severity in the data that is loaded; ${updateWith(feeds)} may know it`];
}

function updateWith(feeds: readonly string[]): string {
  return `"assay db update --with ${feeds.join(',')}"`;
}

/** Number of ids in a message; further ones are only counted. */
const NAMED = 3;

function rejectedIds({ findings, facts }: FactNotesInput): readonly string[] {
  if (facts.size === 0) return [];
  const ids = [...new Set(findings.map(({ advisoryId }) => advisoryId))].sort();
  const rejected = ids.filter((id) => facts.get(id)?.some((row) => row.withdrawnAt !== undefined));
  if (rejected.length === 0) return [];
  const more = rejected.length > NAMED ? ` and ${rejected.length - NAMED} more` : '';
  const names = `${rejected.slice(0, NAMED).join(', ')}${more}`;
  const verb = rejected.length === 1 ? 'was' : 'were';
  return [
    `${names} ${verb} rejected by the CVE program; a finding stays while an advisory makes it`,
  ];
}
