/**
 * Configurations of the package managers of Node in a tree, and the registry that they give a
 * package.
 *
 * Source: npm documentation, "config" and "scope"; Yarn documentation, "Settings" (`.yarnrc.yml`),
 * Yarn 1 "yarnrc"; Bun documentation, "bunfig.toml". The file of the nearest directory counts
 * first, as for workspaces. Files of the user are not part of the tree, so that they are not read.
 */

import { isJsonObject, type JsonObject } from '../../../../formats/text/json/json.ts';
import { readToml } from '../../../../formats/text/toml.ts';
import { readYamlDocuments } from '../../../../formats/text/yaml/yaml.ts';
import { hasVariable, readNpmrc } from '../../../../clients/package-index/npmrc.ts';
import { indexAddress, plainAddress } from '../address.ts';
import { lineOfText, numberedLines, tableAt, textAt, upwards } from '../text.ts';
import type { OriginFile, OriginReader, SourceUse } from '../use.ts';

const REGISTRY = /^(?:(?<scope>@[^:/]+):)?registry$/u;
const OFF = /^(?:false|0|no|off)$/iu;

/** Reads `.npmrc`. */
export const readNpmrcUses: OriginReader = ({ text }) => {
  const uses: SourceUse[] = [];
  for (const [key, values] of readNpmrc(text, undefined)) {
    const value = values.at(-1) ?? '';
    const line = lineOfText(text, key);
    const registry = REGISTRY.exec(key);
    if (registry !== null) uses.push(...indexUse(value, key, line, registry.groups?.['scope']));
    if (key === 'strict-ssl' && OFF.test(value)) {
      uses.push(disabled(line, `${key}=${value}`, 'certificates of registries are not verified'));
    }
    if (key === 'verify-store-integrity' && OFF.test(value)) {
      uses.push(
        disabled(
          line,
          `${key}=${value}`,
          'packages of the store are not compared with their digests',
        ),
      );
    }
    if (key === 'package-lock' && OFF.test(value)) {
      uses.push(
        disabled(line, `${key}=${value}`, 'nothing pins the versions and digests of packages'),
      );
    }
  }
  return uses;
};

/** Reads `.yarnrc.yml`. */
export const readYarnrcUses: OriginReader = ({ path, bytes, text }) => {
  const [document] = readYamlDocuments(path, bytes);
  const root = document?.root;
  if (document === undefined || !isJsonObject(root)) return [];
  const uses: SourceUse[] = [];
  const line = (mapping: JsonObject, key: string): number =>
    document.lineOf(mapping, key) ?? lineOfText(text, key);
  const server = textAt(root, 'npmRegistryServer');
  if (server !== undefined) {
    uses.push(...indexUse(server, 'npmRegistryServer', line(root, 'npmRegistryServer')));
  }
  const scopes = tableAt(root, 'npmScopes');
  for (const scope of Object.keys(scopes)) {
    const row = tableAt(scopes, scope);
    const registry = textAt(row, 'npmRegistryServer');
    if (registry === undefined) continue;
    uses.push(
      ...indexUse(registry, 'npmRegistryServer', line(row, 'npmRegistryServer'), `@${scope}`),
    );
  }
  if (isOff(root['enableStrictSsl'])) {
    uses.push(
      disabled(
        line(root, 'enableStrictSsl'),
        'enableStrictSsl: false',
        'certificates of registries are not verified',
      ),
    );
  }
  const behavior = textAt(root, 'checksumBehavior');
  if (behavior === 'ignore' || behavior === 'update') {
    uses.push(
      disabled(
        line(root, 'checksumBehavior'),
        `checksumBehavior: ${behavior}`,
        'a package whose content has changed is accepted',
      ),
    );
  }
  if (Array.isArray(root['unsafeHttpWhitelist']) && root['unsafeHttpWhitelist'].length > 0) {
    uses.push(
      disabled(
        line(root, 'unsafeHttpWhitelist'),
        'unsafeHttpWhitelist',
        'packages may come over plain HTTP',
      ),
    );
  }
  return uses;
};

