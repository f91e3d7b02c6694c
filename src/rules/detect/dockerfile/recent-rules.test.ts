/**
 * Cases for forms of package managers, reserved names of stages, platforms, users and copies of
 * whole file systems. They were written before the rules. What decides: the manuals of dnf, npm and
 * gem, the Dockerfile reference, and what buildah makes of the file.
 */

import { beforeAll, describe, expect, it } from 'vitest';

import { dockerfile, loadShell } from './dockerfile.ts';

beforeAll(loadShell);

function finds(alias: string, text: string): boolean {
  return dockerfile
    .detect({ path: '/Dockerfile', bytes: Buffer.from(text) })
    .some(({ aliases }) => aliases.includes(alias));
}

const dnf = (command: string): string => `FROM fedora:42\nRUN ${command}\n`;
/** The rule, the file, whether it is found, and what decides. */
type Case = readonly [alias: string, text: string, isFound: boolean, reason: string];

const CASES: readonly Case[] = [
  ['DL3038', dnf('dnf in httpd-2.4'), true, 'dnf(8): in is install'],
  ['DL3038', dnf('dnf upgrade httpd-2.4'), true, 'dnf(8): upgrade asks'],
  ['DL3038', dnf('dnf up'), true, 'dnf(8): up is upgrade'],
  ['DL3038', dnf('dnf upgrade-minimal'), true, 'dnf(8)'],
  ['DL3038', dnf('dnf up-min'), true, 'dnf(8): up-min is upgrade-minimal'],
  ['DL3038', dnf('dnf reinstall httpd-2.4'), true, 'dnf(8)'],
  ['DL3038', dnf('dnf rei httpd-2.4'), true, 'dnf(8): rei is reinstall'],
  ['DL3038', dnf('microdnf reinstall httpd-2.4'), true, 'microdnf(8)'],
  ['DL3038', dnf('dnf -y in httpd-2.4'), false, 'dnf(8): -y'],
  ['DL3038', dnf('dnf up --assumeyes'), false, 'dnf(8): --assumeyes'],
  ['DL3038', dnf('dnf rei -qy httpd-2.4'), false, 'dnf(8): joined options'],
  ['DL3038', dnf('dnf info httpd'), false, 'dnf(8): info asks nothing'],
  ['DL3038', dnf('dnf check-update'), false, 'dnf(8): check-update asks nothing'],
  ['DL3038', dnf('dnf makecache'), false, 'dnf(8): makecache asks nothing'],
  ['DL3040', dnf('dnf -y in httpd-2.4'), true, 'dnf(8): the cache stays'],
  ['DL3040', dnf('dnf -y up'), true, 'dnf(8): the cache stays'],
  ['DL3040', dnf('dnf -y upgrade-minimal'), true, 'dnf(8): the cache stays'],
  ['DL3040', dnf('dnf -y rei httpd-2.4'), true, 'dnf(8): the cache stays'],
  ['DL3040', dnf('dnf -y reinstall httpd-2.4'), true, 'dnf(8): the cache stays'],
  ['DL3040', dnf('dnf -y in httpd-2.4 && dnf clean all'), false, 'dnf(8): clean all'],
  ['DL3040', dnf('dnf -y up && rm -rf /var/cache/dnf'), false, 'the directory of the cache'],
  ['DL3040', dnf('dnf -y rei httpd-2.4 && dnf clean all'), false, 'dnf(8): clean all'],
  [
    'DL3040',
    dnf('--mount=type=cache,target=/var/cache/dnf dnf -y up'),
    false,
    'the cache is mounted',
  ],
  ['DL3040', dnf('dnf -y remove httpd'), false, 'nothing is installed'],
  ['DL3041', dnf('dnf -y in httpd'), true, 'no version'],
  ['DL3041', dnf('dnf -y rei httpd'), true, 'no version'],
  ['DL3041', dnf('dnf -y reinstall httpd'), true, 'no version'],
  ['DL3041', dnf('dnf -y upgrade httpd'), true, 'no version'],
  ['DL3041', dnf('dnf -y up-min httpd'), true, 'no version'],
  ['DL3041', dnf('dnf -y in httpd-2.4.63'), false, 'a version'],
  ['DL3041', dnf('dnf -y upgrade'), false, 'names no package'],
  ['DL3041', dnf('dnf -y up'), false, 'names no package'],
  ['DL3041', dnf('dnf -y rei ./httpd.rpm'), false, 'a file'],
  ['DL3041', dnf('dnf -y remove httpd'), false, 'removes'],
  ['DL3063', 'FROM debian:13 AS scratch\n', true, 'BuildKit: ReservedStageName'],
  ['DL3063', 'FROM debian:13 AS context\n', true, 'BuildKit: ReservedStageName'],
  ['DL3063', 'FROM debian:13 as Scratch\n', true, 'names of stages ignore case'],
  ['DL3063', 'FROM debian:13 AS CONTEXT\nRUN x\n', true, 'names of stages ignore case'],
  ['DL3063', 'FROM debian:13 AS a\nFROM a AS scratch\n', true, 'a later stage'],
  ['DL3063', 'FROM scratch\nCOPY a /\n', false, 'the base, and no name'],
  ['DL3063', 'FROM scratch AS base\n', false, 'another name'],
  ['DL3063', 'FROM debian:13 AS contexts\n', false, 'another name'],
  ['DL3063', 'FROM debian:13 AS from-scratch\n', false, 'another name'],
  ['DL3063', 'FROM context/image:1\n', false, 'an image'],
  [
    'DL3065',
    'FROM --platform=$TARGETPLATFORM debian:13\n',
    true,
    'BuildKit: RedundantTargetPlatform',
  ],
  ['DL3065', 'FROM --platform=${TARGETPLATFORM} debian:13\n', true, 'the same variable'],
  ['DL3065', 'FROM --platform="$TARGETPLATFORM" debian:13\n', true, 'quotes'],
  ['DL3065', 'FROM debian:13 AS a\nFROM --platform=$TARGETPLATFORM a\n', true, 'a later stage'],
  ['DL3065', 'ARG A\nFROM --platform=$TARGETPLATFORM debian:13 AS a\n', true, 'behind an ARG'],
  ['DL3065', 'FROM --platform=$BUILDPLATFORM debian:13\n', false, 'the platform of the builder'],
  ['DL3065', 'FROM --platform=linux/amd64 debian:13\n', false, 'a platform; DL3029'],
  ['DL3065', 'FROM debian:13\n', false, 'no option'],
  ['DL3065', 'FROM --platform=${TARGETPLATFORM:-linux/amd64} debian:13\n', false, 'a default'],
  ['DL3065', 'FROM --platform=$TARGETPLATFORMS debian:13\n', false, 'another variable'],
  ['DL3066', 'FROM debian:13\nUSER app\n', true, 'a name is no number'],
  ['DL3066', 'FROM debian:13\nUSER root\n', true, 'a name is no number'],
  ['DL3066', 'FROM debian:13\nUSER app:1000\n', true, 'the user part counts'],
  ['DL3066', 'FROM debian:13\nUSER 1000a\n', true, 'digits alone are a number'],
  ['DL3066', 'FROM debian:13\nENV U=app\nUSER $U\n', true, 'not declared by an ARG'],
  ['DL3066', 'FROM debian:13\nUSER $U\nARG U\n', true, 'declared behind it'],
  ['DL3066', 'FROM debian:13\nUSER 1000\n', false, 'digits'],
  ['DL3066', 'FROM debian:13\nUSER 0:root\n', false, 'the group does not count'],
  ['DL3066', 'FROM debian:13\nARG UID\nUSER $UID\n', false, 'declared by an ARG before it'],
  [
    'DL3066',
    'FROM debian:13\nARG UID=1000\nUSER ${UID}:${UID}\n',
    false,
    'declared by an ARG before it',
  ],
  ['DL3066', 'FROM debian:13\nRUN useradd -u 1000 app\n', false, 'no USER'],
  [
    'DL3067',
    'FROM debian:13 AS a\nFROM debian:13\nCOPY --from=a / /\n',
    true,
    'all of the file system',
  ],
  ['DL3067', 'FROM debian:13\nCOPY --from=alpine:3 / /\n', true, 'all of an image'],
  ['DL3067', 'FROM debian:13 AS a\nFROM scratch\nCOPY --from=0 / /\n', true, 'by its number'],
  ['DL3067', 'FROM debian:13 AS a\nFROM debian:13\nCOPY --from=a ["/", "/"]\n', true, 'as JSON'],
  [
    'DL3067',
    'FROM debian:13 AS a\nFROM debian:13\nCOPY --chown=1 --from=a / /\n',
    true,
    'with another option',
  ],
  ['DL3067', 'FROM debian:13 AS a\nFROM debian:13\nCOPY --from=a /app /\n', false, 'a directory'],
  [
    'DL3067',
    'FROM debian:13 AS a\nFROM debian:13\nCOPY --from=a / /app/\n',
    false,
    'into a directory',
  ],
  ['DL3067', 'FROM debian:13\nCOPY / /\n', false, 'of the build context'],
  [
    'DL3067',
    'FROM debian:13 AS a\nFROM debian:13\nCOPY --from=a /usr/bin/x /usr/bin/x\n',
    false,
    'a file',
  ],
  ['DL3067', 'FROM debian:13\nADD / /\n', false, 'of the build context'],
  [
    'DL3010',
    'FROM debian:13\nCOPY a.tar.gz /tmp/b.tar.gz\nRUN tar xzf /tmp/b.tar.gz\n',
    true,
    'another name, unpacked',
  ],
  [
    'DL3010',
    'FROM debian:13\nCOPY a.tar.gz /tmp/x\nRUN tar -xf /tmp/x -C /opt\n',
    true,
    'a name without an ending',
  ],
  [
    'DL3010',
    'FROM debian:13\nCOPY a.tgz /b.tgz\nRUN cd / && tar zxf b.tgz\n',
    true,
    'a relative name',
  ],
  [
    'DL3010',
    'FROM debian:13\nCOPY a.tar.gz /tmp/b.tar.gz\nRUN tar xzf /tmp/c.tar.gz\n',
    false,
    'another archive',
  ],
  ['DL3010', 'FROM debian:13\nCOPY a.tar.gz /tmp/b.tar.gz\n', false, 'not unpacked'],
  [
    'DL3010',
    'FROM debian:13\nCOPY a.tar.gz /tmp/b.tar.gz\nRUN cp /tmp/b.tar.gz /x\n',
    false,
    'not unpacked',
  ],
  ['DL3016', 'FROM node:22.1\nRUN npm install ~/folder\n', false, 'npm help install: a folder'],
  ['DL3016', 'FROM node:22.1\nRUN npm install ~/a.tgz ./b /c\n', false, 'files and folders'],
  ['DL3016', 'FROM node:22.1\nRUN npm install foo ~/folder\n', true, 'foo has no version'],
  ['DL3016', 'FROM node:22.1\nRUN npm isntall foo\n', true, 'npm help install: an alias'],
  ['DL3016', 'FROM node:22.1\nRUN npm --loglevel=error i foo\n', true, 'an option in front'],
  ['DL3016', 'FROM node:22.1\nRUN npm ci\n', false, 'the lockfile'],
  [
    'DL3044',
    'FROM debian:13\nENV A=1 A=$A\n',
    true,
    'Dockerfile reference: the value before the instruction',
  ],
  ['DL3044', 'FROM debian:13\nENV A=1 B=$A\n', true, 'Dockerfile reference'],
  ['DL3044', 'FROM debian:13\nENV A=1 A=2\n', false, 'two values, and none uses itself'],
  ['DL3044', 'FROM debian:13\nENV A=1\nENV B=$A\n', false, 'another instruction'],
  ['DL3028', 'FROM ruby:3.4.5\nRUN gem ins rails\n', true, 'gem help: abbreviations'],
  ['DL3028', 'FROM ruby:3.4.5\nRUN gem install rails -v 8.0.2\n', false, 'a version'],
];

describe('forms of Dockerfiles', () => {
  it.each(CASES)('%s in %j: %s, because %s', (alias, text, isFound) => {
    expect(finds(alias, text)).toBe(isFound);
  });
});
