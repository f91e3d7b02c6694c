import { readFileSync } from 'node:fs';
import path from 'node:path';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { catalogFile, namesOf, readCatalog } from '../../../../test/support/catalog-file.ts';
import '../../../../test/support/property-seed.ts';
import { sharedPath } from '../../../../test/support/shared.ts';
import { zip, type Member } from '../../../../test/support/zip.ts';
import { DEFAULT_LIMITS, quietContext, type Limits } from '../../../core/base/context.ts';
import { ParseError } from '../../../core/base/errors.ts';
import type { CatalogResult } from '../../../core/model/catalog/catalog.ts';
import { jar } from './jar.ts';

const SAMPLES = sharedPath('samples/java');

function propertiesOf(group: string, artifact: string, version: string): Member {
  return {
    name: `META-INF/maven/${group}/${artifact}/pom.properties`,
    body: `groupId=${group}\nartifactId=${artifact}\nversion=${version}\n`,
  };
}

function pomOf(group: string, artifact: string, version: string, rest = ''): Member {
  return {
    name: `META-INF/maven/${group}/${artifact}/pom.xml`,
    body: `<project><groupId>${group}</groupId><artifactId>${artifact}</artifactId>${version}${rest}</project>`,
  };
}

function manifestOf(attributes: Readonly<Record<string, string>>): Member {
  const lines = Object.entries(attributes).map(([name, value]) => `${name}: ${value}\n`);
  return { name: 'META-INF/MANIFEST.MF', body: `Manifest-Version: 1.0\n${lines.join('')}\n` };
}

/** Members of an archive hold text, one character a byte. */
function nested(name: string, members: readonly Member[], method = 8): NestedMember {
  return { name, bytes: zip(members), method };
}

interface NestedMember {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly method: number;
}

/** As {@link zip}, with members that are bytes. */
function zipOf(members: readonly (Member | NestedMember)[]): Uint8Array {
  return zip(
    members.map((member) => ('bytes' in member ? { ...member, body: member.bytes } : member)),
  );
}

function readLimited(bytes: Uint8Array, limits: Partial<Limits>): Promise<CatalogResult> {
  const context = quietContext({ limits: { ...DEFAULT_LIMITS, ...limits } });
  return jar.read(catalogFile('/a.jar', bytes), { get: () => undefined }, context);
}

function gapsOf(result: CatalogResult): readonly (string | undefined)[] {
  return (result.diagnostics ?? []).map(({ gap }) => gap);
}

function bindingConflicts(result: CatalogResult): readonly string[] {
  return result.packages.flatMap(({ version, versionClaims = [] }) =>
    versionClaims
      .filter((claim) => claim.weight === 'binding' && claim.version !== version)
      .map(({ by, version: other }) => `${by} ${other}`),
  );
}

