import { describe, expect, it } from 'vitest';

import type { Digest } from '../../core/model/artifact/artifact.ts';
import type { FileFact } from '../../core/model/layer/layer-record.ts';
import type { DigestQuestion, LayerAnswer } from '../../core/model/layer/layer-walk.ts';
import { digestQuestions, takenDigests } from './verify.ts';

type Missing = Parameters<typeof digestQuestions>[0];

const SHA1: Digest = `sha1:${'0'.repeat(40)}`;

const fact = (path: string, digests: readonly Digest[] = []): FileFact => ({
  path,
  mode: 0o644,
  sizeBytes: 1,
  digests,
  isExecutable: false,
});

const lacks = (layer: number, path: string, algorithm: string): Missing[number] => ({
  fact: fact(path),
  stored: { layer, path },
  algorithm,
});

const asks = (layer: number, path: string, ...algorithms: string[]): DigestQuestion => ({
  kind: 'digests',
  layer,
  path,
  algorithms,
});

const answer = (layer: number, ...files: FileFact[]): LayerAnswer => ({
  layer,
  questions: [],
  found: { files, diagnostics: [], readings: [] },
});

describe('questions for digests', () => {
  it.each<[string, Missing, readonly DigestQuestion[]]>([
    ['nothing is missing', [], []],
    ['one file lacks one', [lacks(0, '/a', 'sha1')], [asks(0, '/a', 'sha1')]],
    [
      'two manifests name two of one file',
      [lacks(0, '/a', 'sha1'), lacks(0, '/a', 'md5')],
      [asks(0, '/a', 'sha1', 'md5')],
    ],
    [
      'two manifests name the same one',
      [lacks(0, '/a', 'sha512'), lacks(0, '/a', 'sha512')],
      [asks(0, '/a', 'sha512')],
    ],
    [
      'two layers hold the path',
      [lacks(1, '/a', 'sha1'), lacks(0, '/a', 'sha1')],
      [asks(1, '/a', 'sha1'), asks(0, '/a', 'sha1')],
    ],
    [
      'a number stands in front of the path',
      [lacks(1, '1 /a', 'sha1'), lacks(11, '/a', 'sha1')],
      [asks(1, '1 /a', 'sha1'), asks(11, '/a', 'sha1')],
    ],
    ['no walk takes the algorithm', [lacks(0, '/a', 'whirlpool')], []],
    [
      'no walk takes one of two',
      [lacks(0, '/a', 'crc32'), lacks(0, '/a', 'sha256')],
      [asks(0, '/a', 'sha256')],
    ],
  ])('are one for each file: %s', (_, missing, expected) => {
    expect(digestQuestions(missing)).toEqual(expected);
  });
});

describe('digests that second walks took', () => {
  it('belong to the fact that lacked them first', () => {
    const [first, second] = [lacks(0, '/a', 'sha1'), lacks(0, '/a', 'sha1')];
    const taken = takenDigests([first, second], [answer(0, fact('/a', [SHA1]))]);
    expect([...taken.keys()]).toHaveLength(1);
    expect(taken.get(first.fact)).toEqual([SHA1]);
  });

  it.each<[string, readonly LayerAnswer[]]>([
    ['no answer', []],
    ['a walk that found nothing', [answer(0)]],
    ['a file without digests', [answer(0, fact('/a'))]],
    ['another file', [answer(0, fact('/b', [SHA1]))]],
    ['the same path in another layer', [answer(1, fact('/a', [SHA1]))]],
  ])('are none of %s', (_, answers) => {
    expect(takenDigests([lacks(0, '/a', 'sha1')], answers).size).toBe(0);
  });
});
