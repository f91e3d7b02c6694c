/**
 * Trusted roots: the authorities, logs and clocks that keyless signatures are judged by.
 *
 * Source: sigstore/protobuf-specs, `sigstore_trustroot.proto` (`TrustedRoot`, JSON form). The key
 * of each log must say from when on it is valid: without that the log vouches for any time, and the
 * library would take it so.
 */

import { X509Certificate } from 'node:crypto';

import { TrustedRoot as RootMessage } from '@sigstore/protobuf-specs';
import { toTrustMaterial, type TrustMaterial } from '@sigstore/verify';

import { AssayError, errorMessage } from '../../../core/base/errors.ts';
import { readJson } from '../../../formats/text/json/json.ts';
import { PUBLIC_ROOT } from './public-root.ts';

/** A root that was read. */
export interface TrustedRoot {
  readonly material: TrustMaterial;
  /** The file, or `public-good`. */
  readonly name: string;
  /** For verdicts: which root it is, and how old. */
  readonly note: string;
  /** Until when the repository of the public root calls it fresh, in ISO 8601; absent for files. */
  readonly freshUntil?: string;
}

const PUBLIC_ROOT_NAME = 'public-good';
const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/gu;
/** Certificates of a chain; authorities have two or three. */
const MAX_CHAIN = 10;
const MEDIA_TYPE =
  /^application\/vnd\.dev\.sigstore\.trustedroot(?:\+json;version=0\.[12]|\.v0\.[12]\+json)$/u;

/** Reads a trusted root; `name` stands for it in messages. @throws AssayError `CONFIG_INVALID` */
export function readTrustedRoot(bytes: Uint8Array, name: string): TrustedRoot {
  return { material: materialOf(bytes, name), name, note: `The trusted root is "${name}"` };
}

/**
 * Reads a chain of certificates as PEM, the root last, as a trusted root without logs and timestamp
 * authorities.
 *
 * @throws AssayError `CONFIG_INVALID`
 */
export function readCertificateChain(bytes: Uint8Array, name: string): TrustedRoot {
  const blocks = Buffer.from(bytes).toString('latin1').match(PEM_CERTIFICATE) ?? [];
  if (blocks.length === 0 || blocks.length > MAX_CHAIN) {
    throw unusable(name, blocks.length === 0 ? 'it holds no certificate' : 'it is too long');
  }
  try {
    const chain = blocks.map((block) => new X509Certificate(block));
    const other = chain.find(({ ca }) => !ca);
    if (other !== undefined) throw unusable(name, 'it has a certificate that is not an authority');
    const certificates = chain.map(({ raw }) => ({ rawBytes: raw.toString('base64') }));
    const root = RootMessage.fromJSON({
      mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
      certificateAuthorities: [
        { uri: '', certChain: { certificates }, validFor: { start: '1970-01-01T00:00:00Z' } },
      ],
    });
    return { material: toTrustMaterial(root), name, note: `The trusted authorities are "${name}"` };
  } catch (error) {
    if (error instanceof AssayError) throw error;
    throw unusable(name, errorMessage(error), error);
  }
}

function unusable(name: string, problem: string, cause?: unknown): AssayError {
  return new AssayError(
    'CONFIG_INVALID',
    `"${name}" cannot be used as a chain of certificates: ${problem}`,
    { hint: 'Give the certificates of the authorities as PEM, the root last.', cause },
  );
}

/**
 * Returns the public root of Sigstore that the package was built with. `now` is in milliseconds
 * since the Unix epoch.
 */
export function publicTrustedRoot(now: number): TrustedRoot {
  const { source, version, expires, json } = PUBLIC_ROOT;
  const isOld = now >= Date.parse(expires);
  const age = isOld
    ? `was to be renewed by ${expires}: get a newer one with a TUF client, and name it in "trusted-roots" of the trust file, or with --trusted-root FILE where the command has this flag`
    : `is good until ${expires}`;
  return {
    material: materialOf(Buffer.from(json), 'the public root of Sigstore'),
    name: PUBLIC_ROOT_NAME,
    freshUntil: expires,
    note: `The trusted root is the public one of Sigstore (version ${version}, from ${source}), which ${age}`,
  };
}

function materialOf(bytes: Uint8Array, name: string): TrustMaterial {
  try {
    const json = readJson(name, bytes);
    const { mediaType } = json;
    if (typeof mediaType !== 'string' || !MEDIA_TYPE.test(mediaType)) {
      throw new Error('its media type is not that of a trusted root');
    }
    const root = RootMessage.fromJSON(json);
    for (const log of [...root.tlogs, ...root.ctlogs]) {
      if (log.publicKey?.validFor?.start === undefined) {
        throw new Error(
          `the key of the log "${log.baseUrl}" does not say from when on it is valid`,
        );
      }
    }
    return toTrustMaterial(root);
  } catch (error) {
    throw new AssayError(
      'CONFIG_INVALID',
      `"${name}" cannot be used as a trusted root: ${errorMessage(error)}`,
      { hint: 'Write one with: cosign trusted-root create', cause: error },
    );
  }
}
