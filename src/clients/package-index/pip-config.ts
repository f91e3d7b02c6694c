/**
 * The user's own pip configuration: which indexes have packages, who asks them, whom the connection
 * trusts.
 *
 * Source: pip documentation, "Configuration" (files: global, user, site, `PIP_CONFIG_FILE`; then
 * variables `PIP_*`) and "pip install" (`--index-url`, `--extra-index-url`, `--no-index`,
 * `--trusted-host`, `--cert`, `--client-cert`, `--proxy`). No index is known by default: without
 * configuration there is none to ask.
 *
 * Reads: `pip.conf`.
 */

import { devNull } from 'node:os';
import { join } from 'node:path';

import type { TlsSettings } from '../../core/base/context.ts';
import { exists } from '../../core/base/exists.ts';
import { basicAuthorization, urlAuthorization } from '../../core/base/http/http-url.ts';
import type { Environment } from '../../core/model/artifact/environment.ts';
import { createPemReader, homeOf, readConfigurationFile } from './configuration-files.ts';
import { readIndexUrl, type IndexAccess } from './index-access.ts';
import { netrcCredentials } from './netrc.ts';

/** The user's pip configuration. */
export interface PipConfig {
  /**
   * The index first, then further ones, which pip asks as well. Empty if none is configured, or
   * `no-index` is set.
   */
  readonly indexes: readonly URL[];
  /** Those of `indexes` that `extra-index-url` names. */
  readonly extraIndexes: readonly URL[];
  /** How an address is asked. @throws AssayError `CONFIG_INVALID` for a file that cannot be read */
  accessTo(url: URL): Promise<IndexAccess>;
}

/** Settings by name, with `-` between words; the last one of a name counts. */
type PipSettings = Map<string, string>;

/** Commands whose sections take part, beside `[global]`. */
const SECTIONS = ['global', 'install'];
const SECTION = /^\[(?<name>[^\]]*)\]/u;
const ENTRY = /^(?<key>[^=:\s][^=:]*?)\s*[=:](?<value>.*)$/u;

/**
 * Reads the configuration. @throws AssayError `CONFIG_INVALID` for a file or an address that cannot
 * be used
 */
export async function loadPipConfig(env: Environment): Promise<PipConfig> {
  const settings: PipSettings = new Map();
  for (const path of await configurationPaths(env)) {
    const text = await readConfigurationFile(path);
    if (text !== undefined) for (const [key, value] of readPipConf(text)) settings.set(key, value);
  }
  for (const [name, value] of Object.entries(env)) {
    if (!/^PIP_/u.test(name) || name === 'PIP_CONFIG_FILE' || value === undefined) continue;
    settings.set(plainKey(name.slice('PIP_'.length)), value);
  }
  const isDisabled = isOn(settings.get('no-index'));
  const indexesIn = (key: string): readonly URL[] =>
    isDisabled ? [] : words(settings, key).map(indexUrl);
  const extraIndexes = indexesIn('extra-index-url');
  const indexes = [...indexesIn('index-url'), ...extraIndexes];
  const access = { indexes, settings, env, readPem: createPemReader() };
  return { indexes, extraIndexes, accessTo: (url) => accessOf(url, access) };
}

