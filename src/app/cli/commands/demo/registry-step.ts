/**
 * The step of the demonstration that runs the package registry on loopback, with a stub behind it
 * and npm in front of it.
 */

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { errnoOf } from '../../../../core/base/errors.ts';
import type { Io } from '../../../../core/base/io.ts';
import type { CommitsStepOptions } from './commits-step.ts';
import { startStubUplink, type StubUplink } from './stub-uplink.ts';

const FOLDER = 'registry';
const CONFIG = 'registry.yaml';
const THIEF = 'assay-demo-thief';
const GOOD = 'minimist';
/** The version that is neither vulnerable nor too young on the day of the demonstration. */
const GOOD_VERSION = '1.2.6';
const PACKAGES = {
  [THIEF]: { '1.0.0': '2024-12-01T00:00:00.000Z' },
  [GOOD]: {
    '1.2.5': '2020-03-12T00:00:00.000Z',
    [GOOD_VERSION]: '2022-03-21T00:00:00.000Z',
    '1.2.7': '2025-01-14T00:00:00.000Z',
  },
};
const RULES = [
  'registry:',
  '  ecosystems: [npm]',
  '  rules:',
  '    - vulnerabilities: high',
  '    - min-age: 3d',
];
/** What the registry answers, in the words that reach people. */
const REFUSED = `${THIEF}: no version is allowed; 1 version hidden: 1.0.0: it is known to be malicious (MAL-0000-assay-demo)`;
const NOTICE = `${GOOD}: 1 newer version hidden: 1.2.7: it is 24 hours old, and 3 days are required`;
/** An npm takes half a second, and more on a busy machine. */
const NPM_TIMEOUT_MS = 60_000;

/**
 * Is refused a malicious package, and gets the newest good version of another. @throws Error if the
 * registry answers otherwise
 */
export async function registryStep(options: CommitsStepOptions): Promise<void> {
  const { say, session } = options;
  await say(
    '',
    '21. A package registry that decides. A stub stands for the one behind it, and',
    '   assay.yaml says',
    '',
    ...RULES.map((line) => `      ${line}`),
    '',
  );
  const { fetch } = session.context;
  if (fetch === undefined) {
    await say('   This step needs connections within this machine; --offline opens none.');
    return;
  }
  const place = path.join(options.folder, FOLDER);
  // What an earlier run has stored there would be served.
  await rm(place, { recursive: true, force: true });
  await mkdir(path.join(place, 'app'), { recursive: true });
  await writeFile(path.join(place, CONFIG), `${RULES.join('\n')}\n`);
  await using stub = await stubOrNone(fetch);
  if (stub === undefined) {
    await say('   This step needs the address 127.0.0.1, which cannot be reached here.');
    return;
  }
  await say('   $ assay registry --uplink http://127.0.0.1:PORT/');
  await whileServing(stub.url, { place, options }, async (url) => {
    if (!(await showNpm(url, { place, options }))) await showAnswers(url, fetch, options);
  });
  await say('', '   What else is hidden, and why: assay registry why NAME');
}

/** Returns `undefined` if the machine has no loopback that can be used, as in some sandboxes. */
async function stubOrNone(fetch: typeof globalThis.fetch): Promise<StubUplink | undefined> {
  const stub = await startStubUplink(PACKAGES).catch(() => undefined);
  if (stub === undefined) return undefined;
  try {
    await (await fetch(`${stub.url}${GOOD}`)).arrayBuffer();
    return stub;
  } catch {
    await stub[Symbol.asyncDispose]();
    return undefined;
  }
}

/** Where the step works. */
interface Place {
  /** The directory of the step. */
  readonly place: string;
  readonly options: CommitsStepOptions;
}

/** Runs the registry in front of an uplink until `work` is done. */
async function whileServing(
  uplink: string,
  { place, options: { folder, asOf, session } }: Place,
  work: (url: string) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  let text = '';
  let ready: (url: string) => void = () => undefined;
  const address = new Promise<string>((resolve) => (ready = resolve));
  const stderr: Io['stderr'] = {
    isTTY: false,
    write(more, done) {
      text += more;
      const url = /^registry: (?<url>\S+)$/mu.exec(text)?.groups?.['url'];
      if (url !== undefined) ready(url);
      done?.();
      return true;
    },
  };
  const where = ['--listen', '127.0.0.1:0', '--uplink', uplink, '--data', path.join(place, 'data')];
  const base = ['--cache-dir', path.join(folder, 'cache'), '--skip-db-update', '--as-of', asOf];
  const running = session.run(
    ['registry', ...where, ...base, '--config', path.join(place, CONFIG), '--quiet'],
    // Neither the user's configuration of npm nor a trust file nearby counts.
    { cwd: place, env: npmEnvironment(uplink, place, session.io.env), stderr, signal: stop.signal },
  );
  const ended = running.then((exitCode): never => {
    throw new Error(`the registry ended with ${exitCode}: ${text}`);
  });
  try {
    await Promise.race([address.then(work), ended]);
  } catch (error) {
    session.context.signal.throwIfAborted();
    throw error;
  } finally {
    stop.abort();
    await ended.catch(() => undefined);
  }
}

/**
 * Installs both packages. Returns `false`, and says why, if there is no npm or if it cannot be
 * used. @throws Error if the bad one is installed
 */
