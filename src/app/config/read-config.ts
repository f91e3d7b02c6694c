/** Reads a configuration file. Most runs have none, so this is loaded when one was found. */

import { resolve } from 'node:path';

import { readBoundedFile } from '../../core/base/bounded-file.ts';
import { AssayError, errnoOf, errorMessage, ParseError } from '../../core/base/errors.ts';
import type { FailCondition } from '../../scan/policy/options.ts';
import type { Flag } from './flag.ts';
import type { Setting } from './settings.ts';
import {
  flagsByKey,
  KEYS_WITHOUT_EFFECT,
  NOT_IN_FILES,
  NOT_IN_IMPLICIT_FILES,
  configKeysOf,
} from './keys.ts';
import type { ConfigFile } from './config-file.ts';
import { ConfigNode, unknownKey } from './node.ts';
import {
  readConditions,
  readPolicies,
  type ConfigReadContext,
  type NamedPolicy,
} from './policies.ts';
import {
  isRegistryKey,
  readRegistrySection,
  REGISTRY_KEYS,
  type RegistrySection,
} from './registry-section.ts';
import { readSetting } from './setting.ts';

/** Limit for a configuration file; real ones have some 2 KB. */
const MAX_CONFIG_BYTES = 1024 * 1024;
/** Unknown keys that are named. */
const MAX_WARNINGS = 20;

/** The file, and what it may set. */
export interface ConfigSource {
  readonly path: string;
  readonly kind: ConfigFile['kind'];
  readonly flags: readonly Flag[];
  /** With `--config`, and not found in the working directory. */
  readonly isNamed: boolean;
}

/**
 * Reads a configuration file of Assay or of trivy.
 *
 * @throws AssayError `CONFIG_INVALID` where it cannot be read, is not YAML, or a value is of the
 * wrong type
 */
export async function readConfig(
  cwd: string,
  { path, kind, flags, isNamed }: ConfigSource,
): Promise<ConfigFile> {
  const within = isNamed ? undefined : cwd;
  const root = await readTree(path, await readBytes(resolve(cwd, path), path, within));
  const warnings: string[] = [];
  const withoutEffect: string[] = [];
  const reading: ConfigReadContext = { flags, unknown: warnOfUnknown(warnings) };
  const found: FoundSettings = { settings: new Map(), from: new Map() };
  let policies: ReadonlyMap<string, NamedPolicy> = new Map();
  const places = flagsByKey(flags);
  const ignored = ignoredKeys(flags, isNamed);
  const own = kind === 'assay.yaml' ? REGISTRY_KEYS.map((key) => `registry.${key}`) : [];
  const known = [...places.keys(), ...ignored, ...KEYS_WITHOUT_EFFECT, 'policies', ...own];
  let registry: RegistrySection | undefined;
  const visit = (node: ConfigNode): void => {
    const flag = places.get(node.key);
    if (node.key === 'policies') policies = readPolicies(node, reading);
    else if (KEYS_WITHOUT_EFFECT.includes(node.key)) withoutEffect.push(node.key);
    else if (ignored.has(node.key)) warnOfIgnored(node, isNamed, warnings);
    else if (flag !== undefined && !hasKeysBelow(node, known)) take(found, flag, node, kind);
    else if (known.some((place) => place.startsWith(`${node.key}.`))) {
      const hasSection = node.key === 'registry' && own.length > 0;
      if (hasSection) registry = readRegistrySection(node);
      for (const [key, member] of node.members()) {
        if (!hasSection || !isRegistryKey(key)) visit(member);
      }
    } else reading.unknown(node, known);
  };
  for (const member of root.members().values()) visit(member);
  return {
    path,
    kind,
    settings: found.settings,
    ...(found.failOn !== undefined && { failOn: found.failOn }),
    policies,
    ...(registry !== undefined && { registry }),
    warnings,
    withoutEffect,
  };
}

