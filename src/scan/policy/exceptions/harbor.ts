/**
 * Harbor's CVE allow-list, as its API gives it for the system (`/api/v2.0/system/CVEAllowlist`) or
 * within a project (`cve_allowlist`): `items` with `cve_id`, and one `expires_at` in seconds since
 * the Unix epoch for all of them.
 *
 * Source: the API of Harbor 2, "CVEAllowlist". An allow-list without `expires_at`, or with null,
 * has no end.
 */

import { isJsonObject, type JsonObject } from '../../../formats/text/json/json.ts';
import type { EntryFields } from './entry-fields.ts';
import type { ExceptionFile, IgnoreEntry } from './exception.ts';
import { EntryCollector, type YamlFile } from './yaml-file.ts';

const SECONDS = /^\d{1,12}$/;

/** Returns the allow-list in a mapping, which is the list itself or a project that has one. */
export function findAllowlist(root: JsonObject): JsonObject | undefined {
  const inner = root['cve_allowlist'];
  if (isJsonObject(inner)) return inner;
  return root['items'] !== undefined && ('expires_at' in root || 'project_id' in root)
    ? root
    : undefined;
}

/** Reads an allowlist of Harbor, by itself or within a project. */
export function readHarbor(file: YamlFile, now: number): ExceptionFile {
  const collector = new EntryCollector({ now, dateExample: '"expires_at": 1798675200' });
  const root = findAllowlist(file.root) ?? file.root;
  const expiry = root['expires_at'];
  const until =
    expiry === undefined || expiry === 'null' || expiry === '' ? undefined : instant(expiry);
  collector.takeList({ ...file, root }, 'items', (fields) => harborEntry(fields, until));
  const { entries, problems } = collector;
  return { form: 'harbor', entries, problems };
}

function harborEntry(fields: EntryFields, until: string | undefined): IgnoreEntry | undefined {
  fields.checkKeys(['cve_id'], false);
  const id = fields.text('cve_id');
  if (id === undefined) fields.refuse('there is no "cve_id"');
  return fields.ifUsable({
    ...(id !== undefined && { id }),
    scope: { category: 'vulnerability' },
    ...(until !== undefined && { until }),
  });
}

/**
 * Returns an instant. A value that is no number is retained, so that the entry does not count and
 * the message names it.
 */
function instant(seconds: unknown): string {
  const text = String(seconds);
  if (!SECONDS.test(text)) return text;
  return new Date(Number(text) * 1000).toISOString().replace('.000Z', 'Z');
}