async function showNpm(url: string, { place, options }: Place): Promise<boolean> {
  const { say, narrowed, session } = options;
  const env = npmEnvironment(url, place, session.io.env);
  const run = (name: string): Promise<NpmOutcome> =>
    runNpm(name, { cwd: path.join(place, 'app'), env, signal: session.context.signal });
  const bad = await run(THIEF);
  if (bad.isMissing) {
    await say('   This machine has no npm, so what it would ask for is asked without it:');
    return false;
  }
  if (bad.exitCode === 0) throw new Error(`npm installed ${THIEF}: ${bad.text}`);
  const good = await run(GOOD);
  session.context.signal.throwIfAborted();
  const installed = await installedVersion(path.join(place, 'app'));
  const isUsable = bad.text.includes(REFUSED) && good.text.includes(NOTICE);
  if (!isUsable || good.exitCode !== 0 || installed === undefined) {
    await say('   The npm of this machine does not install here, so it is asked without it:');
    return false;
  }
  if (installed !== GOOD_VERSION) throw new Error(`npm installed ${GOOD} ${installed}`);
  await say(
    '',
    `   $ npm install ${THIEF}`,
    ...narrowed(`403 ${REFUSED}`),
    `   exit code ${bad.exitCode}`,
    '',
    `   $ npm install ${GOOD}`,
    ...narrowed(`notice ${NOTICE}`),
    `   installed: ${GOOD} ${installed}`,
    `   exit code ${good.exitCode}`,
  );
  return true;
}

/** The end of an npm. */
interface NpmOutcome {
  readonly isMissing: boolean;
  readonly exitCode: number;
  readonly text: string;
}

function runNpm(
  name: string,
  { cwd, ...how }: Pick<Io, 'cwd' | 'env'> & { readonly signal: AbortSignal },
): Promise<NpmOutcome> {
  if (how.env['PATH'] === undefined) {
    return Promise.resolve({ isMissing: true, exitCode: -1, text: '' });
  }
  // With the prefix, no project of a directory above is changed.
  const args = ['install', name, '--prefix', cwd];
  const limits = { timeout: NPM_TIMEOUT_MS, encoding: 'utf8' } as const;
  return new Promise((resolve) => {
    const child = execFile('npm', args, { cwd, ...how, ...limits }, (error, stdout, stderr) => {
      const isMissing = errnoOf(error) === 'ENOENT' || errnoOf(error) === 'EACCES';
      const text = `${stdout}${stderr}`.replaceAll(/\s+/gu, ' ');
      resolve({ isMissing, exitCode: error === null ? 0 : (child.exitCode ?? -1), text });
    });
  });
}

/**
 * The environment of a program that installs from a registry, with all of its own files in the
 * directory of the step.
 */
function npmEnvironment(registry: string, place: string, { PATH }: Io['env']): Io['env'] {
  return {
    ...(PATH !== undefined && { PATH }),
    HOME: place,
    npm_config_registry: registry,
    npm_config_cache: path.join(place, 'npm-cache'),
    npm_config_userconfig: path.join(place, 'npmrc'),
    npm_config_globalconfig: path.join(place, 'global-npmrc'),
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_ignore_scripts: 'true',
    npm_config_update_notifier: 'false',
    npm_config_fetch_retries: '0',
  };
}

async function installedVersion(folder: string): Promise<string | undefined> {
  try {
    const file = path.join(folder, 'node_modules', GOOD, 'package.json');
    return (JSON.parse(await readFile(file, 'utf8')) as { version: string }).version;
  } catch {
    return undefined;
  }
}

/**
 * Requests what npm requests. @throws Error if the registry serves the bad package, or not the good
 * version
 */
async function showAnswers(
  url: string,
  fetch: typeof globalThis.fetch,
  { say, narrowed }: CommitsStepOptions,
): Promise<void> {
  const get = async (target: string): Promise<{ readonly text: string; readonly body: Buffer }> => {
    const answer = await fetch(`${url}${target}`);
    const { status, statusText } = answer;
    return {
      text: `${status} ${status === 403 ? statusText : ''}`.trim(),
      body: Buffer.from(await answer.arrayBuffer()),
    };
  };
  const expected = (target: string, got: string, wanted: string): void => {
    if (got !== wanted) throw new Error(`the registry answered ${target} with ${got}`);
  };
  const bad = await get(THIEF);
  expected(THIEF, bad.text, `403 ${REFUSED}`);
  const latest = await get(`${GOOD}/latest`);
  const { version, dist } = JSON.parse(latest.body.toString()) as {
    readonly version: string;
    readonly dist: { readonly integrity: string };
  };
  expected(`${GOOD}/latest`, `${latest.text} ${version}`, `200 ${GOOD_VERSION}`);
  const target = `${GOOD}/-/${GOOD}-${version}.tgz`;
  const file = await get(target);
  const integrity = `sha512-${createHash('sha512').update(file.body).digest('base64')}`;
  expected(target, `${file.text} ${integrity}`, `200 ${dist.integrity}`);
  await say(
    '',
    `   GET /${THIEF}`,
    ...narrowed(bad.text),
    '',
    `   GET /${GOOD}/latest`,
    `   200 ${GOOD} ${version}`,
    '',
    `   GET /${target}`,
    '   200, with the digest of the document',
  );
}
