/**
 * The user's own npm configuration: which registry has a package, who asks it, whom the connection
 * trusts.
 *
 * Source: npm documentation, "config" (order: environment, project, user, global), "npmrc"
 * (credentials belong to an address, as in `//registry.example/path/:_authToken`) and "scope". No
 * registry is known here by default. The file of a project comes with its code. It can choose
 * registries, as npm lets it; variables of the environment, proxies and what connections trust are
 * not taken from it.
 */

import { dirname, join, resolve } from 'node:path';

import type { TlsSettings } from '../../core/base/context.ts';
import { basicAuthorization, urlAuthorization } from '../../core/base/http/http-url.ts';
import type { Environment } from '../../core/model/artifact/environment.ts';
import { createPemReader, homeOf, readConfigurationFile } from './configuration-files.ts';
import { readIndexUrl, type ConfigurationNote, type IndexAccess } from './index-access.ts';
import { askNpmDefault } from './npm-default.ts';
import { hasVariable, readNpmrc, type NpmSettings } from './npmrc.ts';

/** The places of the configuration. */
export interface NpmConfigRequest {
  readonly env: Environment;
  /** The directory of the project; its `.npmrc` counts before that of the user. Absent: none. */
  readonly project?: string;
  /**
   * Settings of another package manager of the project, and of the user; each counts before the
   * `.npmrc` of the same owner.
   */
  readonly more?: { readonly project: NpmSettings; readonly user: NpmSettings };
  /**
   * Without a configured registry, npm is asked for the one that it has built in. Only for commands
   * that install packages or serve them: others send names of packages nowhere that the user has
   * not configured.
   */
  readonly withBuiltIn?: boolean;
}

/** The user's npm configuration. */
export interface NpmConfig {
  /**
   * The registry of a package, with a slash at its end; `undefined` if none is configured and there
   * is no npm.
   */
  registryOf(name: string): URL | undefined;
  /**
   * Returns the registry of all packages and those of scopes, by their keys: `registry`,
   * `@acme:registry`.
   */
  registries(): ReadonlyMap<string, string>;
  /**
   * Returns the settings of the user about connections, without those of the project: credentials
   * of addresses, certificates and proxies, as keys and values of an `.npmrc`. Relative paths are
   * absolute.
   */
  userSettings(): ReadonlyMap<string, readonly string[]>;
  /**
   * Returns the access to an address of a registry.
   * @throws AssayError `CONFIG_INVALID` for files that cannot be read
   */
  accessTo(url: URL): Promise<IndexAccess>;
  /** Unused settings, for people. */
  readonly notes: readonly ConfigurationNote[];
}

interface Layer {
  /** Whether it came with the code of the project. */
  readonly isOfProject?: boolean;
  readonly settings: NpmSettings;
  /** Relative paths in it are resolved against this directory. */
  readonly folder: string;
}

const PREFIX = /^npm_config_/iu;
/** Keys that a project's file must not set: they weaken connections or lead them elsewhere. */
const NOT_OF_PROJECTS: ReadonlySet<string> = new Set([
  ...['cafile', 'ca', 'cert', 'key', 'strict-ssl', 'proxy', 'http-proxy', 'https-proxy', 'noproxy'],
  ...['userconfig', 'globalconfig', 'prefix'],
]);
/** Values that take a proxy away again. */
const UNSET: ReadonlySet<string> = new Set(['', 'null', 'false']);
const REGISTRY = /^(?:@[^:/]+:)?registry$/u;
const CREDENTIAL = /^\/\/.*:(?:_authToken|_auth|_password|username|certfile|keyfile)$/u;
/** Yarn 1 sends credentials for packages without a scope only if this is set. */
const ALWAYS = /^(?:\/\/.*:)?always-auth$/u;

/** Keys about connections that are the same for all addresses. */
const CONNECTION: ReadonlySet<string> = new Set([
  ...['ca', 'cafile', 'strict-ssl', 'proxy', 'http-proxy', 'https-proxy', 'noproxy'],
]);
const PATH = /^cafile$|:(?:certfile|keyfile)$/u;

