/** One mistake of each kind is planted, and found. */

import { describe, expect, it } from 'vitest';

import { anchorsIn, pageProblems, isPartOf, shownOutputs, type Facts } from './pages.ts';

const FACTS: Facts = {
  commands: new Map([
    ['', []],
    ['image', [{ name: 'fail-on', value: 'CONDITIONS', group: 'Gate', help: 'fail' }]],
    ['db update', [{ name: 'mirror', value: 'DIR', group: 'Advisory data', help: 'load' }]],
  ]),
  foreignFlags: new Set(['no-cache']),
  exitCodes: new Set([0, 1, 6]),
  anchorsOf: (_page, target) => (target === 'gate.md' ? anchorsIn('# A gate\n') : undefined),
};

function problems(text: string): readonly string[] {
  return pageProblems({ name: 'docs/a.md', text }, FACTS);
}

describe('pages', () => {
  it.each([
    ['a file that is not there', 'See [it](none.md).', 'there is no file none.md'],
    ['a heading that is not there', 'See [it](gate.md#other).', 'leads to no heading'],
    ['a heading of the page itself', '# One\n\n[it](#two)', 'leads to no heading'],
    ['an exit code', 'It ends with exit code 42.', 'there is no exit code 42'],
    ['a flag in a fence', '```sh\nassay image --fail-one high a:1\n```', '--fail-one'],
    ['a flag in a line of text', 'Run `assay image --oops a:1`.', '--oops'],
    ['a flag behind a pipe', '```sh\ncat a | assay image --oops -\n```', '--oops'],
    ['a flag in a job', '```yaml\n- run: assay image --oops a:1\n```', '--oops'],
    ['a flag that stands alone', 'With `--fail-one high` it fails.', '--fail-one'],
    ['a value that is missing', '`assay image --fail-on`', 'has no value'],
    ['an action that is not there', '`assay db load --mirror d`', 'no command db load'],
    ['a flag on a line that goes on', '```sh\nassay image \\\n  --oops a:1\n```', '--oops'],
  ])('%s is found', (_, text, what) => {
    expect(problems(text)).toEqual([expect.stringContaining(what)]);
  });

  it.each([
    ['a command', '```sh\nassay image --fail-on high a:1 | tee log\n```'],
    ['a form', '`assay image [flags] [REF...]`'],
    ['a comment', '```sh\nassay image a:1 # --oops\n```'],
    ['a word in quotes', "```sh\nassay image --fail-on 'high | low' a:1\n```"],
    ['a redirection', '```sh\nassay image a:1 > --oops\n```'],
    ['a target', '`assay ./app`'],
    ['the name of the program', 'Nothing of `assay` is here.'],
    ['a link in code', '`[it](none.md)`'],
    ['an address', '[it](https://a.example/)'],
    ['flags that stand alone', '`--fail-on` and `--no-cache`'],
    ['another program', '```sh\nnot-assay image --oops\n```'],
    ['an exit code of the list', 'It exits with 6, else with `1`.'],
  ])('%s is no mistake', (_, text) => {
    expect(problems(text)).toEqual([]);
  });

  it('names the line', () => {
    expect(problems('# A\n\n\n[it](none.md)')).toEqual(['docs/a.md:4: there is no file none.md']);
  });

  it('finds outputs that are shown', () => {
    const text = '# A\n\n<!-- output of: assay version --json -->\n\n```text\none\ntwo\n```\n';
    expect(shownOutputs({ name: 'a.md', text })).toEqual([
      {
        line: 3,
        command: ['version', '--json'],
        output: 'one\ntwo\n',
        isPart: false,
        inDemo: false,
      },
    ]);
    const part = '<!-- part of, in demo: assay version -->\n\n```text\none\n```\n';
    expect(shownOutputs({ name: 'a.md', text: part })).toMatchObject([
      { command: ['version'], output: 'one\n', isPart: true, inDemo: true },
    ]);
  });

  it.each([
    ['all', 'a\nb (1)\nc\n', true],
    ['some lines', 'b (1)\nc\n', true],
    ['the end of a line is left out', 'b…\n', true],
    ['lines are left out', 'a\n…\nc\n', true],
    ['a line is missing in between', 'a\nc\n', false],
    ['another order', 'c\n…\na\n', false],
    ['another line', 'b (2)\n', false],
    ['a longer line', 'b\n', false],
    ['a mark of an expression', 'b .1.\n', false],
  ])('%s: a part of an output', (_, shown, isPart) => {
    expect(isPartOf(shown, 'a\nb (1)\nc\n')).toBe(isPart);
  });
});
