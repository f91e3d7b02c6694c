/**
 * The effects of a hadolint configuration on an audit: exceptions, the settings of rules, and the
 * files that the verdict lists.
 */

import type { Log } from '../../base/context.ts';
import type { DockerfileSettings } from '../../detect/dockerfile/settings.ts';
import type { PolicyOptions } from '../../policy/options.ts';
import type { FoundHadolint } from './find-hadolint.ts';
import { HADOLINT_LEVELS } from './hadolint-file.ts';

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
  warnOfThreshold(found, log);
  const files = found.map(({ file }) => file);
  const ignore = files.flatMap(({ ignored }) =>
    ignored.map(({ id, from }) => ({
      ...{ id: id.toUpperCase(), from, reason: 'ignored by the configuration of hadolint' },
      scope: { category: 'misconfiguration' as const },
    })),
  );
  const implicit = found.flatMap(({ path, file }) => [
    ...(file.ignored.length > 0 ? [{ path, kind: 'exceptions' as const }] : []),
    ...(file.settings.length > 0
      ? [{ path, kind: 'configuration' as const, settings: file.settings }]
      : []),
  ]);
  const { inlineComments, ...rest } = policy ?? {};
  const ignoresComments = files.some((file) => file.ignoresComments);
  return {
    settings: settingsOf(found),
    policy: {
      ...rest,
      ...(inlineComments !== undefined && !ignoresComments && { inlineComments }),
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

/** A file that no flag names makes no gate weaker. */
function warnOfThreshold(found: readonly FoundHadolint[], log: Log): void {
  for (const { path, file } of found) {
    if (file.threshold === undefined) continue;
    const severity = HADOLINT_LEVELS.get(file.threshold);
    const hint = severity === undefined ? '' : `, as in --fail-on ${severity}`;
    log.warn(
      `failure-threshold "${file.threshold}" of ${path} is not used: the flags of the gate decide${hint}`,
    );
  }
}
