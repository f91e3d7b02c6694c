/** An advisory base of some files, built by the public import into a folder that goes when it is no longer needed. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openAdvisoryBase } from '../../src/advisory/open.ts';
import type { AdvisoryBase } from '../../src/advisory/base.ts';
import { quietContext } from '../../src/base/context.ts';
import { importIntoBase } from '../../src/knowledge/index.ts';

/** Imports `paths` and hands the base to `use`. */
export async function withBase<Result>(
  paths: readonly string[],
  use: (base: AdvisoryBase) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-conformance-'));
  try {
    await importIntoBase({ folder, paths }, quietContext());
    return await use(openAdvisoryBase(folder));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
