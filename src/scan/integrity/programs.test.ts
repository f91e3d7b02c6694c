import { describe, expect, it } from 'vitest';

import { check, dpkg, manifest, owned, type TestLayer } from '../../../test/support/integrity.ts';
import type { CatalogedPackage } from '../../core/model/catalog/catalog.ts';
import { integrityFindings } from './index.ts';
import { startCpuClock } from '../../../test/support/cpu-time.ts';

const BODY = 'x:nginx/1.22.1';
const NGINX = { name: 'nginx', version: '1.22.1-9+deb12u1' };

/** A program that says what it is, at a path. */
function program(
  path: string,
  { version = '1.22.1', body = BODY }: { readonly version?: string; readonly body?: string } = {},
): Required<Pick<TestLayer, 'files' | 'read'>> {
  const claim = { by: 'nginx', version, weight: 'binding', part: 'upstream', path } as const;
  return {
    files: { [path]: body },
    read: [
      [
        path,
        'binary/any',
        {
          packages: [{ name: 'nginx', version }],
          externalClaims: [{ of: { kind: 'owner', products: ['nginx'] }, versionClaims: [claim] }],
        },
      ],
    ],
  };
}

function layerOf(...parts: readonly TestLayer[]): TestLayer {
  return {
    files: Object.assign({}, ...parts.map(({ files }) => files ?? {})) as Record<string, string>,
    read: parts.flatMap(({ read }) => read ?? []),
  };
}

function listed(layer: TestLayer, more: Parameters<typeof check>[1] = {}): readonly string[] {
  return check([layer], more).inventory.packages.map(
    ({ ecosystem, name, version, locations }) =>
      `${ecosystem} ${name} ${version} ${locations.map(({ path }) => path).join(' ')}`,
  );
}

const OWN = 'program nginx 1.22.1 /usr/sbin/nginx';
const DEB = 'debian nginx 1.22.1-9+deb12u1 /var/lib/dpkg/status';

describe('a program that says what it is', () => {
  const file = program('/usr/sbin/nginx');
  const owning = manifest('nginx', [owned('/usr/sbin/nginx', BODY)]);

  it('is listed where nobody owns it', () => {
    expect(listed(layerOf(file))).toEqual([OWN]);
    expect(check([layerOf(file)]).of('nginx').evidence.level).toBe('claimed');
  });

  it('is explained by the package whose manifest agrees with its bytes', () => {
    expect(listed(layerOf(file, { read: [dpkg(NGINX), ...owning] }))).toEqual([DEB]);
  });

  it('is listed beside the package whose manifest has another digest', () => {
    const other = manifest('nginx', [owned('/usr/sbin/nginx', 'other bytes')]);
    expect(listed(layerOf(file, { read: [dpkg(NGINX), ...other] }))).toEqual([DEB, OWN]);
  });

  it('is listed where the manifest is of no package that the system has', () => {
    const tar = dpkg({ name: 'tar', version: '1.35-1' });
    const packages = listed(layerOf(file, { read: [tar, ...owning] }));
    expect(packages).toContain(OWN);
  });

  it('is not hidden by a line that was added for a file of nobody', () => {
    const path = '/opt/app/nginx';
    const added = manifest('tar', [owned(path, BODY)]);
    const tar = dpkg({ name: 'tar', version: '1.35-1' });
    expect(listed(layerOf(program(path), { read: [tar, ...added] }))).toContain(
      `program nginx 1.22.1 ${path}`,
    );
  });

  it('is explained by the record alone where all lists of files are gone', () => {
    expect(listed(layerOf(file, { read: [dpkg(NGINX)] }))).toEqual([DEB]);
    const newer = program('/usr/sbin/nginx', { version: '1.26.3' });
    expect(listed(layerOf(newer, { read: [dpkg(NGINX)] }))).toContain(
      'program nginx 1.26.3 /usr/sbin/nginx',
    );
  });

  it('keeps the copies that nobody explains', () => {
    const copy = program('/opt/nginx/sbin/nginx');
    expect(listed(layerOf(file, copy, { read: [dpkg(NGINX), ...owning] }))).toEqual([
      DEB,
      'program nginx 1.22.1 /opt/nginx/sbin/nginx',
    ]);
  });

  it('is explained by a name where contents were not asked for', () => {
    const named = manifest('nginx', [owned('/usr/sbin/nginx', 'any')]);
    const layer = layerOf(file, { read: [dpkg(NGINX), ...named] });
    expect(listed(layer, { depth: 'manifests' })).toEqual([DEB]);
  });
});

