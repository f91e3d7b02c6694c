/**
 * `assay verify` of a signed image in a registry on loopback, compared with cosign and with an
 * empty Node.
 */

import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { pushFiles } from '../test/support/registry-push.ts';
import { missingForRegistry, startRegistry } from '../test/support/registry.ts';
import { makeImage, ociFiles } from '../test/support/stored-images.ts';
import { missingTool } from '../test/support/tools.ts';
import { inTurns, measureCommand, type Bench } from './measure.ts';

/** Measures the verification of one image by one key; empty without the programs that it needs. */
export async function imageSignatures(
  assay: string,
  folder: string,
  rounds: number,
): Promise<readonly Bench[]> {
  if ((missingForRegistry ?? missingTool('cosign')) !== undefined) return [];
  const root = path.join(folder, 'signatures');
  mkdirSync(root, { recursive: true });
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = path.join(root, 'key.pem');
  const verifyKey = path.join(root, 'key.pub');
  writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  writeFileSync(verifyKey, publicKey.export({ type: 'spki', format: 'pem' }));
  await using registry = await startRegistry({ isLogged: false });
  const name = `${registry.host}/app`;
  const image = makeImage([[{ path: 'srv/data', body: 'content' }]]);
  await pushFiles(name, ['1'], ociFiles([{ tag: '1', image }]));
  const node = process.execPath;
  execFileSync(node, [assay, 'sign', `${name}:1`, '--sign-key', key], { stdio: 'ignore' });
  const named = ['--key', verifyKey, `${name}:1`];
  const [ours, cosign, floor] = inTurns(rounds, [
    () => measureCommand(node, [assay, 'verify', ...named]),
    () => measureCommand('cosign', ['verify', '--insecure-ignore-tlog', ...named]),
    () => measureCommand(node, ['-e', '0']),
  ]);
  return [
    {
      bench: 'signatures of an image',
      of: 'wall of `assay verify` by a key / wall of `cosign verify` without its log',
      ratio: ours.wallMs / cosign.wallMs,
      target: 0.7,
      detail: {
        wallMs: ours.wallMs,
        cpuMs: ours.cpuMs,
        cosignMs: cosign.wallMs,
        cosignCpuMs: cosign.cpuMs,
        nodeMs: floor.wallMs,
        nodeCpuMs: floor.cpuMs,
      },
    },
  ];
}
