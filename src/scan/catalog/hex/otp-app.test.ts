import { describe, expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { startCpuClock } from '../../../../test/support/cpu-time.ts';
import { survivesHostileInput } from '../../../../test/support/hostile.ts';
import { otpApp } from './otp-app.ts';

const PATH = '/app/lib/cowboy-2.12.0/ebin/cowboy.app';
const COWBOY = `{application, 'cowboy', [
	{description, "Small, fast, modern HTTP server."},
	{vsn, "2.12.0"},
	{modules, ['cowboy','cowboy_app']},
	{applications, [kernel,stdlib,cowlib,ranch]}
]}.
`;

function app(name: string, version = '"1.0"'): string {
  return `%% made by a tool\n{application,${name},\n  [{description,"x"},{vsn,${version}}]}.`;
}

describe('an application of Erlang', () => {
  it.each([
    ['a package', PATH, COWBOY, ['cowboy@2.12.0']],
    ['a package of Mix', '/e/phoenix.app', app('phoenix', '"1.7.10"'), ['phoenix@1.7.10']],
    ['without a version', '/e/x.app', app('x', 'git'), ['x@']],
    ['with another version in a comment', PATH, `%% {vsn,"9"}\n${COWBOY}`, ['cowboy@2.12.0']],
    [
      'with another version in a list of its own, a text and a character',
      PATH,
      COWBOY.replace('[', `[{env,[{x,[{vsn,"9"}]}]},{d,"{vsn,\\"8\\"}]}"},{c,$]},{'}]',1},`),
      ['cowboy@2.12.0'],
    ],
    ['Elixir', '/e/elixir.app', app('elixir', '"1.18.3"'), ['program elixir@1.18.3']],
    ['a part of Elixir', '/e/mix.app', app('mix'), []],
    ['a part of Erlang', '/rel/lib/ssl-11/ebin/ssl.app', app('ssl'), []],
    ['Erlang in a release', '/rel/lib/k/ebin/kernel.app', app('kernel'), ['program erlang@']],
    ['Erlang installed', '/usr/lib/erlang/lib/k/ebin/kernel.app', app('kernel'), []],
  ])('%s', async (_, path, body, expected) => {
    const { packages } = await readCatalog(otpApp, path, body);
    const shown = packages.map(({ ecosystem, name, version }) =>
      `${ecosystem ?? ''} ${name}@${version}`.trim(),
    );
    expect(shown).toEqual(expected);
  });

  it.each([
    ['another name than its file', '/e/y.app', app('x')],
    ['a version that is put together', '/e/x.app', app('x', '"1.0" ".1"')],
    ['a version of an expression', '/e/x.app', app('x', '"1.0" ++ ".1"')],
    ['a version with an escape', '/e/x.app', app('x', '"1.\\x30"')],
    ['a version of characters', '/e/x.app', app('x', '[$1]').replace('[$1]', '$1')],
    ['two versions', '/e/x.app', app('x', '"1.0"},{vsn,"2.0"')],
  ])('has a gap for %s', async (_, path, body) => {
    const { packages, diagnostics } = await readCatalog(otpApp, path, body);
    expect(packages).toHaveLength(1);
    expect(diagnostics).toMatchObject([{ gap: 'unreadable' }]);
  });

  it('reads properties whose names are in quotation marks', async () => {
    const body = app('x').replace('vsn', "'vsn'");
    const { packages, diagnostics } = await readCatalog(otpApp, '/e/x.app', body);
    expect(packages).toMatchObject([{ name: 'x', version: '1.0' }]);
    expect(diagnostics).toBeUndefined();
  });

  it.each([
    [PATH, '2.12.0', 'binding'],
    ['/app/lib/cowboy-2.8.0/ebin/cowboy.app', '2.8.0', 'binding'],
    ['/app/plugins/cowboy-2.8.0/ebin/cowboy.app', '2.8.0', 'doubt'],
    ['/app/lib/cowboy/ebin/cowboy.app', undefined, undefined],
    ['/app/lib/cowboy-next/ebin/cowboy.app', undefined, undefined],
    ['/app/lib/ranch-2.8.0/ebin/cowboy.app', undefined, undefined],
  ])('in %s: another statement of %s', async (path, version, weight) => {
    const { packages } = await readCatalog(otpApp, path, COWBOY);
    const claim = { by: 'directory name', version, weight, path };
    expect(packages[0]?.versionClaims).toEqual(version === undefined ? undefined : [claim]);
  });

  it.each([COWBOY.slice(0, -4), COWBOY.slice(0, 40), app('cowboy').slice(0, 45)])(
    'that was cut off is a gap: %j',
    async (body) => {
      const { packages, diagnostics } = await readCatalog(otpApp, PATH, body);
      expect(packages).toHaveLength(1);
      expect(diagnostics).toMatchObject([{ gap: 'unreadable' }]);
    },
  );

  it.each(['', 'nothing', '{application,', '[{vsn,"1"}].'])('is refused as "%s"', async (body) => {
    await expect(readCatalog(otpApp, PATH, body)).rejects.toThrow('no application');
  });

  it('is read in time however much it repeats', async () => {
    const cpuMs = startCpuClock();
    for (const text of ['%\n', '{application,', ' ', '{vsn, ', '\\"', '"', "'\\'"]) {
      await readCatalog(otpApp, PATH, `{application,a,[${text.repeat(200_000)}`);
      await readCatalog(otpApp, PATH, text.repeat(200_000)).catch(() => undefined);
    }
    expect(cpuMs()).toBeLessThan(20_000);
  });

  it('survives hostile files', () => survivesHostileInput(otpApp, PATH, COWBOY));
});
