import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { catalogFile, namesOf, readCatalog } from '../../../../test/support/catalog-file.ts';
import '../../../../test/support/property-seed.ts';
import { sharedPath } from '../../../../test/support/shared.ts';
import { quietContext } from '../../../core/base/context.ts';
import { ParseError } from '../../../core/base/errors.ts';
import type { CatalogResult } from '../../../core/model/catalog/catalog.ts';
import { pom } from './pom.ts';

const SAMPLES = sharedPath('samples/lockfiles/java/pom');

/** Reads the first file; the others are its siblings. */
function readAmong(
  files: readonly (readonly [path: string, text: string | Uint8Array])[],
): Promise<CatalogResult> {
  const known = new Map(files.map(([path, text]) => [path, catalogFile(path, text)]));
  const [first] = known.values();
  if (first === undefined) throw new Error('no file');
  return pom.read(first, { get: (path) => known.get(path) }, quietContext());
}

function dependency(fields: Readonly<Record<string, string>>): string {
  const elements = Object.entries({ groupId: 'g', artifactId: 'a', ...fields });
  return `<dependency>${elements.map(([name, value]) => `<${name}>${value}</${name}>`).join('')}</dependency>`;
}

const project = (...parts: readonly string[]): string => `<project>${parts.join('\n')}</project>`;
const dependencies = (...rows: readonly string[]): string =>
  `<dependencies>${rows.join('\n')}</dependencies>`;
const managed = (...rows: readonly string[]): string =>
  `<dependencyManagement>${dependencies(...rows)}</dependencyManagement>`;
const PARENT =
  '<parent><groupId>p</groupId><artifactId>q</artifactId><version>7</version></parent>';
const PARENT_ITSELF = '<groupId>p</groupId><artifactId>q</artifactId><version>7</version>';

