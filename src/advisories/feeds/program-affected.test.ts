import { describe, expect, it } from 'vitest';

import { isAffected } from '../../core/version/index.ts';
import type { Affected } from '../../core/model/advisory/advisory.ts';
import { affectedOfCve } from './cve-affected.ts';
import { programCpe } from './cpe.ts';
import { affectedOfNvd } from './nvd-affected.ts';

/** `affected`, `clear`, or `?` where it cannot be told; as the matcher reads the statements. */
function verdict(statements: readonly Affected[], name: string, version: string): string {
  let answer = 'clear';
  for (const { name: named, status, ranges, versions } of statements) {
    if (named !== name) continue;
    const isIn = isAffected('program', version, ranges, versions);
    if (isIn === true && status === 'notAffected') return 'clear';
    if (isIn === true) answer = 'affected';
    else if (isIn === undefined && answer === 'clear') answer = '?';
  }
  return answer;
}

/** A CPE name of a program, as NVD writes it. */
function cpe(product: string, version = '*', update = '*', target = '*'): string {
  return `cpe:2.3:a:${product}:${version}:${update}:*:*:*:${target}:*:*`;
}

describe('programCpe', () => {
  it.each([
    [cpe('openssl:openssl', '1.0.2', 'beta1'), 'openssl', '1.0.2beta1'],
    [cpe('openssl:openssl', '1.0.2k'), 'openssl', '1.0.2k'],
    [cpe('python:python', '3.12.0', 'rc1'), 'python', '3.12.0rc1'],
    [cpe('oracle:jdk', '1.8.0', 'update391'), 'openjdk', '8u391'],
    [cpe('oracle:openjdk', '8', 'update_391'), 'openjdk', '8u391'],
    [cpe('oracle:openjdk', '11.0.21'), 'openjdk', '11.0.21'],
    [cpe('erlang:erlang\\/otp'), 'erlang', undefined],
    [cpe('haxx:curl', '-'), 'curl', ''],
    [cpe('f5:nginx', '1.25.2', '*', 'linux'), 'nginx', '1.25.2'],
  ])('%s is %s %s', (name, program, version) => {
    const read = programCpe(name);
    expect([read?.program.name, read?.version]).toEqual([program, version]);
  });

  it.each([
    ['a package of another host', cpe('redis:redis', '*', '*', 'node.js')],
    ['a system', 'cpe:2.3:o:linux:linux_kernel:*:*:*:*:*:*:*:*'],
    ['a product of the same name of somebody else', cpe('somebody:nginx')],
    ['the old form', 'cpe:/a:f5:nginx:1.25.2'],
    ['too few fields', 'cpe:2.3:a:f5:nginx:1.25.2'],
    ['too many fields', `${cpe('f5:nginx')}:${'*:'.repeat(1000)}`],
    ['nothing', ''],
  ])('is nothing for %s', (_, name) => {
    expect(programCpe(name)).toBeUndefined();
  });
});

