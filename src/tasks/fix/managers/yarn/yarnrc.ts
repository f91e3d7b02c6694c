/**
 * Registries and credentials of `.yarnrc.yml`, as settings of an `.npmrc`.
 *
 * Source: Yarn documentation, "Settings" (`npmRegistryServer`, `npmScopes`, `npmRegistries`,
 * `npmAuthToken`, `npmAuthIdent`).
 *
 * Reads: `.yarnrc.yml`.
 */

import { join } from 'node:path';

import { isJsonObject, readStrings, type JsonObject } from '../../../../formats/text/json/json.ts';
import { readYamlDocuments } from '../../../../formats/text/yaml/yaml.ts';
import type { Environment } from '../../../../core/model/artifact/environment.ts';
import {
  homeOf,
  readConfigurationFile,
} from '../../../../clients/package-index/configuration-files.ts';
import type { NpmSettings } from '../../../../clients/package-index/npmrc.ts';

const VARIABLE = /\$\{(?<name>[^}:-]+)(?::?-(?<otherwise>[^}]*))?\}/gu;

/** Returns the registries of a project. A value with a variable of the environment is left out. */
export function projectRegistries(settings: JsonObject): NpmSettings {
  return new Map(
    rowsOf(settings).flatMap(({ key, registry }) =>
      registry === undefined || registry.includes('${') ? [] : [[key, [registry]]],
    ),
  );
}

/**
 * Returns the registries and credentials of the user's own file. @throws AssayError
 * `CONFIG_INVALID` if it cannot be read
 */
export async function userRegistries(env: Environment): Promise<NpmSettings> {
  const path = join(homeOf(env), '.yarnrc.yml');
  const text = await readConfigurationFile(path);
  const found = new Map<string, readonly string[]>();
  if (text === undefined) return found;
  const root = readYamlDocuments(path, new TextEncoder().encode(text))[0]?.root;
  const expand = (value: string): string =>
    value.replaceAll(
      VARIABLE,
      (whole, name: string, otherwise?: string) => env[name] ?? otherwise ?? whole,
    );
  const settings = isJsonObject(root) ? root : {};
  for (const { key, registry, row } of rowsOf(settings)) {
    if (registry === undefined) continue;
    found.set(key, [expand(registry)]);
    addLogin(found, expand(registry), row, expand);
  }
  const { npmRegistries } = settings;
  for (const [address, row] of Object.entries(isJsonObject(npmRegistries) ? npmRegistries : {})) {
    if (isJsonObject(row)) addLogin(found, expand(address), row, expand);
  }
  return found;
}

interface RegistryRow {
  /** The key, as in `.npmrc`. */
  readonly key: string;
  readonly registry: string | undefined;
  readonly row: JsonObject;
}

function rowsOf(settings: JsonObject): readonly RegistryRow[] {
  const { npmScopes } = settings;
  const scopes = Object.entries(isJsonObject(npmScopes) ? npmScopes : {}).flatMap(
    ([scope, row]): readonly (readonly [string, JsonObject])[] =>
      isJsonObject(row) ? [[`@${scope}:registry`, row]] : [],
  );
  return [['registry', settings] as const, ...scopes].map(([key, row]) => ({
    key,
    registry: readStrings(row, ['npmRegistryServer']).npmRegistryServer,
    row,
  }));
}

/** Credentials belong to an address: those beside a registry to this registry. */
function addLogin(
  found: Map<string, readonly string[]>,
  address: string,
  row: JsonObject,
  expand: (value: string) => string,
): void {
  const { npmAuthToken, npmAuthIdent } = readStrings(row, ['npmAuthToken', 'npmAuthIdent']);
  const place = `${address.replace(/^https?:/u, '').replace(/\/+$/u, '')}/`;
  if (npmAuthToken !== undefined) found.set(`${place}:_authToken`, [expand(npmAuthToken)]);
  if (npmAuthIdent === undefined) return;
  const ident = expand(npmAuthIdent);
  const pair = ident.includes(':') ? Buffer.from(ident).toString('base64') : ident;
  found.set(`${place}:_auth`, [pair]);
}
