/**
 * Dockerfiles that buildah builds before and after `assay audit --fix`. Their bases are `scratch`,
 * with one shell inside.
 */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { identifyRuleFindings } from '../../src/core/model/rule/rule-identity.ts';
import { lookAgainWith } from '../../src/tasks/audit/fix/look-again.ts';
import { planFixes } from '../../src/tasks/audit/fix/plan-fixes.ts';
import { missingAbility } from '../support/abilities.ts';
import { podmanStorage } from '../support/daemons.ts';
import { missingForInterop } from '../support/interop.ts';
import { needs } from '../support/tools.ts';

const missing = missingForInterop('buildah', 'busybox');
const missingHereDocuments = missing ?? missingAbility('buildah/here-documents');

const look = lookAgainWith(['misconfig'], undefined);

/** Scripts in the place of package managers, which write down how they were called. */
const MANAGERS = ['apt-get', 'apk', 'yum', 'dnf', 'zypper', 'pip', 'useradd'];

const FILES: readonly (readonly [name: string, text: string])[] = [
  ['a chain', 'RUN apt-get update && apt-get install a=1\n'],
  ['CRLF', 'RUN apt-get update \\\r\n  && apt-get install -y a=1\r\n'],
  ['comments between', 'RUN\tyum install \\\n# why\n\ta-1\n'],
  ['the escape character', 'RUN dnf install `\n  a-1\n'],
  ['ADD and COPY', 'ADD a b /c/\nCOPY a b /d\n'],
  ['others', 'MAINTAINER Jo <jo@example.com>\nRUN useradd -u 123456 a\nRUN zypper in a=1\n'],
];

const HERE_DOCUMENT = 'RUN <<EOF\nset -e\napk add a=1\npip install b==1\nEOF\n';

describe.skipIf(missing !== undefined)(`fixed files${needs(missing)}`, () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'assay-audit-fix-'));
    mkdirSync(join(folder, 'bin'));
    const shell = spawnSync('sh', ['-c', 'command -v busybox'], { encoding: 'utf8' });
    writeFileSync(join(folder, 'bin/sh'), readFileSync(shell.stdout.trim()), { mode: 0o755 });
    for (const name of MANAGERS) {
      writeFileSync(join(folder, 'bin', name), '#!/bin/sh\necho "$0 $*" >>/called\n', {
        mode: 0o755,
      });
    }
    for (const name of ['a', 'b']) writeFileSync(join(folder, name), name);
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
    rmSync(`${folder}-storage`, { recursive: true, force: true });
  });

  function build(text: string): number | null {
    const directive = text.includes('`') ? '# escape=`\n' : '';
    const head = `${directive}FROM scratch\nCOPY bin /bin\nENV PATH=/bin\n`;
    writeFileSync(join(folder, 'Dockerfile'), head + text);
    // The usual limits of buildah may be higher than those that a container may set.
    const limits = ['nofile', 'nproc'].flatMap((name) => ['--ulimit', `${name}=1024:1024`]);
    const args = ['build', '--isolation=chroot', ...limits, '--quiet', folder];
    const env = { ...process.env, ...podmanStorage(`${folder}-storage`) };
    return spawnSync('buildah', args, { env, encoding: 'utf8', timeout: 240_000 }).status;
  }

  async function fixed(text: string): Promise<string> {
    const directive = text.includes('`') ? '# escape=`\n' : '';
    const head = `${directive}FROM scratch\n`;
    const bytes = Buffer.from(head + text);
    const findings = identifyRuleFindings(await look('/Dockerfile', bytes));
    const [plan] = await planFixes({ findings, setAside: [], read: () => bytes, lookAgain: look });
    return Buffer.from(plan?.fresh ?? bytes)
      .toString()
      .slice(head.length);
  }

  async function expectBuilt(text: string): Promise<void> {
    const after = await fixed(text);
    expect(after).not.toBe(text);
    expect([build(text), build(after)]).toEqual([0, 0]);
  }

  it.each(FILES)('%s', async (_, text) => {
    await expectBuilt(text);
  });

  it.skipIf(missingHereDocuments !== undefined)(
    `a here-document${needs(missingHereDocuments)}`,
    async () => {
      await expectBuilt(HERE_DOCUMENT);
    },
  );
});
