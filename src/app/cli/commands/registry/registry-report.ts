/** `assay registry report`: lists what the registry has served that has got an advisory since. */

import { pluralize } from '../../../../core/base/pluralize.ts';
import { stripControl } from '../../../../core/base/strip-control.ts';
import { AssayError } from '../../../../core/base/errors.ts';
import { EXIT_CODES } from '../../../../core/model/report/exit-codes.ts';
import {
  reportDownloads,
  type RegistryReport,
  type ReportedVersion,
} from '../../../../package-registry/report.ts';
import { readResultFormat, writeResult } from '../../print/result-output.ts';
import { FORMAT_FLAG } from '../../shell/options/report-flags.ts';
import type { CommandModule } from '../command.ts';
import { POLICY_SOURCE_FLAGS } from './flags.ts';
import {
  openAdvisorySource,
  readPackageSources,
  readRegistrySettings,
} from './registry-options.ts';

export const registryReport: CommandModule = {
  usage: '',
  description:
    'Lists the versions that "assay registry" has served and that an advisory is about which was not known at that time, with the clients that downloaded them. It reads the log of the registry, also while the registry runs. The exit code is 0 whatever is listed. See docs/registry.md.',
  flags: [...POLICY_SOURCE_FLAGS, FORMAT_FLAG],
  examples: [
    { command: 'assay registry report', purpose: 'list what has become vulnerable since' },
    { command: 'assay registry report -f json', purpose: 'the same for programs' },
  ],
  run: async (session) => {
    const format = readResultFormat(session);
    if (session.args.length > 0) {
      throw new AssayError(
        'USAGE',
        `no argument is expected, and ${session.args.length} are given`,
        {
          hint: 'The log is found by --data DIR.',
        },
      );
    }
    const settings = readRegistrySettings(session);
    const sources = await readPackageSources(session);
    const request = { settings, sources, isIncompleteAllowed: false };
    const source = await openAdvisorySource(session, request);
    const report = await reportDownloads(settings.folder, await source.open(), session.context);
    if (report.unreadableCount > 0) {
      const lines = pluralize(report.unreadableCount, 'line');
      session.context.log.warn(`the log has ${lines} that cannot be read`);
    }
    const data = { schemaVersion: 1, ...report };
    await writeResult(session, format, { data, text: reportText(report) });
    return EXIT_CODES.pass;
  },
};

function reportText({ versions, downloadCount }: RegistryReport): string {
  const count = pluralize(versions.length, 'version');
  const lines = [
    `${pluralize(downloadCount, 'download')} in the log; ${count} with advisories that were not known then`,
    ...versions.flatMap(versionLines),
  ];
  return `${lines.map(stripControl).join('\n')}\n`;
}

function versionLines(reported: ReportedVersion): readonly string[] {
  const { ecosystem, package: name, version, advisories, clients } = reported;
  const ids = advisories.map(({ id, severity, isMalicious }) =>
    isMalicious ? `${id} malicious` : `${id} ${severity}`,
  );
  return [
    `${name}${ecosystem === 'npm' ? '@' : '=='}${version}: ${ids.join(', ')}`,
    ...clients.map(
      ({ token, address, downloadCount, lastAt }) =>
        `  ${token === undefined ? address : `${token} (${address})`}: ${pluralize(downloadCount, 'download')}, last ${lastAt}`,
    ),
  ];
}
