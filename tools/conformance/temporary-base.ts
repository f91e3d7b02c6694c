/**
 * An advisory base of some files, built by the public import into a folder that goes when it is no
 * longer needed.
 */

import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openAdvisoryBase } from '../../src/advisories/store/open-advisory-base.ts';
import type { AdvisoryBase } from '../../src/advisories/store/advisory-base.ts';
import { quietContext } from '../../src/core/base/context.ts';
import { importIntoBase } from '../../src/advisories/base/index.ts';

/**
 * Imports the files that `pathsIn` returns, given a temporary directory to write to, and hands the
 * base to `use`.
 */
export async function withBase<Result>(
  pathsIn: (temporary: string) => Promise<readonly string[]>,
  use: (base: AdvisoryBase) => Promise<Result>,
): Promise<Result> {
  const temporary = await mkdtemp(join(tmpdir(), 'assay-conformance-'));
  const folder = join(temporary, 'base');
  try {
    await mkdir(folder);
    const paths = await pathsIn(temporary);
    await importIntoBase({ folder, paths }, quietContext());
    return await use(openAdvisoryBase(folder));
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
