/**
 * Files of the working directory that no flag names. Where a configuration is named (`-c`,
 * `ASSAY_CONFIG`, `TRIVY_CONFIG`) none of them is read. Where none is, each that bears on the
 * verdict is listed with it.
 */

import { lstatSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';

import { AssayError } from '../../core/base/errors.ts';
import type { ImplicitSetting, ImplicitSource } from '../../scan/policy/implicit-files.ts';
import type { PolicyOptions } from '../../scan/policy/options.ts';
import type { ConfiguredRun } from './configured-run.ts';
import type { ConfigFile } from './config-file.ts';
import type { FlagValues, Setting, Settings } from './settings.ts';
import { TRIVY_FLAGS } from './trivy-flags.ts';

/** Returns whether files of the working directory count that no flag names. */
export function readsImplicitFiles(flags: FlagValues): boolean {
  return flags.text('config') === undefined;
}

/** Comments in files count as other files that no flag names, unless a policy says otherwise. */
export function implicitComments(flags: FlagValues): Pick<PolicyOptions, 'inlineComments'> {
  return readsImplicitFiles(flags) ? { inlineComments: 'implicit' } : {};
}

/** Settings that change only what is printed, and how fast. All others bear on the verdict. */
const OF_DISPLAY: ReadonlySet<string> = new Set([
  ...['quiet', 'debug', 'no-progress', 'trace-http', 'timeout', 'parallel', 'memory'],
  ...['format', 'output', 'list-all-pkgs', 'dependency-tree', 'show-suppressed', 'table-mode'],
  ...['compat', 'no-color', 'template'],
]);

/**
 * Returns the configuration of a run as a source of its verdict; `undefined` where it was named, or
 * sets nothing of weight.
 */
export function implicitConfig(session: ConfiguredRun): ImplicitSource | undefined {
  const { config, policy, settings, flags } = session;
  if (config === undefined || !readsImplicitFiles(flags)) return undefined;
  const idle = new Set(
    TRIVY_FLAGS.filter(({ effect }) => effect !== undefined).map(({ name }) => name),
  );
  const found = [...settings].flatMap(([name, setting]): readonly ImplicitSetting[] => {
    if (!isOfFile(setting) || setting.values.length === 0) return [];
    return OF_DISPLAY.has(name) || idle.has(name) ? [] : [{ name, where: setting.where }];
  });
  // What a policy sets is listed by its name alone.
  const where = flags.from('policy') === config.kind ? undefined : config.path;
  const named = policy !== undefined && where !== undefined ? [{ name: 'policy', where }] : [];
  const all = [...found, ...named];
  return all.length === 0 ? undefined : { path: config.path, kind: 'configuration', settings: all };
}

function isOfFile({ from }: Setting): boolean {
  return from === 'assay.yaml' || from === 'trivy.yaml';
}

/** Reasons for refusing a key in an implicit configuration. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  ['mirror', 'chooses the advisory data that is loaded, also for later runs'],
  ['cacert', 'chooses the authorities that are trusted'],
  ['insecure', 'switches off the check of registries'],
  ['docker-host', 'chooses which daemon gives images'],
  ['podman-host', 'chooses which daemon gives images'],
  ['verify-key', 'chooses the keys that are trusted'],
  ['certificate-identity', 'chooses the identities that are trusted'],
  ['certificate-identity-regexp', 'chooses the identities that are trusted'],
  ['certificate-oidc-issuer', 'chooses the issuers that are trusted'],
  ['certificate-oidc-issuer-regexp', 'chooses the issuers that are trusted'],
  ['trusted-root', 'chooses the authorities that are trusted'],
  ['any-repository', 'lets signatures of other repositories count'],
  ['threshold', 'chooses how many keys must agree'],
  ['forget-keys', 'switches off the protection against older advisory data'],
  ['sign-key', 'chooses the key that is used'],
]);

/**
 * Refuses what a configuration may not do that was only found: write outside of its directory, and
 * choose whom Assay trusts.
 *
 * @throws AssayError `CONFIG_INVALID`
 */
export function refuseImplicit(
  settings: Settings,
  config: ConfigFile | undefined,
  { cwd, flags }: { readonly cwd: string; readonly flags: FlagValues },
): void {
  if (config === undefined || !readsImplicitFiles(flags)) return;
  for (const [name, setting] of settings) {
    if (!isOfFile(setting) || setting.values.length === 0) continue;
    const reason = REFUSED.get(name);
    if (reason !== undefined) throw refusal(name, setting, `"${name}" ${reason}`, config);
    if (name !== 'output' && name !== 'cache-dir') continue;
    const outside = setting.values.find((value) => leavesFolder(cwd, value));
    if (outside === undefined) continue;
    throw refusal(name, setting, `"${name}: ${outside}" leads out of its directory`, config);
  }
}

function refusal(name: string, { where }: Setting, what: string, { path }: ConfigFile): AssayError {
  const message = `${where}: ${what}, which only a configuration may that is named`;
  const variable = `ASSAY_${name.toUpperCase().replaceAll('-', '_')}`;
  return new AssayError('CONFIG_INVALID', message, {
    hint: `Name the file: -c ${path}. Or take the key out, and give --${name} or ${variable}.`,
  });
}

const NAME_AND_PATH = /^[a-z][a-z-]*=(?<path>.+)$/su;

/**
 * Returns whether a path, or that of `NAME=PATH`, is outside of a folder, behind a symlink, or
 * among the files of git.
 */
function leavesFolder(folder: string, text: string): boolean {
  const path = NAME_AND_PATH.exec(text)?.groups?.['path'];
  return [text, ...(path === undefined ? [] : [path])].some((one) => isOutside(folder, one));
}

function isOutside(folder: string, path: string): boolean {
  const real = realPlace(resolve(folder, path));
  const way = relative(realpathSync(folder), real);
  const isLeaving = way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way);
  return isLeaving || way.split(sep).some((part) => part.toLowerCase() === '.git');
}

/** Returns the real path that a file would be written to: existing symlinks are followed. */
function realPlace(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    // A dangling symlink would be followed when the file is made.
    if (parent === path || isLink(path)) return sep;
    return join(realPlace(parent), relative(parent, path));
  }
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}