/** Returns the keys that are read and have no effect, because of what they would do to a gate. */
function ignoredKeys(flags: readonly Flag[], isNamed: boolean): ReadonlySet<string> {
  const isIgnored = ({ name }: Flag): boolean =>
    name !== 'config' && (NOT_IN_FILES.has(name) || (!isNamed && NOT_IN_IMPLICIT_FILES.has(name)));
  return new Set(flags.filter(isIgnored).flatMap(configKeysOf));
}

/**
 * Warns of an ignored key. Empty values and switched-off features, as in the file that trivy
 * generates, are not worth a warning.
 */
function warnOfIgnored(node: ConfigNode, isNamed: boolean, warnings: string[]): void {
  const isOff = typeof node.value === 'string' && node.value.toLowerCase() === 'false';
  if (node.isEmpty || isOff) return;
  const isForNamed = !isNamed && NOT_IN_IMPLICIT_FILES.has(node.key);
  const way = isForNamed ? 'or in a file that --config names' : 'or in the environment';
  warnings.push(
    `${node.where}: "${node.key}" has no effect here; it counts on the command line ${way}`,
  );
}

/**
 * Warns of the first few by name; a search for near names takes time, and the first warnings
 * suffice.
 */
function warnOfUnknown(warnings: string[]): ConfigReadContext['unknown'] {
  return (node, known) => {
    if (warnings.length < MAX_WARNINGS) warnings.push(unknownKey(node, known));
    else if (warnings.length === MAX_WARNINGS) {
      warnings.push(`${node.where}: more keys that are not known`);
    }
  };
}

/** `server` is a flag and a group of keys. */
function hasKeysBelow(node: ConfigNode, known: readonly string[]): boolean {
  return node.isMapping && known.some((place) => place.startsWith(`${node.key}.`));
}

interface FoundSettings {
  readonly settings: Map<string, Setting>;
  /** The key that gave each flag. */
  readonly from: Map<string, string>;
  failOn?: readonly FailCondition[];
}

function take(found: FoundSettings, flag: Flag, node: ConfigNode, kind: ConfigFile['kind']): void {
  if (node.isEmpty && flag.isNeverEmpty !== true) return;
  const other = found.from.get(flag.name);
  if (other !== undefined) {
    throw node.refuse(`says the same as "${other}"`, 'Keep one of the two keys.');
  }
  found.from.set(flag.name, node.key);
  if (flag.name === 'fail-on') {
    found.failOn = readConditions(node, kind);
    const values = found.failOn.map(({ text }) => text);
    found.settings.set(flag.name, { values, from: kind, where: node.where });
    return;
  }
  const setting = readSetting(flag, node, kind);
  if (setting !== undefined) found.settings.set(flag.name, setting);
}

async function readBytes(
  path: string,
  shown: string,
  within: string | undefined,
): Promise<Uint8Array> {
  try {
    return await readBoundedFile(path, {
      maxBytes: MAX_CONFIG_BYTES,
      ...(within !== undefined && { within }),
    });
  } catch (error) {
    const message =
      errnoOf(error) === 'ENOENT'
        ? `there is no configuration file "${shown}"`
        : `cannot read the configuration file "${shown}": ${errorMessage(error)}`;
    throw new AssayError('CONFIG_INVALID', message, {
      hint: `It was looked for at "${path}". --config none reads none.`,
      cause: error,
    });
  }
}

async function readTree(path: string, bytes: Uint8Array): Promise<ConfigNode> {
  const { readYamlDocuments } = await import('../../formats/text/yaml/yaml.ts');
  try {
    const documents = readYamlDocuments(path, bytes);
    const [document = { root: '', lineOf: () => undefined }] = documents;
    if (documents.length > 1) throw new ParseError(path, 'it holds several documents');
    return new ConfigNode({ file: path, document, line: 1 }, '', document.root);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw new AssayError('CONFIG_INVALID', `${path}: ${error.reason}`, {
      hint: 'It must be one YAML mapping, without aliases.',
      cause: error,
    });
  }
}
