/** Settings of a run: flags, variables, policy and file on top of each other. */

import { AssayError } from '../../core/base/errors.ts';
import { didYouMean } from '../../core/base/did-you-mean.ts';
import type { Flag, FlagGroup } from './flag.ts';
import type { Setting, Settings } from './settings.ts';
import type { ConfigFile } from './config-file.ts';
import type { NamedPolicy } from './policies.ts';

/** Groups of flags for a scan and its verdict; other commands take the rest from a file only. */
const OF_SCANS: ReadonlySet<FlagGroup> = new Set(['Target', 'Gate', 'Report']);

/** The settings of a run with the policy that was chosen. */
export interface ResolvedSettings {
  /** Settings of the command's flags. */
  readonly settings: Settings;
  readonly policy?: NamedPolicy;
}

/**
 * Resolves the settings. `typed` are those of the command line and the environment. @throws
 * AssayError `USAGE` for a policy that is not there
 */
export function resolveSettings(
  flags: readonly Flag[],
  typed: Settings,
  config: ConfigFile | undefined,
): ResolvedSettings {
  const isJudging = flags.some(({ name }) => name === 'policy');
  const policy = isJudging ? chosenPolicy(typed, config) : undefined;
  const settings = new Map<string, Setting>();
  for (const { name, group } of flags) {
    const isMeant = isJudging || !OF_SCANS.has(group);
    const inFile = isMeant ? config?.settings.get(name) : undefined;
    const setting = typed.get(name) ?? policy?.settings.get(name) ?? inFile;
    if (setting !== undefined) settings.set(name, setting);
  }
  return { settings, ...(policy !== undefined && { policy }) };
}

function chosenPolicy(typed: Settings, config: ConfigFile | undefined): NamedPolicy | undefined {
  const setting = typed.get('policy') ?? config?.settings.get('policy');
  const name = setting?.values.at(-1);
  if (setting === undefined || name === undefined || name === '') return undefined;
  const policy = config?.policies.get(name);
  if (policy !== undefined) return policy;
  const names = [...(config?.policies.keys() ?? [])];
  const near = didYouMean(name, names);
  throw new AssayError('USAGE', `there is no policy "${name}" (${setting.where})`, {
    hint: [
      near === undefined ? '' : `Did you mean "${near}"?`,
      config === undefined
        ? 'Define it in assay.yaml, under "policies".'
        : `Policies of ${config.path}: ${names.join(', ') || 'none'}.`,
    ]
      .filter(Boolean)
      .join(' '),
  });
}