/** Reads `.yarnrc` of Yarn 1: a key, a space, and a value. */
export const readYarn1Uses: OriginReader = ({ text }) => {
  const uses: SourceUse[] = [];
  for (const { line, content } of numberedLines(text)) {
    const [key = '', ...rest] = content.split(/\s+/u).map((word) => word.replaceAll('"', ''));
    const value = rest.join(' ');
    const registry = REGISTRY.exec(key);
    if (registry !== null) uses.push(...indexUse(value, key, line, registry.groups?.['scope']));
    if (key === 'strict-ssl' && OFF.test(value)) {
      uses.push(disabled(line, `${key} ${value}`, 'certificates of registries are not verified'));
    }
  }
  return uses;
};

/** Reads `bunfig.toml`. */
export const readBunfigUses: OriginReader = ({ path, bytes, text }) => {
  const install = tableAt(readToml(path, bytes).root, 'install');
  const uses: SourceUse[] = [];
  const url = (value: unknown): string | undefined =>
    typeof value === 'string'
      ? value
      : isJsonObject(value as JsonObject)
        ? textAt(value as JsonObject, 'url')
        : undefined;
  const registry = url(install['registry']);
  if (registry !== undefined)
    uses.push(...indexUse(registry, 'registry', lineOfText(text, registry)));
  const scopes = tableAt(install, 'scopes');
  for (const scope of Object.keys(scopes)) {
    const address = url(scopes[scope]);
    if (address === undefined) continue;
    uses.push(...indexUse(address, 'scopes', lineOfText(text, address), scope));
  }
  return uses;
};

function isOff(value: unknown): boolean {
  return value === false || (typeof value === 'string' && OFF.test(value));
}

function disabled(line: number, setting: string, effect: string): SourceUse {
  return { kind: 'disabled-check', line, setting, effect };
}

function indexUse(value: string, key: string, line: number, scope?: string): readonly SourceUse[] {
  const address = indexAddress(value);
  if (address === undefined) return [];
  const role = scope === undefined ? 'default' : 'scoped';
  return [
    {
      kind: 'index',
      ecosystem: 'npm',
      address,
      line,
      role,
      key: scope === undefined ? key : `${scope} ${key}`,
    },
  ];
}

/**
 * Returns a function that gives the registry of a package by the configuration of the tree;
 * `undefined` if none does.
 */
export function registryLookup(
  file: Pick<OriginFile, 'path' | 'read'>,
): (name: string) => string | undefined {
  const settings = new Map<string, string>();
  const put = (key: string, value: string | undefined): void => {
    if (value === undefined || hasVariable(value) || settings.has(key)) return;
    const address = plainAddress(value);
    if (address !== undefined) settings.set(key, address);
  };
  for (const path of upwards(file.path, '.npmrc')) {
    const text = file.read(path);
    if (text === undefined) continue;
    for (const [key, values] of readNpmrc(text, undefined)) {
      if (REGISTRY.test(key)) put(key, values.at(-1));
    }
  }
  for (const path of upwards(file.path, '.yarnrc.yml')) {
    const text = file.read(path);
    if (text !== undefined) addYarnRegistries(path, text, put);
  }
  return (name) => {
    const scope = name.startsWith('@') ? name.slice(0, Math.max(name.indexOf('/'), 0)) : '';
    return (
      (scope === '' ? undefined : settings.get(`${scope}:registry`)) ?? settings.get('registry')
    );
  };
}

function addYarnRegistries(
  path: string,
  text: string,
  put: (key: string, value: string | undefined) => void,
): void {
  let root;
  try {
    [root] = readYamlDocuments(path, Buffer.from(text)).map((one) => one.root);
  } catch {
    // The file is reported where it is read for itself.
    return;
  }
  put('registry', textAt(root, 'npmRegistryServer'));
  const scopes = tableAt(root, 'npmScopes');
  for (const scope of Object.keys(scopes)) {
    put(`@${scope}:registry`, textAt(scopes[scope], 'npmRegistryServer'));
  }
}
