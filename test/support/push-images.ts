/** Small images that are pushed, and what a push leaves in a directory. */

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

import { makeImage, type MadeImage } from './stored-images.ts';

/**
 * An image with the npm package `left`, which has a critical flaw below 1.0.1 if the test loads
 * one.
 */
export function leftImage(
  version: string,
  architecture = 'amd64',
  base = 'the same base',
): MadeImage {
  return makeImage(
    [
      [{ path: 'srv/base', body: base }],
      [
        {
          path: 'srv/node_modules/left/package.json',
          body: JSON.stringify({ name: 'left', version }),
        },
        { path: 'srv/architecture', body: architecture },
      ],
    ],
    { platform: { os: 'linux', architecture } },
  );
}

/** Returns the digest of the first image that an OCI layout lists. */
export function rootOf(files: ReadonlyMap<string, Buffer>): string {
  const { manifests } = JSON.parse(files.get('index.json')?.toString() ?? '') as {
    manifests: readonly { readonly digest: string }[];
  };
  return manifests[0]?.digest ?? '';
}

/**
 * Returns the paths of all files below a directory with their SHA-256; none if the directory is
 * absent.
 */
export function contentOf(folder: string): Record<string, string> {
  const found: Record<string, string> = {};
  if (!existsSync(folder)) return found;
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const file = path.join(folder, name);
    if (!statSync(file).isFile()) continue;
    found[name] = createHash('sha256').update(readFileSync(file)).digest('hex');
  }
  return found;
}
