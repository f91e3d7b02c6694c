import { describe, expect, it } from 'vitest';

import { echoCommand } from './command-echo.ts';
import { SCAN_FLAGS } from '../commands/scan/flags.ts';

describe('typedCommand', () => {
  it.each([
    [
      'plain words',
      ['a.tar', '--fail-on', 'high+fixable'],
      'assay image a.tar --fail-on high+fixable',
    ],
    ['words to be quoted', ["it's", 'a b', '*', ''], `assay image 'it'\\''s' 'a b' '*' ''`],
    ['a secret', ['--password', 'p', 'a'], 'assay image --password *** a'],
    ['a secret after an equals sign', ['--token=p', 'a'], 'assay image --token=*** a'],
    ['conditions', ['--fail-on=cvss>=8'], "assay image '--fail-on=cvss>=8'"],
  ])('%s', (_name, args, expected) => {
    expect(echoCommand('image', args, SCAN_FLAGS)).toBe(expected);
  });
});
