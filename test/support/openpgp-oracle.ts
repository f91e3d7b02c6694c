/**
 * openpgp.js, a second reader of OpenPGP. It is no dependency (see
 * docs/decisions/0024-openpgp-in-own-code.md): tests install it from the npm registry into a
 * temporary directory.
 */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const PACKAGE = 'openpgp@6.3.2';
const INSTALL = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--silent'];
const OFFLINE = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|ETIMEDOUT|ENOTCACHED/u;

/** A key of openpgp.js. */
export interface OracleKey {
  write(): Uint8Array;
  toPublic(): OracleKey;
}

/** Which key is made. */
export interface KeyPlan {
  readonly type: 'rsa' | 'ecc' | 'curve25519';
  readonly rsaBits?: number;
  readonly curve?: string;
  readonly userIDs: readonly { readonly name: string; readonly email: string }[];
  readonly date: Date;
  readonly subkeys: readonly { readonly sign: boolean }[];
  readonly format: 'object';
}

/** The part of its interface that tests use. */
export interface Oracle {
  generateKey(plan: KeyPlan): Promise<{ readonly privateKey: OracleKey }>;
  reformatKey(plan: {
    readonly privateKey: OracleKey;
    readonly userIDs: KeyPlan['userIDs'];
    readonly keyExpirationTime: number;
    readonly date: Date;
    readonly format: 'object';
  }): Promise<{ readonly publicKey: OracleKey }>;
  revokeKey(plan: {
    readonly key: OracleKey;
    readonly format: 'object';
    readonly date: Date;
  }): Promise<{ readonly publicKey: OracleKey }>;
  createMessage(content: { readonly binary: Uint8Array }): Promise<object>;
  sign(plan: {
    readonly message: object;
    readonly signingKeys: OracleKey;
    readonly detached: true;
    readonly format: 'binary';
    readonly date: Date;
    readonly config: { readonly preferredHashAlgorithm: number };
  }): Promise<Uint8Array>;
  readSignature(content: { readonly binarySignature: Uint8Array }): Promise<object>;
  readKey(content: { readonly binaryKey: Uint8Array }): Promise<OracleKey>;
  verify(plan: {
    readonly message: object;
    readonly signature: object;
    readonly verificationKeys: OracleKey;
    readonly date: Date;
  }): Promise<{ readonly signatures: readonly { readonly verified: Promise<true> }[] }>;
}

/** Installs and loads it. The text says why that is not possible here. */
export async function loadOpenPgpOracle(): Promise<Oracle | string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'assay-openpgp-'));
  process.once('exit', () => {
    rmSync(folder, { recursive: true, force: true });
  });
  try {
    execFileSync('npm', [...INSTALL, '--prefix', folder, PACKAGE], { stdio: 'pipe' });
  } catch (error) {
    if (error instanceof Error && OFFLINE.test(error.message)) return 'the npm registry';
    throw error;
  }
  const file = path.join(folder, 'node_modules/openpgp/dist/node/openpgp.mjs');
  return (await import(pathToFileURL(file).href)) as Oracle;
}
