import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { DEFAULT_LIMITS, quietContext, type Context } from '../../core/base/context.ts';
import { AssayError } from '../../core/base/errors.ts';
import { formatOutsideTarget } from '../../core/model/artifact/outside-link.ts';
import type { LayerEntry } from '../../core/model/artifact/artifact.ts';
import { compileSkips } from './tree/local-tree.ts';
import { openSource } from './open-source.ts';
import type { OpenArtifact, SourceRequest } from './source.ts';
import { missingTool, needs } from '../../../test/support/tools.ts';

const noPipes = missingTool('mkfifo');

let folder = '';
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'assay-folder-')));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const CONTEXT = quietContext();

function write(path: string, body: string | Uint8Array = ''): string {
  const full = join(folder, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, body);
  return full;
}

async function open(
  changes: Partial<SourceRequest>,
  context: Context = CONTEXT,
): Promise<OpenArtifact> {
  const [opened] = await openSource(
    {
      reference: folder,
      platforms: [],
      imageSources: ['docker'],
      skipDirs: [],
      skipFiles: [],
      env: { DOCKER_HOST: 'unix:///none/docker.sock' },
      ...changes,
    },
    context,
  );
  if (opened === undefined) throw new Error('expected an artifact');
  return opened;
}

/** A block of zeros but for the word in the header of a tar entry. */
function tarHead(): Uint8Array {
  const head = Buffer.alloc(1024);
  head.write('ustar', 257);
  return head;
}

describe('a file where a root file system is asked for', () => {
  it.each<[string, Uint8Array, string, RegExp]>([
    ['a tar archive', tarHead(), 'a tar archive', /assay image --input \S+x, and other/],
    ['a gzip file', Buffer.from('1f8b0800', 'hex'), 'a gzip file', /assay image --input /],
    ['a zip archive', Buffer.from('PK\u0003\u0004'), 'a zip archive', /docker save/],
    [
      'something else',
      Buffer.from('hello'),
      'a file of no known form (its first bytes are 68656c6c6f)',
      /docker save/,
    ],
  ])('is called by what it looks like: %s', async (_title, body, name, hint) => {
    const path = write('x', body);
    await expect(open({ reference: path, kind: 'rootfs' })).rejects.toMatchObject({
      code: 'DAMAGED',
      message: `"${path}" is ${name}, which is not a root file system`,
      hint: expect.stringMatching(hint) as string,
    });
  });
});

interface Walked {
  readonly entries: readonly LayerEntry[];
  readonly bodies: ReadonlyMap<string, string>;
}

async function walk(opened: OpenArtifact, context: Context = CONTEXT): Promise<Walked> {
  const entries: LayerEntry[] = [];
  const bodies = new Map<string, string>();
  await opened.walk(
    0,
    (entry) => {
      entries.push(entry);
      if (entry.type !== 'file') return undefined;
      let text = '';
      return {
        write: (piece) => (text += Buffer.from(piece).toString('latin1')),
        end: () => bodies.set(entry.path, text),
      };
    },
    context,
  );
  return { entries, bodies };
}

async function paths(opened: OpenArtifact): Promise<string[]> {
  return (await walk(opened)).entries.map((entry) => entry.path);
}

async function failure(action: Promise<unknown>): Promise<AssayError> {
  return action.then(
    () => {
      throw new Error('expected a failure');
    },
    (error: unknown) => {
      if (error instanceof AssayError) return error;
      throw error;
    },
  );
}

