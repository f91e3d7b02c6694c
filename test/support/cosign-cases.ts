/**
 * Cases of `../shared/samples/cosign3`: what cosign 3 answers, and the command line of Assay that
 * asks the same.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { sharedPath } from './shared.ts';

/** The samples, `undefined` where the shared data is absent. */
export const COSIGN_SAMPLES = sharedPath('samples/cosign3');
/** The repository that signatures of the samples name. */
const SIGNED_REPOSITORY = 'localhost:5000/acme/app';

/** A case, as `cases.json` has it. */
export interface CosignCase {
  readonly id: string;
  readonly kind: 'image' | 'attestation' | 'layout' | 'blob' | 'blob-attestation';
  readonly about: string;
  readonly reference?: string;
  readonly file?: string;
  readonly layout?: string;
  readonly signature?: string;
  readonly timestamp?: string;
  readonly key?: string;
  readonly certificate?: { readonly identity?: string; readonly issuer?: string };
  readonly trustedRoot?: string;
  readonly type?: string;
  readonly command: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cosign: { readonly exitCode: number; readonly message: string };
}

/** Returns the cases; empty without the shared data. */
export function cosignCases(): readonly CosignCase[] {
  if (COSIGN_SAMPLES === undefined) return [];
  return JSON.parse(
    readFileSync(join(COSIGN_SAMPLES, 'cases.json'), 'utf8'),
  ) as readonly CosignCase[];
}

/** Flags of cosign with a value that Assay has under the same name. */
const SAME_FLAGS: ReadonlySet<string> = new Set([
  '--certificate-identity',
  '--certificate-identity-regexp',
  '--certificate-oidc-issuer',
  '--certificate-oidc-issuer-regexp',
  '--signature-digest-algorithm',
  '-a',
]);
/** Flags of cosign with a value that names a file, and the flags of Assay. */
const FILE_FLAGS: ReadonlyMap<string, string> = new Map([
  ['--key', '--key'],
  ['--trusted-root', '--trusted-root'],
  ['--bundle', '--signature'],
  ['--signature', '--signature'],
  ['--certificate', '--certificate'],
  ['--certificate-chain', '--certificate-chain'],
  ['--ca-roots', '--certificate-chain'],
  ['--rfc3161-timestamp', '--rfc3161-timestamp'],
]);

/** Returns the command line of Assay that asks what a case asks. `registry` is a host with port. */
export function assayArguments(one: CosignCase, registry: string): readonly string[] {
  const args = words(one.command).slice(2);
  const asked = [...flagsOf(args), ...formOf(one, args)];
  if (one.type !== undefined) asked.push('--type', one.type);
  asked.push(...rootOfVariables(one));
  if (one.file !== undefined) return ['verify-blob', ...asked, samplePath(one.file)];
  const subject =
    one.layout === undefined
      ? (one.reference ?? '').replace('REGISTRY', registry)
      : `oci:${samplePath(one.layout)}`;
  return ['verify', ...asked, '--repository', SIGNED_REPOSITORY, subject];
}

/** Flags of cosign whose next word is their value. */
const HAS_VALUE =
  /^--(?:certificate|key|trusted|bundle|signature|ca-|rfc|timestamp-cert|type)|^-a$/u;
/** Flags without a value that Assay has under the same name. */
const SAME_SWITCHES: ReadonlySet<string> = new Set([
  '--use-signed-timestamps',
  '--allow-certificate-chain',
]);

function flagsOf(args: readonly string[]): readonly string[] {
  const asked: string[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const flag = args[at] ?? '';
    const value = args[at + 1] ?? '';
    if (SAME_FLAGS.has(flag)) asked.push(flag, value);
    const named = FILE_FLAGS.get(flag);
    if (named !== undefined) asked.push(named, samplePath(value));
    if (SAME_SWITCHES.has(flag)) asked.push(flag);
    if (HAS_VALUE.test(flag)) at += 1;
  }
  return asked;
}

/** Returns the form that cosign is told to read. */
function formOf({ kind }: CosignCase, args: readonly string[]): readonly string[] {
  if (args.includes('--experimental-oci11')) return ['--form', 'oci-1.1'];
  const isOld = args.includes('--new-bundle-format=false');
  if (kind === 'image' && isOld) return ['--form', 'sig'];
  return kind === 'attestation' && isOld ? ['--form', 'att'] : [];
}

/** Splits a command line; values with special characters are in single quotes. */
function words(command: string): readonly string[] {
  return [...command.matchAll(/'(?<quoted>[^']*)'|(?<plain>\S+)/gu)].map(
    ({ groups }) => groups?.['quoted'] ?? groups?.['plain'] ?? '',
  );
}

/** Returns the trusted root that says what the variables of cosign say. */
function rootOfVariables({ env = {}, command }: CosignCase): readonly string[] {
  const { SIGSTORE_ROOT_FILE: authority, SIGSTORE_REKOR_PUBLIC_KEY: log } = env;
  if (command.includes('--trusted-root') || authority === undefined) return [];
  const name = authority.includes('other')
    ? 'other-ca'
    : log?.includes('other') === true
      ? 'other-rekor'
      : 'full';
  return ['--trusted-root', samplePath(`roots/${name}.json`)];
}

function samplePath(path: string): string {
  return join(COSIGN_SAMPLES ?? '', path);
}
