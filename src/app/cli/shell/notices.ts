/**
 * Notices about settings before a command runs, and refusals of settings that are not available
 * yet.
 */

import { AssayError } from '../../../core/base/errors.ts';
import type { Log } from '../../../core/base/context.ts';
import type { ConfigFile } from '../../config/config-file.ts';
import type { Flag } from '../../config/flag.ts';
import { variableNames } from './parse-arguments.ts';
import type { Settings } from '../../config/settings.ts';

/** Logs once the sources of settings that were not typed, and the settings without effect. */
export function logNotices(
  flags: readonly Flag[],
  settings: Settings,
  {
    config,
    log,
    env,
  }: {
    readonly config: ConfigFile | undefined;
    readonly log: Log;
    readonly env: Readonly<Record<string, string | undefined>>;
  },
): void {
  const empty = emptyVariables(flags, settings, env);
  if (empty.length > 0) {
    const verb = empty.length === 1 ? 'is empty and counts' : 'are empty and count';
    log.warn(`${empty.join(', ')} ${verb} as not set`);
  }
  const variables = [...settings.values()].filter(({ from }) => from === 'TRIVY');
  if (variables.length > 0) {
    log.warn(`settings come from ${variables.map(({ where }) => where).join(', ')}`);
  }
  if (config?.kind === 'trivy.yaml') {
    const why = settings.has('config') ? '' : ', as there is no assay.yaml';
    log.warn(`settings come from ${config.path}${why}`);
  }
  if (config?.passedOver !== undefined) {
    log.warn(`${config.passedOver} is passed over, because ${config.path} is there`);
  }
  for (const warning of config?.warnings ?? []) log.warn(warning);
  const names = withoutEffect(flags, settings, config);
  if (names.length > 0) log.warn(`accepted, without effect: ${names.join(', ')}`);
}

/** Keys of a file that are named; the file that trivy generates has some thirty more. */
const MAX_KEYS = 5;

/**
 * Returns the settings without effect: flags and variables with the reason, then keys of the
 * configuration file.
 */
function withoutEffect(
  flags: readonly Flag[],
  settings: Settings,
  config: ConfigFile | undefined,
): readonly string[] {
  const [given, keys]: [string[], string[]] = [[], []];
  for (const { name, effect, why } of flags) {
    const setting = settings.get(name);
    if (effect !== 'none' || setting === undefined || setting.values.length === 0) continue;
    const isOfFile = setting.from === 'assay.yaml' || setting.from === 'trivy.yaml';
    (isOfFile ? keys : given).push(`--${name}${why === undefined ? '' : ` (${why})`}`);
  }
  const path = config?.path ?? '';
  keys.push(...(config?.withoutEffect ?? []).map((key) => `${key} of ${path}`));
  const more = keys.length - MAX_KEYS;
  if (more <= 0) return [...given, ...keys];
  return [...given, ...keys.slice(0, MAX_KEYS), `${more} more of ${path}`];
}

/**
 * Returns the variables that are set to nothing, as by `ASSAY_CONFIG=$UNSET`, among those that
 * decide: the configuration and the gate. A flag that is given replaces its variable.
 */
function emptyVariables(
  flags: readonly Flag[],
  settings: Settings,
  env: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  return flags
    .filter(({ name, group }) => name === 'config' || group === 'Gate')
    .filter(({ name }) => settings.get(name)?.from !== 'flag')
    .flatMap((flag) => variableNames(flag).map((variable) => variable.name))
    .filter((name) => env[name] === '');
}

/**
 * Refuses settings that request what Assay does not do.
 *
 * @throws AssayError `USAGE` for a setting that asks for something that Assay does not do, or does
 * not do yet
 */
export function refuseUnsupported(flags: readonly Flag[], settings: Settings): void {
  for (const { name, effect, why } of flags) {
    const setting = settings.get(name);
    if (effect === undefined || effect === 'none') continue;
    if (setting === undefined || setting.values.length === 0) continue;
    const place = setting.from === 'flag' ? '' : ` (${setting.where})`;
    const state =
      effect === 'later' ? 'is not available yet' : 'is a flag of trivy that Assay does not have';
    throw new AssayError('USAGE', `--${name}${place} ${state}`, {
      hint: why ?? 'Leave it out.',
    });
  }
}
