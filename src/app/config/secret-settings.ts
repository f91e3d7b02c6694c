/**
 * Files about secrets: `assay-secrets.yaml`, and `trivy-secret.yaml` and `.gitleaks.toml` with the
 * meaning that their documentation gives them. What is not understood is refused with its line.
 *
 * Sources: trivy, "Secret Scanning", section "Configuration"; gitleaks, "Configuration" and
 * ".gitleaksignore".
 */

import { createHash } from 'node:crypto';

import { AssayError, ParseError } from '../../core/base/errors.ts';
import { isJsonObject, type JsonObject } from '../../formats/text/json/json.ts';
import { readToml } from '../../formats/text/toml.ts';
import { readYamlDocuments } from '../../formats/text/yaml/yaml.ts';
import {
  NO_SECRET_SETTINGS,
  type IgnoredSecret,
  type SecretSettings,
} from '../../core/model/rule/secret-settings.ts';
import { readGitleaks } from './gitleaks-settings.ts';
import { isOwnSecretFile, readOwnSecrets } from './own-secrets.ts';
import type { SecretFile } from './secret-node.ts';
import { readTrivySecrets } from './trivy-secrets.ts';

/** Reads a file about secrets; `.toml` is that of gitleaks. @throws AssayError `CONFIG_INVALID` */
export function readSecretFile(path: string, bytes: Uint8Array): SecretSettings {
  const readFrom = [createHash('sha256').update(bytes).digest('hex')];
  return { ...settingsOf(path, bytes), readFrom };
}

function settingsOf(path: string, bytes: Uint8Array): SecretSettings {
  try {
    if (path.endsWith('.toml')) return gitleaksOf(path, bytes);
    const [document] = readYamlDocuments(path, bytes);
    if (document === undefined || document.root === '') return NO_SECRET_SETTINGS;
    const { root } = document;
    if (!isJsonObject(root)) throw new ParseError(path, 'no mapping of keys');
    const file: SecretFile = { path, lineOf: (mapping, key) => document.lineOf(mapping, key) };
    return isOwnSecretFile(root) ? readOwnSecrets(root, file) : readTrivySecrets(root, file);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw new AssayError('CONFIG_INVALID', error.message, { cause: error });
  }
}

function gitleaksOf(path: string, bytes: Uint8Array): SecretSettings {
  const { root } = readToml(path, bytes);
  const lines = new TextDecoder().decode(bytes).split('\n');
  return readGitleaks(root, { path, lineOf: tomlLines(lines, root) });
}

/**
 * Returns the lines of keys. The parser records no places: the line of a key is that of its n-th
 * occurrence, in the order of the tables.
 */
function tomlLines(lines: readonly string[], root: JsonObject): SecretFile['lineOf'] {
  return (mapping, key) => {
    const places = lines.flatMap((line, index) => (isLineOf(line, key) ? [index + 1] : []));
    const holders = mappingsWith(root, key);
    const position = holders.indexOf(mapping);
    return places[Math.max(0, Math.min(position, places.length - 1))];
  };
}

function isLineOf(line: string, key: string): boolean {
  const text = line.trim();
  if (text.startsWith(key) && /^["']?\s*=/u.test(text.slice(key.length))) return true;
  const header = /^\[{1,2}\s*(?<name>[^\]]+?)\s*\]/u.exec(text)?.groups?.['name'];
  return header === key || header?.endsWith(`.${key}`) === true;
}

function mappingsWith(value: unknown, key: string): readonly JsonObject[] {
  if (Array.isArray(value)) return value.flatMap((one: unknown) => mappingsWith(one, key));
  if (typeof value !== 'object' || value === null) return [];
  const below = Object.values(value).flatMap((one: unknown) => mappingsWith(one, key));
  return Object.hasOwn(value, key) ? [value as JsonObject, ...below] : below;
}

const IGNORED = /^(?:[0-9a-f]{40,64}:)?(?<path>.+):(?<rule>[^:]+):(?<line>\d+)$/u;

/**
 * Reads a `.gitleaksignore`: `PATH:RULE:LINE`, with a commit in front or not. @throws AssayError
 * `CONFIG_INVALID`
 */
export function readGitleaksIgnore(path: string, bytes: Uint8Array): readonly IgnoredSecret[] {
  const lines = new TextDecoder().decode(bytes).split(/\r?\n/u);
  return lines.flatMap((text, index) => {
    const line = text.replace(/#.*$/u, '').trim();
    if (line === '') return [];
    const groups = IGNORED.exec(line)?.groups;
    if (groups === undefined) {
      throw new AssayError(
        'CONFIG_INVALID',
        `${path}:${index + 1}: "${line}" is not a fingerprint of gitleaks`,
        {
          hint: 'Write it as PATH:RULE:LINE, or as COMMIT:PATH:RULE:LINE.',
        },
      );
    }
    const { path: file = '', rule = '', line: number = '' } = groups;
    return [{ path: file, rule, line: Number(number) }];
  });
}

/** Joins the settings of several files. */
export function joinSecretSettings(all: readonly SecretSettings[]): SecretSettings {
  return {
    rules: all.flatMap(({ rules }) => rules),
    disabled: all.flatMap(({ disabled }) => disabled),
    enabled: all.flatMap(({ enabled }) => enabled),
    allowances: all.flatMap(({ allowances }) => allowances),
    excludedBlocks: all.flatMap(({ excludedBlocks }) => excludedBlocks),
    ignored: all.flatMap(({ ignored }) => ignored),
    readFrom: all.flatMap(({ readFrom }) => readFrom),
  };
}
