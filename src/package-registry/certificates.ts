/**
 * The certificate of a registry, read from files in PEM. Programs that renew certificates replace
 * these files, so that they are looked at again and again.
 *
 * Source: RFC 7468 (PEM); RFC 8996 (TLS below 1.2 must not be used).
 */

import { stat } from 'node:fs/promises';
import { createSecureContext, type SecureContextOptions } from 'node:tls';

import { readBoundedFile } from '../core/base/bounded-file.ts';
import type { Context } from '../core/base/context.ts';
import { AssayError, errorMessage } from '../core/base/errors.ts';

/** The files of a certificate; absolute. */
export interface CertificateFiles {
  /** The certificate of the server, followed by those of intermediate authorities. */
  readonly cert: string;
  /** Its private key, without a passphrase. */
  readonly key: string;
}

/** A certificate with its key, and the lowest version of TLS. */
export type Certificate = Pick<SecureContextOptions, 'cert' | 'key' | 'minVersion'>;

/** A chain of ten certificates has some 20 KB. */
const MAX_PEM_BYTES = 1024 * 1024;
const CHECK_EVERY_MS = 10_000;

/**
 * Reads a certificate. @throws AssayError `CONFIG_INVALID` if a file cannot be read or used, or if
 * both do not belong together
 */
export async function readCertificate(files: CertificateFiles): Promise<Certificate> {
  const [cert, key] = await Promise.all([readPem('cert', files.cert), readPem('key', files.key)]);
  const certificate = { cert, key, minVersion: 'TLSv1.2' } as const;
  try {
    createSecureContext(certificate);
  } catch (error) {
    throw new AssayError(
      'CONFIG_INVALID',
      `the certificate "${files.cert}" cannot be used with the key "${files.key}": ${errorMessage(error)}`,
      {
        hint: 'Name a certificate in PEM with its chain, and its private key in PEM without a passphrase: registry.tls in assay.yaml.',
        cause: error,
      },
    );
  }
  return certificate;
}

async function readPem(name: keyof CertificateFiles, path: string): Promise<Buffer> {
  try {
    return await readBoundedFile(path, { maxBytes: MAX_PEM_BYTES });
  } catch (error) {
    throw new AssayError(
      'CONFIG_INVALID',
      `cannot read "${path}" (registry.tls.${name}): ${errorMessage(error)}`,
      { hint: 'Name a file in PEM that this user can read.', cause: error },
    );
  }
}

/** Looks at the files of a certificate. */
export interface CertificateWatch extends Disposable {
  /** Looks at the files now; `isForced`: reads them also if they seem unchanged. */
  check(isForced?: boolean): Promise<void>;
}

/**
 * Calls `onChange` with the new certificate after its files have changed: every ten seconds, and on
 * the signal SIGHUP. The old one is used while the new one cannot be read, and the log names the
 * reason once.
 */
export async function watchCertificate(
  files: CertificateFiles,
  onChange: (certificate: Certificate) => void,
  { log }: Pick<Context, 'log'>,
): Promise<CertificateWatch> {
  let known = await stateOf(files);
  let failure = '';
  const check = async (isForced = false): Promise<void> => {
    const state = await stateOf(files);
    if (state === known && !isForced) return;
    try {
      onChange(await readCertificate(files));
      known = state;
      failure = '';
      log.info('the certificate of the registry was read again');
    } catch (error) {
      const message = errorMessage(error);
      if (message !== failure) log.warn(`the older certificate is used: ${message}`);
      failure = message;
    }
  };
  const timer = setInterval(() => void check(), CHECK_EVERY_MS);
  const onSignal = (): void => void check(true);
  process.on('SIGHUP', onSignal);
  return {
    check,
    [Symbol.dispose]: () => {
      clearInterval(timer);
      process.off('SIGHUP', onSignal);
    },
  };
}

/** Names the content of the files: time, size and inode of what each name leads to. */
async function stateOf({ cert, key }: CertificateFiles): Promise<string> {
  const facts = await Promise.all(
    [cert, key].map((path) =>
      stat(path).then(
        ({ mtimeMs, size, ino }) => `${mtimeMs} ${size} ${ino}`,
        () => 'missing',
      ),
    ),
  );
  return facts.join('\n');
}