describe('folders', () => {
  it('are walked in the order of names', async () => {
    for (const path of ['b/x', 'a/z', 'a/B', 'c', 'a.txt']) write(path, path);
    chmodSync(join(folder, 'c'), 0o755);
    const opened = await open({ kind: 'directory' });
    expect(opened.artifact).toEqual({
      kind: 'directory',
      reference: folder,
      layers: [{}],
      source: { kind: 'directory' },
    });
    const { entries, bodies } = await walk(opened);
    expect(entries.map(({ path }) => path)).toEqual([
      '/',
      '/a',
      '/a/B',
      '/a/z',
      '/a.txt',
      '/b',
      '/b/x',
      '/c',
    ]);
    expect(entries.at(-1)).toEqual({ type: 'file', path: '/c', mode: 0o755, sizeBytes: 1 });
    expect(bodies.get('/a/B')).toBe('a/B');
    expect(await walk(opened)).toEqual({ entries, bodies });
  });

  it('give large files in pieces', async () => {
    write('large', Buffer.alloc(1_000_000, 'x'));
    const { bodies } = await walk(await open({ kind: 'directory' }));
    expect(bodies.get('/large')).toHaveLength(1_000_000);
  });

  it('name links and never follow them', async () => {
    write('secret/key', 'secret');
    mkdirSync(join(folder, 'root'));
    symlinkSync('../secret', join(folder, 'root', 'dir'));
    symlinkSync('/etc/passwd', join(folder, 'root', 'file'));
    symlinkSync('loop', join(folder, 'root', 'loop'));
    const { entries, bodies } = await walk(
      await open({ kind: 'directory', reference: join(folder, 'root') }),
    );
    expect(entries.slice(1)).toEqual([
      { type: 'symlink', path: '/dir', target: formatOutsideTarget(join(folder, 'secret')) },
      { type: 'symlink', path: '/file', target: formatOutsideTarget('/etc/passwd') },
      { type: 'symlink', path: '/loop', target: 'loop' },
    ]);
    expect(bodies.size).toBe(0);
  });

  it('may be given by a link', async () => {
    write('real/file');
    symlinkSync('real', join(folder, 'link'));
    expect(await paths(await open({ kind: 'directory', reference: join(folder, 'link') }))).toEqual(
      ['/', '/file'],
    );
  });

  it.skipIf(noPipes !== undefined)(`name pipes and do not open them${needs(noPipes)}`, async () => {
    execFileSync('sh', ['-c', 'mkfifo package-lock.json'], { cwd: folder });
    const entries: LayerEntry[] = [];
    const opened = await open({ kind: 'directory' });
    await opened.walk(0, (entry) => void entries.push(entry), CONTEXT);
    expect(entries).toEqual([
      expect.objectContaining({ type: 'directory', path: '/' }),
      { type: 'special', path: '/package-lock.json', what: 'a named pipe' },
    ]);
  });

  it('leave out what lies in .git folders', async () => {
    write('.git/objects/pack');
    write('sub/.git', 'gitdir: elsewhere');
    expect(await paths(await open({ kind: 'directory' }))).toEqual([
      '/',
      '/.git',
      '/sub',
      '/sub/.git',
    ]);
  });

  it('leave out what the patterns name', async () => {
    for (const path of ['a/keep', 'a/skip.log', 'b/x', 'c/b/y', 'd/b']) write(path);
    const opened = await open({
      kind: 'directory',
      skipDirs: ['**/b', join(folder, 'a', 'none')],
      skipFiles: ['*/*.log'],
    });
    expect(await paths(opened)).toEqual(['/', '/a', '/a/keep', '/c', '/d', '/d/b']);
  });

  it('report a file that is replaced while they are being read', async () => {
    write('file', 'inside');
    write('other', 'x');
    const opened = await open({ kind: 'directory' });
    const seen: string[] = [];
    await opened.walk(
      0,
      (entry) => {
        if (entry.path !== '/file') return undefined;
        unlinkSync(join(folder, 'file'));
        symlinkSync('/etc/passwd', join(folder, 'file'));
        return { write: () => seen.push('write'), end: () => seen.push('end') };
      },
      CONTEXT,
    );
    expect(seen).toEqual([]);
    expect(opened.diagnostics()).toEqual([
      {
        stage: 'source',
        message:
          'cannot read "/file": it is a symbolic link where none may be, or its links form a loop',
        location: { path: '/file', layer: 0 },
      },
    ]);
  });

  it('report a file that becomes shorter, and do not end its sink', async () => {
    write('file', Buffer.alloc(600_000));
    const opened = await open({ kind: 'directory' });
    const seen: string[] = [];
    await opened.walk(
      0,
      (entry) => {
        if (entry.type !== 'file') return undefined;
        write('file', 'short');
        return { write: () => undefined, end: () => seen.push('end') };
      },
      CONTEXT,
    );
    expect(seen).toEqual([]);
    expect(opened.diagnostics()[0]?.message).toContain('became shorter');
  });

  it.skipIf(process.getuid?.() !== 0)(
    'report names that are not UTF-8 (needs root and setpriv)',
    async () => {
      execFileSync('sh', ['-c', 'printf x > "$(printf "\\377")"'], { cwd: folder });
      const opened = await open({ kind: 'directory' });
      await walk(opened);
      expect(opened.diagnostics()[0]).toMatchObject({ gap: 'unreadable', stage: 'source' });
    },
  );

  it('bound entries and bytes', async () => {
    for (let index = 0; index < 10; index++) write(`f${index}`, 'x'.repeat(100));
    const few = quietContext({ limits: { ...DEFAULT_LIMITS, maxEntries: 5 } });
    expect((await failure(walk(await open({ kind: 'directory' }, few)))).code).toBe(
      'LIMIT_EXCEEDED',
    );
    const small = quietContext({ limits: { ...DEFAULT_LIMITS, maxUnpackedBytes: 500 } });
    expect((await failure(walk(await open({ kind: 'directory' }, small)))).code).toBe(
      'LIMIT_EXCEEDED',
    );
  });

  it('stop when the run is called off', async () => {
    for (let index = 0; index < 300; index++) write(`f${index}`);
    const aborted = quietContext({ signal: AbortSignal.abort() });
    expect((await failure(walk(await open({ kind: 'directory' }), aborted))).code).toBe(
      'INTERRUPTED',
    );
  });

  it('never give a path or body from outside, whatever links they hold', async () => {
    const name = fc.constantFrom('a', 'b', 'c', 'a/a', 'a/b', 'b/c/a');
    const target = fc.constantFrom(
      '..',
      '../..',
      '/',
      '/etc',
      '../secret',
      'a',
      '../../../../etc/passwd',
    );
    const outside = write('secret/key', 'secret');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(name, target), { maxLength: 5 }), async (links) => {
        const root = mkdtempSync(join(folder, 'root-'));
        for (const [path, to] of links) {
          try {
            mkdirSync(dirname(join(root, path)), { recursive: true });
            // Only where no link made before leads out of the root.
            if (realpathSync(dirname(join(root, path))).startsWith(root))
              symlinkSync(to, join(root, path));
          } catch {
            // Something else is there already.
          }
        }
        const { entries, bodies } = await walk(await open({ kind: 'directory', reference: root }));
        expect(bodies.size).toBe(0);
        for (const entry of entries) {
          expect(lstatSync(join(root, entry.path)).isSymbolicLink()).toBe(entry.type === 'symlink');
        }
        expect(lstatSync(outside).isFile()).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});

describe('folders that cannot be read', () => {
  it.skipIf(process.getuid?.() === 0)('are reported (needs another user than root)', async () => {
    write('closed/file');
    chmodSync(join(folder, 'closed'), 0);
    const opened = await open({ kind: 'directory' });
    await walk(opened);
    await walk(opened);
    chmodSync(join(folder, 'closed'), 0o700);
    expect(opened.diagnostics()).toEqual([
      {
        stage: 'source',
        gap: 'unreadable',
        message: 'cannot read "/closed": permission denied',
        location: { path: '/closed', layer: 0 },
      },
    ]);
  });
});

describe('root file systems', () => {
  it('are walked whole, system folders that are no mounts too', async () => {
    for (const path of ['etc/os-release', 'proc/version', 'x/.git/y']) write(path);
    const opened = await open({ kind: 'rootfs' });
    expect(opened.artifact.kind).toBe('rootfs');
    expect(await paths(opened)).toEqual([
      '/',
      '/etc',
      '/etc/os-release',
      '/proc',
      '/proc/version',
      '/x',
      '/x/.git',
      '/x/.git/y',
    ]);
  });
});

describe('bare targets', () => {
  it.each<[string, string, string]>([
    ['a root file system', 'usr/lib/os-release', 'rootfs'],
    ['a repository', '.git/HEAD', 'repository'],
    ['a folder', 'package.json', 'directory'],
  ])('are guessed: %s', async (_, path, kind) => {
    write(path);
    expect((await open({})).artifact.kind).toBe(kind);
  });

  it('are guessed: one file', async () => {
    const reference = write('sub/package-lock.json', '{}');
    const opened = await open({ reference });
    expect(opened.artifact.kind).toBe('file');
    write('sub/other');
    const { entries, bodies } = await walk(opened);
    expect(entries).toEqual([
      { type: 'file', path: '/package-lock.json', mode: 0o644, sizeBytes: 2 },
    ]);
    expect(bodies.get('/package-lock.json')).toBe('{}');
    expect((await open({ reference, kind: 'directory' })).artifact.kind).toBe('file');
  });

  it('are guessed: a link to a file', async () => {
    write('real.txt', 'x');
    symlinkSync('real.txt', join(folder, 'requirements.txt'));
    const opened = await open({ reference: join(folder, 'requirements.txt') });
    expect((await walk(opened)).bodies).toEqual(new Map([['/requirements.txt', 'x']]));
  });

  it.each([
    ['./none', undefined, 'NOT_FOUND', 'there is no file or folder "./none"'],
    ['none.tar', 'image', 'NOT_FOUND', 'it ends like a file name'],
    ['./none.tar', 'image', 'NOT_FOUND', 'there is no file or folder "./none.tar"'],
    ['alpine:3.19', 'image', 'NOT_FOUND', 'there is no socket at unix:///none/docker.sock'],
    ['ghcr.io/org/app', undefined, 'NOT_FOUND', 'Start the daemon'],
    ['Ghcr/App', undefined, 'NOT_FOUND', 'there is no file or folder "Ghcr/App"'],
    ['acme/App', 'image', 'USAGE', 'Repository names are written in lower case'],
    ['none', 'rootfs', 'NOT_FOUND', 'It was looked for from'],
    ['\0', 'directory', 'NOT_FOUND', 'there is no file'],
  ] as const)('are refused: %j as %s', async (reference, kind, code, message) => {
    const changes = kind === undefined ? { reference } : { reference, kind };
    const error = await failure(open(changes));
    expect(error.code).toBe(code);
    expect(`${error.message} ${error.hint ?? ''}`).toContain(message);
  });

  it.each([
    ['an empty file', ''],
    ['a zip archive', 'PK\x03\x04'],
    ['a JSON document', '{"a":1}'],
    ['its first bytes are 68656c6c6f', 'hello'],
  ])('say what they look like: %s', async (looks, body) => {
    const error = await failure(open({ kind: 'image', reference: write('thing', body) }));
    expect(error.code).toBe('DAMAGED');
    expect(error.message).toContain(looks);
  });

  it('do not take a folder for an image of the same name', async () => {
    write('alpine/file');
    const error = await failure(
      open({ kind: 'image', reference: `${join(folder, 'alpine')}:3.19` }),
    );
    expect(error.code).toBe('NOT_FOUND');
  });

  it('say that a folder is not an image and a file no root', async () => {
    expect((await failure(open({ kind: 'image' }))).message).toContain(
      'is a folder, which is not an image',
    );
    const file = await failure(open({ kind: 'rootfs', reference: write('f', 'x') }));
    expect(file.message).toContain('is not a root file system');
  });
});

describe('compileSkips', () => {
  it.each([
    ['vendor', '/vendor', true],
    ['/vendor', '/vendor', true],
    ['vendor', '/a/vendor', false],
    ['**/vendor', '/a/vendor', true],
    ['/srv/app/vendor', '/vendor', true],
    ['/elsewhere/vendor', '/vendor', false],
  ])('reads %s for %s below /srv/app as %s', (glob, path, expected) => {
    const isSkipped = compileSkips('/srv/app', { skipDirs: [glob], skipFiles: [] });
    expect(isSkipped(path, true)).toBe(expected);
    expect(isSkipped(path, false)).toBe(false);
  });
});
