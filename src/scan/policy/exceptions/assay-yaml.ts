/**
 * `.assayignore.yaml`, Assay's own form: a list `exceptions`, each entry with an `id`, a
 * `category`, a `fingerprint`, a `package` (name, or name@version), a `path` or `paths`, a `purl`
 * or `purls`, of which all that are given must hold, and with `reason`, `owner` and `expires`. A
 * category alone is too much.
 *
 * `schema/assay-ignore-1.schema.json` describes it. Read strictly: an entry with a key that is not
 * known does not count.
 */

import { RULE_CATEGORIES } from '../../../core/model/rule/rule-finding.ts';
import type { EntryFields } from './entry-fields.ts';
import type { ExceptionFile, ExceptionScope, IgnoreEntry } from './exception.ts';
import { packageScope } from './ignore-lines.ts';
import { EntryCollector, type YamlFile } from './yaml-file.ts';

const KEYS = [
  ...['id', 'category', 'fingerprint', 'package', 'path', 'paths', 'purl', 'purls'],
  ...['reason', 'owner', 'expires'],
];
const CATEGORIES = ['vulnerability', ...RULE_CATEGORIES] as const;

/** Reads an `.assayignore.yaml`. Entries that cannot be read become problems. */
export function readAssayYaml(file: YamlFile, now: number): ExceptionFile {
  const collector = new EntryCollector({ now, dateExample: 'expires: 2026-01-31' });
  for (const key of Object.keys(file.root)) {
    if (key === 'exceptions') collector.takeList(file, key, assayEntry);
    else {
      const line = file.document?.lineOf(file.root, key) ?? 1;
      const message = `the key "${key.slice(0, 80)}" is not known (known is exceptions)`;
      collector.note(`${file.path}:${line}`, message);
    }
  }
  const { entries, problems } = collector;
  return { form: 'assayignore-yaml', entries, problems };
}

function assayEntry(fields: EntryFields): IgnoreEntry | undefined {
  fields.checkKeys(KEYS, true);
  const id = fields.text('id');
  const named = packageScope(fields.text('package'));
  const paths = [...fields.texts('path'), ...fields.texts('paths')];
  const purls = [...fields.purls('purl'), ...fields.purls('purls')];
  const [until, reason, owner] = [
    fields.text('expires'),
    fields.text('reason'),
    fields.text('owner'),
  ];
  const [category, fingerprint] = [categoryOf(fields), fields.text('fingerprint')];
  const place = {
    ...named,
    ...(fingerprint !== undefined && { fingerprint }),
    ...(paths.length > 0 && { paths }),
    ...(purls.length > 0 && { purls }),
  };
  if (id === undefined && Object.keys(place).length === 0) {
    fields.refuse('there is neither id, fingerprint, package, path nor purl');
  }
  const scope = { ...place, ...(category !== undefined && { category }) };
  const isLimited = Object.keys(scope).length > 0;
  return fields.ifUsable({
    ...(id !== undefined && { id }),
    ...(isLimited && { scope }),
    ...(until !== undefined && { until }),
    ...(reason !== undefined && { reason }),
    ...(owner !== undefined && { owner }),
  });
}

function categoryOf(fields: EntryFields): ExceptionScope['category'] {
  const text = fields.text('category');
  if (text === undefined) return undefined;
  const category = CATEGORIES.find((one) => one === text);
  if (category === undefined)
    fields.refuse(`"${text}" is not a category (${CATEGORIES.join(', ')})`);
  return category;
}