describe('a pom.xml', () => {
  it.each([
    ['a literal version', [dependencies(dependency({ version: '1' }))], ['g:a@1']],
    [
      'a property',
      ['<properties><v>1</v></properties>', dependencies(dependency({ version: '${v}' }))],
      ['g:a@1'],
    ],
    [
      'a property of a property',
      [
        '<properties><v>${w}</v><w>1</w></properties>',
        dependencies(dependency({ version: '${v}' })),
      ],
      ['g:a@1'],
    ],
    [
      'its own version',
      ['<version>3</version>', dependencies(dependency({ version: '${project.version}' }))],
      ['g:a@3'],
    ],
    [
      "its parent's version",
      [PARENT, dependencies(dependency({ version: '${project.parent.version}' }))],
      ['g:a@7'],
    ],
    [
      'an inherited version of its own',
      [PARENT, dependencies(dependency({ version: '${pom.version}' }))],
      ['g:a@7'],
    ],
    [
      'a managed version',
      [
        dependencies(dependency({})),
        managed(dependency({ version: '2' }), dependency({ artifactId: 'unused', version: '9' })),
      ],
      ['g:a@2'],
    ],
    [
      'an own version before a managed one',
      [dependencies(dependency({ version: '1' })), managed(dependency({ version: '2' }))],
      ['g:a@1'],
    ],
    [
      'a version that is the only one allowed',
      [dependencies(dependency({ version: '[1.2]' }))],
      ['g:a@1.2'],
    ],
    ['a range', [dependencies(dependency({ version: '[1,2)' }))], ['g:a@']],
    ['an unknown property', [dependencies(dependency({ version: '${env.X}' }))], ['g:a@']],
    [
      'a property of itself',
      ['<properties><v>${v}${v}</v></properties>', dependencies(dependency({ version: '${v}' }))],
      ['g:a@'],
    ],
    [
      'the last of two of one name, as Maven takes it',
      [dependencies(dependency({ version: '1' }), dependency({ version: '2' }))],
      ['g:a@2'],
    ],
    [
      'an exclusion, which is none',
      [
        dependencies(
          dependency({
            version: '1',
            exclusions: '<exclusion><groupId>x</groupId><artifactId>y</artifactId></exclusion>',
          }),
        ),
      ],
      ['g:a@1'],
    ],
    [
      'dependencies of a plugin, which are none',
      [
        `<build><plugins><plugin>${dependencies(dependency({ version: '1' }))}</plugin></plugins></build>`,
      ],
      [],
    ],
    [
      'a profile that is active by default',
      [
        `<profiles><profile><activation><activeByDefault>true</activeByDefault></activation>${dependencies(dependency({ version: '1' }))}</profile></profiles>`,
      ],
      ['g:a@1'],
    ],
    [
      'a profile that is not',
      [`<profiles><profile>${dependencies(dependency({ version: '1' }))}</profile></profiles>`],
      [],
    ],
  ])('with %s', async (_case, parts, expected) => {
    expect(namesOf(await readCatalog(pom, '/pom.xml', project(...parts)))).toEqual(expected);
  });

  it.each([
    ['compile', 'runtime'],
    ['runtime', 'runtime'],
    ['test', 'development'],
    ['provided', 'peer'],
    ['system', 'peer'],
  ])('scope %s is %s', async (scope, expected) => {
    const text = project(dependencies(dependency({ version: '1', scope })));
    expect((await readCatalog(pom, '/pom.xml', text)).packages).toMatchObject([
      { scope: expected, relationship: 'direct', line: 1 },
    ]);
  });

  it('takes what its parents manage, declare and define', async () => {
    const result = await readAmong([
      [
        '/web/app/pom.xml',
        project(
          PARENT,
          dependencies(dependency({}), dependency({ artifactId: 'b', version: '${b.version}' })),
        ),
      ],
      [
        '/web/pom.xml',
        project(
          PARENT_ITSELF,
          managed(dependency({ version: '2' })),
          '<properties><b.version>5</b.version></properties>',
          dependencies(dependency({ artifactId: 'c', version: '6' })),
        ),
      ],
    ]);
    expect(namesOf(result)).toEqual(['g:a@2', 'g:b@5', 'g:c@6']);
    expect(result.packages.find(({ name }) => name === 'g:c')?.line).toBeUndefined();
  });

  it.each([
    [
      'of other coordinates',
      '/pom.xml',
      project(
        '<groupId>p</groupId><artifactId>other</artifactId><version>7</version>',
        managed(dependency({ version: '2' })),
      ),
    ],
    ['that is absent', '/elsewhere/pom.xml', project(PARENT_ITSELF)],
    ['that is no pom', '/pom.xml', 'nothing'],
    ['that is itself', '/app/pom.xml', project(PARENT)],
  ])('does not take a parent %s', async (_case, path, text) => {
    const own = ['/app/pom.xml', project(PARENT, dependencies(dependency({})))] as const;
    const result = await readAmong(path === own[0] ? [own] : [own, [path, text]]);
    expect(namesOf(result)).toEqual(['g:a@']);
    expect(result.diagnostics?.[0]?.message).toContain('the parent p:q:7 is not among the files');
    expect(result.diagnostics?.every(({ gap }) => gap === undefined)).toBe(true);
  });

  it('without a name in a row is a gap', async () => {
    const result = await readCatalog(
      pom,
      '/pom.xml',
      project(dependencies('<dependency><artifactId>x</artifactId></dependency>')),
    );
    expect(result.diagnostics?.map(({ gap }) => gap)).toEqual(['unreadable']);
  });

  it('of another encoding is read', async () => {
    const text = `<?xml version="1.0" encoding="ISO-8859-1"?>${project('<name>caf\u00e9</name>', dependencies(dependency({ version: '1' })))}`;
    expect(namesOf(await readCatalog(pom, '/pom.xml', Buffer.from(text, 'latin1')))).toEqual([
      'g:a@1',
    ]);
  });

  it('with entities of its own is refused', async () => {
    const text = `<!DOCTYPE project [<!ENTITY a "aaaa">]>${project('<version>&a;</version>')}`;
    await expect(readCatalog(pom, '/pom.xml', text)).rejects.toThrow(ParseError);
  });

  it.each([
    '',
    'text',
    '<settings/>',
    '<project>',
    '<project><a></project>',
    `<project>${'<x>'.repeat(100)}`,
  ])('that is none is refused: %j', async (text) => {
    await expect(readCatalog(pom, '/pom.xml', text)).rejects.toThrow(ParseError);
  });

  it('of any text is refused or read', async () => {
    const sample = project(
      PARENT,
      dependencies(dependency({ version: '${v}' })),
      managed(dependency({ version: '2' })),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.nat(sample.length),
        fc.nat(sample.length - 1),
        fc.string({ maxLength: 5 }),
        async (length, at, piece) => {
          for (const text of [
            sample.slice(0, length),
            sample.slice(0, at) + piece + sample.slice(at),
          ]) {
            await readCatalog(pom, '/pom.xml', text).catch((error: unknown) => {
              expect(error).toBeInstanceOf(ParseError);
            });
          }
        },
      ),
    );
  });

  it('that was unpacked from an archive asks for nothing', async () => {
    const text = project(dependencies(dependency({ version: '1' })));
    expect(namesOf(await readCatalog(pom, '/x/META-INF/maven/g/a/pom.xml', text))).toEqual([]);
  });
});

describe.skipIf(SAMPLES === undefined)('samples of other tools (needs ../shared)', () => {
  it('reads the parent that relativePath leads to', async () => {
    const text = (name: string): Uint8Array => readFileSync(`${SAMPLES ?? ''}/${name}`);
    const result = await readAmong([
      ['/pom/with-parent.pom.xml', text('with-parent.pom.xml')],
      ['/pom/parent/pom.xml', text('parent/pom.xml')],
    ]);
    expect(namesOf(result)).toEqual([
      'org.alice:alice@1.0.0',
      'org.bob:bob@2.0.0',
      'org.chuck:chuck@3.0.0',
      'org.dave:dave@4.0.0',
      'org.frank:frank@',
    ]);
  });
});
