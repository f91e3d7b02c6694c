import { expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { sbtBuild } from './sbt-build.ts';

it('reads the dependencies of an sbt project', async () => {
  const { manifest } = await readCatalog(
    sbtBuild,
    '/build.sbt',
    'scalaVersion := "2.13.1"\nval v = "1"\nlibraryDependencies ++= Seq("a" %% "b" % v, "c" % "d" % "1.+", "e" % "f" % "2" % Test)\n',
  );
  expect(
    manifest?.requests.map(({ name, range, version, scope }) => [name, range, version, scope]),
  ).toEqual([
    ['a:b_2.13', '1', '1', undefined],
    ['c:d', '1.+', undefined, undefined],
    ['e:f', '2', '2', 'development'],
  ]);
});

it('reads a dependency between patterns of files, which begin no comment', async () => {
  const { manifest } = await readCatalog(
    sbtBuild,
    '/build.sbt',
    'excludeFilter := "**/*.kt"\nlibraryDependencies += "a.b" % "c" % "1.2"\nincludeFilter := "**/*.x"\n',
  );
  expect(manifest?.requests.map(({ name, version }) => [name, version])).toEqual([
    ['a.b:c', '1.2'],
  ]);
});