/** Reads the settings of a `pip.conf`: the sections in their order, `[install]` over `[global]`. */
export function readPipConf(text: string): PipSettings {
  const sections = new Map<string, PipSettings>(SECTIONS.map((name) => [name, new Map()]));
  let section: PipSettings | undefined;
  let key: string | undefined;
  for (const line of text.split(/\r?\n/u)) {
    if (/^\s*(?:[#;]|$)/u.test(line)) continue;
    const name = SECTION.exec(line)?.groups?.['name'];
    // An indented line goes on with the value before it.
    if (/^\s/u.test(line)) addLine(section, key, line);
    else if (name === undefined) key = addEntry(section, line);
    else {
      section = sections.get(name.trim());
      key = undefined;
    }
  }
  return new Map(SECTIONS.flatMap((name) => [...(sections.get(name) ?? [])]));
}

function addLine(section: PipSettings | undefined, key: string | undefined, line: string): void {
  if (section === undefined || key === undefined) return;
  section.set(key, `${section.get(key) ?? ''}\n${line.trim()}`);
}

function addEntry(section: PipSettings | undefined, line: string): string | undefined {
  const { key: written, value = '' } = ENTRY.exec(line)?.groups ?? {};
  if (written === undefined) return undefined;
  const key = plainKey(written);
  section?.set(key, value.trim());
  return key;
}

async function configurationPaths(env: Environment): Promise<readonly string[]> {
  const own = env['PIP_CONFIG_FILE'];
  if (own === devNull) return [];
  const home = homeOf(env);
  const xdg = env['XDG_CONFIG_HOME'] || join(home, '.config');
  const isMac = process.platform === 'darwin';
  const system = (env['XDG_CONFIG_DIRS'] || '/etc/xdg')
    .split(':')
    .map((one) => join(one, 'pip', 'pip.conf'));
  const global = isMac
    ? ['/Library/Application Support/pip/pip.conf']
    : [...system, '/etc/pip.conf'];
  const user = [
    join(home, '.pip', 'pip.conf'),
    ...(isMac ? [join(home, 'Library', 'Application Support', 'pip', 'pip.conf')] : []),
    join(xdg, 'pip', 'pip.conf'),
  ];
  const environment = env['VIRTUAL_ENV'];
  const site = environment === undefined ? [] : [join(environment, 'pip.conf')];
  // A file that the variable names takes the place of the user's own.
  const isOwn = own !== undefined && own !== '' && (await exists(own));
  return [...global, ...(isOwn ? [] : user), ...site, ...(isOwn ? [own] : [])];
}

interface AccessSettings {
  readonly indexes: readonly URL[];
  readonly settings: PipSettings;
  readonly env: Environment;
  readonly readPem: (path: string) => Promise<string>;
}

async function accessOf(url: URL, access: AccessSettings): Promise<IndexAccess> {
  const authorization = await authorizationFor(url, access.indexes, access.env);
  const tls = await tlsFor(url, access);
  return { ...(authorization !== undefined && { authorization }), ...(tls && { tls }) };
}

/**
 * Returns the login of the address, of the index at the same place, or of `.netrc`. Source: pip,
 * "Authentication".
 */
async function authorizationFor(
  url: URL,
  indexes: readonly URL[],
  env: Environment,
): Promise<string | undefined> {
  const own = [url, ...indexes].find(
    (one) =>
      urlAuthorization(one) !== undefined &&
      one.origin === url.origin &&
      url.pathname.startsWith(one === url ? '' : one.pathname),
  );
  if (own !== undefined) return urlAuthorization(own);
  const found = await netrcCredentials(url.hostname, env);
  return found && basicAuthorization(found);
}

async function tlsFor(
  url: URL,
  { settings, readPem }: AccessSettings,
): Promise<TlsSettings | undefined> {
  const cert = settings.get('cert');
  const clientCert = settings.get('client-cert');
  const proxy = settings.get('proxy');
  const trusted = words(settings, 'trusted-host');
  const isUnverified = trusted.some((host) => host === url.hostname || host === url.host);
  if (!cert && !clientCert && !proxy && !isUnverified) return undefined;
  const pem = clientCert ? await readPem(clientCert) : undefined;
  return {
    ...(cert ? { authorities: [await readPem(cert)] } : {}),
    // One file has the certificate and its key.
    ...(pem !== undefined && { client: { certificate: pem, key: pem } }),
    ...(proxy ? { proxy: { http: proxy, https: proxy, exceptions: undefined } } : {}),
    ...(isUnverified && { isUnverified }),
  };
}

function indexUrl(text: string): URL {
  const hint = 'Write it as https://index.example/simple/ in pip.conf.';
  return readIndexUrl(text, 'package index', hint);
}

function words(settings: PipSettings, ...keys: readonly string[]): readonly string[] {
  return keys
    .flatMap((key) => (settings.get(key) ?? '').split(/\s+/u))
    .filter((word) => word !== '');
}

function plainKey(key: string): string {
  return key.trim().toLowerCase().replaceAll('_', '-').replace(/^-+/u, '');
}

/** Source: pip, `strtobool`. */
function isOn(value: string | undefined): boolean {
  return /^(?:y|yes|t|true|on|1)$/iu.test(value ?? '');
}
