import { Command } from 'commander';
import { describe, expect, it } from 'vitest';

import type { FlagValues } from '../commands/command.ts';
import { firstPositional, HelpRequest, parseArguments } from './parse-arguments.ts';
import { flagValues, type Settings } from '../../config/settings.ts';
import { COMMON_FLAGS } from './options/common-flags.ts';
import { INPUT_FLAG } from './options/target-flags.ts';
import { SCAN_FLAGS } from '../commands/scan/flags.ts';

const FLAGS = [INPUT_FLAG, ...SCAN_FLAGS, ...COMMON_FLAGS];

interface Parsed {
  readonly args: readonly string[];
  readonly flags: FlagValues;
  readonly settings: Settings;
}

function parse(line: string, env: Record<string, string> = {}): Parsed {
  const command = new Command('assay image');
  const words = line.split(' ').filter(Boolean);
  const { args, settings } = parseArguments({ command, flags: FLAGS }, words, env);
  return { args, settings, flags: flagValues(settings) };
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

  it('takes images on standard input as targets, in their order', () => {
    const parsed = parse('a.tar -:app:1 --quiet -@sha256:00 - b.tar --input -:@0');
    expect(parsed.args).toEqual(['a.tar', '-:app:1', '-@sha256:00', '-', 'b.tar']);
    expect([parsed.flags.isOn('quiet'), parsed.flags.all('input')]).toEqual([true, ['-:@0']]);
  });

  it('takes everything after -- as a target', () => {
    expect(parse('-- --quiet').args).toEqual(['--quiet']);
  });

  it.each([
    ['unknown, with the nearest', '--sevrity HIGH', "unknown option '--sevrity'", '--severity'],
    ['without its value', '--severity', '--severity has no value', 'HIGH,CRITICAL'],
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

  it('consumes values of flags without effect', () => {
    expect(parse('--token-header me --ignore-policy you a.tar').args).toEqual(['a.tar']);
  });

  it('keeps what stands behind -- for a command that takes one', () => {
    const form = { command: new Command('assay gate'), flags: FLAGS, takesCommand: true };
    const words = ['-s', '--', 'a.json', '--quiet', '--', 'push', '--quiet', '--'];
    const parsed = parseArguments(form, ['a.json', '--quiet', '--', 'push', '--quiet', '--'], {});
    expect([parsed.args, parsed.guarded]).toEqual([['a.json'], words.slice(5)]);
    expect(
      parseArguments({ ...form, command: new Command('b') }, ['a.json'], {}),
    ).not.toHaveProperty('guarded');
  });

  it('shows help of listed flags only', () => {
    expect(() => parse('--help')).toThrow(HelpRequest);
    try {
      parse('--help');
    } catch (error) {
      const text = (error as Error).message;
      expect(text).toContain('--fail-on <CONDITIONS>');
      expect(text).toContain('--allow-incomplete [=KIND,...]');
      expect(text).not.toContain('--ignore-policy');
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
    expect([...parsed.settings.values()].map(({ where }) => where)).toEqual([
      'TRIVY_VULN_TYPE',
      '--format',
      'ASSAY_QUIET',
    ]);
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
