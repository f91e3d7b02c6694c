/**
 * `assay pin --check` of 1,000 files of several formats, compared with reading and hashing them.
 */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { inTurns, measure, type Bench, type Cost } from './measure.ts';

const FLOOR = fileURLToPath(new URL('read-and-hash.mjs', import.meta.url));
const FILES = 1000;
const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;
const COMMIT = '0123456789abcdef0123456789abcdef01234567';

/**
 * Measures checks of files below `folder`, all of them pinned: the first check, which parses them,
 * and the second one, whose readings are in the cache. The floor is another process of Node.js that
 * walks the same tree, and reads and hashes the files.
 */
export function pinCheck(assay: string, folder: string, rounds: number): readonly Bench[] {
  const root = path.join(folder, 'pinned');
  for (let index = 0; index < FILES; index += 1) {
    const [name, text] = fileOf(index);
    const file = path.join(root, `service-${index}`, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  const cache = path.join(folder, 'cache-of-checks');
  const check = (): Cost =>
    measure([assay, 'pin', root, '--check', '--config', 'none', '--cache-dir', cache]);
  const firstCheck = (): Cost => {
    rmSync(cache, { recursive: true, force: true });
    return check();
  };
  const floor = (): Cost => measure([FLOOR, root]);
  return [
    benchOf('first', inTurns(rounds, [firstCheck, floor])),
    benchOf('second', inTurns(rounds, [check, floor])),
  ];
}

function benchOf(which: string, [check, floor]: readonly [check: Cost, floor: Cost]): Bench {
  return {
    bench: `${which} pin --check of ${FILES} files`,
    of: 'wall of `assay pin --check` / wall of reading and hashing the files',
    ratio: check.wallMs / floor.wallMs,
    target: 2,
    detail: {
      wallMs: check.wallMs,
      cpuMs: check.cpuMs,
      rssMib: check.rssMib,
      floorMs: floor.wallMs,
      floorCpuMs: floor.cpuMs,
    },
  };
}

/**
 * Half of the files are Dockerfiles, the others workflows, compose files and manifests of
 * Kubernetes.
 */
function fileOf(index: number): readonly [name: string, text: string] {
  if (index % 2 === 0) return ['Dockerfile', dockerfile(index)];
  switch (index % 5) {
    case 0:
    case 1:
      return ['.github/workflows/ci.yml', workflow(index)];
    case 2:
    case 3:
      return ['deploy/app.yaml', manifest(index)];
    default:
      return ['compose.yaml', compose(index)];
  }
}

function dockerfile(index: number): string {
  const run = Array.from(
    { length: 20 },
    (_, line) => `RUN install package-${line} \\\n    --quiet`,
  );
  return [
    '# syntax=docker/dockerfile:1@' + DIGEST,
    `FROM node:22@${DIGEST} AS build-${index}`,
    'WORKDIR /app',
    'COPY package.json package-lock.json ./',
    ...run,
    `FROM debian:12@${DIGEST}`,
    `COPY --from=build-${index} /app /app`,
    'CMD ["node", "/app/server.js"]',
    '',
  ].join('\n');
}

function workflow(index: number): string {
  const steps = Array.from({ length: 10 }, (_, step) =>
    [
      `      - uses: actions/checkout@${COMMIT} # v4.2.${step}`,
      '        with:',
      `          path: part-${index}-${step}`,
      '      - run: |',
      '          npm ci',
      '          npm test',
    ].join('\n'),
  );
  return `on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n${steps.join('\n')}\n`;
}

function manifest(index: number): string {
  const containers = Array.from(
    { length: 3 },
    (_, at) =>
      `        - name: c${at}\n          image: nginx:1.27@${DIGEST}\n          ports:\n            - containerPort: 80${at}`,
  );
  return `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app-${index}\nspec:\n  template:\n    spec:\n      containers:\n${containers.join('\n')}\n`;
}

function compose(index: number): string {
  const services = Array.from(
    { length: 5 },
    (_, at) => `  s${at}:\n    image: redis:7@${DIGEST}\n    environment:\n      INDEX: "${index}"`,
  );
  return `services:\n${services.join('\n')}\n`;
}
