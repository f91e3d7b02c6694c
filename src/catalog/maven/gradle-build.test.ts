import { expect, it } from 'vitest';

import { readCatalog } from '../../../test/support/catalog-file.ts';
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
