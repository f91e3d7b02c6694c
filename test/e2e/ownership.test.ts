/**
 * Packages that dpkg itself builds and installs into a root of Debian 12: what they ship, and what
 * a gate says about it.
 */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { runHere, type Outcome } from '../support/run-here.ts';
import { missingRoot, missingTool, needs, run } from '../support/tools.ts';
import { zip } from '../support/zip.ts';

const missing = missingRoot() ?? missingTool('dpkg', 'dpkg-deb');

/** A package as its packager writes it, with the files in it. */
interface Deb {
  readonly control: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string | Uint8Array>>;
}

const LOG4J = zip([
  {
    name: 'META-INF/maven/org.apache.logging.log4j/log4j-core/pom.properties',
    body: 'version=2.11.1\ngroupId=org.apache.logging.log4j\nartifactId=log4j-core\n',
  },
]);
const metadata = (name: string, version: string): string =>
  `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`;
const TEAM = 'Debian Python Team <team+python@tracker.debian.org>';

const elasticsearch = (control: Deb['control'] = {}): Deb => ({
  control: {
    Package: 'elasticsearch',
    Version: '7.16.0',
    Maintainer: 'Elasticsearch Team <info@elastic.co>',
    ...control,
  },
  files: { '/usr/share/elasticsearch/lib/log4j-core-2.11.1.jar': LOG4J },
});
const pip = (control: Deb['control'] = {}): Deb => ({
  control: {
    Package: 'python3-pip',
    Source: 'python-pip',
    Version: '23.0.1+dfsg-1',
    Maintainer: TEAM,
    ...control,
  },
  files: {
    '/usr/lib/python3/dist-packages/pip-23.0.1.dist-info/METADATA': metadata('pip', '23.0.1'),
  },
});
const django = (control: Deb['control'] = {}): Deb => ({
  control: {
    Package: 'acme-django',
    Version: '4.0-1',
    Maintainer: 'Acme <dev@acme.example>',
    ...control,
  },
  files: {
    '/usr/lib/python3/dist-packages/Django-4.0.dist-info/METADATA': metadata('Django', '4.0'),
  },
});

function osv(id: string, ecosystem: string, name: string, alias: string): object {
  return {
    id,
    aliases: [alias],
    modified: '2024-01-01T00:00:00Z',
    severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
    affected: [
      {
        package: { ecosystem, name },
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '99' }] }],
      },
    ],
  };
}

/** Debian's own words: pip has other entries, and one flaw of Django's is fixed. */
const TRACKER = {
  'python-pip': {
    'CVE-2021-3572': {
      releases: { bookworm: { status: 'resolved', fixed_version: '20.3.4-2', urgency: 'low' } },
    },
  },
  elasticsearch: {
    'CVE-2015-1427': {
      releases: { bookworm: { status: 'resolved', fixed_version: '1.0.3-1', urgency: 'high' } },
    },
  },
  'python-django': {
    'CVE-2022-28346': {
      releases: { bookworm: { status: 'resolved', fixed_version: '3:4.0-1', urgency: 'high' } },
    },
  },
};
const RECORDS = {
  'GHSA-jfh8-c2jp-5v3q.json': osv(
    'GHSA-jfh8-c2jp-5v3q',
    'Maven',
    'org.apache.logging.log4j:log4j-core',
    'CVE-2021-44228',
  ),
  'GHSA-mq26-g339-26xf.json': osv('GHSA-mq26-g339-26xf', 'PyPI', 'pip', 'CVE-2023-5752'),
  'GHSA-2gwj-7jmv-h26r.json': osv('GHSA-2gwj-7jmv-h26r', 'PyPI', 'django', 'CVE-2022-28346'),
};

