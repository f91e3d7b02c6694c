/**
 * Commands in forms that no case lists, drawn by a seed from the last commit. A real shell with a
 * recorder says what runs.
 */

import { expect, it } from 'vitest';

import {
  drawer,
  drawScript,
  Recorder,
  type Meaning,
} from '../../../../test/support/command-forms.ts';
import { missingTool, needs, run } from '../../../../test/support/tools.ts';
import { loadShell, pipelineFindings } from './pipeline.ts';

await loadShell();

/** Scripts for each of three seeds; `ASSAY_FORMS=1000` draws more. */
const COUNT = Number(process.env['ASSAY_FORMS'] ?? 60);
const RULES: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ['pipeline/use-trusted-publishing', 'publish'],
  ['pipeline/adhoc-packages', 'loose'],
  ['pipeline/unlocked-tool', 'loose'],
]);

function meaningOf(script: string, isAction: boolean): Meaning {
  const command = JSON.stringify(script);
  const text = isAction
    ? `name: x\nruns: {using: composite, steps: [{shell: bash, run: ${command}}]}\n`
    : `on: push\npermissions: {}\njobs: {a: {runs-on: x, steps: [{run: ${command}}]}}\n`;
  const path = isAction ? '/action.yml' : '/.github/workflows/a.yml';
  const found = pipelineFindings(path, Buffer.from(text));
  return found.map(({ rule }) => RULES.get(rule)).find((one) => one !== undefined) ?? 'neither';
}

const missing = missingTool('bash', 'git');

function lastCommit(): string {
  try {
    return run('git', ['rev-parse', 'HEAD'], import.meta.dirname).trim();
  } catch {
    return 'no repository';
  }
}

it.skipIf(missing).each([1, 2, 3])(
  `knows drawn commands by what a shell starts, seed %d${needs(missing)}`,
  (number) => {
    const draw = drawer(`${lastCommit()} ${number}`);
    const recorder = new Recorder();
    const wrong: string[] = [];
    let [right, reported, real] = [0, 0, 0];
    for (let at = 0; at < COUNT; at += 1) {
      const { script, meaning, words } = drawScript(draw);
      const truth = meaning !== 'neither' && recorder.starts(script, words) ? meaning : 'neither';
      const own = meaningOf(script, at % 4 === 0);
      if (truth !== 'neither') real += 1;
      if (own !== 'neither') reported += 1;
      if (own === truth && own !== 'neither') right += 1;
      if (own !== truth) wrong.push(`${truth}, not ${own}: ${script}`);
    }
    recorder.close();
    const shown = wrong.slice(0, 20).join('\n');
    if (process.env['ASSAY_FORMS'] !== undefined) {
      process.stderr.write(`recall ${right}/${real}, precision ${right}/${reported}\n${shown}\n`);
    }
    expect(right / real, `recall; ${shown}`).toBeGreaterThanOrEqual(0.97);
    expect(right / reported, `precision; ${shown}`).toBeGreaterThanOrEqual(0.97);
  },
  600_000,
);
