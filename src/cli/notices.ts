/** What is said of settings before a command runs, and what is refused because it is not there yet. */

import { AssayError } from '../base/errors.ts';
import type { Log } from '../base/context.ts';
import type { ConfigFile } from './config/load.ts';
import type { Flag } from './flag.ts';
import type { Settings } from './settings.ts';

/** Says once where settings come from that nobody typed, and which of them do nothing. */
export function sayNotices(
  flags: readonly Flag[],
  settings: Settings,
  { config, log }: { readonly config: ConfigFile | undefined; readonly log: Log },
): void {
  const variables = [...settings.values()].filter(({ from }) => from === 'TRIVY');
  if (variables.length > 0) {
    log.warn(`settings come from ${variables.map(({ where }) => where).join(', ')}`);
  }
  if (config?.kind === 'trivy.yaml') {
    log.warn(`settings come from ${config.path}, as there is no assay.yaml`);
  }
  if (config?.passedOver !== undefined) {
    log.warn(`${config.passedOver} is passed over, because ${config.path} is there`);
  }
  for (const warning of config?.warnings ?? []) log.warn(warning);
  const unused = flags.filter(
    ({ name, effect }) => effect === 'none' && (settings.get(name)?.values.length ?? 0) > 0,
  );
  const names = [
    ...unused.map(({ name, why }) => `--${name}${why === undefined ? '' : ` (${why})`}`),
    ...(config?.withoutEffect ?? []).map((key) => `${key} of ${config?.path ?? ''}`),
  ];
  if (names.length > 0) log.warn(`accepted, without effect: ${names.join(', ')}`);
}

/** @throws AssayError `USAGE` for a setting that asks for something that is not there yet */
export function refuseLater(flags: readonly Flag[], settings: Settings): void {
  for (const { name, effect, why } of flags) {
    const setting = settings.get(name);
    if (effect !== 'later' || setting === undefined || setting.values.length === 0) continue;
    const place = setting.from === 'flag' ? '' : ` (${setting.where})`;
    throw new AssayError('USAGE', `--${name}${place} is not there yet`, {
      hint: why ?? 'Leave it out.',
    });
  }
}

const FLAG_START = /^--(?<name>[a-z-]+)/u;

/** Tells of a bad value where it came from, unless it was typed. */
export function namingSource(error: unknown, settings: Settings): unknown {
  if (!(error instanceof AssayError) || error.code !== 'USAGE') return error;
  const name = FLAG_START.exec(error.message)?.groups?.['name'] ?? '';
  const setting = settings.get(name);
  if (setting === undefined || setting.from === 'flag') return error;
  return new AssayError('USAGE', `${setting.where}: ${error.message}`, {
    ...(error.hint !== undefined && { hint: error.hint }),
    cause: error,
  });
}
