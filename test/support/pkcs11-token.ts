/** A PKCS#11 token in software, and the program of the documentation that signs with it. */

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync } from 'node:fs';

import type { CommandFolder } from './command-folder.ts';

/** The programs that a token needs. */
export const TOKEN_TOOLS = ['softhsm2-util', 'pkcs11-tool', 'openssl', 'jq'] as const;

const PIN = '1234';
const MODULE = '/usr/lib/softhsm/libsofthsm2.so';
const PAGE = new URL('../../docs/signing-programs.md', import.meta.url);

/**
 * Makes a token with one key for each label, and `hsm-sign`, whose variables are added to those of
 * the folder.
 */
export function makeToken(folder: CommandFolder, keys: Readonly<Record<string, string>>): void {
  const page = readFileSync(PAGE, 'utf8');
  const script = /```sh\n(?<script>#!\/bin\/sh\n[\s\S]*?)```/u.exec(page)?.groups?.['script'];
  folder.write('hsm-sign', script ?? '');
  chmodSync(folder.path('hsm-sign'), 0o755);
  mkdirSync(folder.path('tokens'));
  const configuration = `directories.tokendir = ${folder.path('tokens')}\nobjectstore.backend = file\n`;
  folder.write('softhsm2.conf', configuration);
  const variables = {
    SOFTHSM2_CONF: folder.path('softhsm2.conf'),
    PKCS11_MODULE: MODULE,
    PKCS11_PIN: PIN,
  };
  Object.assign(folder.env, variables);
  const env = { PATH: process.env['PATH'], HOME: folder.cwd, ...variables };
  const run = (name: string, ...args: readonly string[]): Buffer =>
    execFileSync(name, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const pins = ['--pin', PIN, '--so-pin', '5678'];
  run('softhsm2-util', '--init-token', '--free', '--label', 'assay', ...pins);
  const login = ['--module', MODULE, '--login', '--pin', 'env:PKCS11_PIN'];
  for (const [label, type] of Object.entries(keys)) {
    run('pkcs11-tool', ...login, '--keypairgen', '--key-type', type, '--label', label);
  }
}
