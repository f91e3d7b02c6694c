/**
 * Real container daemons in a temporary folder, each with a root, a state folder and a socket of
 * its own. They are ended by their process id; a test file starts each of them once.
 */

import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import path from 'node:path';

import { missingTool } from './tools.ts';

/** Docker, containerd and a root's storage want to be run by root. */
const isRoot = process.getuid?.() === 0;

export const noDocker = isRoot ? missingTool('dockerd', 'containerd') : 'root';
export const noContainerd = isRoot ? missingTool('containerd', 'ctr') : 'root';
export const noPodman = missingTool('podman');

export interface Daemon extends AsyncDisposable {
  readonly socket: string;
  /** Variables that lead to it. */
  readonly env: Readonly<Record<string, string>>;
}

/** Starts without network, as nothing is run in it. */
export async function startDocker(folder: string): Promise<Daemon> {
  const socket = path.join(folder, 'docker.sock');
  const dirs = ['--data-root', 'docker/data', '--exec-root', 'docker/exec', '-p', 'docker.pid'];
  const network = ['--iptables=false', '--ip6tables=false', '--bridge=none'];
  const args = [...network, '--storage-driver=vfs', ...inFolder(folder, dirs)];
  const child = start(folder, 'dockerd', [...args, '-H', `unix://${socket}`]);
  await untilThere(child, folder, () => answers(socket));
  return daemon(child, socket, { DOCKER_HOST: `unix://${socket}` });
}

export async function startContainerd(folder: string): Promise<Daemon & { readonly root: string }> {
  const socket = path.join(folder, 'containerd.sock');
  const root = path.join(folder, 'containerd/root');
  const state = path.join(folder, 'containerd/state');
  const args = ['--root', root, '--state', state, '--address', socket, '-c', '/dev/null'];
  const child = start(folder, 'containerd', args);
  const database = path.join(root, 'io.containerd.metadata.v1.bolt/meta.db');
  await untilThere(child, folder, () =>
    Promise.resolve(existsSync(socket) && existsSync(database)),
  );
  return { ...daemon(child, socket, { ASSAY_CONTAINERD_ROOT: root }), root };
}

/** Variables of a storage that only this test uses. */
export function podmanStorage(
  folder: string,
  driver: 'vfs' | 'overlay' = 'vfs',
): Record<string, string> {
  mkdirSync(folder, { recursive: true });
  const conf = path.join(folder, 'storage.conf');
  writeFileSync(
    conf,
    `[storage]\ndriver = "${driver}"\ngraphroot = "${folder}/storage"\nrunroot = "${folder}/run"\n`,
  );
  return { CONTAINERS_STORAGE_CONF: conf, PODMAN_IGNORE_CGROUPSV1_WARNING: '1' };
}

export async function startPodman(folder: string): Promise<Daemon> {
  const socket = path.join(folder, 'podman.sock');
  const storage = podmanStorage(folder);
  const child = start(
    folder,
    'podman',
    ['system', 'service', '--time=0', `unix://${socket}`],
    storage,
  );
  await untilThere(child, folder, () => answers(socket));
  return daemon(child, socket, { ...storage, CONTAINER_HOST: `unix://${socket}` });
}

/** Gives an archive to a daemon. @returns what it answers */
export function loadInto(socket: string, archive: Uint8Array): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request(
      { socketPath: socket, path: '/images/load', method: 'POST', headers: { host: 'docker' } },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (piece: string) => (text += piece));
        answer.on('end', () => {
          if (answer.statusCode === 200 && !text.includes('errorDetail')) resolve(text);
          else reject(new Error(`${String(answer.statusCode)} ${text}`));
        });
      },
    );
    call.on('error', reject);
    call.end(archive);
  });
}

function inFolder(folder: string, args: readonly string[]): readonly string[] {
  return args.map((arg) => (arg.startsWith('-') ? arg : path.join(folder, arg)));
}

function start(
  folder: string,
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ChildProcess {
  mkdirSync(folder, { recursive: true });
  const log = openSync(path.join(folder, 'log'), 'a');
  try {
    return spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', log, log] });
  } finally {
    closeSync(log);
  }
}

async function untilThere(
  child: ChildProcess,
  folder: string,
  isThere: () => Promise<boolean>,
): Promise<void> {
  const end = Date.now() + 120_000;
  while (!(await isThere())) {
    if (child.exitCode !== null || Date.now() > end) {
      child.kill('SIGKILL');
      throw new Error(
        `the daemon did not start:\n${readFileSync(path.join(folder, 'log'), 'utf8').slice(-4000)}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const call = request({ socketPath, path: '/_ping' }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    call.on('error', () => resolve(false));
    call.end();
  });
}

function daemon(
  child: ChildProcess,
  socket: string,
  env: Readonly<Record<string, string>>,
): Daemon {
  return {
    socket,
    env,
    async [Symbol.asyncDispose]() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      if (child.exitCode !== null || !child.kill('SIGTERM')) return;
      const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
      await ended;
      clearTimeout(timer);
    },
  };
}
