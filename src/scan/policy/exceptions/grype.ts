/**
 * The list `ignore` of `.grype.yaml`. All that an entry names must hold. What Assay cannot judge
 * (`namespace`, `match-type`, `vex-status`, `vex-justification`, `package.language`, and names that
 * are regular expressions) makes the entry not count, rather than count for more than it says.
 * Aliases always count.
 *
 * Source: the documentation of grype, "Specifying matches to ignore".
 */

import { isJsonObject } from '../../../formats/text/json/json.ts';
import { EntryFields } from './entry-fields.ts';
import type { ExceptionFile, ExceptionScope, FixState, IgnoreEntry } from './exception.ts';
import { EntryCollector, type YamlFile } from './yaml-file.ts';

const KEYS = ['vulnerability', 'include-aliases', 'reason', 'fix-state', 'package'];
const UNJUDGED = ['namespace', 'match-type', 'vex-status', 'vex-justification'];
const PACKAGE_KEYS = ['name', 'version', 'type', 'location', 'upstream-name'];
const FIX_STATES: ReadonlyMap<string, FixState> = new Map([
  ['fixed', 'fixed'],
  ['not-fixed', 'not-fixed'],
  ['wont-fix', 'wont-fix'],
  ['unknown', 'unknown'],
] as const);

/** Reads the `ignore` list of a configuration of grype. */
export function readGrype(file: YamlFile, now: number): ExceptionFile {
  const collector = new EntryCollector({ now, dateExample: '2026-01-31' });
  collector.takeList(file, 'ignore', grypeEntry);
  const { entries, problems } = collector;
  return { form: 'grype', entries, problems };
}

function grypeEntry(fields: EntryFields): IgnoreEntry | undefined {
  for (const key of UNJUDGED) {
    if (fields.text(key) !== undefined) fields.refuse(`"${key}" is not something Assay can judge`);
  }
  fields.checkKeys([...KEYS, ...UNJUDGED], false);
  const [id, reason] = [fields.text('vulnerability'), fields.text('reason')];
  const state = fields.text('fix-state');
  const fixState = FIX_STATES.get(state ?? '');
  if (state !== undefined && fixState === undefined) {
    fields.refuse(`the fix-state "${state}" is none of ${[...FIX_STATES.keys()].join(', ')}`);
  }
  const scope: ExceptionScope = {
    category: 'vulnerability',
    ...(fixState !== undefined && { fixState }),
    ...packageOf(fields),
  };
  if (id === undefined && Object.keys(scope).length === 1) fields.refuse('it names nothing');
  return fields.ifUsable({
    ...(id !== undefined && { id }),
    scope,
    ...(reason !== undefined && { reason }),
  });
}

function packageOf(
  fields: EntryFields,
): Pick<ExceptionScope, 'package' | 'version' | 'ecosystem' | 'paths'> {
  const mapping = fields.mapping('package');
  if (mapping === undefined || !isJsonObject(mapping)) return {};
  const inner = new EntryFields(mapping, fields.from);
  if (inner.text('language') !== undefined)
    inner.refuse('"language" is not something Assay can judge');
  inner.checkKeys([...PACKAGE_KEYS, 'language'], false);
  const [name, upstream] = [inner.text('name'), inner.text('upstream-name')];
  if (name !== undefined && upstream !== undefined) {
    inner.refuse('"name" and "upstream-name" together are not something Assay can judge');
  }
  const pattern = name ?? upstream;
  const wildcard = pattern === undefined ? undefined : wildcardOf(pattern);
  if (pattern !== undefined && wildcard === undefined) {
    inner.refuse(
      `the regular expression "${pattern}" is not something Assay runs; name the package`,
    );
  }
  const [version, ecosystem, location] = ['version', 'type', 'location'].map((key) =>
    inner.text(key),
  );
  for (const { message, kind } of inner.problems) {
    if (kind === 'unusable') fields.refuse(message.replace('; the entry does not count', ''));
  }
  return {
    ...(wildcard !== undefined && { package: wildcard }),
    ...(version !== undefined && { version }),
    ...(ecosystem !== undefined && { ecosystem }),
    ...(location !== undefined && { paths: [location] }),
  };
}

const SPECIAL = /[\\^$*+?()[\]{}|]/;

/**
 * Returns a regular expression that is a name, with `.*` for any characters and escaped dots, as a
 * name with `*`; `undefined` for any other. A lone dot is taken for itself: that is what people
 * mean by it, and it matches less.
 */
function wildcardOf(pattern: string): string | undefined {
  const plain = pattern
    .replace(/^\^/, '')
    .replace(/\$$/, '')
    .replaceAll('.*', '\0')
    .replaceAll('\\.', '.')
    .replaceAll('\\-', '-');
  return SPECIAL.test(plain) ? undefined : plain.replaceAll('\0', '*');
}
