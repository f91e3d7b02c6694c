/**
 * `assay push` of an image of 1 GB to a registry on loopback, compared with a scan and `skopeo
 * copy` one after the other.
 */

import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import {
  missingForRegistry,
  startRegistry,
  type RunningRegistry,
} from '../test/support/registry.ts';
import { missingRoom, writeLargeImage } from './large-image.ts';
import { inTurns, measureCommand, type Bench, type Cost } from './measure.ts';

const GATE = ['--fail-on', 'critical', '--allow-incomplete', '--skip-db-update'];
/** Data on the one package of the image, which it does not affect. */
const ADVISORY = {
  id: 'GHSA-bench',
  modified: '2024-01-01T00:00:00Z',
  affected: [
    {
      package: { ecosystem: 'npm', name: 'left' },
      ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '1.0.1' }] }],
    },
  ],
};
/** Memory of two runs differs by some MiB. */
const SAME_MEMORY = 1.1;

interface PushBench {
  readonly folder: string;
  readonly rounds: number;
}

/**
 * Measures pushes of an OCI layout and of an archive; empty, with the reason on standard error,
 * where something is missing.
 */
export async function pushedImage(assay: string, bench: PushBench): Promise<readonly Bench[]> {
  const missing = missingForRegistry ?? missingRoom(bench.folder);
  if (missing !== undefined) {
    console.error(`push: not measured, because this is missing: ${missing}`);
    return [];
  }
  const { layout, archive } = writeLargeImage(bench.folder);
  writeFileSync(path.join(bench.folder, 'advisory.json'), JSON.stringify(ADVISORY));
  return [
    ...(await measuredPush(assay, bench, {
      what: 'an OCI layout',
      source: layout,
      copied: layout,
    })),
    ...(await measuredPush(assay, bench, {
      what: 'a docker archive',
      source: archive,
      copied: `docker-archive:${archive}`,
    })),
  ];
}

async function measuredPush(
  assay: string,
  { folder, rounds }: PushBench,
  image: { readonly what: string; readonly source: string; readonly copied: string },
): Promise<readonly Bench[]> {
  // Each copy goes to a registry of its own, because a registry keeps a blob once for all its
  // repositories.
  const registries: RunningRegistry[] = [];
  for (let count = 0; count < 2 * rounds; count += 1) {
    registries.push(await startRegistry({ isLogged: false }));
  }
  const left = [...registries];
  let runCount = 0;
  const ours = (...args: readonly string[]): Cost => {
    runCount += 1;
    const cache = path.join(folder, `push-cache-${runCount}`);
    const data = ['--advisories', path.join(folder, 'advisory.json'), '--cache-dir', cache];
    const flags = [...GATE, ...data, '--quiet'];
    const cost = measureCommand(process.execPath, [assay, ...args, ...flags]);
    rmSync(cache, { recursive: true, force: true });
    return cost;
  };
  const toNext = (send: (target: string) => Cost): Cost => {
    const registry = left.pop();
    if (registry === undefined) throw new RangeError('no registry is left');
    const cost = send(`${registry.host}/app:1`);
    // What was stored would fill the disk.
    const blobs = registry.blobFile(`sha256:${'0'.repeat(64)}`).replace(/\/blobs\/.*$/u, '');
    rmSync(blobs, { recursive: true, force: true });
    return cost;
  };
  const copy = ['--insecure-policy', 'copy', '--quiet', '--all', '--dest-tls-verify=false'];
  try {
    const [scan, copied, push] = inTurns(rounds, [
      () => ours('image', image.source, '-o', path.join(folder, 'scan.txt')),
      () => toNext((to) => measureCommand('skopeo', [...copy, image.copied, `docker://${to}`])),
      () => toNext((to) => ours('push', image.source, to, '-o', path.join(folder, 'push.txt'))),
    ]);
    return benches(image.what, { scan, copied, push });
  } finally {
    for (const registry of registries) await registry[Symbol.asyncDispose]();
  }
}

function benches(
  what: string,
  { scan, copied, push }: { readonly scan: Cost; readonly copied: Cost; readonly push: Cost },
): readonly Bench[] {
  return [
    {
      bench: `push of 1 GB from ${what}`,
      of: 'wall of `assay push` / (wall of `assay image` + wall of `skopeo copy`)',
      ratio: push.wallMs / (scan.wallMs + copied.wallMs),
      target: 1.25,
      detail: {
        pushMs: push.wallMs,
        scanMs: scan.wallMs,
        copyMs: copied.wallMs,
        pushCpuMs: push.cpuMs,
        scanCpuMs: scan.cpuMs,
        copyCpuMs: copied.cpuMs,
      },
    },
    {
      bench: `memory of a push of 1 GB from ${what}`,
      of: 'peak of `assay push` / peak of `assay image`',
      ratio: push.rssMib / scan.rssMib,
      target: SAME_MEMORY,
      detail: { pushRssMib: push.rssMib, scanRssMib: scan.rssMib, copyRssMib: copied.rssMib },
    },
  ];
}
