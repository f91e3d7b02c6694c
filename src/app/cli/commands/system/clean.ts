/** `assay clean`: removes what was kept for later runs. */

import { pluralize } from '../../../../core/base/pluralize.ts';
import { clearRecords, type RemovedRecords } from '../../../../core/base/record-store.ts';
import { advisoryFolder, layerCacheFolder } from '../../../../core/base/cache-directory.ts';
import { removeBase } from '../../../../advisories/base/index.ts';
import { readResultFormat, writeResult } from '../../print/result-output.ts';
import type { CommandModule, Session } from '../command.ts';
import type { Flag } from '../../../config/flag.ts';
import { formatBytes } from '../../print/progress.ts';
import { FORMAT_FLAG } from '../../shell/options/report-flags.ts';

/** Caches that trivy's command of this name can also remove. */
const FOREIGN_CACHES: readonly Flag[] = ['java-db', 'checks-bundle', 'vex-repo'].map((name) => ({
  name,
  group: 'General',
  effect: 'none',
  why: 'there is none',
  help: 'accepted; has no effect',
}));

export const clean: CommandModule = {
  usage: '',
  description:
    'Removes what was kept for later runs and says what it freed. Without a flag it removes the results of earlier scans, which the next ones make again; advisory data has to be fetched again.',
  flags: [
    { name: 'scan-cache', group: 'General', help: 'remove cached scan results (default)' },
    { name: 'vuln-db', group: 'General', help: 'remove advisory data' },
    { name: 'all', short: 'a', group: 'General', help: 'remove both' },
    ...FOREIGN_CACHES,
    FORMAT_FLAG,
  ],
  examples: [
    { command: 'assay clean', purpose: 'the next scan of each image reads all of its layers' },
    { command: 'assay clean --all', purpose: 'before the cache of a build machine is thrown away' },
  ],
  run: async (session) => {
    const format = readResultFormat(session);
    const removed = await removeAsked(session);
    return writeResult(session, format, { data: removed, text: removedText(removed) });
  },
};

/** The removed parts; parts that were not requested are absent. */
interface Cleaned {
  readonly layers?: RemovedRecords;
  readonly advisories?: RemovedRecords;
}

async function removeAsked(session: Session): Promise<Cleaned> {
  const { flags, context } = session;
  const isAll = flags.isOn('all');
  const removesAdvisories = isAll || flags.isOn('vuln-db');
  const isOnlyForeign =
    !flags.isOn('scan-cache') && FOREIGN_CACHES.some(({ name }) => flags.isOn(name));
  const removesLayers = isAll || flags.isOn('scan-cache') || (!removesAdvisories && !isOnlyForeign);
  return {
    ...(removesLayers && { layers: await clearRecords(layerCacheFolder(session)) }),
    ...(removesAdvisories && {
      advisories: await removeBase(advisoryFolder(session), context),
    }),
  };
}

function removedText({ layers, advisories }: Cleaned): string {
  return [
    `results of scans   ${outcome(layers) ?? 'kept; --scan-cache or --all removes them'}`,
    `advisory data      ${outcome(advisories) ?? 'kept; --vuln-db or --all removes it'}`,
    '',
  ].join('\n');
}

function outcome(removed: RemovedRecords | undefined): string | undefined {
  if (removed === undefined) return undefined;
  if (removed.fileCount === 0) return 'nothing to remove';
  const { fileCount, sizeBytes } = removed;
  return `removed ${pluralize(fileCount, 'file')}, ${formatBytes(sizeBytes)}`;
}
