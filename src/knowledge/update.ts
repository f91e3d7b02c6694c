/** `db update`: loads the feeds from a mirror or from their publishers. */

import type { Context } from '../base/context.ts';
import { AssayError } from '../base/errors.ts';
import { BaseBuild } from './build.ts';
import { loadFeeds, mirrorOf } from './load-feeds.ts';
import type { BaseChange, UpdateRequest } from './types.ts';

/**
 * Loads what the needs ask for and swaps it in at once; on any error the old data stays as it was.
 * @throws AssayError `USAGE`, `NETWORK`, `TIMEOUT`, `OFFLINE`, `INTERRUPTED`, `ADVISORY_DATA_IMPLAUSIBLE`,
 * `ADVISORY_DATA_MISSING`
 */
export async function updateBase(request: UpdateRequest, context: Context): Promise<BaseChange> {
  const { folder, needs = [] } = request;
  const mirror = mirrorOf(request.mirror);
  if (mirror.kind !== 'folder' && context.fetch === undefined) throw offline();
  const build = new BaseBuild(folder, context);
  try {
    const absent = await loadFeeds({ mirror, needs, scratchFolder: folder }, build, context);
    return await build.commit(absent);
  } finally {
    await build.discard();
  }
}

function offline(): AssayError {
  return new AssayError('OFFLINE', 'advisory data is on the network and the network is off', {
    hint: 'Load it from files with "assay db import PATH" or "assay db update --mirror DIR", or run without --offline.',
  });
}
