/**
 * A root that rpm itself installed: clean as it is, and named file by file once somebody touches
 * it.
 */

import { appendFileSync, mkdirSync, mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { quietContext } from '../../src/core/base/context.ts';
import type { Package } from '../../src/core/model/package/package.ts';
import { scan } from '../../src/scan/pipeline/index.ts';
import { missingTool, needs, run } from '../support/tools.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'assay-rpm-root-'));
afterAll(() => {
  rmSync(FOLDER, { recursive: true, force: true });
});

const SPEC = `Name: alpha
Version: 1.2
Release: 4.el9
Summary: a
License: MIT
BuildArch: noarch
%description
a
%install
mkdir -p %{buildroot}/etc %{buildroot}/usr/bin %{buildroot}/usr/share/doc/alpha
echo conf > %{buildroot}/etc/alpha.conf
echo '#!/bin/sh' > %{buildroot}/usr/bin/alpha
chmod 755 %{buildroot}/usr/bin/alpha
ln -s alpha %{buildroot}/usr/bin/alpha-link
echo doc > %{buildroot}/usr/share/doc/alpha/README
%files
%config(noreplace) /etc/alpha.conf
/usr/bin/alpha
/usr/bin/alpha-link
%doc /usr/share/doc/alpha/README
`;

const OS_RELEASE = 'ID="rhel"\nVERSION_ID="9.4"\n';

describe.skipIf(missingTool('rpm', 'rpmbuild') !== undefined)(
  `a root of rpm${needs(missingTool('rpm', 'rpmbuild'))}`,
  () => {
    const root = join(FOLDER, 'root');

    beforeAll(() => {
      writeFileSync(join(FOLDER, 'alpha.spec'), SPEC);
      run('rpmbuild', ['-bb', '--define', `_topdir ${FOLDER}/build`, join(FOLDER, 'alpha.spec')]);
      mkdirSync(join(root, 'etc'), { recursive: true });
      writeFileSync(join(root, 'etc/os-release'), OS_RELEASE);
      const file = `${FOLDER}/build/RPMS/noarch/alpha-1.2-4.el9.noarch.rpm`;
      const common = ['--root', root, '--define', '_db_backend sqlite', '--dbpath', '/var/lib/rpm'];
      run('rpm', [...common, '--initdb']);
      run('rpm', [...common, '-i', '--nodeps', '--noscripts', '--nosignature', file]);
    }, 60_000);

    async function alpha(): Promise<Package | undefined> {
      const report = await scan({ targets: [{ reference: root, kind: 'rootfs' }] }, quietContext());
      return report.results[0]?.inventory.packages.find(({ name }) => name === 'alpha');
    }

    it('is verified as installed, without documentation as well', async () => {
      const evidence = (await alpha())?.evidence;
      expect(evidence?.contradictions).toEqual([]);
      expect(evidence?.level).toBe('verified');
      unlinkSync(join(root, 'usr/share/doc/alpha/README'));
      expect((await alpha())?.evidence.level).toBe('verified');
    });

    it('names the file that was changed, and not the configuration that people edit', async () => {
      appendFileSync(join(root, 'etc/alpha.conf'), 'x');
      expect((await alpha())?.evidence.level).toBe('verified');
      appendFileSync(join(root, 'usr/bin/alpha'), 'x');
      const evidence = (await alpha())?.evidence;
      expect(evidence?.level).toBe('contradicted');
      const paths = evidence?.contradictions
        .filter(({ isSevere }) => isSevere)
        .map(({ kind, location }) => `${kind} ${location.path}`);
      expect(paths).toEqual(['content /usr/bin/alpha']);
    });
  },
);
