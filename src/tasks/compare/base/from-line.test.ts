import { describe, expect, it } from 'vitest';

import { splice, undoOf } from '../../../formats/bytes/byte-range.ts';
import { dockerfileBase } from './dockerfile-base.ts';
import { changeFrom } from './from-line.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array): string =>
  new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);

const DIGEST = `sha256:${'ab'.repeat(32)}` as const;
const OLD = `sha256:${'01'.repeat(32)}` as const;
const SLIM = { reference: 'python:3.12-slim', digest: DIGEST };
const NEW = `python:3.12-slim@${DIGEST}`;

describe('dockerfileBase', () => {
  it.each<[string, string, string | undefined, string]>([
    ['one stage', 'FROM python:3.12\n', undefined, 'python:3.12'],
    [
      'the last of two',
      'FROM golang:1 AS b\nFROM debian:12\nCOPY --from=b / /\n',
      undefined,
      'debian:12',
    ],
    ['a stage by its name', 'FROM golang:1 AS b\nFROM debian:12\n', 'b', 'golang:1'],
    [
      'a stage by its name in other case',
      'FROM golang:1 AS Build\nFROM debian:12\n',
      'BUILD',
      'golang:1',
    ],
    ['a stage by its number', 'FROM golang:1\nFROM debian:12\n', '0', 'golang:1'],
    [
      'a stage on an earlier stage',
      'FROM node:22 AS a\nRUN x\nFROM a AS b\nFROM b\n',
      undefined,
      'node:22',
    ],
    ['an argument', 'ARG V=3.12\nFROM python:${V}-slim\n', undefined, 'python:3.12-slim'],
    [
      'an argument of an argument',
      'ARG V=3\nARG T=$V.12\nFROM python:$T\n',
      undefined,
      'python:3.12',
    ],
    ['a default within the line', 'FROM ${BASE:-debian:12}\n', undefined, 'debian:12'],
    ['a digest', `FROM debian:12@${OLD}\n`, undefined, `debian:12@${OLD}`],
    ['Windows line ends and a byte order mark', '\uFEFFFROM debian:12\r\n', undefined, 'debian:12'],
    ['small letters', 'from debian:12 as x\n', undefined, 'debian:12'],
    ['a continuation', 'FROM \\\n  debian:12\n', undefined, 'debian:12'],
    [
      'a comment that looks like a stage',
      'FROM debian:12\n# FROM alpine:3\n',
      undefined,
      'debian:12',
    ],
    [
      'a here-document that looks like a stage',
      'FROM debian:12\nRUN <<E\nFROM alpine\nE\n',
      undefined,
      'debian:12',
    ],
  ])('%s', (_name, text, target, expected) => {
    expect(dockerfileBase('Dockerfile', bytesOf(text), target).reference).toBe(expected);
  });

  it.each<[string, string, string | undefined, readonly [string, RegExp]]>([
    ['no FROM', 'RUN x\n', undefined, ['DAMAGED', /has no FROM/u]],
    ['an empty file', '', undefined, ['DAMAGED', /has no FROM/u]],
    [
      'scratch',
      'FROM scratch\nCOPY a /\n',
      undefined,
      ['NOT_FOUND', /line 1: the stage is built from scratch/u],
    ],
    ['a stage that is not there', 'FROM a AS b\n', 'c', ['USAGE', /has no stage "c"/u]],
    [
      'an argument without a default',
      'ARG V\nFROM python:$V\n',
      undefined,
      ['NOT_FOUND', /Dockerfile:2: the base "python:\$V"/u],
    ],
    ['an argument that is not declared', 'FROM $X\n', undefined, ['NOT_FOUND', /Dockerfile:1/u]],
  ])('refuses %s', (_name, text, target, [code, message]) => {
    let error: unknown;
    try {
      dockerfileBase('Dockerfile', bytesOf(text), target);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) as string });
  });
});

