/**
 * `assay registry` on loopback: a stored file beside nginx, a stored document beside verdaccio, first
 * installations beside the registry behind it, and memory over many requests.
 *
 * Servers are compared by their CPU time for a request, which depends less on what else the machine
 * does than wall time; `ab` of Apache sends the requests over 16 kept connections.
 */

import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

import { startNpmUplink, uplinkTarball, type NpmUplink } from '../test/support/npm-uplink.ts';
import { freePort } from '../test/support/free-port.ts';
import { startRegistryProcess, type RegistryProcess } from '../test/support/registry-process.ts';
import { missingTool } from '../test/support/tools.ts';
import { medianOf, type Bench } from './measure.ts';

const CONNECTIONS = 16;
const REQUESTS = 20_000;
/** npm opens as many connections to a registry. */
const CLIENT_CONNECTIONS = 15;
const PACKAGE = 'stored';
const VERSIONS = 200;
/** Numbers in the file that is served; each is some two bytes of it. */
const FILE_NUMBERS = 50_000;
const COLD_PACKAGES = 300;
const UPLINK_DELAY_MS = 50;
const MEMORY_REQUESTS = 100_000;
/** Memory is looked at this often meanwhile. */
const MEMORY_SAMPLES = 10;
/** Memory is not the same after each collection of garbage. */
const SAME_MEMORY = 1.1;

interface RegistryBench {
  readonly assay: string;
  readonly folder: string;
  readonly rounds: number;
  /** A folder in which `verdaccio` is installed below `verdaccio/`. */
  readonly peers: string | undefined;
}

/** Measures the registry; empty, with the reason on standard error, where `ab` is missing. */
export async function packageRegistry(bench: RegistryBench): Promise<readonly Bench[]> {
  if (missingTool('ab') !== undefined) {
    console.error('registry: not measured, because this is missing: ab (apache2-utils)');
    return [];
  }
  const uplink = await startNpmUplink();
  fill(uplink);
  try {
    return [...(await cached(bench, uplink)), await cold(bench, uplink)];
  } finally {
    await uplink[Symbol.asyncDispose]();
  }
}

function fill(uplink: NpmUplink): void {
  const time = '2024-01-01T00:00:00.000Z';
  const manifest = { description: 'x'.repeat(400), dependencies: { a: '1', b: '2', c: '3' } };
  // Digits that hardly compress, so that the file has about its size.
  let state = 1;
  const digits = Array.from({ length: FILE_NUMBERS }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return (state % 0xffff).toString(16);
  });
  const file = uplinkTarball(PACKAGE, '1.0.0', { 'data.txt': digits.join('') });
  const rows = Array.from({ length: VERSIONS }, (_, at) => {
    const version = `1.${at}.0`;
    return [version, { time, manifest, ...(at === 0 && { file }) }] as const;
  });
  uplink.packages.set(PACKAGE, { versions: Object.fromEntries(rows) });
  for (let at = 0; at < COLD_PACKAGES; at += 1) {
    uplink.packages.set(`cold-${at}`, { versions: { '1.0.0': { time, manifest } } });
  }
}

/** A document and a file that were fetched before. */
async function cached(bench: RegistryBench, uplink: NpmUplink): Promise<readonly Bench[]> {
  const ours = await startAssay(bench, uplink, 'cached');
  const peers: RegistryProcess[] = [];
  try {
    const document = `${ours.url}${PACKAGE}`;
    const file = `${ours.url}${PACKAGE}/-/${PACKAGE}-1.0.0.tgz`;
    const bytes = await bodyOf(file);
    await bodyOf(document);
    const benches: Bench[] = [];
    if (missingTool('nginx') === undefined) {
      const nginx = await startNginx(bench.folder, bytes);
      peers.push(nginx);
      benches.push(
        await beside(bench, `a stored file of ${bytes.length >> 10} KiB`, 3, [
          { of: 'nginx', served: ours, target: file },
          { of: 'nginx', served: nginx, target: `${nginx.url}file.tgz` },
        ]),
      );
    } else console.error('registry: no file is compared, because this is missing: nginx');
    const verdaccio = path.join(bench.peers ?? '', 'verdaccio/node_modules/.bin/verdaccio');
    if (bench.peers !== undefined && existsSync(verdaccio)) {
      const peer = await startVerdaccio(verdaccio, bench.folder, uplink);
      peers.push(peer);
      await bodyOf(`${peer.url}${PACKAGE}`);
      benches.push(
        await beside(bench, `a stored document of ${VERSIONS} versions`, 0.7, [
          { of: 'verdaccio', served: ours, target: document },
          { of: 'verdaccio', served: peer, target: `${peer.url}${PACKAGE}` },
        ]),
      );
    } else console.error('registry: no document is compared: name --peers with verdaccio/');
    return [...benches, await memory(ours, document)];
  } finally {
    for (const { child } of [ours, ...peers]) await end(child);
  }
}

