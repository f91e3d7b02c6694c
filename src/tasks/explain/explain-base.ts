/** Explains an advisory and a package named without a report, from the loaded data alone. */

import type { FeedRecord, LookupBase } from '../../advisories/store/lookup.ts';
import { checkVersion, schemeOf } from '../../scan/match/explain.ts';
import { fixedVersionsOf } from '../../scan/match/fixed-versions.ts';
import {
  chooseSeverity,
  type SeverityStatement as SeverityStatement,
} from '../../scan/match/choose-severity.ts';
import type { AdvisoryNeed, Affected } from '../../core/model/advisory/advisory.ts';
import { MALICIOUS_RATING_SOURCE, isMaliciousRecord } from '../../core/model/advisory/malicious.ts';
import { exceptionCommand, trivyignoreLine, assayignoreLine } from './exception-line.ts';
import type { Explanation } from './explanation.ts';
import {
  gatherRecords,
  ratingsAt,
  recordsAt,
  createVulnerabilityView,
  type VulnerabilityRecords,
} from './vulnerability-records.ts';
import type { PackageSpec } from './package-spec.ts';

/** Entries on one package of one ecosystem or release. */
interface Statement {
  readonly need: AdvisoryNeed;
  readonly name: string;
  readonly entries: readonly Affected[];
  readonly said: readonly SeverityStatement[];
}

/**
 * Returns one explanation for each ecosystem and release in which the vulnerability names the
 * package; empty where in none.
 */
export function explainFromBase(
  base: LookupBase,
  {
    id,
    spec,
    version,
  }: { readonly id: string; readonly spec: PackageSpec; readonly version: string },
  now: number,
): readonly Explanation[] {
  return gatherRecords(base, id).flatMap((gathered) =>
    statementsOf(base, gathered, spec).map((statement) =>
      explain(base, { gathered, statement, text: spec.text, version }, now),
    ),
  );
}

function statementsOf(
  base: LookupBase,
  { records }: VulnerabilityRecords,
  spec: PackageSpec,
): readonly Statement[] {
  const statements = new Map<
    string,
    { need: AdvisoryNeed; name: string; entries: Affected[]; said: SeverityStatement[] }
  >();
  for (const { record, entry } of records.flatMap(entriesOf)) {
    const { ecosystem, release, name } = entry;
    const need = release === undefined ? { ecosystem } : { ecosystem, release };
    const isMeant =
      spec.names.includes(name) &&
      (spec.ecosystem ?? ecosystem) === ecosystem &&
      (spec.release ?? release) === release;
    if (!isMeant || !base.isUsed(record.advisory, { ...need, name })) continue;
    const key = JSON.stringify([ecosystem, release, name]);
    const known = statements.get(key) ?? { need, name, entries: [], said: [] };
    known.entries.push(entry);
    known.said.push({ record: record.advisory, entries: [entry] });
    statements.set(key, known);
  }
  return [...statements.values()];
}

function entriesOf(record: FeedRecord): readonly { record: FeedRecord; entry: Affected }[] {
  return record.advisory.affected.map((entry) => ({ record, entry }));
}

function explain(
  base: LookupBase,
  {
    gathered,
    statement: { need, name, entries, said },
    text,
    version,
  }: { gathered: VulnerabilityRecords; statement: Statement; text: string; version: string },
  now: number,
): Explanation {
  const view = createVulnerabilityView(base, gathered);
  const { id, aliases, title, references, exploited, epss, withdrawnAt } = view;
  const ratings = ratingsAt(view.ratings, { ...need, name });
  const [first] = said;
  const malicious = maliceIn(said, { ...need, name, version });
  const rated =
    first === undefined ? view.severity : chooseSeverity(said, { ...first.record, ratings }, []);
  const severity =
    malicious.length === 0
      ? { severity: rated.severity, by: rated.by }
      : { severity: 'critical' as const, by: MALICIOUS_RATING_SOURCE };
  return {
    vulnerability: {
      id,
      aliases,
      title,
      severity,
      ...(malicious.length > 0 && { malicious }),
      ratings,
      references,
      ...(exploited === undefined ? {} : { exploited }),
      ...(epss === undefined ? {} : { epss }),
      ...(withdrawnAt === undefined ? {} : { withdrawnAt }),
    },
    package: {
      id: text,
      ...need,
      name,
      version,
      lookedUp: { name, version },
      isBySource: false,
    },
    check: checkVersion(schemeOf(need), version, entries),
    records: recordsAt(view, { ...need, name }),
    clears: {
      fixedVersions: fixedVersionsOf(schemeOf(need), version, entries),
      exception:
        malicious.length > 0
          ? assayignoreLine({ id, packageName: name }, now)
          : trivyignoreLine({ id, packageName: name }, now),
      ...commandOf(id, name),
    },
  };
}

function commandOf(id: string, name: string): { readonly command?: string } {
  const command = exceptionCommand(id, name);
  return command === undefined ? {} : { command };
}

/** Returns the ids of the records that report this very version as malicious. */
function maliceIn(
  said: readonly SeverityStatement[],
  { version, ...place }: Pick<Affected, 'ecosystem' | 'name'> & { readonly version: string },
): readonly string[] {
  const ids = said.flatMap(({ record, entries }) => {
    const isLive = record.withdrawnAt === undefined && isMaliciousRecord(record);
    const isHit = isLive && checkVersion(schemeOf(place), version, entries).isAffected === true;
    return isHit ? [record.id] : [];
  });
  return [...new Set(ids)].sort();
}
