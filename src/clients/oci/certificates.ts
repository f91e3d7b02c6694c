/**
 * Certificates that an administrator keeps for one registry.
 *
 * Source: containers-certs.d(5); Docker Engine, "Verify repository client with certificates".
 * `*.crt` are authorities, `NAME.cert` with `NAME.key` is what this side shows of itself.
 */

import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

import type { TlsSettings } from '../../core/base/context.ts';
import { readBoundedFile } from '../../core/base/bounded-file.ts';
import { AssayError, errorMessage } from '../../core/base/errors.ts';
import { isMissing } from '../../core/base/exists.ts';
import type { Environment } from '../../core/model/artifact/environment.ts';

/**
 * Folders of the system that have one folder for each registry; the user's own comes before them.
 */
const SYSTEM_FOLDERS = ['/etc/containers/certs.d', '/etc/docker/certs.d'];
/** The certificates of all public authorities take 250 KB. */
const MAX_PEM_BYTES = 16 * 1024 * 1024;
/** A host name as it appears in a path; it never leads out of the directory. */
const HOST = /^[A-Za-z0-9.[\]:-]+$/;

/**
 * Returns the content of the first directory for `host`, or `undefined` if there is none.
 *
 * @throws AssayError `CONFIG_INVALID` where a file cannot be read or a key is missing
 */
export async function certificatesFor(
  host: string,
  env: Environment,
): Promise<TlsSettings | undefined> {
  if (!HOST.test(host) || host.startsWith('.')) return undefined;
  const config = env['XDG_CONFIG_HOME'] || join(env['HOME'] ?? homedir(), '.config');
  for (const folder of [join(config, 'containers', 'certs.d'), ...SYSTEM_FOLDERS]) {
    const found = await readFolder(join(folder, host));
    if (found !== undefined) return found;
  }
  return undefined;
}

async function readFolder(folder: string): Promise<TlsSettings | undefined> {
  const names = await listed(folder);
  const ends = (end: string): readonly string[] =>
    names.filter((name) => name.endsWith(end)).sort();
  const authorities: string[] = [];
  for (const name of ends('.crt')) authorities.push(await readPem(join(folder, name)));
  const [certificate] = ends('.cert');
  if (certificate === undefined) return authorities.length > 0 ? { authorities } : undefined;
  const key = `${certificate.slice(0, -'.cert'.length)}.key`;
  return {
    authorities,
    client: {
      certificate: await readPem(join(folder, certificate)),
      key: await readPem(join(folder, key)),
    },
  };
}

async function listed(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw unreadable(folder, error);
  }
}

async function readPem(path: string): Promise<string> {
  try {
    return (await readBoundedFile(path, { maxBytes: MAX_PEM_BYTES })).toString('utf8');
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): AssayError {
  return new AssayError('CONFIG_INVALID', `cannot read "${path}": ${errorMessage(error)}`, {
    hint: 'It belongs to the certificates for a registry, see containers-certs.d(5).',
    cause: error,
  });
}
