/** Requests that publish packages, as npm sends them, for tests. */

import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

import type { RegistryToken } from '../../src/package-registry/access.ts';
import { writeTar, type TarMember } from '../../src/formats/archive/tar/tar-writer.ts';

/** What is published. */
export interface Published {
  readonly name?: string;
  readonly version?: string;
  /** Added to both manifests. */
  readonly manifest?: object;
  /** Added to the manifest that is sent. */
  readonly sent?: object;
  readonly tags?: Readonly<Record<string, unknown>>;
  /** Further members of the archive. */
  readonly members?: readonly TarMember[];
  readonly file?: Buffer;
  readonly attachment?: object;
  readonly fileName?: string;
  /** Members of the body. */
  readonly body?: object;
}

/** Returns the body of a request that publishes. */
export function publishBody(of: Published = {}): string {
  const { name = '@acme/tool', version = '1.0.0' } = of;
  const file = of.file ?? publishedFile(of);
  const dist = {
    integrity: `sha512-${createHash('sha512').update(file).digest('base64')}`,
    shasum: createHash('sha1').update(file).digest('hex'),
    tarball: `http://elsewhere.example/${name}.tgz`,
  };
  const fileName = of.fileName ?? `${name}-${version}.tgz`;
  return JSON.stringify({
    _id: name,
    name,
    'dist-tags': of.tags ?? { latest: version },
    versions: { [version]: { name, version, ...of.manifest, dist, ...of.sent } },
    access: null,
    _attachments: {
      [fileName]: {
        content_type: 'application/octet-stream',
        data: file.toString('base64'),
        length: file.length,
        ...of.attachment,
      },
    },
    ...of.body,
  });
}

/** Returns the file of {@link publishBody}. */
export function publishedFile(of: Published = {}): Buffer {
  const { name = '@acme/tool', version = '1.0.0', manifest, members = [] } = of;
  const body = JSON.stringify({ name, version, ...manifest });
  return gzipSync(writeTar([{ path: 'package/package.json', body }, ...members]));
}

/**
 * Tokens `reader`, `writer` and `owner` of the three roles, each of which is its own name; `scoped`
 * may publish `@acme/*` only.
 */
export const TEST_TOKENS: readonly RegistryToken[] = [
  tokenOf('reader', 'read'),
  tokenOf('writer', 'publish'),
  tokenOf('owner', 'admin'),
  { ...tokenOf('scoped', 'publish'), packages: ['@acme/*'] },
  { ...tokenOf('expired', 'publish'), expiresAt: Date.parse('2026-01-01T00:00:00Z') },
];

function tokenOf(name: string, role: RegistryToken['role']): RegistryToken {
  return { name, role, sha256: createHash('sha256').update(name).digest('hex') };
}