describe('a Java archive', () => {
  it('is named by pom.properties, and other places speak of its version', async () => {
    const result = await readCatalog(
      jar,
      '/lib/text-1.9.jar',
      zip([
        propertiesOf('org.x', 'text', '1.9'),
        pomOf('org.x', 'text', '<version>1.9</version>'),
        manifestOf({
          'Implementation-Title': 'X Text',
          'Implementation-Version': '1.9.0',
          'Bundle-Version': '1.9.0',
        }),
      ]),
    );
    expect(result.packages).toMatchObject([
      {
        name: 'org.x:text',
        version: '1.9',
        versionClaims: [
          { by: 'pom.xml', version: '1.9', weight: 'binding' },
          { by: 'Implementation-Version', version: '1.9', weight: 'binding' },
          { by: 'Bundle-Version', version: '1.9', weight: 'hint' },
          { by: 'file name', version: '1.9', weight: 'hint' },
        ],
      },
    ]);
    expect(result.packages[0]?.digests?.map((digest) => digest.split(':')[0])).toEqual([
      'sha1',
      'sha256',
    ]);
  });

  it.each([
    ['pom.xml', pomOf('org.x', 'text', '<version>1.9</version>'), 'pom.xml 1.9'],
    [
      'pom.xml of a parent',
      pomOf('org.x', 'text', '<parent><version>1.9</version></parent>'),
      'pom.xml 1.9',
    ],
    ['the manifest', manifestOf({ 'Implementation-Version': '1.9' }), 'Implementation-Version 1.9'],
  ])('whose pom.properties was edited is contradicted by %s', async (_case, member, conflict) => {
    const result = await readCatalog(
      jar,
      '/text.jar',
      zip([propertiesOf('org.x', 'text', '1.10.0'), member]),
    );
    expect(bindingConflicts(result)).toEqual([conflict]);
  });

  it.each([
    [
      'a property',
      pomOf(
        'org.x',
        'text',
        '<version>${revision}</version>',
        '<properties><revision>1</revision></properties>',
      ),
    ],
    [
      'a manifest of another name',
      manifestOf({ 'Implementation-Title': 'Server', 'Implementation-Version': '7' }),
    ],
    ['a build number', manifestOf({ 'Implementation-Version': '1.10.0-b42' })],
    ['a bundle version', manifestOf({ 'Bundle-Version': '1.9.0' })],
  ])('is not contradicted by %s', async (_case, member) => {
    const file = _case === 'a manifest of another name' ? '/other.jar' : '/text.jar';
    const result = await readCatalog(
      jar,
      file,
      zip([propertiesOf('org.x', 'text', '1.10.0'), member]),
    );
    expect(bindingConflicts(result)).toEqual([]);
    expect(namesOf(result)).toContain('org.x:text@1.10.0');
  });

  it('with two members of one name is contradicted where they differ', async () => {
    const members = [propertiesOf('org.x', 'text', '1.9'), propertiesOf('org.x', 'text', '1.10.0')];
    const result = await readCatalog(jar, '/text.jar', zip(members));
    expect(bindingConflicts(result)).toEqual(['another member of the same name 1.9']);
  });

  it('whose pom.xml names another package is both', async () => {
    const pom = {
      ...pomOf('org.x', 'text', '<version>1.9</version>'),
      name: 'META-INF/maven/org.y/harmless/pom.xml',
    };
    const result = await readCatalog(
      jar,
      '/text.jar',
      zip([propertiesOf('org.y', 'harmless', '1'), pom]),
    );
    expect(namesOf(result)).toEqual(['org.x:text@1.9', 'org.y:harmless@1']);
  });

  it('that was shaded is all of its packages', async () => {
    const result = await readCatalog(
      jar,
      '/app-2.jar',
      zip([
        propertiesOf('org.x', 'app', '2'),
        pomOf(
          'org.x',
          'app',
          '<version>2</version>',
          '<dependencies><dependency><groupId>org.y</groupId><artifactId>lib</artifactId></dependency></dependencies>',
        ),
        propertiesOf('org.y', 'lib', '3'),
        propertiesOf('org.z', 'deep', '4'),
      ]),
    );
    expect(
      result.packages.map(({ name, presence, relationship }) => [name, presence, relationship]),
    ).toEqual([
      ['org.x:app', undefined, undefined],
      ['org.y:lib', 'embedded', 'direct'],
      ['org.z:deep', 'embedded', 'indirect'],
    ]);
    expect(result.packages[0]?.dependsOn).toEqual(['org.y:lib']);
  });

  it.each([
    [
      '/lib/commons-collections3-3.2.2.jar',
      { 'Extension-Name': 'commons-collections', 'Implementation-Version': '3.2.2' },
      'commons-collections:commons-collections@3.2.2',
    ],
    [
      '/lib/spring-core-5.3.1.jar',
      { 'Implementation-Title': 'spring-core', 'Implementation-Version': '5.3.1' },
      'org.springframework:spring-core@5.3.1',
    ],
    [
      '/lib/snakeyaml.jar',
      { 'Bundle-SymbolicName': 'org.yaml.snakeyaml;x:=y', 'Bundle-Version': '1.33.0' },
      'org.yaml:snakeyaml@1.33.0',
    ],
    [
      '/lib/jsoup-1.15.3.jar',
      { 'Bundle-SymbolicName': 'org.jsoup', 'Bundle-Version': '1.15.3' },
      'org.jsoup:jsoup@1.15.3',
    ],
    [
      '/tomcat/lib/catalina.jar',
      { 'Implementation-Title': 'Apache Tomcat', 'Implementation-Version': '9.0.70' },
      'org.apache.tomcat:tomcat-catalina@9.0.70',
    ],
    [
      '/plugins/git.jpi',
      { 'Short-Name': 'git', 'Group-Id': 'org.jenkins-ci.plugins', 'Plugin-Version': '4.11.3' },
      'org.jenkins-ci.plugins:git@4.11.3',
    ],
    ['/lib/unknown-1.2.jar', {}, 'unknown:unknown@1.2'],
    ['/lib/acme-tool-1.2.jar', { 'Implementation-Version': '1.3' }, 'acme-tool:acme-tool@1.3'],
  ] as const)('%s is named by its manifest', async (file, attributes, name) => {
    expect(namesOf(await readCatalog(jar, file, zip([manifestOf(attributes)])))).toEqual([name]);
  });

  it('that says nothing of itself is a note', async () => {
    const result = await readCatalog(jar, '/app.jar', zip([{ name: 'A.class', body: 'x' }]));
    expect(result.packages).toEqual([]);
    expect(gapsOf(result)).toEqual([undefined]);
  });

  it.each(['', '#!/bin/sh\nexec java -jar "$0"\n'])(
    'may have bytes in front: %j',
    async (prefix) => {
      const result = await readCatalog(
        jar,
        '/x.jar',
        zip([propertiesOf('g', 'x', '1')], { prefix }),
      );
      expect(namesOf(result)).toEqual(['g:x@1']);
    },
  );

  it('of zip64 is read', async () => {
    const member = { ...propertiesOf('g', 'x', '1'), isZip64: true };
    expect(namesOf(await readCatalog(jar, '/x.jar', zip([member], { isZip64: true })))).toEqual([
      'g:x@1',
    ]);
  });

  it('is no archive: refused, and a note where other tools use the ending', async () => {
    await expect(readCatalog(jar, '/x.jar', 'no archive at all, however long')).rejects.toThrow(
      ParseError,
    );
    expect(gapsOf(await readCatalog(jar, '/x.par', 'no archive'))).toEqual([undefined]);
  });

  it('with a member that cannot be read is a gap', async () => {
    const broken = { ...propertiesOf('g', 'x', '1'), statedCrc: 1 };
    const result = await readCatalog(jar, '/lib/x.jar', zip([broken]));
    expect(gapsOf(result)).toContain('unreadable');
  });
});