describe('affectedOfNvd', () => {
  const match = (criteria: string, more: object = {}): object => ({
    vulnerable: true,
    criteria,
    ...more,
  });
  const record = (cpeMatch: readonly object[], ...others: readonly object[]): object => ({
    configurations: [
      {
        ...(others.length > 0 && { operator: 'AND' }),
        nodes: [{ operator: 'OR', negate: false, cpeMatch }, ...others],
      },
    ],
  });
  const read = (value: object): readonly Affected[] =>
    affectedOfNvd(value as Record<string, unknown>);

  it.each([
    ['below the fix', { versionEndExcluding: '3.0.13' }, '3.0.12', 'affected'],
    ['the fix', { versionEndExcluding: '3.0.13' }, '3.0.13', 'clear'],
    ['the last one', { versionEndIncluding: '1.0.2zh' }, '1.0.2zh', 'affected'],
    ['a later letter', { versionEndIncluding: '1.0.2zh' }, '1.0.2zi', 'clear'],
    ['the first one', { versionStartIncluding: '3.0.0' }, '3.0.0', 'affected'],
    ['one before', { versionStartIncluding: '3.0.0' }, '1.1.1w', 'clear'],
    ['the one after which', { versionStartExcluding: '3.0.0' }, '3.0.0', 'clear'],
    ['one behind it', { versionStartExcluding: '3.0.0' }, '3.0.1', 'affected'],
    ['any, without bounds', {}, '3.5.9', 'affected'],
  ])('%s', (_, bounds, version, expected) => {
    const statements = read(record([match(cpe('openssl:openssl'), bounds)]));
    expect(verdict(statements, 'openssl', version)).toBe(expected);
  });

  it('knows single versions', () => {
    const statements = read(record([match(cpe('openssl:openssl', '1.1.1', 'pre2'))]));
    expect(verdict(statements, 'openssl', '1.1.1-pre2')).toBe('affected');
    expect(verdict(statements, 'openssl', '1.1.1')).toBe('clear');
  });

  it('cannot tell where no version is named', () => {
    const vague = match(cpe('openssl:openssl', '-'));
    expect(verdict(read(record([vague])), 'openssl', '3.5.9')).toBe('?');
    const certain = match(cpe('openssl:openssl'), { versionEndExcluding: '1.1.0' });
    expect(verdict(read(record([vague, certain])), 'openssl', '3.5.9')).toBe('clear');
  });

  it('leaves out what is not vulnerable, and what another system is needed for', () => {
    const python = match(cpe('python:python'));
    const on = (criteria: string): object => ({ cpeMatch: [{ vulnerable: false, criteria }] });
    expect(read(record([{ ...python, vulnerable: false }]))).toEqual([]);
    expect(read(record([python], on('cpe:2.3:o:microsoft:windows:-:*:*:*:*:*:*:*')))).toEqual([]);
    expect(read(record([python], on('cpe:2.3:o:linux:linux_kernel:-:*:*:*:*:*:*:*')))).toHaveLength(
      1,
    );
    expect(read(record([match(cpe('python:python', '*', '*', 'windows'))]))).toEqual([]);
  });

  it.each([
    [{}],
    [{ configurations: 1 }],
    [{ configurations: [{ nodes: [1, null, { cpeMatch: [3] }] }] }],
  ])('survives %j', (value) => {
    expect(read(value)).toEqual([]);
  });

  it('believes no record of a million versions', () => {
    const many = Array.from({ length: 3000 }, (_, at) =>
      match(cpe('php:php', `8.0.${String(at)}`)),
    );
    expect(read(record(many))[0]?.versions.length).toBeLessThanOrEqual(2000);
  });
});