/** One of two servers that are asked in turns. */
interface Side {
  readonly of: string;
  readonly served: RegistryProcess;
  readonly target: string;
}

async function beside(
  { rounds }: RegistryBench,
  what: string,
  target: number,
  [ours, peer]: readonly [Side, Side],
): Promise<Bench> {
  const cost = async ({ served, target: url }: Side, count = REQUESTS): Promise<number> => {
    const before = cpuMs(served.child.pid);
    await send(url, count);
    return ((cpuMs(served.child.pid) - before) * 1000) / count;
  };
  // A peer may be some fifty times slower.
  const peerCount = peer.of === 'verdaccio' ? REQUESTS / 20 : REQUESTS;
  await cost(ours);
  const pairs: (readonly [number, number])[] = [];
  for (let round = 0; round < rounds; round += 1) {
    pairs.push([await cost(ours), await cost(peer, peerCount)]);
  }
  return {
    bench: `package registry, ${what}`,
    of: `CPU of \`assay registry\` / CPU of ${peer.of}, for a request`,
    ratio: medianOf(pairs.map(([a, b]) => a / b)),
    target,
    detail: {
      assayMicroseconds: medianOf(pairs.map(([a]) => a)),
      peerMicroseconds: medianOf(pairs.map(([, b]) => b)),
    },
  };
}

/** The least memory during many requests, and during as many more: garbage that waits is no growth. */
async function memory({ child }: RegistryProcess, url: string): Promise<Bench> {
  const least = async (): Promise<number> => {
    const samples: number[] = [];
    for (let at = 0; at < MEMORY_SAMPLES; at += 1) {
      await send(url, MEMORY_REQUESTS / MEMORY_SAMPLES);
      samples.push(rssMib(child.pid));
    }
    return Math.min(...samples);
  };
  const first = await least();
  const last = await least();
  return {
    bench: `package registry, memory over ${MEMORY_REQUESTS} requests`,
    of: 'least memory during them / least memory during as many before',
    ratio: last / first,
    target: SAME_MEMORY,
    detail: { firstMib: first, lastMib: last },
  };
}

/** Documents and files of packages that nobody has asked for, as an installation fetches them. */
async function cold(bench: RegistryBench, uplink: NpmUplink): Promise<Bench> {
  uplink.intercept = (_request, response) => {
    // The answer is made now and sent later.
    const finish = response.end.bind(response);
    response.end = ((...args: Parameters<typeof finish>) => {
      setTimeout(() => finish(...args), UPLINK_DELAY_MS);
      return response;
    }) as typeof response.end;
    return false;
  };
  const directMs: number[] = [];
  const throughMs: number[] = [];
  let cpu = NaN;
  for (let round = 0; round < bench.rounds; round += 1) {
    directMs.push(await install(uplink.url));
    const ours = await startAssay(bench, uplink, `cold-${round}`);
    const before = cpuMs(ours.child.pid);
    throughMs.push(await install(ours.url));
    cpu = cpuMs(ours.child.pid) - before;
    await end(ours.child);
  }
  uplink.intercept = undefined;
  return {
    bench: `package registry, ${COLD_PACKAGES} packages that are not stored`,
    of: `wall through \`assay registry\` / wall from its uplink, which answers after ${UPLINK_DELAY_MS} ms`,
    ratio: medianOf(throughMs) / medianOf(directMs),
    target: 1.1,
    detail: { throughMs: medianOf(throughMs), directMs: medianOf(directMs), cpuMs: cpu },
  };
}

/** Fetches all packages over a few connections; returns the milliseconds. */
async function install(url: string): Promise<number> {
  const names = Array.from({ length: COLD_PACKAGES }, (_, at) => `cold-${at}`);
  const startedAt = performance.now();
  const worker = async (): Promise<void> => {
    for (let name = names.pop(); name !== undefined; name = names.pop()) {
      const document = await bodyOf(`${url}${name}`);
      const { versions } = JSON.parse(document.toString()) as {
        versions: Record<string, { dist: { tarball: string } }>;
      };
      await bodyOf(versions['1.0.0']?.dist.tarball ?? '');
    }
  };
  await Promise.all(Array.from({ length: CLIENT_CONNECTIONS }, worker));
  return performance.now() - startedAt;
}

