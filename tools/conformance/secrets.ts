/**
 * Secrets that are made when the suite runs (`test/support/secret-corpus/`): each format in each
 * carrier must be found, and each decoy left alone. The preset of secretlint is judged beside it by
 * the same files, for comparison; it has no floor. Text in UTF-16 is decoded before it gets it.
 */

import { lintSource } from '@secretlint/core';
import { creator } from '@secretlint/secretlint-rule-preset-recommend';
import { corpusOf, type CorpusCase } from '../../test/support/secret-corpus/corpus.ts';
import { decoysOf } from '../../test/support/secret-corpus/decoys.ts';
import { foundSecrets } from '../../test/support/secret-corpus/found-secrets.ts';
import { randomOf } from '../../test/support/secret-corpus/random-text.ts';
import type { Suite, SuiteResult } from './suite.ts';

const SEED = 2026;
/** Secrets of each format in each carrier. */
const COUNT = 2;

export const secretSuites: readonly Suite[] = [
  { id: 'secrets-recall', run: judgeRecall },
  { id: 'secrets-decoys', run: judgeDecoys },
];

/** The counts of one format. */
interface Counts {
  all: number;
  found: number;
  /** Found by the rule of the format, and not by a generic one. */
  named: number;
  bySecretlint: number;
}

async function judgeRecall(): Promise<SuiteResult> {
  const counts = new Map<string, Counts>();
  const misses: { readonly case: string; readonly reason: string }[] = [];
  for (const one of corpusOf(randomOf(SEED), COUNT)) {
    const drafts = foundSecrets(one.path, one.bytes);
    const row = counts.get(one.format) ?? { all: 0, found: 0, named: 0, bySecretlint: 0 };
    counts.set(one.format, row);
    row.all += 1;
    if (drafts.length > 0) row.found += 1;
    else misses.push({ case: `${one.format} in ${one.carrier}`, reason: 'not found' });
    if (drafts.some(({ rule }) => rule === `secret/${one.format}`)) row.named += 1;
    if (await isFoundBySecretlint(one)) row.bySecretlint += 1;
  }
  printTable(counts);
  const total = sumOf(counts, 'all');
  return { suite: 'secrets-recall', passed: sumOf(counts, 'found'), total, misses };
}

async function judgeDecoys(): Promise<SuiteResult> {
  const decoys = decoysOf(randomOf(SEED));
  let bySecretlint = 0;
  const misses: { readonly case: string; readonly reason: string }[] = [];
  for (const decoy of decoys) {
    const [draft] = foundSecrets(decoy.path, decoy.bytes);
    if (draft !== undefined) misses.push({ case: decoy.kind, reason: `reported as ${draft.rule}` });
    if (await isFoundBySecretlint(decoy)) bySecretlint += 1;
  }
  console.log(`decoys that the preset of secretlint reports: ${bySecretlint} of ${decoys.length}`);
  const total = decoys.length;
  return { suite: 'secrets-decoys', passed: total - misses.length, total, misses };
}

async function isFoundBySecretlint({
  path,
  bytes,
}: Pick<CorpusCase, 'path' | 'bytes'>): Promise<boolean> {
  const isWide = bytes[0] === 0xff && bytes[1] === 0xfe;
  const content = bytes.toString(isWide ? 'utf16le' : 'utf8');
  const { messages } = await lintSource({
    source: { filePath: `/${path}`, content, contentType: 'text' },
    options: { config: { rules: [{ id: 'preset', rule: creator }] }, noPhysicFilePath: true },
  });
  return messages.length > 0;
}

function printTable(counts: ReadonlyMap<string, Counts>): void {
  const percent = (part: number, all: number): string => `${Math.round((100 * part) / all)} %`;
  console.log('format: found, by its own rule, by the preset of secretlint');
  for (const [format, { all, found, named, bySecretlint }] of [...counts].sort()) {
    const shares = [found, named, bySecretlint].map((part) => percent(part, all));
    console.log(`  ${format}: ${shares.join(', ')} of ${all}`);
  }
  const all = sumOf(counts, 'all');
  const totals = (['found', 'named', 'bySecretlint'] as const).map((one) => sumOf(counts, one));
  console.log(`  all: ${totals.map((part) => percent(part, all)).join(', ')} of ${all}`);
}

function sumOf(counts: ReadonlyMap<string, Counts>, field: keyof Counts): number {
  let sum = 0;
  for (const row of counts.values()) sum += row[field];
  return sum;
}
