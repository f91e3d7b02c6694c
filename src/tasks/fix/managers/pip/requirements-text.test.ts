import { describe, expect, it } from 'vitest';

import { editRows, plainRequirements, requirementsRows } from './requirements-text.ts';

describe('lines of a requirements file', () => {
  it.each<[string, string, unknown]>([
    ['a pin', 'A.b==1.0\n', { name: 'a-b', specifiers: '==1.0', pin: '1.0' }],
    ['a range', 'a[x,y] >= 1, <2 ; python_version < "3"', { name: 'a', specifiers: '>= 1, <2' }],
    ['a range in brackets', 'a (>=1)', { name: 'a', specifiers: '>=1' }],
    ['an arbitrary version', 'a===1.0-x', { name: 'a', pin: '1.0-x' }],
    ['a wildcard', 'a==1.*', { name: 'a', specifiers: '==1.*' }],
    [
      'hashes over several lines',
      'a==1 \\\r\n  --hash=sha256:aa \\\r\n  --hash sha256:bb # x\r\n',
      { hashes: ['sha256:aa', 'sha256:bb'] },
    ],
  ])('read %s', (_, text, expected) => {
    const [row] = requirementsRows(text);
    expect(row?.requirement).toMatchObject(expected as object);
    expect(row?.raw).toBe(text);
  });

  it.each([
    'a @ https://x.test/a.whl',
    './a',
    '../a.whl',
    'a/b',
    'https://x.test/a',
    '${A}==1',
    '-e ./a',
    '--pre',
    'a b',
  ])('know that %s is no requirement of an index', (text) => {
    expect(requirementsRows(text)[0]?.requirement).toBe(undefined);
  });

  it.each([
    ['a==1.0', '1.0', '1.0.1', 'a==1.0.1'],
    ['a[1.0]  ==  1.0 ; x == "1.0" # 1.0\r\n', '1.0', '2', 'a[1.0]  ==  2 ; x == "1.0" # 1.0\r\n'],
    ['a>=1.0,<1.0.5', '1.0', '1.0.4', 'a>=1.0.4,<1.0.5'],
  ])('replace a version alone: %s', (text, from, to, expected) => {
    const [row] = requirementsRows(text);
    if (row === undefined) throw new Error('no row');
    expect(editRows(text, [{ row, from, to }])).toBe(expected);
  });

  it('remove lines, and keep the others', () => {
    const text = '# a\na==1 \\\n  --hash=sha256:aa\nb==1\n';
    const [row] = requirementsRows(text);
    if (row === undefined) throw new Error('no row');
    expect(editRows(text, [{ row, from: '1' }])).toBe('# a\nb==1\n');
  });

  it('leave out what builds, runs or fetches from elsewhere', () => {
    const text = [
      '-i https://x.test',
      '--extra-index-url=https://x.test',
      '-f https://x.test',
      '-e .',
      './p',
      'p @ file:./p',
      '--no-binary=:all:',
      '--use-feature=x',
      '-r known.txt',
      '-c https://x.test/c.txt',
      '-r "../out.txt"',
      '--pre',
      'a==1 --config-settings="x=y" --global-option=z --hash=sha256:aa',
      'a${X}==1',
    ].join('\n');
    const isKnown = (path: string): boolean => path === 'known.txt';
    const { text: plain, leftOut } = plainRequirements(text, { isKnown, wantsHashes: true });
    expect(plain).toBe('-r known.txt\n--pre\na==1 --hash=sha256:aa\n');
    expect(leftOut).toHaveLength(11);
    expect(plainRequirements(text, { isKnown, wantsHashes: false }).text).toBe(
      '-r known.txt\n--pre\na==1\n',
    );
  });
});