async function bodyOf(url: string): Promise<Buffer> {
  const answer = await fetch(url);
  const body = Buffer.from(await answer.arrayBuffer());
  if (!answer.ok) throw new Error(`${url}: status ${answer.status}`);
  return body;
}

const run = promisify(execFile);

/** The uplink in this process must be able to answer meanwhile. @throws Error if an answer is no success */
async function send(url: string, count: number): Promise<void> {
  const args = ['-k', '-q', '-c', String(CONNECTIONS), '-n', String(count), url];
  const { stdout } = await run('ab', args);
  const failed = /^Non-2xx responses:|^Failed requests: +[1-9]/mu.exec(stdout);
  if (failed !== null) throw new Error(`${url}: ${failed[0]}`);
}

async function startAssay(
  { assay, folder }: RegistryBench,
  uplink: NpmUplink,
  name: string,
): Promise<RegistryProcess> {
  const home = path.join(folder, `registry-${name}`);
  mkdirSync(home, { recursive: true });
  // More requests than a client may send by default.
  writeFileSync(
    path.join(home, 'assay.yaml'),
    'registry: { limits: { requests-per-minute: 100000000 } }',
  );
  return startRegistryProcess(assay, { home, data: path.join(home, 'data'), uplink: uplink.url });
}

async function startNginx(folder: string, file: Buffer): Promise<RegistryProcess> {
  const root = path.join(folder, 'nginx');
  mkdirSync(path.join(root, 'files'), { recursive: true });
  writeFileSync(path.join(root, 'files/file.tgz'), file);
  const port = await freePort();
  const config = `daemon off; worker_processes 1; pid ${root}/pid; error_log ${root}/error.log;
    events {}
    http {
      access_log ${root}/access.log; sendfile on; keepalive_requests 1000000;
      client_body_temp_path ${root}/body; proxy_temp_path ${root}/proxy; fastcgi_temp_path ${root}/fastcgi;
      uwsgi_temp_path ${root}/uwsgi; scgi_temp_path ${root}/scgi;
      server { listen 127.0.0.1:${port}; root ${root}/files; }
    }`;
  writeFileSync(path.join(root, 'nginx.conf'), config);
  const args = ['-p', root, '-c', path.join(root, 'nginx.conf'), '-g', 'user root;'];
  return answering(spawn('nginx', args, { stdio: 'ignore' }), port, 'file.tgz');
}

async function startVerdaccio(
  program: string,
  folder: string,
  uplink: NpmUplink,
): Promise<RegistryProcess> {
  const root = path.join(folder, 'verdaccio');
  mkdirSync(root, { recursive: true });
  const port = await freePort();
  const config = {
    storage: path.join(root, 'storage'),
    uplinks: { up: { url: uplink.url, maxage: '1h' } },
    packages: { '**': { access: '$all', proxy: 'up' } },
    log: { type: 'stdout', format: 'json', level: 'error' },
  };
  // A file of JSON is one of YAML, too.
  writeFileSync(path.join(root, 'config.yaml'), JSON.stringify(config));
  const args = [program, '--config', path.join(root, 'config.yaml')];
  const child = spawn(process.execPath, [...args, '--listen', `127.0.0.1:${port}`], {
    stdio: 'ignore',
    env: { PATH: process.env['PATH'], HOME: root },
  });
  return answering(child, port, '-/ping');
}

const START_MS = 30_000;
const WAIT_MS = 50;

async function answering(
  child: ChildProcess,
  port: number,
  probe: string,
): Promise<RegistryProcess> {
  const url = `http://127.0.0.1:${port}/`;
  for (let waited = 0; waited < START_MS; waited += WAIT_MS) {
    const isUp = await fetch(`${url}${probe}`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return { url, child };
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
  }
  child.kill();
  throw new Error(`no answer at ${url}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const closed = once(child, 'exit');
  child.kill('SIGTERM');
  await closed;
}

const TICK_MS = 10;

/** CPU time of a process and its children so far. Source: proc(5), `/proc/PID/stat`. */
function cpuMs(pid = 0): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name of the program, in brackets, may contain spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const own = (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  const below = children === '' ? [] : children.split(' ').map(Number);
  return below.reduce((sum, child) => sum + cpuMs(child), own);
}

function rssMib(pid = 0): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(?<kib>\d+)/mu.exec(status)?.groups?.['kib']) / 1024;
}
