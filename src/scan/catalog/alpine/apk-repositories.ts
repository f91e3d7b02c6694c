/**
 * Releases that Alpine's packages are taken from: `/etc/apk/repositories`.
 *
 * Source: apk-repositories(5): one address a line, with `@tag` before those that are asked for by
 * name, and comments. Every mirror of Alpine ends in `vX.Y/main`, `edge/main` and the like. Tagged
 * repositories are for single packages and say nothing of the release. Nothing is refused: an
 * address of another form says nothing.
 */

import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';

const ADDRESS =
  /^(?:v(?<branch>\d+\.\d+)|(?<name>edge|latest-stable))\/(?:main|community|testing)\/?$/u;
const RELEASE = /(?:v\d+\.\d+|edge|latest-stable)\/[a-z]+\/?$/u;
/** A real one has a few lines. */
const MAX_BYTES = 64 * 1024;

export const apkRepositories: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    const text = new TextDecoder().decode(
      await file.readAt(0, Math.min(file.sizeBytes, MAX_BYTES)),
    );
    const releases = new Set<string>();
    for (const line of text.split('\n')) {
      const end = RELEASE.exec(line.trim())?.[0];
      if (end === undefined || !/^(?:https?:|\/|ftp:)/u.test(line.trim())) continue;
      const { branch, name } = ADDRESS.exec(end)?.groups ?? {};
      const release = branch ?? name;
      if (release !== undefined) releases.add(release);
    }
    return { ...result.done(), ...(releases.size > 0 && { repositoryReleases: [...releases] }) };
  },
};
