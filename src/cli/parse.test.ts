import { Command } from 'commander';
import { describe, expect, it } from 'vitest';

import { COMMON_FLAGS, INPUT_FLAG, SCAN_FLAGS } from './flags.ts';
import { firstPositional, HelpRequest, parseArguments, type ParsedArguments } from './parse.ts';

const FLAGS = [INPUT_FLAG, ...SCAN_FLAGS, ...COMMON_FLAGS];

function parse(args: string, env: Record<string, string> = {}): ParsedArguments {
  const command = new Command('assay image');
  return parseArguments({ command, flags: FLAGS }, args.split(' ').filter(Boolean), env);
}

describe('flags', () => {
  it.each([
    ['a value after a space', '--severity HIGH a.tar', 'severity', 'HIGH'],
    ['a value after an equals sign', '--severity=HIGH a.tar', 'severity', 'HIGH'],
    ['a short flag', '-s HIGH a.tar', 'severity', 'HIGH'],
    ['a short flag with an equals sign', '-s=HIGH a.tar', 'severity', 'HIGH'],
    ['a short flag without a space', '-sHIGH a.tar', 'severity', 'HIGH'],
    ['the last of several', '--format table --format json a.tar', 'format', 'json'],
    ['a flag after the target', 'a.tar --format json', 'format', 'json'],
    ['an old name', '--vuln-type os a.tar', 'pkg-types', 'os'],
    ['a bare flag with an optional value', '--allow-incomplete a.tar', 'allow-incomplete', 'all'],
    ['an optional value', '--allow-incomplete=limit a.tar', 'allow-incomplete', 'limit'],
    ['a value that is a flag', '--ignorefile=--quiet a.tar', 'ignorefile', '--quiet'],
    ['a value that looks like a flag', '--ignorefile --quiet=x a.tar', 'ignorefile', '--quiet=x'],
  ])('%s', (_name, args, flag, value) => {
    const parsed = parse(args);
    expect(parsed.flags.text(flag)).toBe(value);
    expect(parsed.args).toEqual(['a.tar']);
  });

  it('splits lists, and keeps what was written', () => {
    const { flags } = parse('--skip-dirs a,b --skip-dirs c a.tar');
    expect(flags.list('skip-dirs')).toEqual(['a', 'b', 'c']);
    expect(flags.all('skip-dirs')).toEqual(['a,b', 'c']);
  });

  it.each([
    ['given', '--quiet', 'quiet', true],
    ['given as true', '--quiet=true', 'quiet', true],
    ['given as false', '--quiet=false', 'quiet', false],
    ['absent', '', 'quiet', false],
    ['starting with no-', '--no-progress', 'no-progress', true],
    ['starting with no-, given as false', '--no-progress=false', 'no-progress', false],
    ['starting with no-, absent', '', 'no-progress', false],
  ])('a switch %s', (_name, args, flag, isOn) => {
    expect(parse(args).flags.isOn(flag)).toBe(isOn);
  });

  it('takes everything after -- as a target', () => {
    expect(parse('-- --quiet').args).toEqual(['--quiet']);
  });

  it.each([
    ['unknown, with the nearest', '--sevrity HIGH', "unknown option '--sevrity'", '--severity'],
    [
      'without its value',
      '--severity',
      "option '-s, --severity <LIST>' argument missing",
      '--help',
    ],
    ['followed by a flag', '--severity --quiet', '--severity has no value: "--quiet"', '=--quiet'],
    ['short, followed by a flag', '-s -f json', '-s has no value: "-f" follows it', '-s=-f'],
    ['a switch with another value', '--quiet=maybe', '--quiet is a switch', 'true or false'],
  ])('%s', (_name, args, message, hint) => {
    expect(() => parse(args)).toThrow(
      expect.objectContaining({
        code: 'USAGE',
        message: expect.stringContaining(message) as string,
        hint: expect.stringContaining(hint) as string,
      }) as Error,
    );
  });

  it('says which flags have no effect, once, and consumes their values', () => {
    const parsed = parse(
      '--token-header me --removed-pkgs --token-header you --skip-db-update a.tar',
    );
    expect(parsed.withoutEffect).toEqual(['--token-header', '--removed-pkgs']);
    expect(parsed.args).toEqual(['a.tar']);
  });

  it('shows help of listed flags only', () => {
    expect(() => parse('--help')).toThrow(HelpRequest);
    try {
      parse('--help');
    } catch (error) {
      const text = (error as Error).message;
      expect(text).toContain('--fail-on <CONDITIONS>');
      expect(text).toContain('--allow-incomplete [=KIND,...]');
      expect(text).not.toContain('--removed-pkgs');
      expect(text).not.toContain('--vuln-type');
    }
  });
});

describe('environment', () => {
  it.each([
    ['the flag wins', '--severity LOW', { ASSAY_SEVERITY: 'HIGH' }, 'LOW from flag'],
    ['then ASSAY_', '', { ASSAY_SEVERITY: 'HIGH', TRIVY_SEVERITY: 'LOW' }, 'HIGH from ASSAY'],
    ['then TRIVY_', '', { TRIVY_SEVERITY: 'LOW' }, 'LOW from TRIVY'],
    ['empty is unset', '', { ASSAY_SEVERITY: '', TRIVY_SEVERITY: 'LOW' }, 'LOW from TRIVY'],
  ] as const)('%s', (_name, args, env, expected) => {
    const { flags } = parse(args, env);
    expect(`${flags.text('severity')} from ${flags.from('severity')}`).toBe(expected);
  });

  it('names the variables of trivy that were read, and no others', () => {
    const parsed = parse('--format json', {
      TRIVY_FORMAT: 'table',
      TRIVY_VULN_TYPE: 'os',
      TRIVY_NO_SUCH_FLAG: 'x',
      ASSAY_QUIET: 'true',
    });
    expect(parsed.trivyVariables).toEqual(['TRIVY_VULN_TYPE']);
    expect(parsed.flags.text('pkg-types')).toBe('os');
  });

  it.each([
    ['on', { TRIVY_NO_PROGRESS: 'true' }, true],
    ['on as one', { TRIVY_NO_PROGRESS: '1' }, true],
    ['off', { TRIVY_NO_PROGRESS: 'false' }, false],
  ])('a switch that is %s', (_name, env, isOn) => {
    expect(parse('', env as Record<string, string>).flags.isOn('no-progress')).toBe(isOn);
  });

  it('is overruled by a switch given as false', () => {
    expect(parse('--quiet=false', { ASSAY_QUIET: 'true' }).flags.isOn('quiet')).toBe(false);
  });

  it('takes true for a flag whose value is optional', () => {
    const { flags } = parse('', { ASSAY_ALLOW_INCOMPLETE: 'true' });
    expect(flags.text('allow-incomplete')).toBe('all');
  });

  it('refuses a switch that is neither', () => {
    expect(() => parse('', { ASSAY_QUIET: 'maybe' })).toThrow('ASSAY_QUIET is a switch');
  });
});

describe('firstPositional', () => {
  it.each([
    ['image a.tar', 0],
    ['--cache-dir /c image', 2],
    ['--cache-dir=/c image', 1],
    ['-q image', 1],
    ['--fail-on high', -1],
    ['-- image', -1],
    ['', -1],
  ])('in "%s" is at %d', (args, index) => {
    expect(firstPositional(args.split(' ').filter(Boolean), 0, FLAGS)).toBe(index);
  });
});