describe('affectedOfCve', () => {
  const read = (...affected: readonly object[]): readonly Affected[] =>
    affectedOfCve([{ affected }]);
  const httpd = (versions: readonly object[], more: object = {}): object => ({
    vendor: 'Apache Software Foundation',
    product: 'Apache HTTP Server',
    versions,
    ...more,
  });
  const at = (version: string, more: object = {}): object => ({
    version,
    status: 'affected',
    ...more,
  });

  it.each([
    ['a range', [at('2.4.0', { lessThan: '2.4.59' })], '2.4.58', 'affected'],
    ['the end of a range', [at('2.4.0', { lessThan: '2.4.59' })], '2.4.59', 'clear'],
    ['the last of a range', [at('2.4', { lessThanOrEqual: '2.4.54' })], '2.4.54', 'affected'],
    [
      'a range without a beginning',
      [at('unspecified', { lessThan: '2.4.59' })],
      '2.2.1',
      'affected',
    ],
    ['a range without an end', [at('2.4.49', { lessThan: '*' })], '2.4.60', 'affected'],
    [
      'a range that ends with a change',
      [at('2.4.49', { lessThan: '*', changes: [{ at: '2.4.51', status: 'unaffected' }] })],
      '2.4.51',
      'clear',
    ],
    ['a version', [at('2.4.49')], '2.4.49', 'affected'],
    ['another version', [at('2.4.49')], '2.4.50', 'clear'],
    ['prose', [at('2.4.57 and prior')], '2.4.1', 'affected'],
    ['prose on a bound', [at('before 2.4.58')], '2.4.58', 'clear'],
    ['a sign before a version', [at('<= 2.4.57')], '2.4.57', 'affected'],
    ['a line of releases', [at('2.4.*', { lessThan: '2.4.58' })], '2.4.57', 'affected'],
    ['the end of a line', [at('2.4.x', { lessThan: '2.4.58' })], '2.4.58', 'clear'],
    ['comparators', [at('>= 2.4.10, < 2.4.58')], '2.4.57', 'affected'],
    ['the end of comparators', [at('>= 2.4.10, < 2.4.58')], '2.4.58', 'clear'],
    ['before comparators', [at('>= 2.4.10, <= 2.4.57')], '2.4.9', 'clear'],
    ['one comparator', [at('= 2.4.50')], '2.4.50', 'affected'],
    ['a comparator that cannot be read', [at('>= 2.4.10, <= x')], '2.4.57', '?'],
    [
      'a fix and what it fixes',
      [at('Fixed in httpd 2.4.58 (Affected 2.4.1-2.4.57)')],
      '2.4.57',
      'affected',
    ],
    ['behind such a fix', [at('Fixed in httpd 2.4.58 (Affected 2.4.1-2.4.57)')], '2.4.58', 'clear'],
    ['nothing that can be read', [at('n/a')], '2.4.57', '?'],
    ['a word', [at('see the advisory')], '2.4.57', '?'],
    ['an end that cannot be read', [at('2.4.0', { lessThan: '2.4.*' })], '2.4.57', '?'],
    ['no versions at all', [], '2.4.57', '?'],
    ['only versions that are clear', [at('2.4.57', { status: 'unaffected' })], '2.4.56', 'clear'],
    ['a commit', [at('7e5f0c1', { versionType: 'git', lessThan: '8a' })], '2.4.57', 'clear'],
    ['an unknown status', [at('2.4.57', { status: 'unknown' })], '2.4.57', 'clear'],
  ])('%s', (_, versions, version, expected) => {
    expect(verdict(read(httpd(versions)), 'httpd', version)).toBe(expected);
  });

  it('takes all others for affected where the record says so', () => {
    const fixed = [at('2.4.59', { status: 'unaffected', lessThan: '*' })];
    const statements = read(httpd(fixed, { defaultStatus: 'affected' }));
    expect(verdict(statements, 'httpd', '2.4.58')).toBe('affected');
    expect(verdict(statements, 'httpd', '2.4.60')).toBe('clear');
  });

  it('believes the list where all others are called affected beside affected ones alone', () => {
    const listed = [at('2.4.*', { lessThan: '2.4.58' })];
    const statements = read(httpd(listed, { defaultStatus: 'affected' }));
    expect(verdict(statements, 'httpd', '2.4.57')).toBe('affected');
    expect(verdict(statements, 'httpd', '2.4.60')).toBe('clear');
    expect(verdict(read(httpd([], { defaultStatus: 'affected' })), 'httpd', '2.4.60')).toBe(
      'affected',
    );
  });

  it('reads prose within its line where several are named', () => {
    const versions = ['5.6.40 and prior', '5.7.22 and prior', '8.0.11 and prior'].map((it) =>
      at(it),
    );
    const mysql = read({ vendor: 'Oracle Corporation', product: 'MySQL Server', versions });
    const verdicts = ['5.5.1', '5.6.40', '5.6.41', '5.7.22', '5.7.30', '8.0.11', '8.0.12'].map(
      (version) => verdict(mysql, 'mysql', version),
    );
    expect(verdicts).toEqual([
      'affected',
      'affected',
      'clear',
      'affected',
      'clear',
      'affected',
      'clear',
    ]);
  });

  it('knows a program by its CPE names, and believes what is certain before what is vague', () => {
    const vague = httpd([at('n/a')]);
    const certain = {
      vendor: 'apache',
      product: 'other words',
      cpes: [cpe('apache:http_server')],
      versions: [at('0', { lessThan: '2.4.10' })],
    };
    expect(verdict(read(vague, certain), 'httpd', '2.4.57')).toBe('clear');
    expect(verdict(read(vague, certain), 'httpd', '2.4.9')).toBe('affected');
  });

  it('leaves out other products and other systems', () => {
    expect(read({ vendor: 'F5', product: 'NGINX Plus', versions: [at('R30')] })).toEqual([]);
    expect(read(httpd([at('2.4.49')], { platforms: ['Windows'] }))).toEqual([]);
    expect(read(httpd([at('2.4.49')], { platforms: ['Windows', 'Linux'] }))).toHaveLength(1);
  });

  it.each([[{}], [{ affected: 3 }], [{ affected: [null, { vendor: 1 }, { product: {} }] }]])(
    'survives %j',
    (container) => {
      expect(affectedOfCve([container])).toEqual([]);
    },
  );
});
