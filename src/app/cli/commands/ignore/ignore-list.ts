/** `assay ignore list`: what is excepted, by whom, why and until when. */

import { formatPackageUrl } from '../../../../core/model/purl/purl.ts';
import { entryName } from '../../../../scan/policy/exceptions/entry-checks.ts';
import type { IgnoreEntry } from '../../../../scan/policy/exceptions/exception.ts';
import { readResultFormat, writeResult } from '../../print/result-output.ts';
import { formatColumns } from '../../../../scan/report/text/plain-columns.ts';
import type { CommandModule } from '../command.ts';
import { openIgnoreFiles } from '../../../config/exception-files.ts';
import { listCorrections, listEntries, type ListedEntry } from './ignore-entries.ts';
import { readReportedFindings } from '../../shell/options/reported-findings.ts';
import { openOverrides } from '../../../config/override-file.ts';
import { IGNOREFILE_FLAG, OVERRIDES_FLAG } from '../../shell/options/gate-flags.ts';
import { FORMAT_FLAG } from '../../shell/options/report-flags.ts';

export const ignoreList: CommandModule = {
  usage: '[REPORT...]',
  description:
    'Lists the entries of the ignore files and of the corrections (advisories.override.json): where each stands, what it is about, who answers for it, why, and until when; and what is wrong with those that do not count. With JSON reports it says which entries a finding needs (used) and which none does (stale).',
  flags: [IGNOREFILE_FLAG, OVERRIDES_FLAG, FORMAT_FLAG],
  examples: [
    { command: 'assay ignore list', purpose: 'what is excepted here' },
    { command: 'assay ignore list report.json', purpose: 'which of it is still needed' },
  ],
  run: async (session) => {
    const format = readResultFormat(session);
    const files = await openIgnoreFiles(session);
    const corrections = await openOverrides(session);
    const entries = [
      ...listEntries(files, await readReportedFindings(session)),
      ...(corrections === undefined ? [] : listCorrections(corrections)),
    ];
    const fileCount = files.length + (corrections === undefined ? 0 : 1);
    const data = {
      schemaVersion: 1,
      files: [
        ...files.map(({ path, file }) => ({ path, form: file.form })),
        ...(corrections === undefined ? [] : [{ path: corrections.path, form: 'overrides' }]),
      ],
      entries: entries.map(dataOf),
    };
    return writeResult(session, format, { data, text: textFor(entries, fileCount) });
  },
};

function dataOf({ from, state, entry, message }: ListedEntry): object {
  const { id, scope, reason, owner, until } = entry ?? {};
  const { purls, ...limits } = scope ?? {};
  return {
    from,
    state,
    ...(id !== undefined && { id }),
    ...limits,
    ...(purls !== undefined && { purls: purls.map((purl) => formatPackageUrl(purl)) }),
    ...(reason !== undefined && { reason }),
    ...(owner !== undefined && { owner }),
    ...(until !== undefined && { until }),
    ...(message !== undefined && { message }),
  };
}

function textFor(entries: readonly ListedEntry[], fileCount: number): string {
  if (fileCount === 0) return 'no ignore file here\n';
  if (entries.length === 0) return 'no entries\n';
  const head = ['Where', 'State', 'What', 'Until', 'Owner', 'Reason'];
  const rows = entries.map(({ from, state, entry, message }) => [
    from,
    state,
    entry === undefined ? '' : whatText(entry),
    entry?.until ?? '',
    entry?.owner ?? '',
    state === 'unusable' ? (message ?? '') : (entry?.reason ?? ''),
  ]);
  return formatColumns([head, ...rows]);
}

function whatText(entry: IgnoreEntry): string {
  const { id, scope = {} } = entry;
  const name = entryName(entry).slice(1, -1);
  if (id === undefined) return name;
  const { package: named, version, paths = [], purls = [] } = scope;
  const limits = [
    ...(named === undefined ? [] : [version === undefined ? named : `${named}@${version}`]),
    ...purls.map((purl) => formatPackageUrl(purl)),
    ...paths,
  ];
  return limits.length === 0 ? name : `${name} in ${limits.join(', ')}`;
}
