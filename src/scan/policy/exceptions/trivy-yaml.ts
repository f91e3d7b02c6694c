/**
 * `.trivyignore.yaml`: lists of `vulnerabilities`, `misconfigurations`, `secrets` and `licenses`,
 * each entry with `id`, `paths`, `purls`, `expired_at` and `statement`.
 *
 * Source: the documentation of trivy, "Filtering, .trivyignore.yaml". A key that is not known is
 * passed over by trivy; here it is named, and where it looks like one of the known ones the entry
 * does not count: it may be a limit.
 */

import { didYouMean } from '../../../core/base/did-you-mean.ts';
import type { EntryFields } from './entry-fields.ts';
import type { ExceptionFile, ExceptionScope, IgnoreEntry } from './exception.ts';
import { EntryCollector, type YamlFile } from './yaml-file.ts';

/** The lists, and the findings that each is about. */
export const TRIVY_LISTS: ReadonlyMap<string, NonNullable<ExceptionScope['category']>> = new Map([
  ['vulnerabilities', 'vulnerability'],
  ['misconfigurations', 'misconfiguration'],
  ['secrets', 'secret'],
  ['licenses', 'license'],
] as const);

const KEYS = ['id', 'paths', 'purls', 'expired_at', 'statement'];

/** Reads a `.trivyignore.yaml`. */
export function readTrivyYaml(file: YamlFile, now: number): ExceptionFile {
  const collector = new EntryCollector({ now, dateExample: 'expired_at: 2026-01-31' });
  const lists = [...TRIVY_LISTS.keys()];
  for (const key of Object.keys(file.root)) {
    const category = TRIVY_LISTS.get(key);
    if (category !== undefined) {
      collector.takeList(file, key, (fields) => trivyEntry(fields, category));
      continue;
    }
    const near = didYouMean(key, lists);
    const hint = near === undefined ? `known are ${lists.join(', ')}` : `did you mean "${near}"?`;
    const line = file.document?.lineOf(file.root, key) ?? 1;
    collector.note(`${file.path}:${line}`, `the key "${key.slice(0, 80)}" is not known (${hint})`);
  }
  const { entries, problems } = collector;
  return { form: 'trivyignore-yaml', entries, problems };
}

function trivyEntry(
  fields: EntryFields,
  category: NonNullable<ExceptionScope['category']>,
): IgnoreEntry | undefined {
  fields.checkKeys(KEYS, false);
  const id = fields.text('id');
  if (id === undefined) fields.refuse('there is no "id"');
  const [paths, purls] = [fields.texts('paths'), fields.purls('purls')];
  const [until, reason] = [fields.text('expired_at'), fields.text('statement')];
  return fields.ifUsable({
    ...(id !== undefined && { id }),
    scope: {
      category,
      ...(paths.length > 0 && { paths }),
      ...(purls.length > 0 && { purls }),
    },
    ...(until !== undefined && { until }),
    ...(reason !== undefined && { reason }),
  });
}
