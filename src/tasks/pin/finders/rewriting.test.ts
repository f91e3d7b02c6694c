/**
 * Whatever a file contains: pinning it gives a file with the same references, now pinned, and
 * nothing else is different.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { splice, textOf, type ByteEdit } from '../../../formats/bytes/byte-range.ts';
import type { Finder, FoundReference, PinFile } from '../finder.ts';
import { isImmutable } from '../reference-value.ts';
import { devcontainer } from './devcontainer.ts';
import { dockerfile } from './dockerfile.ts';
import { requirements } from './requirements.ts';

const DIGEST = `sha256:${'d'.repeat(64)}`;

/** What a resolver would answer. */
function pinned({ kind, value }: FoundReference): string {
  if (kind === 'requirement') return `${value} --hash=${DIGEST} --hash=${DIGEST}`;
  return /:[^/:]*$/u.test(value) ? `${value}@${DIGEST}` : `${value}:latest@${DIGEST}`;
}

const isOpen = ({ kind, value, obstacle, noPin }: FoundReference): boolean =>
  obstacle === undefined && noPin === undefined && !isImmutable(kind, value);

function checkPinning(finder: Finder, file: PinFile): void {
  const before = finder.find(file).references;
  const edits = new Map<string, ByteEdit>();
  for (const found of before.filter(isOpen)) {
    const { edit } = found;
    const key = `${edit.range.start}-${edit.range.end}`;
    edits.set(key, { range: edit.range, text: edit.write(pinned(found)) });
  }
  const list = [...edits.values()];
  const after = finder.find({ ...file, bytes: splice(file.bytes, list) }).references;
  expect(after.map(({ value }) => value)).toEqual(
    before.map((found) => (isOpen(found) ? pinned(found) : found.value)),
  );
  expect(after.filter(isOpen)).toEqual([]);
  for (const { edit, value, kind } of before) {
    if (kind === 'image') expect(textOf(file.bytes, edit.range)).not.toBe('');
    expect(value).not.toBe('');
  }
}

const joined = (pieces: readonly string[]): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((parts) => parts.join(''));

const DOCKERFILE = [
  'FROM ',
  'FROM ',
  'COPY --from=',
  'COPY ',
  'RUN --mount=type=bind,from=',
  'ARG A=',
  'ARG A\n',
  'ARG B=',
  'ENV A=',
  'ONBUILD ',
  'debian:12',
  'alpine',
  'r.example:5000/a/b:1',
  'scratch',
  's',
  ' AS s',
  ' AS alpine',
  '$A',
  '${A}',
  '${B:-',
  '}',
  '"',
  "'",
  '\n',
  '\n',
  '\n',
  '\r\n',
  '\\\n',
  '\\',
  '`',
  '# escape=`\n',
  '# syntax=docker/dockerfile:1\n',
  ' x y',
  '@',
  ':',
  '# assay: no-pin x\n',
  `@${DIGEST}`,
  ',target=/x c',
  '<<E',
  'E\n',
  '0',
  '{{ x }}',
  ' ',
  '\t',
  '--platform=$P ',
];
const REQUIREMENTS = [
  'a==1',
  'b == 2.0',
  'c[d,e]==3',
  'f',
  'g>=1',
  ' ; python_version > "3"',
  ';x=="y"',
  ' # c',
  '#',
  '# assay: no-pin r',
  '\n',
  '\n',
  '\n',
  '\r\n',
  '\\\n',
  ' \\\n',
  '\\',
  ' ',
  '\t',
  ' --hash=sha256:00',
  '-r x.txt',
  '-c y.txt',
  '-e .',
  'a @ https://b/c.whl',
  './d',
  '${X}',
  '--require-hashes',
  '(==1)',
  '===1',
  ',',
  'é',
];
const DEVCONTAINER = [
  '{"image": "debian:12"',
  '"image": "a:1"',
  '"features": {',
  '"features": {"ghcr.io/a/b/c:1": {}}',
  '"ghcr.io/a/b/d": {}',
  '"ghcr.io/a/b/e@sha256:0"',
  '"./x": {}',
  ': {}',
  '{',
  '}',
  '}',
  ',',
  '\n',
  '// c\n',
  '/* :1 */',
  '/* c */',
  '// assay: no-pin r\n',
  '"é": 1',
  `"ghcr.io/a/b/f@${DIGEST}" /* :2 */: {}`,
  ' ',
  '\t',
];

const objects = fc
  .record({
    image: fc.option(fc.constantFrom('debian:12', 'a/b', '${x}', `x:1@${DIGEST}`, 'Not Valid'), {
      nil: undefined,
    }),
    features: fc.dictionary(
      fc.constantFrom(
        'ghcr.io/a/b/c:1',
        'ghcr.io/a/b/d',
        './x',
        'short',
        `ghcr.io/a/b/e@${DIGEST}`,
        'https://x/y.tgz',
      ),
      fc.constant({}),
      { noNullPrototype: true },
    ),
  })
  .map((value) => JSON.stringify(value, undefined, 2));

describe('pinning any file', () => {
  it.each<[string, Finder, fc.Arbitrary<string>]>([
    ['a Dockerfile', dockerfile, joined(DOCKERFILE)],
    ['requirements', requirements, joined(REQUIREMENTS)],
    ['a dev container', devcontainer, objects],
    ['a dev container in pieces', devcontainer, joined(DEVCONTAINER)],
  ])('%s', (_, finder, texts) => {
    fc.assert(
      fc.property(texts, (text) => checkPinning(finder, { path: 'x', bytes: Buffer.from(text) })),
      { numRuns: 250 },
    );
  });

  it.each<[string, Finder]>([
    ['a Dockerfile', dockerfile],
    ['requirements', requirements],
    ['a dev container', devcontainer],
  ])('of any bytes: %s', (_, finder) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) =>
        checkPinning(finder, { path: 'x', bytes }),
      ),
    );
  });
});

describe('hostile files', () => {
  const list = (count: number, make: (at: number) => string, between = ''): string =>
    Array.from({ length: count }, (_, at) => make(at)).join(between);

  it.each<[string, Finder, () => string]>([
    ['50,000 lines', dockerfile, () => 'FROM b:1 AS a\nCOPY --from=b:1 /c /d\n'.repeat(25_000)],
    ['stages of one name', dockerfile, () => 'FROM a AS a\n'.repeat(5_000)],
    [
      'a chain of arguments',
      dockerfile,
      () => `${list(5_000, (at) => `ARG A${at}=$A${at - 1}\n`)}FROM $A4999\n`,
    ],
    [
      'an argument in commands',
      dockerfile,
      () => `ARG A=b:1\nFROM $A\nARG A\n${'RUN x/$A\n'.repeat(5_000)}`,
    ],
    ['a requirement of blanks', requirements, () => `a${' '.repeat(1_000_000)}=1`],
    ['continued lines', requirements, () => `a==1${' \\\n'.repeat(200_000)}`],
    ['a long address', requirements, () => 'a@git+'.repeat(200_000)],
    ['5,000 requirements', requirements, () => 'a==1 --hash=sha256:00\n'.repeat(5_000)],
    ['a long image', devcontainer, () => `{"image": "${'a/'.repeat(500_000)}"}`],
    [
      '3,000 features',
      devcontainer,
      () => `{"features": {${list(3_000, (at) => `"g.io/a/b/c${at}:1": {}`, ',\n')}}}`,
    ],
  ])('%s', (_, finder, make) => {
    const bytes = Buffer.from(make());
    const started = process.cpuUsage();
    finder.find({ path: 'x', bytes });
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1e6).toBeLessThan(5);
  });
});
