/** The signer that a command line names: a key, a program that has one, or an identity token. */

import { resolve } from 'node:path';

import { readBoundedFile } from '../../../../core/base/bounded-file.ts';
import { AssayError, errorMessage } from '../../../../core/base/errors.ts';
import type { Flag } from '../../../config/flag.ts';
import { isLoopback } from '../../../../clients/oci/repository-location.ts';
import { readIdentityToken } from '../../../../trust/signing/keyless/identity-token.ts';
import type { KeylessOptions } from '../../../../trust/signing/keyless/keyless-signatory.ts';
import type { SigningServices } from '../../../../trust/signing/keyless/signing-config.ts';
import { keySignatory, type Signatory } from '../../../../trust/signing/signature.ts';
import {
  environmentToken,
  IDENTITY_TOKEN_FLAG,
  namedToken,
  type TokenSource,
} from '../../shell/options/identity-token.ts';
import { KEY_PASSWORD_FLAGS } from '../../shell/options/key-password.ts';
import { readTrustedRootOption, TRUSTED_ROOT_FLAG } from '../../shell/options/trusted-root.ts';
import type { Session } from '../command.ts';
import { SIGN_KEY_FLAG } from './flags.ts';
import { openNamedSigner } from './sign-key.ts';

const FULCIO_URL = 'https://fulcio.sigstore.dev';
const REKOR_URL = 'https://rekor.sigstore.dev';
/** Configurations of private instances take some hundred bytes, the public one two kilobytes. */
const MAX_CONFIG_BYTES = 1024 * 1024;

/** Flags of the commands that sign. */
export const SIGNATORY_FLAGS: readonly Flag[] = [
  SIGN_KEY_FLAG,
  ...KEY_PASSWORD_FLAGS,
  IDENTITY_TOKEN_FLAG,
  {
    name: 'certificate-identity',
    value: 'NAME',
    group: 'Trust',
    help: 'require this name in the certificate (default: the name in the identity token)',
  },
  {
    name: 'fulcio-url',
    value: 'URL',
    group: 'Trust',
    help: `request certificates from this Fulcio server (default: ${FULCIO_URL})`,
  },
  {
    name: 'rekor-url',
    value: 'URL',
    group: 'Trust',
    help: `record keyless signatures in this Rekor log, v1 or v2 (default: ${REKOR_URL})`,
  },
  {
    name: 'timestamp-server-url',
    value: 'URL',
    group: 'Trust',
    help: 'request timestamps from this RFC 3161 authority; Rekor v2 needs one (default: none)',
  },
  {
    name: 'signing-config',
    value: 'FILE',
    group: 'Trust',
    help: 'use the services of this file for keyless signatures, as `cosign signing-config create` writes it; the flags above outweigh it',
  },
  TRUSTED_ROOT_FLAG,
];

/** A key as it was given, or the place of a token. */
export type NamedSignatory = { readonly key: string } | { readonly token: TokenSource };

/**
 * Returns what the command line names. A flag outweighs the environment.
 *
 * @throws AssayError `USAGE` if it names nothing, or a key and a token
 */
export function readNamedSignatory(session: Session): NamedSignatory {
  const { flags } = session;
  const key = flags.text('sign-key');
  const token = namedToken(session);
  if (key !== undefined && token !== undefined) {
    const typed = ['sign-key', 'identity-token'].filter((name) => flags.from(name) === 'flag');
    if (typed.length === 1) return typed[0] === 'sign-key' ? { key } : { token };
    throw new AssayError('USAGE', '--sign-key and --identity-token exclude each other', {
      hint: 'Leave one of them out: a signature is made with a key, or for an identity.',
    });
  }
  if (key !== undefined) return { key };
  const found = token ?? environmentToken(session);
  if (found !== undefined) return { token: found };
  throw new AssayError('USAGE', 'neither a key nor an identity token is given', {
    hint: 'Give a key: --sign-key team.key (make one: assay key generate team), or an identity token: --identity-token FILE',
  });
}

/** Returns the files that a signature must not replace. */
export function filesOf(named: NamedSignatory): readonly string[] {
  if ('key' in named) return [named.key];
  return named.token.file === undefined ? [] : [named.token.file];
}

/** A signer that was found usable. Its certificate, if it needs one, is not requested yet. */
export interface ReadySignatory {
  /** The key, or what a certificate for the token may contain. */
  readonly who:
    | { readonly kind: 'key'; readonly id: string }
    | {
        readonly kind: 'token';
        readonly names: readonly string[];
        readonly issuers: readonly string[];
      };
  /**
   * Requests a certificate for an identity token, which is valid for minutes: call it when signing
   * begins.
   */
  open(): Promise<Signatory>;
}

