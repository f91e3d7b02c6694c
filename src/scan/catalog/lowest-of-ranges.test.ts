import { describe, expect, it } from 'vitest';

import { catalogFile, namesOf } from '../../../test/support/catalog-file.ts';
import { quietContext } from '../../core/base/context.ts';
import { lowestAllowed } from '../../core/version/index.ts';
import type { Cataloger } from './cataloger.ts';
import { cargoToml } from './cargo/cargo-toml.ts';
import { goMod } from './go/go-mod.ts';
import { pom } from './maven/pom.ts';

async function named(
  cataloger: Cataloger,
  path: string,
  text: string,
  detectionPriority: 'comprehensive' | 'precise' = 'comprehensive',
): Promise<readonly string[]> {
  const context = { ...quietContext(), detectionPriority };
  const result = await cataloger.read(catalogFile(path, text), { get: () => undefined }, context);
  return namesOf(result);
}

describe('the lowest version of Python specifiers', () => {
  // Each expectation was checked with the library `packaging`, which pip uses: the version is in
  // the set, and none of the releases below it is.
  it.each([
    ['==2.20.*', '2.20'],
    ['==1.*', '1'],
    ['==2.20.*,>=2.20.1', '2.20.1'],
    ['>=2.19.1,!=2.19.1', undefined],
    ['>=2.19.1,!=2.20.0', '2.19.1'],
    ['>=2.19.1,!=2.19.*', '2.20'],
    ['>=2.19.1,!=2.19.*,!=2.20.*', '2.21'],
    ['~=2.19,!=2.19', undefined],
    ['!=2.0.*,>=1.0', '1.0'],
    ['>=2.0,<1.0', undefined],
    ['<=2.0,!=2.0', undefined],
    ['==2.20.dev0', '2.20.dev0'],
  ])('%s is %s', (range, expected) => {
    expect(lowestAllowed('pypi', range)).toBe(expected);
  });
});

describe('the lowest version of the requirements of Cargo', () => {
  // The Cargo Book, "Specifying Dependencies".
  it.each([
    ['1.2.3', '1.2.3'],
    ['1.2', '1.2.0'],
    ['1', '1.0.0'],
    ['^0.0.3', '0.0.3'],
    ['~1.2', '1.2.0'],
    ['1.*', '1.0.0'],
    ['>=1.2, <1.5', '1.2.0'],
    ['>= 1.2.0, 1.4', '1.4.0'],
    ['=1.2.3', '1.2.3'],
    ['*', ''],
  ])('%s is %s', async (requirement, expected) => {
    const text = `[dependencies]\nserde = "${requirement}"\n`;
    expect(await named(cargoToml, '/Cargo.toml', text)).toEqual([`serde@${expected}`]);
    const precise = requirement.startsWith('=') ? expected : '';
    expect(await named(cargoToml, '/Cargo.toml', text, 'precise')).toEqual([`serde@${precise}`]);
  });
});

describe('the lowest version of the ranges of Maven', () => {
  // The POM reference, "Dependency Version Requirement Specification".
  it.each([
    ['[1.0,2.0)', '1.0'],
    ['[1.5,)', '1.5'],
    ['(,1.0],[1.2,)', '1.0'],
    ['(1.0,2.0)', ''],
    ['[1.2]', '1.2'],
    ['[2.0,1.0]', ''],
    ['LATEST', ''],
  ])('%s is %s', async (version, expected) => {
    const text = `<project><dependencies><dependency><groupId>g</groupId><artifactId>a</artifactId><version>${version}</version></dependency></dependencies></project>`;
    expect(await named(pom, '/pom.xml', text)).toEqual([`g:a@${expected}`]);
    const precise = version === '[1.2]' ? '1.2' : '';
    expect(await named(pom, '/pom.xml', text, 'precise')).toEqual([`g:a@${precise}`]);
  });
});

describe('the standard library by the go line', () => {
  // Go, "Go Toolchains", "Version selection".
  it.each([
    ['go 1.21.3', ['stdlib@1.21.3']],
    ['go 1.21', ['stdlib@1.21.0']],
    ['go 1.20', ['stdlib@1.20']],
    ['go 1.22rc1', ['stdlib@1.22rc1']],
    ['go 1.21\ntoolchain go1.22.4', ['stdlib@1.22.4']],
    ['go 1.21\ntoolchain default', ['stdlib@1.21.0']],
    ['', []],
  ])('%j is %j', async (lines, expected) => {
    const text = `module example.test/a\n${lines}\n`;
    expect(await named(goMod, '/go.mod', text)).toEqual(expected);
    const precise = lines.includes('toolchain go') ? expected : [];
    expect(await named(goMod, '/go.mod', text, 'precise')).toEqual(precise);
  });
});
