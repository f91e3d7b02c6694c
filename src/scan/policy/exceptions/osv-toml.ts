/**
 * `osv-scanner.toml`: `[[IgnoredVulns]]` with `id`, `ignoreUntil` and `reason`, and
 * `[[PackageOverrides]]` with `name`, `version`, `ecosystem`, `group`, `ignore` or
 * `vulnerability.ignore`, `effectiveUntil` and `reason`. Other tables are not about exceptions and
 * are passed over, so are overrides that ignore nothing.
 *
 * Source: the documentation of osv-scanner, "Configuration". Of `group` only `dev` can be judged.
 */

import { isJsonArray, isJsonObject, type JsonObject } from '../../../formats/text/json/json.ts';
import { readToml } from '../../../formats/text/toml.ts';
import { EntryFields } from './entry-fields.ts';
import type { ExceptionFile, IgnoreEntry } from './exception.ts';
import { decodeIgnoreText } from './text.ts';
import { EntryCollector, type ReadEntry } from './yaml-file.ts';

const IGNORED_KEYS = ['id', 'ignoreUntil', 'reason'];
const OVERRIDE_KEYS = [
  ...['name', 'version', 'ecosystem', 'group', 'ignore', 'vulnerability', 'license'],
  ...['effectiveUntil', 'reason'],
];

/**
 * Reads an `osv-scanner.toml`.
 *
 * @throws ParseError where it is not text or no TOML.
 */
export function readOsvToml(path: string, bytes: Uint8Array, now: number): ExceptionFile {
  const document = readToml(path, new TextEncoder().encode(decodeIgnoreText(path, bytes)));
  const collector = new EntryCollector({ now, dateExample: 'ignoreUntil = 2026-01-31' });
  const takeTables = (name: string, read: ReadEntry): void => {
    const tables = document.root[name];
    if (!isJsonArray(tables)) return;
    const lines = document.linesOf(name);
    for (const [index, table] of tables.entries()) {
      const from = `${path}:${lines[index] ?? 1}`;
      if (isJsonObject(table)) collector.take(table, from, read);
    }
  };
  takeTables('IgnoredVulns', ignoredEntry);
  takeTables('PackageOverrides', overrideEntry);
  const { entries, problems } = collector;
  return { form: 'osv', entries, problems };
}

function ignoredEntry(fields: EntryFields): IgnoreEntry | undefined {
  fields.checkKeys(IGNORED_KEYS, false);
  const [id, until, reason] = IGNORED_KEYS.map((key) => fields.text(key));
  if (id === undefined) fields.refuse('there is no "id"');
  return fields.ifUsable({
    ...(id !== undefined && { id }),
    scope: { category: 'vulnerability' },
    ...dated(until),
    ...(reason !== undefined && { reason }),
  });
}

function overrideEntry(fields: EntryFields): IgnoreEntry | undefined {
  const vulnerability: JsonObject = fields.mapping('vulnerability') ?? {};
  const isIgnored =
    new EntryFields(vulnerability, fields.from).flag('ignore') || fields.flag('ignore');
  if (!isIgnored) return undefined;
  fields.checkKeys(OVERRIDE_KEYS, false);
  const [name, version, ecosystem, group] = ['name', 'version', 'ecosystem', 'group'].map((key) =>
    fields.text(key),
  );
  if (group !== undefined && group !== 'dev') {
    fields.refuse(`the group "${group}" is not something Assay can judge; "dev" is`);
  }
  const [until, reason] = [fields.text('effectiveUntil'), fields.text('reason')];
  return fields.ifUsable({
    scope: {
      category: 'vulnerability',
      ...(name !== undefined && { package: name }),
      ...(version !== undefined && { version }),
      ...(ecosystem !== undefined && { ecosystem }),
      ...(group === 'dev' && { isDevelopment: true as const }),
    },
    ...dated(until),
    ...(reason !== undefined && { reason }),
  });
}

/** Returns the date. A local date of TOML is read with a time of day, which is removed. */
function dated(until: string | undefined): { readonly until?: string } {
  return until === undefined ? {} : { until: until.replace(/T00:00:00(?:\.0+)?Z?$/, '') };
}
