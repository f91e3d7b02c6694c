/**
 * Joins of findings with the items that they reference by ids, computed at once: templates would
 * search whole lists for each finding.
 */

/**
 * All return `undefined` for what is not a finding, and for a finding that refers to nothing of the
 * kind.
 */
export interface Joins {
  /** Returns the affected package. */
  readonly package: (finding: unknown) => unknown;
  /** Returns the advisory of a vulnerability. */
  readonly advisory: (finding: unknown) => unknown;
  /** Returns the entry of `suppressed` that set the finding aside. */
  readonly exception: (finding: unknown) => unknown;
}

type Fields = Readonly<Record<string, unknown>>;

/** Tables of one artifact, by id. */
interface Tables {
  readonly packages: ReadonlyMap<unknown, unknown>;
  readonly exceptions: ReadonlyMap<unknown, unknown>;
}

/**
 * Returns the joins of a report in its published JSON. The tables are made at the first question.
 */
export function joinsOf(report: object): Joins {
  let tables: ReadonlyMap<unknown, Tables> | undefined;
  const tablesOf = (finding: unknown): Tables | undefined => {
    tables ??= makeTables(report);
    return tables.get(finding);
  };
  const advisories = fieldsOf(fieldsOf(report)['advisories']);
  return {
    package: (finding) => tablesOf(finding)?.packages.get(fieldsOf(finding)['packageId']),
    advisory: (finding) => {
      const { advisoryId } = fieldsOf(finding);
      if (typeof advisoryId !== 'string' || !Object.hasOwn(advisories, advisoryId))
        return undefined;
      return advisories[advisoryId];
    },
    exception: (finding) => tablesOf(finding)?.exceptions.get(fieldsOf(finding)['id']),
  };
}

function makeTables(report: object): ReadonlyMap<unknown, Tables> {
  const byFinding = new Map<unknown, Tables>();
  for (const result of listOf(fieldsOf(report)['results'])) {
    const { findings, suppressed, inventory } = fieldsOf(result);
    const tables = {
      packages: byField(listOf(fieldsOf(inventory)['packages']), 'id'),
      exceptions: byField(listOf(suppressed), 'findingId'),
    };
    for (const finding of listOf(findings)) byFinding.set(finding, tables);
  }
  return byFinding;
}

function byField(items: readonly unknown[], name: string): ReadonlyMap<unknown, unknown> {
  return new Map(items.map((item) => [fieldsOf(item)[name], item]));
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
