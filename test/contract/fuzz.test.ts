/**
 * Every target of the fuzzer reads its seeds and the inputs that earlier runs found worth keeping.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { FUZZ_TARGETS } from '../../tools/fuzz/list.ts';
import { runOnce } from '../../tools/fuzz/target.ts';

const CORPUS = join(import.meta.dirname, '../../tools/fuzz/corpus');
/** Of one target: kept small, so that replaying all stays a matter of seconds. */
const MAX_CORPUS_BYTES = 64 * 1024;

const folderOf = (id: string): string => id.replaceAll('/', '-');

describe('the targets of the fuzzer', () => {
  it('have unique ids and no corpus without a target', () => {
    const folders = FUZZ_TARGETS.map(({ id }) => folderOf(id));
    expect(new Set(folders).size).toBe(folders.length);
    const kept = existsSync(CORPUS) ? readdirSync(CORPUS) : [];
    expect(kept.filter((name) => !folders.includes(name))).toEqual([]);
  });

  it.each(FUZZ_TARGETS.map((target) => [target.id, target] as const))('%s', async (id, target) => {
    const seeds = await target.seeds();
    expect(seeds.length).toBeGreaterThan(0);
    // Seeds are read without refusal: a target that refuses all it is given would find nothing.
    for (const seed of seeds) await target.run(seed);
    const folder = join(CORPUS, folderOf(id));
    const inputs = existsSync(folder)
      ? readdirSync(folder).map((name) => readFileSync(join(folder, name)))
      : [];
    expect(inputs.reduce((sum, { length }) => sum + length, 0)).toBeLessThan(MAX_CORPUS_BYTES);
    for (const input of inputs) await runOnce(target, input);
  });
});
