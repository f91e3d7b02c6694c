/**
 * Image references, as in `ghcr.io/acme/app:1.2@sha256:…`.
 *
 * Source: distribution/reference, grammar in `reference.go` and the normalisation of short names as
 * Docker does it. Refused are: a login in front of the host, a host that no address can have, upper
 * case in a path, empty path components, a zone in an IPv6 address, a path longer than 255
 * characters, a tag longer than 128, a digest other than SHA-256 (distribution/reference knows no
 * other unless a program links it in), and a bare name of 64 hexadecimal digits, which would be
 * taken for an image id.
 */

import { AssayError } from '../../core/base/errors.ts';
import type { Digest } from '../../core/model/artifact/artifact.ts';

/** An image reference in full. With a tag and a digest, the digest decides. */
export interface ImageReference {
  /** Host, with the port where one is given: `docker.io`, `localhost:5000`, `[::1]:5000`. */
  readonly domain: string;
  /** Repository on that host: `library/debian`. */
  readonly path: string;
  /** Absent when none was written; `latest` is not added. */
  readonly tag?: string;
  readonly digest?: Digest;
}

/** A reference as written: without a domain where the first component is none. */
export interface WrittenReference extends Omit<ImageReference, 'domain'> {
  readonly domain?: string;
}

/** Longest path; longer ones are refused by registries. */
const MAX_PATH_LENGTH = 255;
const DEFAULT_DOMAIN = 'docker.io';
/** Old name of the same registry. */
const LEGACY_DEFAULT_DOMAIN = 'index.docker.io';
/** The default registry's namespace for images whose path has one component. */
const OFFICIAL = 'library/';

const DOMAIN =
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*|\[[0-9A-Fa-f:]+\])(?::[0-9]+)?$/;
const PATH_COMPONENT = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const IMAGE_ID = /^[0-9a-f]{64}$/;
const URL_SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//;

/** The page of an image at Docker Hub. */
const HUB_PAGE = /^https?:\/\/hub\.docker\.com\/(?:_|r)\/(?<name>[a-z0-9._-]+(?:\/[a-z0-9._-]+)?)/u;

/**
 * Reads a reference as users write it: `debian` is `docker.io/library/debian`, `acme/app` is
 * `docker.io/acme/app`, and a first component with a dot, a colon, an upper-case letter, or the
 * name `localhost` is a host.
 * @throws {@link AssayError} `USAGE`
 */
export function parseImageReference(text: string): ImageReference {
  refuseLogin(text);
  if (URL_SCHEME.test(text)) {
    const { name } = HUB_PAGE.exec(text)?.groups ?? {};
    const hint =
      name === undefined
        ? 'Leave out the scheme, as in "ghcr.io/acme/app:1.2".'
        : `The image of this page is "${name}".`;
    throw refusal(text, 'it is a URL', hint);
  }
  if (IMAGE_ID.test(text)) {
    throw refusal(
      text,
      'a name of 64 hexadecimal digits is an image id',
      'Name the repository, as in "docker.io/library/NAME", or save the image and scan it with --input.',
    );
  }
  const { domain, rest } = splitDomain(text);
  const { path, tag, digest } = parseWrittenReference(`${domain}/${rest}`, text);
  return {
    domain,
    path,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/**
 * Reads a reference by the grammar alone, without Docker's short names: the first of several
 * components is the domain wherever it can be one. `shown` is the text that errors quote.
 * @throws {@link AssayError} `USAGE`
 */
export function parseWrittenReference(text: string, shown = text): WrittenReference {
  const [beforeDigest, digest] = splitAt(text, text.indexOf('@'));
  const lastColon = beforeDigest.lastIndexOf(':');
  const isTag = lastColon > beforeDigest.lastIndexOf('/');
  const [name, tag] = splitAt(beforeDigest, isTag ? lastColon : -1);
  if (digest !== undefined && !DIGEST.test(digest)) {
    throw refusal(
      shown,
      `"${digest}" is not a digest`,
      `A digest is "sha256:" and 64 lower-case hexadecimal digits.${TAG.test(digest) ? ` A tag follows a colon, as in "${shown.slice(0, shown.indexOf('@'))}:${digest}".` : ''}`,
    );
  }
  if (tag !== undefined && !TAG.test(tag)) {
    throw refusal(
      shown,
      `"${tag}" is not a tag`,
      'A tag has up to 128 letters, digits, "_", "." and "-", and does not begin with "." or "-".',
    );
  }
  return {
    ...parseName(name, shown),
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest: digest as Digest }),
  };
}

