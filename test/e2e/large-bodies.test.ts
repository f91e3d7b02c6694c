/**
 * Files that are larger than what is digested in one go: their changes are seen in every form of an
 * image.
 */

import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS, quietContext, type Limits } from '../../src/core/base/context.ts';
import { writeTar, type TarMember } from '../../src/formats/archive/tar/tar-writer.ts';
import { scan } from '../../src/scan/pipeline/index.ts';
import { dockerArchive, makeImage, type LayerForm } from '../support/stored-images.ts';

const LARGE_BYTES = 3 * 1024 * 1024;
/** Together they are worth the lanes in which MD5 of several files is taken at once. */
const LARGE = ['one', 'two', 'three', 'four'];
const SMALL = ['small', 'empty'];

const STATUS = `Package: big
Status: install ok installed
Architecture: all
Version: 1.0-1
Maintainer: A Person <a@example.org>
Description: a package
`;

function bodyOf(name: string): Buffer {
  if (name === 'empty') return Buffer.alloc(0);
  return Buffer.alloc(name === 'small' ? 10 : LARGE_BYTES, `body of ${name}, `);
}

function members(changed: string | undefined): TarMember[] {
  const names = [...LARGE, ...SMALL];
  const sums = names.map((name) => {
    const sum = createHash('md5').update(bodyOf(name)).digest('hex');
    return `${sum}  usr/lib/big/${name}.so\n`;
  });
  return [
    { path: 'etc/os-release', body: 'ID=debian\nVERSION_ID="13"\n' },
    { path: 'var/lib/dpkg/status', body: STATUS },
    { path: 'var/lib/dpkg/info/big.md5sums', body: sums.join('') },
    { path: 'var/lib/dpkg/info/big.list', body: '/usr/lib/big\n' },
    ...names.map((name) => {
      const body = bodyOf(name);
      // The very last byte.
      if (name === changed) body[body.length - 1] = 0;
      return { path: `usr/lib/big/${name}.so`, body };
    }),
  ];
}

describe.each<LayerForm>(['plain', 'gzip'])('in an archive whose layers are %s', (form) => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'assay-large-'));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function look(
    changed: string | undefined,
    limits: Partial<Limits> = {},
  ): ReturnType<typeof scan> {
    const file = path.join(folder, `${changed ?? 'clean'}.tar`);
    const image = makeImage([members(changed)], { forms: [form] });
    writeFileSync(file, writeTar(dockerArchive([{ image, tags: ['big:1'] }])));
    return scan(
      {
        targets: [{ reference: file, kind: 'image' }],
        policy: { failOnTamper: true, allowIncomplete: 'all' },
      },
      {
        ...quietContext({ limits: { ...DEFAULT_LIMITS, ...limits } }),
        now: () => Date.parse('2025-09-01'),
      },
    );
  }

  it('are clean where nothing was changed', async () => {
    const report = await look(undefined);
    expect(report.results.flatMap(({ findings }) => findings)).toEqual([]);
    const levels = report.results.flatMap(({ inventory }) =>
      inventory.packages.map(({ name, evidence }) => [name, evidence.level]),
    );
    expect(levels).toEqual([['big', 'verified']]);
  });

  it('are read the same where there is next to no memory for what is read', async () => {
    const inventories = [await look('one'), await look('one', { maxMemoryBytes: 1 })].map(
      ({ results, verdict }) => ({ results, verdict }),
    );
    expect(inventories[1]).toEqual(inventories[0]);
  });

  it.each([...LARGE, 'small'])('are named where they were changed: %s', async (name) => {
    const report = await look(name);
    expect(report.verdict.exitCode).toBe(5);
    const paths = report.results.flatMap(({ findings }) =>
      findings.map((finding) =>
        finding.kind === 'integrity' ? finding.contradiction.location.path : finding.kind,
      ),
    );
    expect(paths).toEqual([`/usr/lib/big/${name}.so`]);
  });
});
