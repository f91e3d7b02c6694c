/** Which expressions `--fix` moves into variables. The tables were written before the code. */

import { describe, expect, it } from 'vitest';

import { EDITED, LEFT } from '../../../test/support/pipeline-edit-cases.ts';
import { loadShell, pipelineFindings } from './pipeline.ts';

await loadShell();

const HEAD =
  'name: x\non: issues\npermissions: {}\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: |\n';

/** The findings of the rule in a script: those with and without an edit. */
function injections(script: string): readonly boolean[] {
  const lines = script
    .replaceAll(/(?<![A-Za-z_])E(?![A-Z_])|(?<=\ba)E(?=b\b)/gu, '${{ github.event.issue.title }}')
    .split('\n')
    .map((line) => `          ${line}\n`);
  return pipelineFindings('/.github/workflows/a.yml', Buffer.from(HEAD + lines.join('')))
    .filter(({ rule }) => rule === 'pipeline/template-injection')
    .map(({ fix }) => fix !== undefined);
}

describe('expressions in scripts', () => {
  it.each(EDITED)('become variables: %s', (script) => {
    const found = injections(script).filter((_, at) => at === 0 || !script.includes('#'));
    expect(found.length).toBeGreaterThan(0);
    expect(found.every(Boolean)).toBe(true);
  });

  it.each(LEFT)('stay, with their finding: %s', (script) => {
    const found = injections(script);
    expect(found.length).toBeGreaterThan(0);
    expect(found.some(Boolean)).toBe(false);
  });

  it('become variables one by one', () => {
    expect(injections('echo "E"\neval "E"\ngit tag E')).toEqual([true, false, true]);
  });
});