describe('archives within an archive', () => {
  it.each([
    ['stored', 0],
    ['deflated', 8],
  ])('are read %s, at any depth allowed', async (_case, method) => {
    const inner = zip([propertiesOf('g', 'inner', '1')]);
    const war = zipOf([{ name: 'WEB-INF/lib/inner-1.jar', bytes: inner, method }]);
    const ear = zipOf([{ name: 'app.war', bytes: war, method }, propertiesOf('g', 'outer', '2')]);
    const result = await readCatalog(jar, '/outer.ear', ear);
    expect(namesOf(result)).toEqual(['g:inner@1', 'g:outer@2']);
    expect(gapsOf(result)).toEqual([]);
  });

  it('say where they lie', async () => {
    const members = [propertiesOf('g', 'inner', '1'), pomOf('g', 'inner', '<version>2</version>')];
    const result = await readCatalog(
      jar,
      '/app.jar',
      zipOf([nested('BOOT-INF/lib/inner.jar', members)]),
    );
    expect(result.packages[0]?.versionClaims?.[0]?.path).toBe(
      '/app.jar!/BOOT-INF/lib/inner.jar!/META-INF/maven/g/inner/pom.xml',
    );
  });

  it('too deep are a gap', async () => {
    let bytes: Uint8Array = zip([propertiesOf('g', 'deep', '1')]);
    for (let depth = 0; depth < 5; depth += 1) bytes = zipOf([{ name: 'x.jar', bytes, method: 8 }]);
    const result = await readLimited(bytes, {});
    expect(namesOf(result)).toEqual([]);
    expect(gapsOf(result)).toEqual(['limit']);
  });

  it('that are large when unpacked are a gap', async () => {
    const bomb = (name: string): NestedMember => ({
      name,
      bytes: Buffer.alloc(2 * 1024 * 1024),
      method: 8,
    });
    const large = await readLimited(zipOf([bomb('a.jar')]), { maxFileBytes: 1024 * 1024 });
    expect(gapsOf(large)).toEqual(['limit']);
    const several = zipOf([bomb('a.jar'), bomb('b.jar'), bomb('c.jar')]);
    const gaps = gapsOf(await readLimited(several, { maxUnpackedBytes: 5 * 1024 * 1024 }));
    expect(gaps).toEqual(['unreadable', 'unreadable', 'limit']);
  });

  it('with more entries than allowed are a gap', async () => {
    const members = Array.from({ length: 30 }, (_row, index) => ({ name: `${index}`, body: '' }));
    expect(gapsOf(await readLimited(zip(members), { maxEntries: 20 }))).toEqual(['limit']);
    const outer = zipOf([propertiesOf('g', 'x', '1'), nested('y.jar', members)]);
    const result = await readLimited(outer, { maxEntries: 20 });
    expect(namesOf(result)).toEqual(['g:x@1']);
    expect(gapsOf(result)).toEqual(['limit']);
  });

  it('that are damaged are a gap, and the others are read', async () => {
    const bytes = zipOf([
      { name: 'a.jar', bytes: Buffer.from('no archive, but long enough for one'), method: 8 },
      nested('b.jar', [propertiesOf('g', 'b', '1')]),
    ]);
    const result = await readCatalog(jar, '/x.war', bytes);
    expect(namesOf(result)).toEqual(['g:b@1']);
    expect(gapsOf(result)).toEqual(['unreadable']);
  });
});

