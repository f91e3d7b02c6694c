/**
 * The effects of a hadolint configuration on an audit: exceptions, the settings of rules, and the
 * files that the verdict lists.
 */

import type { Log } from '../../../core/base/context.ts';
import type { DockerfileSettings } from '../../../rules/detect/dockerfile/settings.ts';
import type { PolicyOptions } from '../../../scan/policy/options.ts';
import type { FoundHadolint } from './find-hadolint.ts';
import type { PlacedThreshold } from './hadolint-file.ts';

/** The used parts of the configuration. */
export interface HadolintEffect {
  readonly settings: DockerfileSettings;
  readonly policy: Partial<PolicyOptions>;
}

/** Adds what configurations say to a policy. */
export function applyHadolint(
  found: readonly FoundHadolint[],
  policy: Partial<PolicyOptions> | undefined,
  log: Log,
): HadolintEffect {
  for (const { file } of found) {
    for (const note of file.notes) log.warn(note);
  }
  const files = found.map(({ file }) => file);
  const threshold = thresholdOf(found, policy, log);
  const ignore = files.flatMap(({ ignored }) =>
    ignored.map(({ id, from }) => ({
      ...{ id: id.toUpperCase(), from, reason: 'ignored by the configuration of hadolint' },
      scope: { category: 'misconfiguration' as const },
    })),
  );
  const implicit = found.flatMap(({ path, file }) => {
    const { where = '' } = file.threshold ?? {};
    const isUsed = threshold !== undefined && file.threshold === threshold;
    const settings = [...file.settings, ...(isUsed ? [{ name: 'failure-threshold', where }] : [])];
    return [
      ...(file.ignored.length > 0 ? [{ path, kind: 'exceptions' as const }] : []),
      ...(settings.length > 0 ? [{ path, kind: 'configuration' as const, settings }] : []),
    ];
  });
  const { inlineComments, ...rest } = policy ?? {};
  const ignoresComments = files.some((file) => file.ignoresComments);
  return {
    settings: settingsOf(found),
    policy: {
      ...rest,
      ...(inlineComments !== undefined && !ignoresComments && { inlineComments }),
      ...(threshold !== undefined && { hadolintThreshold: threshold }),
      ignore: [...(policy?.ignore ?? []), ...ignore],
      implicit: [...(policy?.implicit ?? []), ...implicit],
    },
  };
}

function settingsOf(found: readonly FoundHadolint[]): DockerfileSettings {
  const files = found.map(({ file }) => file);
  return {
    trustedRegistries: files.flatMap(({ trustedRegistries }) => trustedRegistries),
    severities: new Map(files.flatMap(({ severities }) => [...severities])),
    isStrict: files.some(({ isStrict }) => isStrict),
    ...(files.some(({ labels }) => labels.size > 0) && {
      labels: new Map(files.flatMap(({ labels }) => [...labels])),
    }),
  };
}

/**
 * Returns the threshold that counts, that of the environment before that of a file. It has the
 * meaning that it has for hadolint only where `--exit-code` alone asks for a gate; conditions and
 * policies name severities of their own.
 */
function thresholdOf(
  found: readonly FoundHadolint[],
  policy: Partial<PolicyOptions> | undefined,
  log: Log,
): PlacedThreshold | undefined {
  const last = found.findLast(({ file }) => file.threshold !== undefined);
  const threshold = last?.file.threshold;
  if (last === undefined || threshold === undefined) return undefined;
  if ((policy?.failOn ?? []).length === 0 && policy?.policy === undefined) return threshold;
  const { level, severity } = threshold;
  const hint = severity === 'none' ? '' : `, as in --fail-on ${severity}`;
  log.warn(
    `failure-threshold "${level}" of ${last.path} is not used: the conditions of the gate decide${hint}`,
  );
  return undefined;
}
