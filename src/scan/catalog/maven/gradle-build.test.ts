import { describe, expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { survivesHostileInput } from '../../../../test/support/hostile.ts';
import { gradleBuild } from './gradle-build.ts';

it('reads the dependencies of a Gradle project', async () => {
  const { manifest } = await readCatalog(
    gradleBuild,
    '/build.gradle',
    'def v = "1"\ndependencies {\n  api "a:b:$v" // x\n  implementation group: "c", name: "d", version: "1.+"\n  api "e:f"\n  testImplementation "g:h:2"\n  compileOnly "i:j:3"\n}\n',
  );
  expect(
    manifest?.requests.map(({ name, range, version, scope }) => [name, range, version, scope]),
  ).toEqual([
    ['a:b', '1', '1', undefined],
    ['e:f', '', '', undefined],
    ['g:h', '2', '2', 'development'],
    ['c:d', '1.+', undefined, undefined],
  ]);
});

const inBlock = (line: string): string => `dependencies {\n  ${line}\n}\n`;
const G = 'a.b:c:1.2';

it('takes the assignment of a property before an argument of its name', async () => {
  const text = `version = '1.2'\n${inBlock("api \"a.b:c:$version\"\n  api group: 'x', name: 'y', version: '3'")}`;
  expect(await requestsOf('/build.gradle', text)).toContain('a.b:c 1.2');
});

describe('the coordinates of a build in Groovy', () => {
  it.each([
    ['several texts', inBlock(`implementation 'x.y:z:1', '${G}'`)],
    [
      'several lists of parts',
      inBlock(
        "api([group: 'x.y', name: 'z', version: '1'], [group: 'a.b', name: 'c', version: '1.2'])",
      ),
    ],
    ['parts in another order', inBlock("api name: 'c', version: '1.2', group: 'a.b'")],
    ['add', inBlock(`add('implementation', '${G}')`)],
    ['a call of the object', `dependencies.implementation '${G}'\n`],
    ['add of the object', `project.dependencies.add('implementation', '${G}')\n`],
    ['create', inBlock(`implementation dependencies.create('${G}')`)],
    ['a text in three quotes', inBlock(`implementation '''${G}'''`)],
    ['a text between slashes', inBlock(`implementation /${G}/`)],
    ['a text between dollars and slashes', inBlock(`implementation $/${G}/$`)],
    ['a forced version', `configurations.all { resolutionStrategy { force 'x.y:z:1', '${G}' } }\n`],
    ['a substitute', `substitute module('a:b') using module('${G}') because 'x'\n`],
    [
      'patterns of files around it',
      `java { exclude '**/*.kt' }\n${inBlock(`api '${G}'`)}test { include '**/*Test.class' }\n`,
    ],
    ['a bracket within a text', inBlock(`api('x.y:z:1') { because '}}' }\n  api '${G}'`)],
    ['a quote within a comment', inBlock(`// it's\n  api '${G}' /* isn't */`)],
    ['a catalog of settings', `versionCatalogs { libs { library('c', '${G}') } }\n`],
    [
      'a catalog of settings with a named version',
      "versionCatalogs { libs { version('v', '1.2'); library('c', 'a.b', 'c').versionRef('v') } }\n",
    ],
  ])('are read: %s', async (_name, text) => {
    expect(await requestsOf('/build.gradle', text)).toContain('a.b:c 1.2');
  });
});

describe('the coordinates of a build in Kotlin', () => {
  it.each([
    ['places', inBlock('implementation("a.b", "c", "1.2")')],
    ['places of a quoted configuration', inBlock('"implementation"("a.b", "c", "1.2")')],
    ['named parts', inBlock('implementation(version = "1.2", group = "a.b", name = "c")')],
    ['a raw text', inBlock(`implementation("""${G}""")`)],
    ['dependencies of a source set', `commonMain.dependencies { implementation("${G}") }\n`],
    ['add', `project.dependencies.add("implementation", "${G}")\n`],
    ['the factory', inBlock('implementation(dependencyFactory.create("a.b", "c", "1.2"))')],
  ])('are read: %s', async (_name, text) => {
    expect(await requestsOf('/build.gradle.kts', text)).toContain('a.b:c 1.2');
  });

  it('are those of Kotlin itself behind kotlin(…)', async () => {
    const text = inBlock('implementation(kotlin("stdlib", "1.9.0"))\n  api(kotlin("x"))');
    expect(await requestsOf('/build.gradle.kts', text)).toEqual([
      'org.jetbrains.kotlin:kotlin-stdlib 1.9.0',
    ]);
  });
});

it.each([
  ['an exclusion', inBlock("api('x.y:z:1') { exclude group: 'a.b', module: 'c' }"), ['x.y:z 1']],
  ['a reason', inBlock("api('x.y:z:1') { because 'a.b:c' }"), ['x.y:z 1']],
  ['a comment', inBlock("// api 'a.b:c:1.2'\n  /* api 'a.b:c:1.2' */ api 'x.y:z:1'"), ['x.y:z 1']],
])('are not read in %s', async (_name, text, expected) => {
  expect(await requestsOf('/build.gradle', text)).toEqual(expected);
});

it.each([
  ['a property with two texts', `v = '1'\nv = '2'\n${inBlock('api "a.b:c:$v"')}`],
  ['a build from an address', "apply from: 'https://builds.example/x.gradle'\n"],
  ['the catalog libs that nothing defines', inBlock('implementation libs.c')],
])('computes: %s', async (_name, text) => {
  const { manifest } = await readCatalog(gradleBuild, '/build.gradle', text);
  expect(manifest?.computed).toBe('computes versions of its dependencies');
});

async function requestsOf(path: string, text: string): Promise<readonly string[]> {
  const { manifest } = await readCatalog(gradleBuild, path, text);
  expect(manifest?.computed).toBeUndefined();
  return (manifest?.requests ?? []).map(({ name, version = '' }) => `${name} ${version}`);
}

it('reads every one of many texts of a call', async () => {
  const texts = Array.from({ length: 500 }, (_, index) => `'a.b:c${String(index)}:1'`).join(', ');
  expect(await requestsOf('/build.gradle', inBlock(`api ${texts}`))).toHaveLength(500);
});

it('survives hostile files', () =>
  survivesHostileInput(gradleBuild, '/build.gradle', inBlock(`api '${G}', group: 'a', name: "b"`)));
