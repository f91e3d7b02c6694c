import { expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { packageSwift } from './package-swift.ts';

it('reads the dependencies of a package of Swift', async () => {
  const { manifest } = await readCatalog(
    packageSwift,
    '/Package.swift',
    'dependencies: [\n  .package(url: "https://github.com/a/B.git", from: "1.0.0"), // .package(url: "https://h.example/no", from: "1.0.0")\n  .package(name: "c", url: "git@github.com:a/c.git", .exact("1.2.3")),\n  .package(\n    url: "https://github.com/a/d",\n    exact: "2.0.0-rc.1"\n  ),\n  .package(id: "e.f", "1.0.0"..<"2.0.0"),\n  .package(path: "../g"),\n]',
  );
  expect(
    manifest?.requests.map(({ name, range, version, scope }) => [name, range, version, scope]),
  ).toEqual([
    ['github.com/a/B', 'from: "1.0.0"), ', undefined, undefined],
    ['github.com/a/c', '.exact("1.2.3")),', '1.2.3', undefined],
    ['github.com/a/d', 'exact: "2.0.0-rc.1"', '2.0.0-rc.1', undefined],
    ['e/f', '"1.0.0"..<"2.0.0"),', undefined, undefined],
  ]);
});