describe.skipIf(missing !== undefined)(`what packages ship${needs(missing)}`, () => {
  let cwd = '';

  beforeAll(async () => {
    cwd = mkdtempSync(path.join(tmpdir(), 'assay-e2e-ownership-'));
    writeFileSync(path.join(cwd, 'tracker.json'), JSON.stringify(TRACKER));
    for (const [file, record] of Object.entries(RECORDS)) {
      writeFileSync(path.join(cwd, file), JSON.stringify(record));
    }
    const imported = await assay('db', 'import', 'tracker.json', ...Object.keys(RECORDS));
    expect(imported.exitCode).toBe(0);
  }, 60_000);

  afterAll(() => {
    rmSync(cwd, { recursive: true });
  });

  function assay(...args: readonly string[]): Promise<Outcome> {
    return runHere(args, { cwd, env: { ASSAY_OFFLINE: 'true' } });
  }

  /** A root of Debian 12 with these packages, as dpkg leaves it. */
  function rootOf(name: string, debs: readonly Deb[]): string {
    const root = path.join(cwd, name.replaceAll(/\W/g, '-'));
    mkdirSync(path.join(root, 'etc'), { recursive: true });
    writeFileSync(path.join(root, 'etc/os-release'), 'ID=debian\nVERSION_ID="12"\n');
    for (const part of ['info', 'updates']) {
      mkdirSync(path.join(root, 'var/lib/dpkg', part), { recursive: true });
    }
    for (const file of ['status', 'available'])
      writeFileSync(path.join(root, 'var/lib/dpkg', file), '');
    for (const { control, files } of debs) {
      const tree = path.join(cwd, `build-${control['Package'] ?? ''}`);
      mkdirSync(path.join(tree, 'DEBIAN'), { recursive: true });
      const fields = { Architecture: 'all', Description: 'a', ...control };
      const text = Object.entries(fields).map(([key, value]) => `${key}: ${value}\n`);
      writeFileSync(path.join(tree, 'DEBIAN/control'), text.join(''));
      for (const [file, body] of Object.entries(files)) {
        mkdirSync(path.dirname(path.join(tree, file)), { recursive: true });
        writeFileSync(path.join(tree, file), body);
      }
      const sums = run('sh', ['-c', 'cd "$1" && find usr -type f -exec md5sum {} +', 'sh', tree]);
      writeFileSync(path.join(tree, 'DEBIAN/md5sums'), sums);
      const deb = `${tree}.deb`;
      run('dpkg-deb', ['--build', '--root-owner-group', tree, deb]);
      run('dpkg', ['--root', root, '--force-depends', '--force-not-root', '-i', deb]);
      rmSync(tree, { recursive: true });
      rmSync(deb);
    }
    return root;
  }

  it.each<readonly [string, readonly Deb[], string, number]>([
    ['Elasticsearch', [elasticsearch()], 'high', 1],
    [
      'Elasticsearch by a maintainer at debian.org',
      [elasticsearch({ Maintainer: 'Debian Java <pkg-java@lists.debian.org>' })],
      'high',
      1,
    ],
    [
      'Elasticsearch that claims to be built from python-pip',
      [elasticsearch({ Source: 'python-pip', Maintainer: TEAM })],
      'high',
      1,
    ],
    [
      'Elasticsearch with a known vendor and the dependencies of Java',
      [
        elasticsearch({
          Vendor: 'Elasticsearch',
          Depends: 'default-jre-headless',
          Maintainer: TEAM,
        }),
      ],
      'high',
      1,
    ],
    ["a vendor's Django", [django({ Depends: 'python3' })], 'high', 1],
    [
      "a vendor's Django that claims Debian's source package",
      [django({ Depends: 'python3', Source: 'python-django', Maintainer: TEAM })],
      'high',
      1,
    ],
    ["Debian's pip", [pip()], 'high', 0],
    [
      "Debian's pip without a maintainer of Debian",
      [pip({ Maintainer: 'A <a@gmail.com>' })],
      'high',
      0,
    ],
    ["Debian's pip under owned", [pip()], 'high,high+owned', 1],
    [
      "Debian's Django, of which Debian says that it is fixed",
      [
        {
          ...django({
            Package: 'python3-django',
            Source: 'python-django',
            Version: '3:4.0-1',
            Maintainer: TEAM,
          }),
        },
      ],
      'high,high+owned',
      0,
    ],
    ["Debian's pip beside Elasticsearch", [pip(), elasticsearch()], 'high', 1],
  ])('%s', async (name, debs, failOn, exitCode) => {
    const root = rootOf(name, debs);
    const found = await assay('rootfs', root, '--fail-on', failOn);
    expect(`${found.stdout}${found.stderr}`).not.toContain('Content contradicts');
    expect(found.exitCode).toBe(exitCode);
    const all = await assay('rootfs', root, '--exit-code', '1', '-f', 'json');
    const isCounted = exitCode === 1 && !failOn.includes('owned');
    expect(all.exitCode).toBe(isCounted ? 1 : 0);
    if (name === "Debian's pip") {
      expect(found.stdout).toContain('only the condition "owned" counts it');
      expect(found.stdout).toContain('pip, owned by python3-pip');
      expect(all.stdout).toContain('"ownedBy"');
    }
  });

  it('names packages of other archives as one gap', async () => {
    const root = rootOf('other archives', [
      {
        control: {
          Package: 'docker-ce',
          Version: '5:27.0.1-1~debian.12~bookworm',
          Maintainer: 'Docker <support@docker.com>',
        },
        files: { '/usr/share/docker-ce/a': 'a' },
      },
      {
        control: { Package: 'nginx', Version: '1.25.3-1~bookworm', Maintainer: 'A <a@b.example>' },
        files: { '/usr/share/nginx/a': 'a' },
      },
    ]);
    const { exitCode, stdout } = await assay('rootfs', root, '--fail-on', 'high');
    expect(exitCode).toBe(6);
    expect(stdout).toContain('2 packages (docker-ce, nginx) are not built by the distribution');
  });
});
