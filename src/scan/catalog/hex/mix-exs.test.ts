import { expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { mixExs } from './mix-exs.ts';

it('reads the dependencies of a project of Mix', async () => {
  const { manifest } = await readCatalog(
    mixExs,
    '/mix.exs',
    'defmodule X do\n  def project, do: [app: :x, apps_path: "apps/"]\n  defp deps do\n    [\n      {:a, "~> 1.0"},\n      {:b, "1.2.3", only: [:dev, :prod]},\n      {:c, "== 1.0.0", only: :test},\n      {:d, git: "https://h.example/d"},\n      {:e, ">= 0.0.0", hex: "f", runtime: false},\n      {:g, path: "../g"},\n      {:h, only: :dev},\n      {:i}\n    ]\n  end\n  def f(x), do: {:ok, x}\nend\n',
  );
  expect(
    manifest?.requests.map(({ name, range, version, scope }) => [name, range, version, scope]),
  ).toEqual([
    ['h', '', undefined, 'development'],
    ['i', '', undefined, undefined],
    ['a', '~> 1.0', undefined, undefined],
    ['b', '1.2.3', '1.2.3', undefined],
    ['c', '== 1.0.0', '1.0.0', 'development'],
    ['d', '', undefined, undefined],
    ['f', '>= 0.0.0', undefined, undefined],
  ]);
  expect(manifest).toMatchObject({ name: 'x', members: ['apps/*'] });
  expect(manifest?.computed).toBeUndefined();
});