/**
 * Opens a key, or reads an identity token. It sends no request.
 *
 * @throws AssayError if the key or the token cannot be used
 */
export async function prepareNamedSignatory(
  session: Session,
  named: NamedSignatory,
): Promise<ReadySignatory> {
  if ('key' in named) {
    await noteUnusedServices(session);
    const signer = await openNamedSigner(session, named.key);
    const who = { kind: 'key' as const, id: signer.publicKey.id };
    return { who, open: () => Promise.resolve(keySignatory(signer)) };
  }
  const { context, flags } = session;
  const { token } = named;
  const expectedName = flags.text('certificate-identity');
  const options = {
    ...(await readServices(session)),
    ...(expectedName !== undefined && { expectedName }),
    root: await readTrustedRootOption(session),
    token: readIdentityToken(await token.read(), token.place, context.now()),
  };
  const { names, issuers } = options.token;
  return {
    who: { kind: 'token', names: expectedName === undefined ? names : [expectedName], issuers },
    open: async () => {
      const { openKeylessSignatory } =
        await import('../../../../trust/signing/keyless/keyless-signatory.ts');
      return openKeylessSignatory(options, context);
    },
  };
}

/**
 * Opens a key, or requests a certificate for an identity.
 *
 * @throws AssayError if the key, the token or a service cannot be used
 */
export async function openNamedSignatory(
  session: Session,
  named: NamedSignatory,
): Promise<Signatory> {
  return (await prepareNamedSignatory(session, named)).open();
}

/** Says that a signature with a key uses no service, where a configuration names some. */
async function noteUnusedServices(session: Session): Promise<void> {
  const { log, timestampUrl } = (await readSigningConfigOption(session)) ?? {};
  if (log === undefined && timestampUrl === undefined) return;
  session.context.log.warn(
    `signatures with a key are neither entered into a log nor timestamped, so the services of "${session.flags.text('signing-config') ?? ''}" are not used`,
  );
}

/**
 * Returns the services of the flags, else those of the signing configuration, else the public ones.
 *
 * @throws AssayError `USAGE`, `CONFIG_INVALID`
 */
async function readServices(
  session: Session,
): Promise<Pick<KeylessOptions, 'fulcioUrl' | 'log' | 'timestampUrl'>> {
  const { flags } = session;
  const config = await readSigningConfigOption(session);
  const fulcio = flags.text('fulcio-url') ?? (config === undefined ? FULCIO_URL : config.fulcioUrl);
  if (fulcio === undefined) {
    throw new AssayError(
      'CONFIG_INVALID',
      `"${flags.text('signing-config') ?? ''}" names no certificate authority, which a signature without a key needs`,
      { hint: 'Name it with --fulcio-url, or sign with a key.' },
    );
  }
  const rekor = flags.text('rekor-url');
  const log =
    rekor === undefined && config !== undefined ? config.log : { url: rekor ?? REKOR_URL };
  const stamp = flags.text('timestamp-server-url') ?? config?.timestampUrl;
  return {
    fulcioUrl: serviceUrl('fulcio-url', fulcio, true),
    ...(log !== undefined && { log: { ...log, url: serviceUrl('rekor-url', log.url) } }),
    ...(stamp !== undefined && { timestampUrl: serviceUrl('timestamp-server-url', stamp) }),
  };
}

async function readSigningConfigOption({
  flags,
  io,
  context,
}: Session): Promise<SigningServices | undefined> {
  const name = flags.text('signing-config');
  if (name === undefined) return undefined;
  const { readSigningConfig } = await import('../../../../trust/signing/keyless/signing-config.ts');
  return readSigningConfig(await readConfigFile(resolve(io.cwd, name), name), name, context.now());
}

async function readConfigFile(path: string, name: string): Promise<Buffer> {
  try {
    return await readBoundedFile(path, { maxBytes: MAX_CONFIG_BYTES });
  } catch (error) {
    throw new AssayError('CONFIG_INVALID', `cannot read "${name}": ${errorMessage(error)}`, {
      hint: 'Give the file of a signing configuration with --signing-config.',
      cause: error,
    });
  }
}

/**
 * @throws AssayError `USAGE` if the text is not an address, or a secret would be sent without
 * encryption
 */
function serviceUrl(flag: string, text: string, isSecret = false): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw new AssayError('USAGE', `--${flag} is not an address: "${text}"`, {
      hint: 'Write it as "https://HOST".',
    });
  }
  if (isSecret && url.protocol === 'http:' && !isLoopback(url.host)) {
    throw new AssayError(
      'USAGE',
      `--${flag} is an address without encryption, and the identity token would be sent to it: "${text}"`,
      { hint: 'Write it with https. Plain HTTP is used on this machine only.' },
    );
  }
  return url;
}
