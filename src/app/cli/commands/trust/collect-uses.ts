/** All that the files of a target say about sources. */

import type { Context } from '../../../../core/base/context.ts';
import type { SourceUse } from '../../../../rules/detect/origin/use.ts';
import type { runScan, RunRequest } from '../../../../scan/pipeline/run-scan.ts';

/**
 * Reads the statements about sources, without the cache, so that all files are read. @throws
 * AssayError as the scan does
 */
export async function collectUses(
  { targets, scanners = [], readsPackages = false, detectorSettings }: RunRequest,
  scan: typeof runScan,
  context: Context,
): Promise<readonly SourceUse[]> {
  const uses: SourceUse[] = [];
  const collect = (_: string, found: readonly SourceUse[]): void => {
    for (const one of found) uses.push(one);
  };
  const origin = { ...detectorSettings?.origin, collect };
  await scan(
    {
      ...{ targets, scanners, readsPackages, advisories: undefined },
      detectorSettings: { ...detectorSettings, origin },
      allowEmpty: true,
    },
    context,
  );
  return uses;
}
