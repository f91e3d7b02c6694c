/** Which expressions `--fix` moves into variables. The tables were written before the code. */

import { describe, expect, it } from 'vitest';

import { EDITED, LEFT } from '../../../../../test/support/pipeline-edit-cases.ts';
import type { RuleDraft } from '../../../../core/model/rule/rule-finding.ts';
import { loadShell, pipelineFindings } from '../pipeline.ts';

await loadShell();

const HEAD =
  'name: x\non: issues\npermissions: {}\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: |\n';

/** Programs that are not known get the value in these. */
const RUN_BY_UNKNOWN = ['nc "E" 1', './deploy E', 'deploy --title="E" | head -1'];

/** Programs that are not known, with words that announce a command. */
const RUNNERS = [
  'busybox sh -c "echo E"',
  'retry -- sh -c "E"',
  'tool exec a E',
  'tool -c "E"',
  'gcloud compute ssh host --command="E"',
  'fly ssh console -C "E"',
  'tool --post-hook "E"',
  'f() { eval "$1"; }\nf E',
  'function g { eval "$1"; }\ng "E"',
  'alias deploy=eval\ndeploy E',
];

/** The number of findings of the rule whose edit can change more. */
function unsafeCount(script: string): number {
  return draftsOf(script).filter(({ fix }) => fix?.isUnsafe === true).length;
}

/** The findings of the rule in a script: those with and without an edit. */
function injections(script: string): readonly boolean[] {
  return draftsOf(script).map(({ fix }) => fix !== undefined && fix.isUnsafe !== true);
}

function draftsOf(script: string): readonly RuleDraft[] {
  const lines = script
    .replaceAll(/(?<![A-Za-z_])E(?![A-Z_])|(?<=\ba)E(?=b\b)/gu, '${{ github.event.issue.title }}')
    .split('\n')
    .map((line) => `          ${line}\n`);
  return pipelineFindings('/.github/workflows/a.yml', Buffer.from(HEAD + lines.join(''))).filter(
    ({ rule }) => rule === 'pipeline/template-injection',
  );
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

  it.each(RUN_BY_UNKNOWN)('become variables only by --fix=all: %s', (script) => {
    expect(unsafeCount(script)).toBe(1);
  });

  it.each(RUNNERS)('stay with programs that may run them, also by --fix=all: %s', (script) => {
    expect(unsafeCount(script)).toBe(0);
  });

  it.each(LEFT.filter((script) => !RUN_BY_UNKNOWN.includes(script)))(
    'stay, also by --fix=all: %s',
    (script) => {
      expect(unsafeCount(script)).toBe(0);
    },
  );

  it('become variables one by one', () => {
    expect(injections('echo "E"\neval "E"\ngit tag E')).toEqual([true, false, true]);
  });
});
