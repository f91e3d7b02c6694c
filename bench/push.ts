/** `assay push` of a large image to a registry on loopback, compared with a scan and `skopeo copy` one after the other. */

import path from 'node:path';

import {
  missingForRegistry,
  startRegistry,
  type RunningRegistry,
} from '../test/support/registry.ts';
import { inTurns, measureCommand, type Bench } from './measure.ts';

/** The largest of the bench images. */
const IMAGE = 'trixie-full';
/** A gate that needs no advisory data. */
const GATE = ['--fail-on-tamper', '--scanners', 'packages', '--allow-incomplete', '--quiet'];

/** Measures one push with an empty cache to an empty registry; empty without docker-registry and skopeo. */
export async function pushedImage(
  assay: string,
  {
    images,
    folder,
    rounds,
  }: { readonly images: string; readonly folder: string; readonly rounds: number },
): Promise<readonly Bench[]> {
  if (missingForRegistry !== undefined) return [];
  const layout = `oci:${path.join(images, 'oci', IMAGE)}`;
  // Each copy goes to a registry of its own, because a registry keeps a blob once for all its repositories.
  const registries: RunningRegistry[] = [];
  for (let count = 0; count < 2 * rounds; count += 1) {
    registries.push(await startRegistry({ isLogged: false }));
  }
  try {
    return [
      measuredPush(assay, { layout, folder, rounds, hosts: registries.map(({ host }) => host) }),
    ];
  } finally {
    for (const registry of registries) await registry[Symbol.asyncDispose]();
  }
}

function measuredPush(
  assay: string,
  {
    layout,
    folder,
    rounds,
    hosts,
  }: {
    readonly layout: string;
    readonly folder: string;
    readonly rounds: number;
    readonly hosts: string[];
  },
): Bench {
  let runCount = 0;
  const ours = (...args: readonly string[]): ReturnType<typeof measureCommand> => {
    runCount += 1;
    const cache = path.join(folder, `push-cache-${runCount}`);
    return measureCommand(process.execPath, [assay, ...args, ...GATE, '--cache-dir', cache]);
  };
  const target = (): string => `${hosts.pop() ?? ''}/app:1`;
  const [scan, copy, push] = inTurns(rounds, [
    () => ours('image', layout, '-o', path.join(folder, 'scan.txt')),
    () =>
      measureCommand('skopeo', [
        ...['--insecure-policy', 'copy', '--quiet', '--all', '--dest-tls-verify=false'],
        ...[layout, `docker://${target()}`],
      ]),
    () => ours('push', layout, target(), '-o', path.join(folder, 'push.txt')),
  ]);
  return {
    bench: 'push of an image',
    of: 'wall of `assay push` / (wall of `assay image` + wall of `skopeo copy`)',
    ratio: push.wallMs / (scan.wallMs + copy.wallMs),
    target: 1.25,
    detail: {
      pushMs: push.wallMs,
      scanMs: scan.wallMs,
      copyMs: copy.wallMs,
      pushCpuMs: push.cpuMs,
      scanCpuMs: scan.cpuMs,
      copyCpuMs: copy.cpuMs,
      pushRssMib: push.rssMib,
      scanRssMib: scan.rssMib,
    },
  };
}
