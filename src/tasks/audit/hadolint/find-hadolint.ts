/**
 * The configuration of hadolint: the first of its usual places, and variables of the environment.
 * Source: the documentation of hadolint, "Configure" and "Environment Variables".
 */

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { readBoundedFile } from '../../../core/base/bounded-file.ts';
import { AssayError, errorMessage, ParseError } from '../../../core/base/errors.ts';
import { readHadolintFile, type HadolintFile } from './hadolint-file.ts';

/** Larger ones are not written by hand. */
const MAX_BYTES = 1 << 20;

/** The places of a configuration. */
export interface HadolintPlaces {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A configuration with the name that messages and the verdict show. */
export interface FoundHadolint {
  readonly path: string;
  readonly file: HadolintFile;
}

/**
 * Returns the configurations that count: the first file, and the variables. @throws AssayError
 * `CONFIG_INVALID`
 */
export async function findHadolint(places: HadolintPlaces): Promise<readonly FoundHadolint[]> {
  const found: FoundHadolint[] = [];
  const place = hadolintPlaces(places).find(({ path }) => existsSync(path));
  if (place !== undefined) {
    found.push({ path: place.shown, file: await readPlace(place, places.cwd) });
  }
  const variables = fromEnvironment(places.env);
  if (variables !== undefined) found.push(variables);
  return found;
}

interface Place {
  readonly path: string;
  readonly shown: string;
  /** Whether the working directory has it, so that it may not lead out of there. */
  readonly isHere: boolean;
}

/** Returns the places in their order. */
export function hadolintPlaces({ cwd, env }: HadolintPlaces): readonly Place[] {
  const home = env['HOME'] ?? env['USERPROFILE'];
  const settings = env['XDG_CONFIG_HOME'];
  const local = env['LOCALAPPDATA'];
  const inHome = [
    '.config/hadolint',
    '.hadolint/hadolint',
    '.hadolint/config',
    'hadolint/config',
    '.hadolint',
  ];
  const stems: readonly (readonly [base: string, stem: string, shown: string])[] = [
    [cwd, '.hadolint', '.hadolint'],
    ...(settings === undefined || settings === ''
      ? []
      : [[settings, 'hadolint', join(settings, 'hadolint')] as const]),
    ...(home === undefined || home === ''
      ? []
      : inHome.map((stem) => [home, stem, `~/${stem}`] as const)),
    ...(local === undefined || local === ''
      ? []
      : [[local, 'hadolint', join(local, 'hadolint')] as const]),
  ];
  return stems.flatMap(([base, stem, shown], at) =>
    ['.yaml', '.yml'].map((end) => ({
      path: resolve(base, `${stem}${end}`),
      shown: `${shown}${end}`,
      isHere: at === 0,
    })),
  );
}

async function readPlace({ path, shown, isHere }: Place, cwd: string): Promise<HadolintFile> {
  try {
    const bounds = { maxBytes: MAX_BYTES, ...(isHere && { within: cwd }) };
    return readHadolintFile(shown, await readBoundedFile(path, bounds));
  } catch (error) {
    if (error instanceof AssayError && error.code === 'CONFIG_INVALID') throw error;
    const message =
      error instanceof ParseError
        ? error.message
        : `cannot read "${shown}": ${errorMessage(error)}`;
    throw new AssayError('CONFIG_INVALID', message, {
      hint: 'The file is the configuration of hadolint. With -c FILE it is not read.',
      cause: error,
    });
  }
}

/** Variables of hadolint that concern findings, by the key that they stand for. */
const VARIABLES: ReadonlyMap<string, string> = new Map([
  ['HADOLINT_IGNORE', 'ignored'],
  ['HADOLINT_OVERRIDE_ERROR', 'error'],
  ['HADOLINT_OVERRIDE_WARNING', 'warning'],
  ['HADOLINT_OVERRIDE_INFO', 'info'],
  ['HADOLINT_OVERRIDE_STYLE', 'style'],
  ['HADOLINT_TRUSTED_REGISTRIES', 'trustedRegistries'],
  ['HADOLINT_REQUIRE_LABELS', 'label-schema'],
  ['HADOLINT_STRICT_LABELS', 'strict-labels'],
  ['HADOLINT_FAILURE_THRESHOLD', 'failure-threshold'],
  ['HADOLINT_DISABLE_IGNORE_PRAGMA', 'disable-ignore-pragma'],
]);
const ENVIRONMENT = 'the environment';

/** The variables are read as the file that they stand for. */
function fromEnvironment(env: HadolintPlaces['env']): FoundHadolint | undefined {
  const set = [...VARIABLES].flatMap(([name, key]) => {
    const value = env[name];
    return value === undefined || value.trim() === '' ? [] : [{ name, key, value: value.trim() }];
  });
  if (set.length === 0) return undefined;
  const root: Record<string, unknown> = {};
  const override: Record<string, readonly string[]> = {};
  for (const { key, value } of set) {
    const list = value.split(',').map((one) => one.trim());
    if (['error', 'warning', 'info', 'style'].includes(key)) override[key] = list;
    else if (key === 'ignored' || key === 'trustedRegistries') root[key] = list;
    else if (key === 'label-schema') root[key] = Object.fromEntries(list.map(labelOf));
    else root[key] = value === '1' ? 'true' : value === '0' ? 'false' : value;
  }
  if (Object.keys(override).length > 0) root['override'] = override;
  const file = readHadolintFile(ENVIRONMENT, Buffer.from(JSON.stringify(root)));
  const settings = set
    .filter(({ key }) => !['ignored', 'failure-threshold', 'disable-ignore-pragma'].includes(key))
    .map(({ name }) => ({ name, where: ENVIRONMENT }));
  const ignored = file.ignored.map(({ id }) => ({ id, from: `${ENVIRONMENT}:HADOLINT_IGNORE` }));
  const threshold = file.threshold && { ...file.threshold, where: ENVIRONMENT };
  return { path: ENVIRONMENT, file: { ...file, settings, ignored, threshold } };
}

/** Parses a label form, as in `maintainer:text`; a label without a form is a text. */
function labelOf(text: string): readonly [string, string] {
  const colon = text.lastIndexOf(':');
  return colon < 0 ? [text, 'text'] : [text.slice(0, colon), text.slice(colon + 1)];
}