describe('a program in the package of somebody', () => {
  const path = '/usr/sbin/nginx';
  const layerWith = (record: CatalogedPackage): TestLayer =>
    layerOf(program(path), { read: [dpkg(record), ...manifest(record.name, [owned(path, BODY)])] });

  it.each<[string, CatalogedPackage, boolean]>([
    ['of another name', { name: 'acme', version: '1.0-1' }, true],
    [
      'of another name, by a maintainer of the distribution',
      { name: 'acme', version: '1.0-1', maintainer: 'team@lists.debian.org' },
      true,
    ],
    [
      'of another name and source package',
      { name: 'acme', version: '1.0-1', source: { name: 'tar', version: '1.35-1' } },
      true,
    ],
    [
      'of another archive that is not matched as that program',
      { name: 'kibana', version: '8.1.0', maintainer: 'info@elastic.co' },
      true,
    ],
    [
      'of another archive that has the name of the program and no version that it could have',
      { name: 'nginx', version: 'latest', maintainer: 'nginx-packaging@f5.com' },
      true,
    ],
    [
      'of another archive that is matched as the program',
      { name: 'nginx', version: '1.22.1-1~bookworm' },
      false,
    ],
    [
      'that is built from the source of the program',
      {
        name: 'libnginx-core',
        version: '1.22.1-9',
        source: { name: 'nginx', version: '1.22.1-9' },
      },
      false,
    ],
    ['that is called after the program', { name: 'nginx-extras', version: '1.22.1-9' }, false],
  ])('%s', (_, record, isListed) => {
    expect(listed(layerWith(record)).includes(OWN)).toBe(isListed);
  });
});

describe('a hostile image', () => {
  it('of many copies and many packages of one product is judged in time', () => {
    const copies = Array.from({ length: 5000 }, (_, at) => program(`/opt/${String(at)}/nginx`));
    const packages = Array.from({ length: 5000 }, (_, at) => ({
      name: 'nginx',
      version: `1.${String(at)}-1`,
    }));
    const environment = Array.from({ length: 50_000 }, (_, at) => `NGINX_VERSION=9.${String(at)}`);
    const layer = layerOf(...copies, { read: [dpkg(...packages)] });
    const cpuMs = startCpuClock();
    expect(check([layer], { environment }).inventory.packages.length).toBeGreaterThan(5000);
    expect(cpuMs()).toBeLessThan(20_000);
  }, 60_000);
});

describe('the accountability', () => {
  const tar = { read: [dpkg({ name: 'tar', version: '1.35-1' })] };
  const listedAs = (layer: TestLayer): readonly unknown[] =>
    (check([layer]).inventory.accountability?.unexplained ?? []).map(
      ({ location, program: id }) => [location.path, id],
    );

  it('says of what nobody explains what it says that it is', () => {
    const layer = layerOf(program('/usr/sbin/nginx'), tar, { files: { '/usr/bin/miner': 'x:?' } });
    expect(listedAs(layer)).toEqual([
      ['/usr/sbin/nginx', 'pkg:generic/nginx@1.22.1'],
      ['/usr/bin/miner', undefined],
    ]);
  });

  it('does not say so of a program that says too much to be believed', () => {
    expect(listedAs(layerOf(program('/srv/nginx', { version: '' }), tar))).toEqual([
      ['/srv/nginx', undefined],
    ]);
  });
});

describe('the environment of the image', () => {
  const file = layerOf(program('/usr/local/sbin/nginx'));
  const evidence = (environment: readonly string[], layer = file): readonly unknown[] => {
    const checked = check([layer], { environment });
    const { level, evidencedVersion } = checked.of('nginx').evidence;
    return [level, evidencedVersion, integrityFindings(checked.inventory).length];
  };

  it.each([
    ['agrees', ['PATH=/bin', 'NGINX_VERSION=1.22.1'], ['consistent', undefined, 0]],
    ['says less', ['NGINX_VERSION=1.22'], ['consistent', undefined, 0]],
    ['says what was packaged', ['NGINX_VERSION=1.22.1-1~bookworm'], ['consistent', undefined, 0]],
    ['says another version', ['NGINX_VERSION=1.27.0'], ['contradicted', '1.27.0', 1]],
    ['says too little', ['NGINX_VERSION=2'], ['claimed', undefined, 0]],
    ['says two', ['NGINX_VERSION=1.27.0', 'NGINX_VERSION=1.22.1'], ['consistent', undefined, 0]],
    ['names no version', ['NGINX_VERSION=stable'], ['claimed', undefined, 0]],
    ['speaks of something else', ['NODE_VERSION=1.27.0'], ['claimed', undefined, 0]],
  ])('%s', (_, environment, expected) => {
    expect(evidence(environment)).toEqual(expected);
  });

  it('speaks of one copy', () => {
    const two = layerOf(
      program('/a/nginx'),
      program('/b/nginx', { version: '1.27.0', body: 'x:b' }),
    );
    const checked = check([two], { environment: ['NGINX_VERSION=1.27.0'] });
    expect(checked.inventory.packages.map((pkg) => pkg.evidence.level)).toEqual([
      'claimed',
      'consistent',
    ]);
  });

  it('says nothing of what a package of the system explains', () => {
    const owning = manifest('nginx', [owned('/usr/sbin/nginx', BODY)]);
    const shipped = layerOf(program('/usr/sbin/nginx'), { read: [dpkg(NGINX), ...owning] });
    expect(evidence(['NGINX_VERSION=1.27.0'], shipped)[2]).toBe(0);
  });
});
