/**
 * Images that buildah builds from Dockerfiles with one fault each: the rule, the layer and the
 * instruction of the finding. Images without a fault, one of them as distroless images are laid
 * out, have none.
 */

import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { quietContext } from '../../src/core/base/context.ts';
import { scan } from '../../src/scan/pipeline/index.ts';
import { podmanStorage } from '../support/daemons.ts';
import { missingForInterop } from '../support/interop.ts';
import { sharedPath } from '../support/shared.ts';
import { needs } from '../support/tools.ts';

const ALPINE = sharedPath('samples/alpine/alpine-minirootfs-3.20.3-x86_64.tar.gz');
const missing = missingForInterop('buildah') ?? (ALPINE === undefined ? '../shared' : undefined);
const BUILD_MS = 600_000;

/** Three layers below what each Dockerfile adds; the fourth one is the first of its own. */
const BASE = 'FROM scratch\nADD alpine.tar.gz /\nRUN echo 1 > /first\nRUN echo 2 > /second\n';

/** One image. */
interface Scene {
  readonly name: string;
  /** What follows {@link BASE}. */
  readonly lines: readonly string[];
  readonly buildArguments?: readonly string[];
  readonly tag?: string;
  /** Rule, path, layer and instruction. */
  readonly expected: readonly (readonly [string, string, number, (string | undefined)?])[];
}

const CONFIG = 'image-config';
const LAST = 'USER 1000:1000';

const SCENES: readonly Scene[] = [
  {
    name: 'no fault',
    lines: ['RUN echo 3 > /third', 'EXPOSE 8080', 'HEALTHCHECK CMD true', LAST],
    expected: [],
  },
  {
    name: 'no user',
    lines: ['RUN echo 3 > /third'],
    expected: [['image/root-user', CONFIG, 3, undefined]],
  },
  {
    name: 'root as the last user',
    lines: [LAST, 'RUN echo 3 > /tmp/third', 'USER root'],
    expected: [['image/root-user', CONFIG, 3, 'USER root']],
  },
  {
    name: 'a service without a health check',
    lines: ['EXPOSE 8080', 'RUN echo 3 > /third', LAST],
    expected: [['image/no-health-check', CONFIG, 2, 'EXPOSE 8080']],
  },
  {
    name: 'a port of SSH',
    lines: ['RUN echo 3 > /third', 'EXPOSE 8080 22', 'HEALTHCHECK CMD true', LAST],
    expected: [['image/administration-port', CONFIG, 3, 'EXPOSE 8080 22']],
  },
  {
    name: 'a secret in a variable',
    lines: ['ENV MODE=fast DB_PASSWORD=correct-horse', 'RUN echo 3 > /third', LAST],
    expected: [['image/secret-variable', CONFIG, 2, 'ENV MODE=fast DB_PASSWORD=***']],
  },
  {
    name: 'a secret in a build argument',
    lines: ['ARG NPM_TOKEN', 'RUN echo 3 > /third', LAST],
    buildArguments: ['NPM_TOKEN=correct-horse'],
    expected: [['image/secret-variable', CONFIG, 3, 'RUN echo 3 > /third']],
  },
  {
    name: 'a set-user-ID program',
    lines: [
      'RUN cp /bin/busybox /usr/bin/tool && chmod 4755 /usr/bin/tool',
      'RUN echo 3 > /third',
      LAST,
    ],
    expected: [
      [
        'image/setuid-file',
        '/usr/bin/tool',
        3,
        'RUN cp /bin/busybox /usr/bin/tool && chmod 4755 /usr/bin/tool',
      ],
    ],
  },
  {
    name: 'a set-user-ID program that everyone may write',
    lines: ['RUN echo x > /tool && chown 7:8 /tool && chmod 4757 /tool', LAST],
    expected: [
      [
        'image/writable-setuid-file',
        '/tool',
        3,
        'RUN echo x > /tool && chown 7:8 /tool && chmod 4757 /tool',
      ],
    ],
  },
  {
    name: 'a directory that everyone may write',
    lines: ['RUN mkdir -m 0777 /srv/open', 'RUN mkdir -m 1777 /srv/sticky', LAST],
    expected: [['image/world-writable-directory', '/srv/open', 3, 'RUN mkdir -m 0777 /srv/open']],
  },
  {
    name: 'an empty password',
    lines: ['RUN echo 3 > /third', "RUN sed -i 's/^root:[^:]*:/root::/' /etc/shadow", LAST],
    expected: [
      ['image/empty-password', '/etc/shadow', 4, "RUN sed -i 's/^root:[^:]*:/root::/' /etc/shadow"],
    ],
  },
  {
    name: 'a twin of root',
    lines: ["RUN echo 'toor:x:0:0::/:/bin/sh' >> /etc/passwd", LAST],
    expected: [
      [
        'image/second-root-account',
        '/etc/passwd',
        3,
        "RUN echo 'toor:x:0:0::/:/bin/sh' >> /etc/passwd",
      ],
    ],
  },
  {
    name: 'a cache that a later instruction deletes',
    lines: ['RUN echo x > /var/cache/apk/APKINDEX.tar.gz', 'RUN rm -rf /var/cache/apk/*', LAST],
    expected: [
      ['image/apk-cache', '/var/cache/apk', 3, 'RUN echo x > /var/cache/apk/APKINDEX.tar.gz'],
    ],
  },
  {
    name: 'latest alone',
    lines: [LAST],
    tag: 'latest',
    expected: [['image/latest-tag', CONFIG, 2, undefined]],
  },
  {
    name: 'faults that later instructions correct',
    lines: [
      "RUN cp /bin/busybox /t && chmod 4755 /t && mkdir -m 0777 /o && echo 't:x:0:0::/:/bin/sh' >> /etc/passwd",
      "RUN chmod 0755 /t /o && sed -i '/^t:/d' /etc/passwd",
      'USER root',
      LAST,
    ],
    expected: [],
  },
];

