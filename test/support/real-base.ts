/** An advisory base of all real feeds, loaded once in a run. */

import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { importIntoBase, type BaseUpdateOutcome } from '../../src/advisories/base/index.ts';
import { quietContext } from '../../src/core/base/context.ts';
import { madeOnce } from './made-once.ts';

/** The base and what loading it came to. */
export interface RealBase extends Disposable {
  /** Directory of the base. It must not be changed. */
  readonly folder: string;
  readonly outcome: BaseUpdateOutcome;
}

/** Returns the base of the feeds in a directory. */
export async function realBase(feeds: string): Promise<RealBase> {
  const made = await madeOnce('real-base', async (folder) => {
    const base = path.join(folder, 'base');
    const outcome = await importIntoBase({ folder: base, paths: [feeds] }, quietContext());
    writeFileSync(path.join(folder, 'outcome.json'), JSON.stringify(outcome));
  });
  const outcome: unknown = JSON.parse(readFileSync(path.join(made.folder, 'outcome.json'), 'utf8'));
  return {
    folder: path.join(made.folder, 'base'),
    outcome: outcome as BaseUpdateOutcome,
    [Symbol.dispose]: () => {
      made[Symbol.dispose]();
    },
  };
}
