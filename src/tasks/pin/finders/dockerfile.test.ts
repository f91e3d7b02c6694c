import { describe, expect, it } from 'vitest';

import type { FoundReference } from '../finder.ts';
import { dockerfile } from './dockerfile.ts';

const find = (text: string): readonly FoundReference[] =>
  dockerfile.find({ path: 'Dockerfile', bytes: Buffer.from(text) }).references;
const shown = (text: string): string[] =>
  find(text).map(({ value, line, column, where, obstacle }) =>
    [`${line}:${column}`, value, where, ...(obstacle === undefined ? [] : [obstacle.id])].join(
      ' | ',
    ),
  );

describe('references of a Dockerfile', () => {
  it.each<[string, string, string[]]>([
    [
      'the place of each',
      '# syntax=a/b:1\nFROM c:1 AS d\nCOPY --from=e:1 f /\nRUN --mount=from=g:1 h\n',
      [
        '1:10 | a/b:1 | syntax directive',
        '2:6 | c:1 | FROM of stage d',
        '3:13 | e:1 | COPY --from in stage d',
        '4:18 | g:1 | RUN --mount in stage d',
      ],
    ],
    ['the argument that holds it', 'ARG A=b:1\nFROM $A', ['1:7 | b:1 | FROM of stage 0, by ARG A']],
    [
      'the arguments that lead to it',
      'ARG A=b:1\nARG C="$A"\nFROM "${C}"',
      ['1:7 | b:1 | FROM of stage 0, by ARG C, A'],
    ],
    [
      'an argument with no default and a word',
      'ARG A\nFROM ${A:-b:1}',
      ['2:11 | b:1 | FROM of stage 0'],
    ],
    ['an empty argument and a word', 'ARG A=""\nFROM ${A:-b:1}', ['2:11 | b:1 | FROM of stage 0']],
    ['a required argument', 'ARG A=b:1\nFROM ${A:?no}', ['1:7 | b:1 | FROM of stage 0, by ARG A']],
    ['a name without a tag', 'FROM b', ['1:6 | b | FROM of stage 0']],
    ['a stage of another stage', 'FROM b AS c\nFROM C AS d\nFROM d', ['1:6 | b | FROM of stage c']],
    [
      'a stage that is named like an image',
      'FROM alpine AS alpine\nFROM alpine',
      ['1:6 | alpine | FROM of stage alpine'],
    ],
    ['the empty source of a copy', 'FROM scratch\nCOPY --from= a b', []],
    ['scratch as a source', 'FROM scratch\nCOPY --from=scratch a b', []],
    ['a flag of a command', 'FROM scratch\nRUN tool --from=a:1 --mount=from=b:1', []],
    ['a mount behind the command', 'FROM scratch\nRUN echo --mount=from=b:1', []],
    ['a health check', 'FROM scratch\nHEALTHCHECK --from=a:1 CMD b', []],
    ['a label with a name', 'FROM scratch\nLABEL image=debian:12', []],
    ['an argument that nothing uses', 'ARG A=debian:12\nFROM scratch', []],
    [
      'an argument that is empty',
      'ARG A=\nFROM $A',
      ['1:7 |  | FROM of stage 0, by ARG A | not-a-reference'],
    ],
    [
      'an argument that is a stage',
      'ARG A=b\nFROM c:1 AS b\nFROM $A',
      ['2:6 | c:1 | FROM of stage b'],
    ],
    [
      'a circle of arguments',
      'ARG A=$B\nARG B=$A\nFROM $B',
      ['1:7 | $B | FROM of stage 0, by ARG B, A, B | unset-argument'],
    ],
    ['a broken variable', 'FROM ${A', ['1:6 | ${A | FROM of stage 0 | not-a-reference']],
    [
      'an ARG of a stage only',
      'FROM a\nARG B=c:1\nFROM $B',
      ['1:6 | a | FROM of stage 0', '3:6 | $B | FROM of stage 1, by ARG B | unset-argument'],
    ],
    [
      'two arguments in one name',
      'ARG A=b C=1\nFROM $A:$C',
      ['2:6 | b:1 | FROM of stage 0 | partial-argument'],
    ],
    [
      'a tag that is not set',
      'FROM node:${V}',
      ['1:6 | node:${V} | FROM of stage 0 | partial-argument'],
    ],
    [
      'a tag that the builder sets',
      'FROM "node:$TARGETARCH"',
      ['1:6 | "node:$TARGETARCH" | FROM of stage 0 | computed-name'],
    ],
    [
      'a registry that is not set',
      'FROM $R/node:1',
      ['1:6 | $R/node:1 | FROM of stage 0 | partial-argument'],
    ],
    [
      'a stage behind what is not set',
      'FROM a:1 AS b\nFROM ${X}b',
      ['1:6 | a:1 | FROM of stage b'],
    ],
    ['nothing behind what is not set', 'FROM ${X}scratch', []],
    ['a pattern', 'ARG A=b:1-x\nFROM ${A%-x}', ['2:6 | b:1 | FROM of stage 0 | computed-name']],
  ])('%s', (_, text, expected) => {
    expect(shown(text)).toEqual(expected);
  });

  it.each([
    ['FROM --platform=linux/arm64 a', 'linux/arm64'],
    ['FROM --platform=linux/arm/v7 a', 'linux/arm/v7'],
    ['FROM --platform=$BUILDPLATFORM a', undefined],
    ['FROM --platform=${P:-linux/amd64} a', undefined],
    ['FROM a', undefined],
  ])('the platform of %s', (text, platform) => {
    expect(find(text).map((one) => one.platform)).toEqual([platform]);
  });

  it.each([
    ['UTF-16', Buffer.from('\uFEFFFROM a', 'utf16le'), [1, 1]],
    ['an empty file', Buffer.from(''), [1]],
    ['another kind of file', Buffer.from('#!/bin/sh\nset -e\nmake\nmake install\n'), [1, 2]],
    ['an open here-document', Buffer.from('FROM a\nRUN <<E\nb\n'), [2]],
    ['nothing wrong', Buffer.from('FROM a\nENV b\n'), []],
  ])('problems of %s', (_, bytes, lines) => {
    const { problems } = dockerfile.find({ path: 'Dockerfile', bytes });
    expect(problems.map(({ line }) => line)).toEqual(lines);
  });
});