/** Reads the configuration. @throws AssayError `CONFIG_INVALID` for a file that cannot be read */
export async function loadNpmConfig({
  env,
  project,
  more,
  withBuiltIn,
}: NpmConfigRequest): Promise<NpmConfig> {
  const notes: ConfigurationNote[] = [];
  const fromEnv: Layer = { settings: environmentSettings(env), folder: process.cwd() };
  const home = homeOf(env);
  const userPath = last(fromEnv, 'userconfig') ?? join(home, '.npmrc');
  const user = await fileLayer(userPath, env);
  const layers: Layer[] = [fromEnv];
  if (more !== undefined && project !== undefined) {
    layers.push(projectLayer({ settings: more.project, folder: project }, project, notes));
  }
  const projectPath = project === undefined ? undefined : join(project, '.npmrc');
  if (projectPath !== undefined && resolve(projectPath) !== resolve(userPath)) {
    const layer = await fileLayer(projectPath, undefined);
    if (layer !== undefined) layers.push(projectLayer(layer, projectPath, notes));
  }
  if (more !== undefined) layers.push({ settings: more.user, folder: home });
  if (user !== undefined) layers.push(user);
  const globalPath = last(fromEnv, 'globalconfig') ?? (user && last(user, 'globalconfig'));
  const global = await fileLayer(globalPath ?? join(prefixOf(env, layers), 'etc', 'npmrc'), env);
  if (global !== undefined) layers.push(global);
  if (withBuiltIn === true) layers.push(...(await builtInLayer(layers, env, home)));
  return new LayeredConfig(layers, home, notes);
}

/** Returns npm's built-in configuration if no layer names a registry. */
async function builtInLayer(
  layers: readonly Layer[],
  env: Environment,
  home: string,
): Promise<readonly Layer[]> {
  if (layers.some(({ settings }) => settings.has('registry'))) return [];
  const registry = await askNpmDefault(env, home);
  return registry === undefined
    ? []
    : [{ settings: new Map([['registry', [registry]]]), folder: home }];
}

class LayeredConfig implements NpmConfig {
  readonly notes: readonly ConfigurationNote[];
  readonly #layers: readonly Layer[];
  readonly #home: string;
  readonly #readPem = createPemReader();

  constructor(layers: readonly Layer[], home: string, notes: readonly ConfigurationNote[]) {
    this.#layers = layers;
    this.#home = home;
    this.notes = notes;
  }

