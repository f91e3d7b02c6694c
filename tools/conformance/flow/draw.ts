/**
 * Draws findings in real code by a seed, for a reader who judges each one in its file:
 *
 *     npx tsx tools/conformance/flow/draw.ts --seed 7 --count 100 --out draw.json DIR…
 *
 * All rules run at their usual confidence over each directory. The order of the findings is that of
 * the SHA-256 digests of the seed and the place, so that the same code and seed give the same draw.
 * `wrong` is empty at first: the reader writes a sentence there for a finding that is no weakness
 * where it stands, or deletes the key, and explains the finding in `why`.
 */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { grammarOf, sourceCode } from '../../../src/rules/detect/code/source.ts';
import type { RuleDraft } from '../../../src/core/model/rule/rule-finding.ts';

/** A drawn finding. */
interface Drawn {
  /** The name of the directory. */
  readonly package: string;
  readonly path: string;
  /** The first 16 digits of the SHA-256 digest of the file. */
  readonly digest: string;
  readonly line: number;
  readonly rule: string;
  readonly confidence: string;
  /** The steps of the data, as `line: message`. */
  readonly steps: readonly string[];
  readonly wrong: string;
}

const USAGE =
  'usage: npx tsx tools/conformance/flow/draw.ts --seed TEXT [--count N] --out FILE DIR…\n';

async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      seed: { type: 'string' },
      count: { type: 'string', default: '100' },
      out: { type: 'string' },
    },
  });
  const { seed, out } = values;
  const count = Number(values.count);
  if (seed === undefined || out === undefined || positionals.length === 0 || !(count > 0)) {
    process.stderr.write(USAGE);
    return 2;
  }
  const found: Drawn[] = [];
  for (const folder of positionals) found.push(...(await findingsIn(resolve(folder))));
  const drawn = found
    .map((one) => ({
      one,
      order: sha256(`${seed} ${one.package} ${one.path} ${one.line} ${one.rule}`),
    }))
    .toSorted((a, b) => (a.order < b.order ? -1 : 1))
    .slice(0, count)
    .map(({ one }) => one);
  writeFileSync(out, `${JSON.stringify(drawn, undefined, 2)}\n`);
  process.stdout.write(`${drawn.length} of ${found.length} findings drawn\n`);
  return 0;
}

async function findingsIn(folder: string): Promise<readonly Drawn[]> {
  const found: Drawn[] = [];
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && grammarOf(entry.name) !== undefined)
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
  for (const path of paths) {
    const bytes = readFileSync(join(folder, path));
    await sourceCode.prepare?.(path);
    // Packages of systems install modules below a directory that is left out as code of others.
    const seen = path.replace(/^.*\/(?:dist|site)-packages\//u, '');
    const drafts = sourceCode.detect({ path: `/${seen}`, bytes });
    if (drafts.length === 0) continue;
    const digest = sha256(bytes).slice(0, 16);
    for (const draft of drafts) {
      if (draft.confidence === 'low') continue;
      found.push({ package: basename(folder), path, digest, ...shown(draft), wrong: '' });
    }
  }
  return found;
}

function shown({
  range,
  rule,
  confidence,
  steps = [],
}: RuleDraft): Omit<Drawn, 'package' | 'path' | 'digest' | 'wrong'> {
  return {
    line: range?.startLine ?? 0,
    rule,
    confidence: confidence ?? '',
    steps: steps.map(({ range: at, message }) => `${at?.startLine ?? 0}: ${message}`),
  };
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

process.exitCode = await main(process.argv.slice(2));