describe('a large archive', () => {
  it('costs no more than its directory', async () => {
    const classes = Array.from({ length: 26_000 }, (_row, index) => ({
      name: `org/example/package${index % 100}/Class${index}.class`,
      body: '',
    }));
    const bytes = zip([...classes, propertiesOf('g', 'x', '1')]);
    let readBytes = 0;
    const file = catalogFile('/x.jar', bytes);
    const counted = {
      ...file,
      readAt: (offset: number, length: number) => {
        readBytes += length;
        return file.readAt(offset, length);
      },
    };
    const before = process.cpuUsage();
    const result = await jar.read(counted, { get: () => undefined }, quietContext());
    const { user, system } = process.cpuUsage(before);
    expect(namesOf(result)).toEqual(['g:x@1']);
    // Once for the digests of the file, and little more for what is in it.
    expect(readBytes).toBeLessThan(bytes.length * 2.5);
    expect((user + system) / 1000).toBeLessThan(1500);
  });
});

describe('any bytes', () => {
  const sample = zipOf([
    propertiesOf('g', 'x', '1'),
    pomOf('g', 'x', '<version>1</version>'),
    manifestOf({ 'Implementation-Version': '1' }),
    nested('y.jar', [propertiesOf('g', 'y', '2')]),
    { name: 'META-INF/A.SF', body: 'Signature-Version: 1.0\nSHA-256-Digest-Manifest: x\n\n' },
    { name: 'META-INF/A.RSA', body: '0\u0003\u0002\u0001\u0001' },
  ]);

  const onlyParseErrors = async (bytes: Uint8Array): Promise<void> => {
    try {
      await readCatalog(jar, '/x.jar', bytes);
    } catch (error) {
      expect(error).toBeInstanceOf(ParseError);
    }
  };

  it('that are cut off or changed are refused or read', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(sample.length),
        fc.array(fc.tuple(fc.nat(sample.length - 1), fc.nat(255)), { maxLength: 4 }),
        async (length, changes) => {
          const bytes = Uint8Array.from(sample);
          for (const [at, value] of changes) bytes[at] = value;
          await onlyParseErrors(bytes.subarray(0, length));
          await onlyParseErrors(bytes);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('at random are refused or read', async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), onlyParseErrors));
  });
});

describe.skipIf(SAMPLES === undefined)(
  'samples of Debian and of tampering (needs ../shared)',
  () => {
    const folder = SAMPLES ?? '';
    const expected =
      SAMPLES === undefined
        ? {}
        : (JSON.parse(readFileSync(path.join(folder, 'expected.json'), 'utf8')) as Record<
            string,
            Expectation
          >);

    type Coordinates = readonly [group: string, artifact: string, version: string];
    type Expectation = readonly Coordinates[] | { readonly claims: readonly Coordinates[] };

    const read = (name: string): Promise<CatalogResult> =>
      readCatalog(jar, `/lib/${name}`, readFileSync(path.join(folder, name)));

    it.each(Object.entries(expected))('%s', async (name, expectation) => {
      const claims = 'claims' in expectation ? expectation.claims : expectation;
      const result = await read(name);
      expect(namesOf(result)).toEqual(
        claims.map(([group, artifact, version]) => `${group}:${artifact}@${version}`).sort(),
      );
      if (name.includes('tampered')) return;
      expect(bindingConflicts(result)).toEqual([]);
      expect(
        result.packages
          .flatMap(({ selfChecks = [] }) => selfChecks)
          .filter(({ outcome }) => outcome === 'mismatch'),
      ).toEqual([]);
    });

    it('shows an edited pom.properties by its pom.xml', async () => {
      expect(bindingConflicts(await read('tampered-commons-text-pomprops-only.jar'))).toEqual([
        'pom.xml 1.9',
      ]);
    });

    it('shows an edited entry of a signed archive', async () => {
      const result = await read('signed-tampered.jar');
      expect(bindingConflicts(result)).toEqual(['pom.xml 1.5']);
      const mismatches = result.packages[0]?.selfChecks?.filter(
        ({ outcome }) => outcome === 'mismatch',
      );
      expect(mismatches).toMatchObject([
        {
          kind: 'content',
          path: '/lib/signed-tampered.jar!/META-INF/maven/commons-fileupload/commons-fileupload/pom.properties',
        },
      ]);
    });

    it('verifies an untouched signed archive', async () => {
      const [pkg] = (await read('signed-commons-fileupload.jar')).packages;
      expect(pkg?.selfChecks?.map(({ kind, outcome }) => [kind, outcome])).toEqual([
        ['header', 'match'],
        ['header', 'match'],
        ['content', 'match'],
      ]);
      expect(pkg?.selfChecks?.[1]?.by).toContain('CN=');
    });
  },
);