  registryOf(name: string): URL | undefined {
    const scope = name.startsWith('@') ? name.slice(0, Math.max(name.indexOf('/'), 0)) : '';
    const key = scope === '' ? undefined : `${scope}:registry`;
    const text = (key === undefined ? undefined : this.#value(key)) ?? this.#value('registry');
    if (text === undefined || text === '') return undefined;
    return readIndexUrl(text, 'npm registry', 'Write it as https://registry.example/ in .npmrc.');
  }

  registries(): ReadonlyMap<string, string> {
    const keys = this.#layers.flatMap(({ settings }) => [...settings.keys()]);
    const found = keys.filter((key) => REGISTRY.test(key));
    return new Map(found.map((key) => [key, this.#value(key) ?? '']));
  }

  userSettings(): ReadonlyMap<string, readonly string[]> {
    const found = new Map<string, readonly string[]>();
    for (const { settings, folder, isOfProject } of this.#layers) {
      if (isOfProject === true) continue;
      for (const [key, values] of settings) {
        const isWanted =
          REGISTRY.test(key) || CREDENTIAL.test(key) || ALWAYS.test(key) || CONNECTION.has(key);
        if (!isWanted || found.has(key) || values.some(hasVariable)) continue;
        const isPath = PATH.test(key);
        found.set(key, isPath ? values.map((path) => this.#absolute(path, folder)) : values);
      }
    }
    return found;
  }

  async accessTo(url: URL): Promise<IndexAccess> {
    const authorization = this.#authorizationFor(url);
    const tls = await this.#tlsFor(url);
    return { ...(authorization !== undefined && { authorization }), ...(tls && { tls }) };
  }

  #value(key: string): string | undefined {
    return this.#found(key)?.values.at(-1);
  }

  #found(key: string): { readonly values: readonly string[]; readonly layer: Layer } | undefined {
    for (const layer of this.#layers) {
      const values = layer.settings.get(key);
      if (values !== undefined) return { values, layer };
    }
    return undefined;
  }

  /** Returns the longest path that has credentials, as npm walks up from the address. */
  #authorizationFor(url: URL): string | undefined {
    for (const place of placesOf(url)) {
      const token = this.#value(`${place}:_authToken`);
      if (token !== undefined && token !== '') return `Bearer ${token}`;
      const username = this.#value(`${place}:username`);
      const password = this.#value(`${place}:_password`);
      if (username !== undefined && password !== undefined) {
        return basicAuthorization({
          username,
          password: Buffer.from(password, 'base64').toString('utf8'),
        });
      }
      const pair = this.#value(`${place}:_auth`);
      if (pair !== undefined && pair !== '') return `Basic ${pair}`;
    }
    return urlAuthorization(url);
  }

  async #tlsFor(url: URL): Promise<TlsSettings | undefined> {
    const authorities = [
      ...(this.#found('ca')?.values ?? []).map((pem) => pem.replaceAll('\\n', '\n')),
    ];
    const cafile = this.#path('cafile');
    if (cafile !== undefined) authorities.push(await this.#readPem(cafile));
    const client = await this.#clientFor(url);
    const proxy = this.#proxy();
    const isUnverified = this.#value('strict-ssl') === 'false';
    const isPlain = authorities.length === 0 && client === undefined;
    if (isPlain && proxy === undefined && !isUnverified) return undefined;
    return {
      ...(authorities.length > 0 && { authorities }),
      ...(client && { client }),
      ...(isUnverified && { isUnverified }),
      ...(proxy && { proxy }),
    };
  }

  #proxy(): TlsSettings['proxy'] {
    const given = (...keys: readonly string[]): string | undefined =>
      keys.map((key) => this.#value(key)).find((text) => text !== undefined && !UNSET.has(text));
    const http = given('proxy', 'http-proxy');
    const https = given('https-proxy', 'proxy');
    if (http === undefined && https === undefined) return undefined;
    return { http, https, exceptions: given('noproxy') };
  }

  async #clientFor(url: URL): Promise<TlsSettings['client']> {
    for (const place of placesOf(url)) {
      const certificate = this.#path(`${place}:certfile`);
      const key = this.#path(`${place}:keyfile`);
      if (certificate === undefined || key === undefined) continue;
      return { certificate: await this.#readPem(certificate), key: await this.#readPem(key) };
    }
    return undefined;
  }

  #path(key: string): string | undefined {
    const found = this.#found(key);
    const text = found?.values.at(-1);
    if (found === undefined || text === undefined || text === '' || text === 'null')
      return undefined;
    return this.#absolute(text, found.layer.folder);
  }

  #absolute(path: string, folder: string): string {
    return path.startsWith('~/') ? join(this.#home, path.slice(2)) : resolve(folder, path);
  }
}

/** `//host/a/b/`, `//host/a/`, `//host/`, each also without the slash at its end. */
function placesOf({ host, pathname }: URL): readonly string[] {
  const parts = pathname.split('/').filter((part) => part !== '');
  return [...parts.keys(), parts.length].reverse().flatMap((count) => {
    const plain = ['', ...parts.slice(0, count)].join('/');
    return [`//${host}${plain}/`, `//${host}${plain}`];
  });
}

function environmentSettings(env: Environment): NpmSettings {
  const settings = new Map<string, readonly string[]>();
  for (const [name, value] of Object.entries(env)) {
    if (!PREFIX.test(name) || value === undefined || value === '') continue;
    const key = name.replace(PREFIX, '');
    const plain = key.startsWith('//') ? key : key.replace(/(?!^)_/gu, '-').toLowerCase();
    settings.set(plain, [value]);
  }
  return settings;
}

async function fileLayer(path: string, env: Environment | undefined): Promise<Layer | undefined> {
  const text = await readConfigurationFile(path);
  if (text === undefined) return undefined;
  return { settings: readNpmrc(text, env), folder: dirname(resolve(path)) };
}

/** Leaves out what a project must not decide, and says so. */
function projectLayer(layer: Layer, path: string, notes: ConfigurationNote[]): Layer {
  const settings = new Map<string, readonly string[]>();
  for (const [key, values] of layer.settings) {
    const isVariable = values.some(hasVariable) || hasVariable(key);
    if (NOT_OF_PROJECTS.has(key)) {
      notes.push(`"${path}" sets ${key}, which is not taken from a project's file`);
    } else if (isVariable) {
      const what = CREDENTIAL.test(key)
        ? 'a variable of the environment as a credential'
        : 'a variable';
      notes.push(
        `"${path}" names ${what}, which is not sent for a project's file; set it in ~/.npmrc`,
      );
    } else settings.set(key, values);
  }
  return { ...layer, settings, isOfProject: true };
}

function prefixOf(env: Environment, layers: readonly Layer[]): string {
  for (const layer of layers) {
    const prefix = last(layer, 'prefix');
    if (prefix !== undefined) return prefix;
  }
  return env['PREFIX'] ?? dirname(dirname(process.execPath));
}

function last({ settings }: Layer, key: string): string | undefined {
  return settings.get(key)?.at(-1);
}
