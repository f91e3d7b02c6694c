/**
 * Packages of converted records, rewritten to forms that publishers write.
 *
 * - `patched_versions`: GitHub writes the release with the fix as the event `fixed`. Where a
 *   package has one range and one such release, it becomes the end of the range.
 * - `module`: AlmaLinux, Red Hat and Rocky Linux write the stream into the title of a bulletin. A
 *   record of a CVE of AlmaLinux becomes an erratum, because AlmaLinux publishes nothing else.
 * - `status`: OSV's records of Debian have an `urgency`. No other publisher of OSV writes a status,
 *   so it is dropped.
 * - `arches`: publishers merge the architectures of a package. Of several entries for one package,
 *   those for the architecture of the case stay.
 */

type Fields = Readonly<Record<string, unknown>>;

/**
 * Returns the record with its packages in published forms. `architecture` is that of the case's
 * packages.
 */
export function withPublishedPackages(record: Fields, architecture = 'x86_64'): Fields {
  const entries = objectsOf(record['affected']);
  const affected = oneArchitecture(entries, architecture).map((entry) =>
    publishedEntry(String(record['id']), entry),
  );
  const modules = entries.flatMap(({ ecosystem_specific: specific }) => {
    const module = fieldsOf(specific)['module'];
    return typeof module === 'string' ? [module] : [];
  });
  return modules.length === 0
    ? { ...record, affected }
    : { ...record, ...titled(record, modules), affected };
}

const TITLE_WORDS: Readonly<Record<string, string>> = {
  CRITICAL: 'Critical',
  HIGH: 'Important',
  MEDIUM: 'Moderate',
  LOW: 'Low',
};
const OF_ALMALINUX = /^ALMA-(?<cve>CVE-(?<year>\d{4})-(?<number>\d+))$/;

function titled(record: Fields, modules: readonly string[]): Fields {
  const summary = `${[...new Set(modules)].join(' and ')} security update`;
  const { cve, year, number } = OF_ALMALINUX.exec(String(record['id']))?.groups ?? {};
  if (cve === undefined) return { summary };
  const word = TITLE_WORDS[String(fieldsOf(record['database_specific'])['severity'])];
  return {
    id: `ALSA-${year}:${number}`,
    related: [cve],
    summary: word === undefined ? summary : `${word}: ${summary}`,
  };
}

function publishedEntry(id: string, entry: Fields): Fields {
  const own = fieldsOf(entry['ecosystem_specific']);
  const ofDatabase = fieldsOf(entry['database_specific']);
  const isEndOfLife = id.startsWith('DEBIAN-') && own['status'] === 'end_of_life';
  return {
    ...entry,
    ranges: withFix(objectsOf(entry['ranges']), textsOf(ofDatabase['patched_versions'])),
    ecosystem_specific: {
      ...without(own, 'status', 'arches', 'module'),
      ...(isEndOfLife && { urgency: 'end-of-life' }),
    },
    database_specific: without(ofDatabase, 'patched_versions', 'vulnerable_versions'),
  };
}

function withFix(ranges: readonly Fields[], patched: readonly string[]): readonly Fields[] {
  const [range] = ranges;
  const [fixed] = patched;
  const isPlain = ranges.length === 1 && patched.length === 1 && /^[\w.+-]+$/.test(fixed ?? '');
  if (range === undefined || !isPlain) return ranges;
  const events = objectsOf(range['events']).map((event) =>
    'fixed' in event || 'last_affected' in event ? { fixed } : event,
  );
  return [{ ...range, events }];
}

function oneArchitecture(entries: readonly Fields[], architecture: string): readonly Fields[] {
  const isHere = (entry: Fields): boolean => {
    const arches = fieldsOf(entry['ecosystem_specific'])['arches'];
    return !Array.isArray(arches) || arches.includes(architecture);
  };
  const here = new Set(entries.filter(isHere).map(keyOf));
  return entries.filter((entry) => isHere(entry) || !here.has(keyOf(entry)));
}

function keyOf(entry: Fields): string {
  return JSON.stringify(entry['package']);
}

function without(fields: Fields, ...names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}

function objectsOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? (value as readonly Fields[]) : [];
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}
