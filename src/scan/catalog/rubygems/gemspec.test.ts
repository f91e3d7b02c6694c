import { readdirSync, readFileSync } from 'node:fs';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { namesOf, readCatalog } from '../../../../test/support/catalog-file.ts';
import { startCpuClock } from '../../../../test/support/cpu-time.ts';
import '../../../../test/support/property-seed.ts';
import { sharedPath } from '../../../../test/support/shared.ts';
import { missingTool, needs, run } from '../../../../test/support/tools.ts';
import { ParseError } from '../../../core/base/errors.ts';
import { gemspec } from './gemspec.ts';

const SAMPLES = sharedPath('samples/ruby/specifications');
const FOLDER = '/usr/lib/ruby/gems/3.3.0/specifications';

function specOf(version: string, stub = '1.18.2 x86_64-linux', platform = 'x86_64-linux'): string {
  return `# -*- encoding: utf-8 -*-
# stub: nokogiri ${stub} lib

Gem::Specification.new do |s|
  s.name = "nokogiri".freeze
  s.version = ${version}
  s.platform = "${platform}".freeze
  s.description = "s.version = \\"9\\"".freeze
  s.licenses = ["MIT".freeze, 'Ruby']
  s.add_runtime_dependency(%q<racc>.freeze, ["~> 1.4".freeze])
  s.add_dependency(%q<racc>.freeze, ["~> 1.4".freeze])
  s.add_development_dependency(%q<rake>.freeze)
  s.add_dependency(%q<rake>.freeze)
end
`;
}

describe('the specification of an installed gem', () => {
  it.each([
    '"1.18.2".freeze',
    "'1.18.2'",
    'Gem::Version.new("1.18.2")',
    '%q{1.18.2}',
    'Nokogiri::VERSION',
  ])('with the version %s', async (version) => {
    const result = await readCatalog(
      gemspec,
      `${FOLDER}/nokogiri-1.18.2-x86_64-linux.gemspec`,
      specOf(version),
    );
    expect(result.packages).toMatchObject([
      {
        name: 'nokogiri',
        version: '1.18.2',
        licenses: ['MIT', 'Ruby'],
        dependsOn: ['racc'],
        qualifiers: new Map([['platform', 'x86_64-linux']]),
      },
    ]);
  });

  it('is contradicted by its stub and its file name where it was edited', async () => {
    const path = `${FOLDER}/default/nokogiri-1.18.2-x86_64-linux.gemspec`;
    const { packages } = await readCatalog(gemspec, path, specOf('"9.0".freeze'));
    expect(packages).toMatchObject([
      {
        version: '9.0',
        versionClaims: [
          { by: 'stub line', version: '1.18.2', weight: 'binding' },
          { by: 'file name', version: '1.18.2', weight: 'binding' },
        ],
      },
    ]);
  });

  it('of a project is none of an installed gem', async () => {
    expect(await readCatalog(gemspec, '/src/nokogiri.gemspec', specOf('"1"'))).toEqual({
      packages: [],
    });
  });

  it('that tells nothing is refused', async () => {
    const read = readCatalog(gemspec, `${FOLDER}/x-1.gemspec`, 'puts 1');
    await expect(read).rejects.toThrow(ParseError);
  });

  it('of any text is refused or read', async () => {
    const sample = specOf('"1.18.2".freeze');
    await fc.assert(
      fc.asyncProperty(fc.nat(sample.length), fc.string(), async (at, piece) => {
        const text = sample.slice(0, at) + piece + sample.slice(at);
        await readCatalog(gemspec, `${FOLDER}/nokogiri-1.gemspec`, text).catch((error: unknown) => {
          expect(error).toBeInstanceOf(ParseError);
        });
      }),
    );
  });

  it('of a hostile length takes little time', async () => {
    const text = `${'s.version = '.repeat(50_000)}${'# stub: a 1 '.repeat(50_000)}${'['.repeat(100_000)}${'\n'.repeat(300_000)}`;
    const cpuMs = startCpuClock();
    await readCatalog(gemspec, `${FOLDER}/x-1.gemspec`, text).catch(() => undefined);
    expect(cpuMs()).toBeLessThan(2000);
  });
});

describe.skipIf(SAMPLES === undefined)('specifications of Debian (needs ../shared)', () => {
  it.each(SAMPLES === undefined ? [] : readdirSync(SAMPLES))('%s', async (name) => {
    const result = await readCatalog(
      gemspec,
      `/usr/share/x/specifications/${name}`,
      readFileSync(`${SAMPLES ?? ''}/${name}`),
    );
    const [pkg] = result.packages;
    expect(`${pkg?.name ?? ''}-${pkg?.version ?? ''}.gemspec`).toBe(name);
    expect(pkg?.versionClaims?.map(({ version }) => version)).toEqual([pkg?.version, pkg?.version]);
  });
});

describe.skipIf(missingTool('gem', 'ruby'))(
  `what RubyGems lists${needs(missingTool('gem', 'ruby'))}`,
  () => {
    it('is what the specifications name', async () => {
      const script =
        'Gem::Specification.each { |s| puts [s.loaded_from, s.name, s.version].join("\\t") }';
      const listed = run('ruby', ['-e', script])
        .trim()
        .split('\n')
        .map((line) => line.split('\t'));
      for (const [path = '', name = '', version = ''] of listed) {
        if (!path.includes('/specifications/')) continue;
        const result = await readCatalog(gemspec, path, readFileSync(path));
        expect(namesOf(result)).toEqual([`${name}@${version}`]);
      }
    });
  },
);
