import { describe, expect, it } from 'vitest';

import { affects, aPackage, below } from '../../../../test/support/model.ts';
import { isOfStream } from './applicability.ts';

const MODULE_FIX = '16.20.2-3.module_el8.8.0+3653';
const PLAIN_FIX = '16.20.2-3.el8';

function named(modules: string | undefined): ReadonlyMap<string, string> {
  return new Map(modules === undefined ? [] : [['modularitylabel', modules]]);
}

describe('isOfStream', () => {
  const LABEL = 'nodejs:16:8060:abc';
  it.each<{ what: string; label?: string; fixed: string; streams?: string; expected: boolean }>([
    { what: 'the stream', label: LABEL, fixed: MODULE_FIX, streams: 'nodejs:16', expected: true },
    {
      what: 'one of several streams',
      label: 'virt-devel:rhel:8060:abc',
      fixed: MODULE_FIX,
      streams: 'virt:rhel,virt-devel:rhel',
      expected: true,
    },
    {
      what: 'another stream',
      label: LABEL,
      fixed: MODULE_FIX,
      streams: 'nodejs:18',
      expected: false,
    },
    { what: 'a module, fixed outside of modules', label: LABEL, fixed: PLAIN_FIX, expected: false },
    {
      what: 'a module, fixed in one that is not named',
      label: LABEL,
      fixed: MODULE_FIX,
      expected: true,
    },
    { what: 'no module, fixed outside of modules', fixed: PLAIN_FIX, expected: true },
    { what: 'no module, fixed in one', fixed: MODULE_FIX, streams: 'nodejs:16', expected: false },
  ])('of a package of $what', ({ label, fixed, streams, expected }) => {
    const pkg = aPackage('nodejs', '16.1.0-1.el8', { qualifiers: named(label) });
    const entry = affects('nodejs', [below(fixed)], { qualifiers: named(streams) });
    expect(isOfStream(entry, pkg)).toBe(expected);
  });

  it('is not known of the build of a module without a label', () => {
    const pkg = aPackage('nginx', '1.14.1-8.module_el8.3.0+2165');
    const qualifiers = named('nginx:1.14');
    expect(
      isOfStream(affects('nginx', [below('1:1.14.1-9')], { qualifiers }), pkg),
    ).toBeUndefined();
  });
});
