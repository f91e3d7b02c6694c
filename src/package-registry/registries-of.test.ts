/** Which uplinks a package has, by settings, configuration and trust file. */

import { describe, expect, it } from 'vitest';

import type { OwnedNames, SourceAddress } from '../trust/trust-file/trust-file.ts';
import { indexesOf, registriesOf, servedEcosystems, type PackageSources } from './registries-of.ts';
import { DEFAULT_REGISTRY_SETTINGS } from './settings.ts';

const PUBLIC = new URL('https://public.test/simple/');
const OWN = new URL('https://own.test/simple/');
const OTHER = new URL('https://other.test/');

function source({ protocol, host, pathname }: URL): SourceAddress {
  return { where: 'trust:1', text: host, protocol, host, path: pathname };
}

const OWNED: OwnedNames = { where: 'trust:1', names: ['acme-*'], sources: [source(OWN)] };
const SOURCES: PackageSources = {
  npm: { registryOf: () => OTHER, accessTo: () => Promise.resolve({}) },
  pip: { indexes: [PUBLIC, OWN], extraIndexes: [OWN], accessTo: () => Promise.resolve({}) },
  trust: undefined,
};
const TRUST = {
  packages: new Map([
    ['pypi', { owned: [OWNED] }],
    ['npm', { owned: [OWNED] }],
  ] as const),
};
const SETTINGS = DEFAULT_REGISTRY_SETTINGS;

describe('indexes of a Python project', () => {
  it.each([
    ['requests', undefined, [PUBLIC]],
    ['acme-core', undefined, [PUBLIC]],
    ['requests', TRUST, [PUBLIC]],
    ['acme-core', TRUST, [OWN]],
  ])('%s with the trust file %j', (name, trust, expected) => {
    expect(indexesOf(SETTINGS, { ...SOURCES, trust })(name)).toEqual(expected);
  });

  it('are those of the settings alone, limited by the trust file', () => {
    const settings = { ...SETTINGS, pypi: { uplinks: [OWN, PUBLIC], privateNames: ['secret'] } };
    expect(indexesOf(settings, SOURCES)('requests')).toEqual([OWN, PUBLIC]);
    expect(indexesOf(settings, { ...SOURCES, trust: TRUST })('acme-core')).toEqual([OWN]);
    expect(indexesOf(settings, SOURCES)('secret')).toEqual([]);
    const sources = [source(PUBLIC)];
    const trust = { packages: new Map([['pypi', { owned: [], sources }]] as const) };
    expect(indexesOf(settings, { ...SOURCES, trust })('requests')).toEqual([PUBLIC]);
  });

  it('are none if Python is not served', () => {
    const settings = { ...SETTINGS, ecosystems: ['npm'] as const };
    expect(indexesOf(settings, SOURCES)('requests')).toEqual([]);
    expect(servedEcosystems(settings, SOURCES)).toEqual(['npm']);
  });
});

it('registries of npm are not asked for names that are owned elsewhere', () => {
  const of = registriesOf(SETTINGS, { ...SOURCES, trust: TRUST });
  expect([of('left'), of('acme-core')]).toEqual([[OTHER], []]);
});