/** Returns whether a text can be a tag. */
export function isTag(text: string): boolean {
  return TAG.test(text);
}

/** Returns the whole text: `docker.io/library/debian:12@sha256:…`. */
export function formatImageReference(reference: ImageReference): string {
  return `${reference.domain}/${reference.path}${suffix(reference)}`;
}

/** Returns the text as people write it: the default registry and its `library/` are left out. */
export function familiarReference(reference: ImageReference): string {
  const { domain, path } = reference;
  if (domain !== DEFAULT_DOMAIN) return formatImageReference(reference);
  const short = path.startsWith(OFFICIAL) ? path.slice(OFFICIAL.length) : path;
  return (short.includes('/') ? path : short) + suffix(reference);
}

function suffix({ tag, digest }: ImageReference): string {
  return `${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

function splitDomain(text: string): { domain: string; rest: string } {
  const slash = text.indexOf('/');
  const first = text.slice(0, Math.max(slash, 0));
  const isHost = /[.:A-Z]/.test(first) || first === 'localhost';
  const domain = !isHost || first === LEGACY_DEFAULT_DOMAIN ? DEFAULT_DOMAIN : first;
  const rest = isHost ? text.slice(slash + 1) : text;
  const isOfficial = domain === DEFAULT_DOMAIN && rest !== '' && !rest.includes('/');
  return { domain, rest: isOfficial ? OFFICIAL + rest : rest };
}

function parseName(name: string, shown: string): Pick<WrittenReference, 'domain' | 'path'> {
  const [first = '', ...others] = name.split('/');
  const domain = others.length > 0 && DOMAIN.test(first) ? first : undefined;
  const components = domain === undefined ? [first, ...others] : others;
  for (const component of components) {
    if (!PATH_COMPONENT.test(component)) throw badComponent(component, shown);
  }
  if (domain !== undefined && !URL.canParse(`https://${domain}`)) {
    throw refusal(
      shown,
      `"${domain}" is not a host that can be asked`,
      'A host is a name or an address, and a port is at most 65535, as in "localhost:5000/app:1".',
    );
  }
  const path = components.join('/');
  if (path.length > MAX_PATH_LENGTH) {
    throw refusal(
      shown,
      `its path has ${path.length} characters`,
      `A path has at most ${MAX_PATH_LENGTH} characters.`,
    );
  }
  return domain === undefined ? { path } : { domain, path };
}

function badComponent(component: string, shown: string): AssayError {
  if (component === '') {
    return refusal(shown, 'a part of the name is empty', 'Name an image, as in "debian:12".');
  }
  const reason = `"${component}" is not a part of a repository name`;
  if (PATH_COMPONENT.test(component.toLowerCase())) {
    return refusal(shown, reason, 'Repository names are written in lower case.');
  }
  const rule =
    'A part has lower-case letters and digits, and between them ".", "_", "__" or dashes.';
  const oneTag = component.includes(':') ? ' One tag follows the name, as in "debian:12".' : '';
  return refusal(shown, reason, rule + oneTag);
}

/** Refuses a reference with a login: a password must not appear in messages. */
function refuseLogin(text: string): void {
  const scheme = URL_SCHEME.exec(text)?.[0] ?? '';
  const [login, rest = ''] = splitAt(text.slice(scheme.length), text.indexOf('@') - scheme.length);
  // Behind a name stands a digest, which has no slash.
  if (login.includes('/') || !rest.includes('/')) return;
  throw refusal(
    `${scheme}${rest}`,
    'a login stands in front of it',
    'Leave it out, and give --username and --password-stdin, or use docker login.',
  );
}

function refusal(text: string, reason: string, hint: string): AssayError {
  return new AssayError('USAGE', `"${text}" is not an image reference: ${reason}`, { hint });
}

/**
 * Returns both sides of the character at an index; the right one is `undefined` where the index is
 * negative.
 */
function splitAt(text: string, index: number): [string, string | undefined] {
  return index < 0 ? [text, undefined] : [text.slice(0, index), text.slice(index + 1)];
}
