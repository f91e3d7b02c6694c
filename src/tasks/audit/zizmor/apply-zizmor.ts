/**
 * The effects of a zizmor configuration on an audit: exceptions, and the files that the verdict
 * lists.
 */

import type { Log } from '../../../core/base/context.ts';
import type { PolicyOptions } from '../../../scan/policy/options.ts';
import type { FoundZizmor } from './find-zizmor.ts';

/** Returns a policy with the suppressions of a configuration. */
export function applyZizmor(
  { path, file }: FoundZizmor,
  policy: Partial<PolicyOptions> | undefined,
  log: Log,
): Partial<PolicyOptions> {
  for (const note of file.notes) log.warn(note);
  const ignore = file.ignored.map(({ audit, paths, line, column, from }) => ({
    ...{ id: `pipeline/${audit}`, from, reason: 'ignored by the configuration of zizmor' },
    scope: {
      category: 'misconfiguration' as const,
      ...(paths && { paths }),
      ...(line !== undefined && { line }),
      ...(column !== undefined && { column }),
    },
  }));
  const implicit = [
    ...(ignore.length > 0 ? [{ path, kind: 'exceptions' as const }] : []),
    ...(file.keys.length > 0
      ? [{ path, kind: 'configuration' as const, settings: file.keys }]
      : []),
  ];
  return {
    ...policy,
    ignore: [...(policy?.ignore ?? []), ...ignore],
    implicit: [...(policy?.implicit ?? []), ...implicit],
  };
}
