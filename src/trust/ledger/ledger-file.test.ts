import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { quietContext } from '../../core/base/context.ts';
import { changeLedger, loadLedger, loadSoundLedger } from './ledger-file.ts';
import { recordSightings, type Sighting } from './ledger.ts';

const CONTEXT = quietContext();
let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-ledger-'));
  path = join(folder, 'assay.lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const image = (name: string, digit = 'a'): Sighting => ({
  kind: 'image',
  ref: `docker.io/library/${name}`,
  digest: `sha256:${digit.repeat(64)}`,
  from: 'docker.io',
});

async function record(rows: readonly Sighting[], day = 28): Promise<void> {
  await changeLedger(
    path,
    (ledger) => recordSightings(ledger, rows, `2026-11-${day}T07:00:00Z`),
    CONTEXT,
  );
}

const refsOf = async (): Promise<string[]> =>
  [...(await loadSoundLedger(path)).entries.values()].map(({ ref }) => ref).sort();

describe('the attributes of git', () => {
  const attributes = (): string => readFileSync(join(folder, '.gitattributes'), 'utf8');

  it.each([
    ['none', undefined, 'assay.lock merge=union text eol=lf\n'],
    ['others', '*.png binary\n', '*.png binary\nassay.lock merge=union text eol=lf\n'],
    [
      'one without a line end',
      '*.png binary',
      '*.png binary\nassay.lock merge=union text eol=lf\n',
    ],
    [
      'others with CRLF',
      '*.png binary\r\n',
      '*.png binary\r\nassay.lock merge=union text eol=lf\r\n',
    ],
    ['those of the ledger', 'assay.lock merge=union\n', 'assay.lock merge=union\n'],
    ['a driver of the user', '/assay.lock  merge=ours\n', '/assay.lock  merge=ours\n'],
    ['a refusal', 'assay.lock -merge\n', 'assay.lock -merge\n'],
    [
      'others of the ledger',
      'assay.lock text\n',
      'assay.lock text\nassay.lock merge=union text eol=lf\n',
    ],
  ])('get the line of the ledger where there are %s', async (_, before, after) => {
    mkdirSync(join(folder, '.git'));
    if (before !== undefined) writeFileSync(join(folder, '.gitattributes'), before);
    await record([image('a:1')]);
    expect(attributes()).toBe(after);
  });

  it('are not written outside of a working tree, nor through a link', async () => {
    await record([image('a:1')]);
    expect(() => attributes()).toThrow();
    mkdirSync(join(folder, '.git'));
    writeFileSync(join(folder, 'elsewhere'), '');
    symlinkSync('elsewhere', join(folder, '.gitattributes'));
    await record([image('a:2')]);
    expect(readFileSync(join(folder, 'elsewhere'), 'utf8')).toBe('');
  });
});

describe('a ledger on disk', () => {
  it('that is not there is empty', async () => {
    expect((await loadLedger(path)).ledger.entries.size).toBe(0);
  });

  it('that is a directory is refused', async () => {
    mkdirSync(path);
    await expect(loadLedger(path)).rejects.toThrow(`the ledger "${path}" cannot be read`);
  });

  it('with a bad line is not overwritten', async () => {
    writeFileSync(path, '{"assay.lock":1}\nmine\n');
    await expect(record([image('a:1')])).rejects.toThrow(`${path}:2: "mine" is not valid JSON`);
    expect(readFileSync(path, 'utf8')).toBe('{"assay.lock":1}\nmine\n');
  });

  it('keeps what several processes record at once', async () => {
    await Promise.all(Array.from({ length: 8 }, (_, n) => record([image(`a:${n}`)])));
    expect(await refsOf()).toHaveLength(8);
  });
});
