import { describe, expect, it } from 'vitest';

import {
  editManifests,
  type EditedManifests,
  type Flawed,
} from '../../../../../test/support/edited-manifests.ts';
import { bundler } from './bundler.ts';

const FLAW: Flawed = { ecosystem: 'rubygems', name: 'lib', version: '1.0', fixed: ['1.0.1'] };
const fix = (
  files: Readonly<Record<string, string | Uint8Array>>,
  flaw: Partial<Flawed> = {},
): Promise<EditedManifests> => editManifests(bundler, files, { ...FLAW, ...flaw });

describe('a version in a Gemfile', () => {
  it.each<[string, string, string]>([
    ['a gem', 'gem "lib", "1.0"\n', '"1.0"|"1.0.1"'],
    ['an operator', "gem 'lib', '= 1.0'\r\n", "'= 1.0'|'= 1.0.1'"],
    ['brackets and options', '  gem("lib", "1.0", require: false)', '"1.0"|"1.0.1"'],
    [
      'several lines',
      'gem "lib", # "1.0"\n  "1.0",\n  require: "1.0/x"\n',
      '\n  "1.0"|\n  "1.0.1"',
    ],
    [
      'a comment',
      '# gem "lib", "1.0"\ngem "lib", "1.0" # was "1.0"\n',
      '\ngem "lib", "1.0"|\ngem "lib", "1.0.1"',
    ],
    [
      'a comment of several lines',
      '=begin\ngem "lib", "1.0"\n=end\ngem "lib", "1.0"\n',
      '=end\ngem "lib", "1.0"|=end\ngem "lib", "1.0.1"',
    ],
    ['characters beyond ASCII', '# é𝒳\ngem "lib", "1.0"\n', '"1.0"|"1.0.1"'],
    [
      'another gem of that version',
      'gem "libx", "1.0"\ngem "lib", "1.0"\n',
      '"lib", "1.0"|"lib", "1.0.1"',
    ],
    ['a condition', 'gem "lib", "1.0" if x\n', '"1.0"|"1.0.1"'],
  ])('gets the fixed one: %s', async (_, text, change) => {
    const [from = '', to = ''] = change.split('|');
    const { steps, reasons, files } = await fix({ Gemfile: text });
    expect([steps, reasons, files]).toEqual([
      ['widen lib>1.0.1'],
      [],
      { Gemfile: text.replace(from, () => to) },
    ]);
  });

  it.each<[string, string]>([
    ['a variable', 'V = "1.0"\ngem "lib", V\n'],
    ['an option of that value', 'gem "lib", require: "1.0"\n'],
    ['an expression', 'gem "lib", "1.0" + x\n'],
    ['a call', 'gem "lib", f("1.0")\n'],
    ['two versions', 'gem "lib", "1.0", "1.0"\n'],
    ['an escape', 'gem "lib", "1\\x2e0"\n'],
    ['a range', 'gem "lib", ">= 1.0"\n'],
    ['the next statement', 'gem "lib"\nputs "1.0"\n'],
  ])('has no safe place: %s', async (_, text) => {
    const { steps, reasons } = await fix({ Gemfile: text });
    expect([steps, reasons.join()]).toEqual([[], expect.stringContaining('no place of "Gemfile"')]);
  });

  it.each<[string, Readonly<Record<string, string | Uint8Array>>, Partial<Flawed>, string]>([
    [
      'beside a lockfile',
      { Gemfile: 'gem "lib", "1.0"\n', 'Gemfile.lock': '' },
      {},
      'run bundle lock',
    ],
    [
      'for a version that is code',
      { Gemfile: 'gem "lib", "1.0"\n' },
      { fixed: ['1.1"; x("'] },
      'not a plain version',
    ],
    [
      'of other bytes than UTF-8',
      { Gemfile: Buffer.from('# \xE9\ngem "lib", "1.0"\n', 'latin1') },
      {},
      'not UTF-8',
    ],
  ])('is not edited %s', async (_, files, flaw, reason) => {
    const { steps, reasons, files: after } = await fix(files, flaw);
    expect([steps, after, reasons.join()]).toEqual([[], {}, expect.stringContaining(reason)]);
  });

  it('goes with its statement if the package is malicious', async () => {
    const text = 'source "https://rubygems.org"\n  gem "lib",\n    "1.0" # x\ngem "a"\n';
    const { files } = await fix({ Gemfile: text }, { fixed: [] });
    expect(files['Gemfile']).toBe('source "https://rubygems.org"\ngem "a"\n');
  });
});
