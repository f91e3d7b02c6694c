/**
 * Parts of workflows that are not judged are named, and are a gap where another runner reads them.
 */

import { describe, expect, it } from 'vitest';
import { loadShell, pipelineFindings } from './pipeline.ts';

await loadShell();

function judged(
  path: string,
  text: string,
): { unread: readonly string[]; gaps: readonly string[] } {
  const gaps: string[] = [];
  const drafts = pipelineFindings(path, Buffer.from(text), {}, (note) => {
    if (note.kind === 'gap') gaps.push(note.message);
  });
  const unread = drafts.filter(({ rule }) => rule === 'pipeline/unread-part');
  return { unread: unread.map(({ message }) => message), gaps };
}

const JOB = '{a: {runs-on: x, steps: [{run: "echo ${{ github.event.issue.title }}"}]}}';
const MERGED =
  'A merge key (<<) is not followed: GitHub supports anchors and aliases, and no merge keys';

describe('a workflow', () => {
  it.each<[string, string, readonly string[]]>([
    [
      'whose jobs are merged into the root',
      `x: &base\n  jobs: ${JOB}\non: issues\n<<: *base\n`,
      [MERGED, 'The workflow has no mapping of jobs'],
    ],
    ['without jobs', 'on: push\n', ['The workflow has no mapping of jobs']],
    ['with a list of jobs', 'on: push\njobs: [a]\n', ['The workflow has no mapping of jobs']],
    [
      'with an encoded script',
      'on: push\njobs: {a: {runs-on: x, steps: [{run: !!binary bWFrZQ==}]}}\n',
      ['The tag !!binary is not followed: GitHub supports no such tags'],
    ],
  ])('%s', (_name, text, expected) => {
    const messages = expected.map((one) => `${one}.`);
    expect(judged('.gitea/workflows/a.yml', text)).toEqual({ unread: messages, gaps: expected });
    expect(judged('.github/workflows/a.yml', text)).toEqual({ unread: messages, gaps: [] });
  });

  it.each([
    ['only comments', '# nothing\n'],
    ['tags of the core schema', `on: !!str push\njobs: !!map ${JOB}\n`],
  ])('not: %s', (_name, text) => {
    expect(judged('.gitea/workflows/a.yml', text)).toEqual({ unread: [], gaps: [] });
  });

  it('is not expected in a file with the name of an action', () => {
    expect(judged('roles/x/action.yml', 'a: b\n').unread).toEqual([]);
  });
});

describe('a shell', () => {
  const found = (text: string): readonly string[] =>
    pipelineFindings('.github/workflows/a.yml', Buffer.from(text)).flatMap(
      ({ aliases, location }) =>
        aliases.includes('template-injection') ? [`${location.line ?? 0}`] : [],
    );
  const TITLE = '${{ github.event.issue.title }}';

  it.each([
    ['of a step', `      - shell: bash -c "${TITLE}" {0}\n        run: make\n`, ['6']],
    [
      'that is a constant of the matrix',
      `      - shell: \${{ matrix.a }}\n        run: make\n`,
      [],
    ],
  ])('%s', (_name, step, expected) => {
    const head = 'on: issues\njobs:\n  a:\n    strategy: {matrix: {a: [bash, pwsh]}}\n    steps:\n';
    expect(found(head + step)).toEqual(expected);
  });

  it('of the defaults of a job', () => {
    const text = `on: issues\njobs:\n  a:\n    defaults: {run: {shell: '${TITLE} {0}'}}\n    steps: [{run: make}]\n`;
    expect(found(text)).toEqual(['4']);
  });
});

describe('the environment of later steps', () => {
  const found = (...lines: readonly string[]): boolean => {
    const script = lines.map((line) => `          ${line}\n`).join('');
    const text = `on: pull_request_target\njobs:\n  a:\n    steps:\n      - run: |\n${script}`;
    return pipelineFindings('.github/workflows/a.yml', Buffer.from(text)).some(({ aliases }) =>
      aliases.includes('github-env'),
    );
  };

  it.each<[boolean, readonly string[]]>([
    [true, ['F=$GITHUB_ENV', 'cat a >> "$F"']],
    [true, ['export FILE="${GITHUB_PATH}"', 'cat a | tee -a "${FILE}"']],
    [true, ['cp a "$GITHUB_ENV"']],
    [false, ['F=$GITHUB_ENV', 'echo A=b >> "$F"']],
    [false, ['F=$GITHUB_OUTPUT', 'cat a >> "$F"']],
    [false, ['cat "$GITHUB_ENV"']],
  ])('%s: %j', (expected, lines) => {
    expect(found(...lines)).toBe(expected);
  });
});

describe('installed packages', () => {
  const found = (path: string, text: string): boolean =>
    pipelineFindings(path, Buffer.from(text)).length > 0;

  it('have workflows that no forge runs', () => {
    const text = `on: issues\njobs: ${JOB}\n`;
    expect(found('/node_modules/a/.github/workflows/a.yml', text)).toBe(false);
    expect(found('/my_node_modules/.github/workflows/a.yml', text)).toBe(true);
    expect(found('/.github/workflows/node_modules.yml', text)).toBe(true);
  });

  it('have actions that can be used by their paths', () => {
    const text =
      'runs: {using: composite, steps: [{shell: bash, run: "echo ${{ github.event.issue.title }}"}]}\n';
    expect(found('/node_modules/a/action.yml', text)).toBe(true);
  });
});