describe.skipIf(missing !== undefined)(`image rules${needs(missing)}`, () => {
  let root: string;
  let env: NodeJS.ProcessEnv;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'assay-image-rules-'));
    env = { ...process.env, ...podmanStorage(join(root, 'storage')) };
    copyFileSync(ALPINE ?? '', join(root, 'alpine.tar.gz'));
    writeFileSync(join(root, 'app'), 'a program');
    writeFileSync(
      join(root, 'passwd'),
      'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n',
    );
  });
  afterAll(() => {
    rmSync(root, { recursive: true, force: true });
  });

  it.each(SCENES.map((scene) => [scene.name, scene] as const))(
    '%s',
    { timeout: BUILD_MS },
    async (_name, { lines, buildArguments = [], tag = '1.4.2', expected }) => {
      const archive = build(BASE + lines.join('\n'), tag, buildArguments);
      const found = await findings(archive);
      expect(found.text).not.toContain('correct-horse');
      expect(found.rows).toEqual(
        expected.map(([rule, path, layer, instruction]) => [rule, path, layer, instruction]),
      );
    },
  );

  it(
    'find nothing in an image that is laid out as distroless ones are',
    { timeout: BUILD_MS },
    async () => {
      const archive = build(
        'FROM scratch\nCOPY passwd /etc/passwd\nCOPY --chmod=0755 app /app\nENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt\nUSER 65532:65532\nENTRYPOINT ["/app"]\n',
        'nonroot',
      );
      expect((await findings(archive)).rows).toEqual([]);
    },
  );

  function build(dockerfile: string, tag: string, buildArguments: readonly string[] = []): string {
    const file = join(root, 'Dockerfile');
    writeFileSync(file, dockerfile);
    const name = `localhost/app:${tag}`;
    const given = buildArguments.map((one) => `--build-arg=${one}`);
    // The usual limits of buildah may be higher than those that a container may set.
    const limits = ['--ulimit=nofile=1024:1024', '--ulimit=nproc=1024:1024'];
    const flags = ['--quiet', '--isolation=chroot', '--layers', '--format=docker', ...limits];
    buildah('build', ...flags, ...given, '-t', name, '-f', file, root);
    const archive = join(root, 'app.tar');
    rmSync(archive, { force: true });
    buildah('push', '--quiet', name, `docker-archive:${archive}:${name}`);
    return archive;
  }

  function buildah(...args: readonly string[]): void {
    const { status, stderr } = spawnSync('buildah', args, { env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`buildah ${args.join(' ')}: ${stderr}`);
  }
});

const BENCH = process.env['ASSAY_TEST_BENCH_IMAGES'];
const benchImages =
  BENCH !== undefined && existsSync(join(BENCH, 'oci')) ? readdirSync(join(BENCH, 'oci')) : [];

describe.skipIf(benchImages.length === 0)(
  'images of the benchmark (needs ASSAY_TEST_BENCH_IMAGES)',
  () => {
    /** What the distributions themselves ship. */
    const USUAL = new Set(['image/root-user', 'image/latest-tag', 'image/setuid-file']);

    it.each(benchImages)('%s has no finding but those of its distribution', async (name) => {
      const { rows } = await findings(join(BENCH ?? '', 'oci', name));
      expect(rows.filter(([rule]) => !USUAL.has(rule))).toEqual([]);
      const owners = rows.filter(([rule]) => rule === 'image/setuid-file').map(([, path]) => path);
      expect(owners.every((path) => /^(?:\/usr)?\/(?:s?bin|lib)\//u.test(path))).toBe(true);
      expect(owners.length > 0).toBe(!name.startsWith('alpine'));
    });
  },
);

/**
 * The rule findings of an image: rule, path, layer and instruction, and all of the result as text.
 */
async function findings(reference: string): Promise<{
  readonly rows: readonly (readonly [string, string, number, string | undefined])[];
  readonly text: string;
}> {
  const { results } = await scan(
    { targets: [{ reference, kind: 'image' }], scanners: ['misconfig'], readsPackages: false },
    quietContext(),
  );
  const [result] = results;
  expect(result?.diagnostics).toEqual([]);
  const rules = (result?.findings ?? []).filter((one) => one.kind === 'rule');
  return {
    rows: rules.map(({ rule, location, instruction }) => [
      rule,
      location.path,
      location.layer,
      instruction,
    ]),
    text: JSON.stringify(rules),
  };
}
