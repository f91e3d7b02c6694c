import { describe, expect, it } from 'vitest';

import { editGoMod, readGoMod } from './mod-file.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const MOD = [
  'module ex.test/app',
  'go 1.22 // é',
  'toolchain go1.22.1',
  'require (',
  '\tex.test/a v1.0.0 // indirect; why',
  '\tex.test/b v2.0.0+incompatible',
  ')',
  'replace ex.test/a v1.0.0 => ex.test/fork v1.0.0 // v1.0.0',
  'replace ex.test/c => ./c',
].join('\r\n');

describe('a go.mod', () => {
  it('has requirements, replacements and a toolchain', () => {
    expect(readGoMod(bytes(MOD))).toEqual({
      module: 'ex.test/app',
      toolchain: 'go1.22.1',
      requirements: [
        { name: 'ex.test/a', version: 'v1.0.0', isIndirect: true },
        { name: 'ex.test/b', version: 'v2.0.0+incompatible', isIndirect: false },
      ],
      replacements: [
        { name: 'ex.test/a', version: 'v1.0.0', by: 'ex.test/fork', byVersion: 'v1.0.0' },
        { name: 'ex.test/c', by: './c', byVersion: '' },
      ],
    });
  });

  it.each([
    ['replace', 'ex.test/fork', 'v1.0.0', 'v1.0.1', 'ex.test/fork v1.0.0', 'ex.test/fork v1.0.1'],
    ['toolchain', 'stdlib', 'go1.22.1', 'go1.22.5', 'toolchain go1.22.1', 'toolchain go1.22.5'],
  ] as const)(
    'changes nothing but the version of a %s',
    (...[verb, name, from, to, old, fresh]) => {
      const edited = new TextDecoder().decode(editGoMod(bytes(MOD), { verb, name, from, to }));
      expect(edited).toBe(MOD.replace(old, fresh));
    },
  );

  it('refuses an edit of what is not there', () => {
    const edit = { verb: 'replace', name: 'ex.test/x', from: 'v1.0.0', to: 'v2.0.0' } as const;
    expect(() => editGoMod(bytes(MOD), edit)).toThrow('"ex.test/x" cannot be edited');
  });
});
