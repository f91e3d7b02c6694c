import { describe, expect, it } from 'vitest';

import { ECOSYSTEM_IDS, ECOSYSTEMS, type EcosystemRow } from '../package/ecosystem.ts';
import { parsePackageUrl, purlOf } from './purl.ts';
import { ecosystemOfPurl, packageNameOf } from './purl-package.ts';

describe('ecosystemOfPurl', () => {
  it.each([
    ['pkg:deb/debian/a@1', 'debian'],
    ['pkg:deb/some-derivative/a@1', 'debian'],
    ['pkg:apk/alpine/a@1', 'alpine'],
    ['pkg:npm/a@1', 'npm'],
    ['pkg:generic/a@1', undefined],
    ['pkg:generic/node@1', 'node'],
    ['pkg:generic/nginx@1', 'program'],
    ['pkg:generic/program@1', undefined],
    ['pkg:bitnami/nginx@1', 'bitnami'],
    ['pkg:unheard-of/a@1', undefined],
  ])('of %s', (purl, expected) => {
    expect(ecosystemOfPurl(parsePackageUrl(purl))).toBe(expected);
  });
});

/** Names of types that need a namespace. */
const SPACED_NAMES: ReadonlyMap<string, string> = new Map([
  ['composer', 'a/b'],
  ['maven', 'a.b:c'],
  ['swift', 'github.com/a/b'],
  ['vscode-extension', 'a.b'],
]);

describe('packageNameOf', () => {
  it.each([
    ['pkg:deb/debian/libssl3@3', [], 'libssl3'],
    ['pkg:npm/%40babel/core@7', [], '@babel/core'],
    ['pkg:npm/jsonstream@1', ['JSONStream'], 'JSONStream'],
    ['pkg:npm/jsonstream@1', ['other'], 'jsonstream'],
    ['pkg:npm/JSONStream@1', [], 'JSONStream'],
    ['pkg:npm/Base64@1', ['base64'], 'Base64'],
    ['pkg:pypi/Typing_Extensions@1', ['Typing_Extensions'], 'typing-extensions'],
    ['pkg:maven/org.a/b@1', ['b'], 'org.a:b'],
    [
      'pkg:golang/github.com/burntsushi/toml@v1',
      ['github.com/BurntSushi/toml'],
      'github.com/BurntSushi/toml',
    ],
    ['pkg:composer/symfony/console@1', ['console'], 'symfony/console'],
  ])('of %s beside %j', (purl, spellings, expected) => {
    expect(packageNameOf(parsePackageUrl(purl), spellings)).toBe(expected);
  });

  it.each(ECOSYSTEM_IDS)('is the way back from the package URL of %s', (ecosystem) => {
    const { purlType, kind }: EcosystemRow = ECOSYSTEMS[ecosystem];
    const own = ecosystem === 'program' ? 'nginx' : ecosystem;
    const name = kind === 'binary' ? own : (SPACED_NAMES.get(purlType) ?? 'a');
    const qualifiers = new Map(purlType === 'julia' ? [['uuid', 'u']] : []);
    const purl = parsePackageUrl(purlOf({ ecosystem, name, version: '1', qualifiers }));
    expect([ecosystemOfPurl(purl), packageNameOf(purl)]).toEqual([ecosystem, name]);
  });
});