describe('changeFrom', () => {
  it.each<[string, string, string]>([
    ['a plain line', 'FROM python:3.12\nRUN x\n', `FROM ${NEW}\nRUN x\n`],
    ['a name without a tag', 'FROM python\n', `FROM ${NEW}\n`],
    ['a stage with a name', 'FROM python:3.12 AS run # x\n', `FROM ${NEW} AS run # x\n`],
    ['an old digest', `FROM python:3.12@${OLD}\n`, `FROM ${NEW}\n`],
    ['a digest without a tag', `FROM python@${OLD}\n`, `FROM ${NEW}\n`],
    [
      'a platform',
      'FROM --platform=$BUILDPLATFORM python:3.12\n',
      `FROM --platform=$BUILDPLATFORM ${NEW}\n`,
    ],
    [
      'Windows line ends and a byte order mark',
      '\uFEFFFROM python:3.12\r\nRUN x\r\n',
      `\uFEFFFROM ${NEW}\r\nRUN x\r\n`,
    ],
    ['no line end', 'FROM python:3.12', `FROM ${NEW}`],
    ['blanks and tabs', 'FROM \t python:3.12 \t AS  x\n', `FROM \t ${NEW} \t AS  x\n`],
    [
      'comments and a directive',
      '# syntax=docker/dockerfile:1\n# FROM python:3.12\nfrom python:3.12\n# é FROM\n',
      `# syntax=docker/dockerfile:1\n# FROM python:3.12\nfrom ${NEW}\n# é FROM\n`,
    ],
    [
      'the final stage of two with one base',
      'FROM python:3.12 AS build\nRUN x\nFROM python:3.12\nCOPY --from=build / /\n',
      `FROM python:3.12 AS build\nRUN x\nFROM ${NEW}\nCOPY --from=build / /\n`,
    ],
    [
      'a stage that the final one builds on',
      'FROM python:3.12 AS base\nFROM base AS test\nFROM base\n',
      `FROM ${NEW} AS base\nFROM base AS test\nFROM base\n`,
    ],
    [
      'an argument with the whole reference',
      'ARG BASE=python:3.12\nFROM ${BASE}\n',
      `ARG BASE=${NEW}\nFROM \${BASE}\n`,
    ],
    [
      'an argument with the whole reference in quotes',
      'ARG BASE="python:3.12" OTHER=1\nFROM $BASE AS x\n',
      `ARG BASE="${NEW}" OTHER=1\nFROM $BASE AS x\n`,
    ],
    [
      'an argument with the registry',
      'ARG REG=docker.io/library/\nFROM ${REG}python:3.12\n',
      `ARG REG=docker.io/library/\nFROM \${REG}python:3.12-slim@${DIGEST}\n`,
    ],
    [
      'the full name of a short one',
      'FROM docker.io/library/python:3.12\n',
      `FROM docker.io/library/python:3.12-slim@${DIGEST}\n`,
    ],
    [
      'a line in two lines',
      'FROM \\\n  python:3.12 \\\n  AS x\n',
      `FROM \\\n  ${NEW} \\\n  AS x\n`,
    ],
  ])('%s', (_name, before, after) => {
    const original = bytesOf(before);
    const changed = changeFrom(dockerfileBase('Dockerfile', original), SLIM);
    expect(textOf(changed.bytes)).toBe(after);
    expect(splice(changed.bytes, undoOf(original, changed.edits))).toEqual(original);
    const again = changeFrom(dockerfileBase('Dockerfile', changed.bytes), SLIM);
    expect(again.edits).toEqual([]);
    expect(again.bytes).toEqual(changed.bytes);
    expect(again.diff).toBe('');
  });

  it.each<[string, string, string]>([
    ['another repository', 'FROM python:3.12\n', `FROM gcr.io/acme/py:3@${DIGEST}\n`],
    [
      'a registry with a port',
      'FROM localhost:5000/python:3.12\n',
      `FROM gcr.io/acme/py:3@${DIGEST}\n`,
    ],
  ])('writes the whole reference of %s', (_name, before, after) => {
    const base = dockerfileBase('Dockerfile', bytesOf(before));
    const { bytes } = changeFrom(base, { reference: 'gcr.io/acme/py:3', digest: DIGEST });
    expect(textOf(bytes)).toBe(after);
  });

  it.each([
    ['a tag with an argument', 'ARG V=3.12\nFROM python:${V}\n'],
    ['a default within the line', 'FROM ${BASE:-python:3.12}\n'],
    ['an argument made of others', 'ARG V=3.12\nARG BASE=python:$V\nFROM $BASE\n'],
    ['a name that holds the tag', 'ARG N=python:3\nFROM ${N}.12\n'],
  ])('refuses %s', (_name, text) => {
    const base = dockerfileBase('Dockerfile', bytesOf(text));
    expect(() => changeFrom(base, SLIM)).toThrow(/put together from arguments/u);
  });

  it.each([
    ['a name that it begins', 'ARG BASE=python:3.12\nFROM ${BASE}-dev AS dev\nFROM $BASE\n', 2],
    ['a later name', 'ARG BASE=python:3.12\nFROM $BASE AS x\nFROM ${BASE}-dev\nFROM x\n', 3],
    ['another argument', 'ARG B=python:3.12\nARG D=$B-dev\nFROM $D AS dev\nFROM ${B}\n', 3],
    ['an operator', 'ARG B=python:3.12\nFROM ${B#py} AS dev\nFROM ${B}\n', 2],
    ['a registry before it', 'ARG B=python:3.12\nFROM mirror.example/$B AS m\nFROM $B\n', 2],
  ])('refuses to change an argument that is part of another image: %s', (_name, text, line) => {
    const base = dockerfileBase('Dockerfile', bytesOf(text));
    expect(() => changeFrom(base, SLIM)).toThrow(`is part of the image in line ${line} too`);
  });

  it.each([
    'ARG BASE=python:3.12\nFROM $BASE AS dev\nFROM alpine AS x\nFROM $BASE\n',
    'ARG BASE=python:3.12\nFROM ${OTHER} AS dev\nFROM ${BASE}\n',
  ])('changes an argument that other stages have as a whole', (text) => {
    const { bytes } = changeFrom(dockerfileBase('Dockerfile', bytesOf(text)), SLIM);
    expect(textOf(bytes)).toBe(text.replace('python:3.12', NEW));
  });

  it('follows a chain of 60,000 stages', () => {
    const lines = Array.from({ length: 60_000 }, (_, at) => `FROM s${at} AS s${at + 1}\n`);
    const base = dockerfileBase('Dockerfile', bytesOf(`FROM python:3.12 AS s0\n${lines.join('')}`));
    expect([base.reference, base.stages.length]).toEqual(['python:3.12', 60_001]);
    expect(base.stages.map(({ index }) => index)).toEqual([...base.stages.keys()]);
  });

  it('prints the lines that change', () => {
    const base = dockerfileBase(
      './api/Dockerfile',
      bytesOf('# 1\n# 2\n# 3\n# 4\nFROM python:3.12 AS x\nRUN y\n'),
    );
    expect(changeFrom(base, SLIM).diff).toBe(
      `--- a/api/Dockerfile\n+++ b/api/Dockerfile\n@@ -2,5 +2,5 @@\n # 2\n # 3\n # 4\n-FROM python:3.12 AS x\n+FROM ${NEW} AS x\n RUN y\n`,
    );
  });

  it('marks a last line without an end', () => {
    const base = dockerfileBase('Dockerfile', bytesOf('FROM python:3.12'));
    expect(changeFrom(base, SLIM).diff).toBe(
      `--- a/Dockerfile\n+++ b/Dockerfile\n@@ -1 +1 @@\n-FROM python:3.12\n\\ No newline at end of file\n+FROM ${NEW}\n\\ No newline at end of file\n`,
    );
  });
});
