/** `assay registry use`: leads a client of packages to the registry. */

import { chmod, realpath, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { readBoundedFile } from '../../../../core/base/bounded-file.ts';
import { writeFileAtomically } from '../../../../core/base/cache-directory.ts';
import { AssayError, errorMessage } from '../../../../core/base/errors.ts';
import { isMissing } from '../../../../core/base/exists.ts';
import { makeDirectory } from '../../../../core/base/make-directory.ts';
import { EXIT_CODES } from '../../../../core/model/report/exit-codes.ts';
import type { Environment } from '../../../../core/model/artifact/environment.ts';
import {
  CLIENT_NAMES,
  CLIENTS,
  type ClientName,
} from '../../../../package-registry/clients/client.ts';
import {
  undoClient,
  useClient,
  type ClientChange,
} from '../../../../package-registry/clients/use-client.ts';
import type { CommandModule, Session } from '../command.ts';
import { USE_FLAGS } from './flags.ts';
import { readRegistrySettings } from './registry-options.ts';

/** Configuration files have some KiB. */
const MAX_BYTES = 4 * 1024 * 1024;

export const registryUse: CommandModule = {
  usage: 'CLIENT',
  description:
    'Shows the lines by which a client gets its packages from "assay registry", and writes them with --apply. Clients: npm, pnpm, yarn, yarn-classic (yarn 1), bun, pip, uv and poetry. The lines stand in a marked block of the configuration file of the project in the working directory; for pip in that of the virtual environment or of the user. Lines that contradict them become comments. With --undo the file is again what it was, byte for byte. See docs/registry.md.',
  flags: USE_FLAGS,
  examples: [
    { command: 'assay registry use npm --apply', purpose: 'change the .npmrc of this project' },
    { command: 'assay registry use pip --undo', purpose: 'take the lines out of pip.conf' },
  ],
  run: async (session) => {
    const { flags, args } = session;
    const client = readClient(args);
    const isUndo = flags.isOn('undo');
    if (isUndo && flags.isOn('apply')) {
      throw new AssayError('USAGE', '--apply and --undo exclude each other', {
        hint: 'Leave one of them out; --undo writes the file.',
      });
    }
    const { publicUrl, host, port } = readRegistrySettings(session);
    const shownHost = host.includes(':') ? `[${host}]` : host;
    const url = publicUrl ?? new URL(`http://${shownHost}:${port}/`);
    const path = await fileOf(client, session);
    const text = await textOf(path);
    const file = { name: basename(path), ...(text !== undefined && { text }) };
    const change = isUndo ? undoClient(file) : useClient(client, file, url);
    if (isUndo || flags.isOn('apply')) await write(path, change);
    await session.write(shown(path, change, { isUndo, isApplied: flags.isOn('apply'), text }));
    if (change.others.length > 0) {
      session.context.log.warn(
        `packages still come from elsewhere by ${change.others.map((line) => `"${line}"`).join(', ')}`,
      );
    }
    return EXIT_CODES.pass;
  },
};

function readClient(args: readonly string[]): ClientName {
  const [name, ...more] = args;
  const client = CLIENT_NAMES.find((one) => one === name);
  if (client !== undefined && more.length === 0) return client;
  throw new AssayError(
    'USAGE',
    name === undefined || more.length > 0
      ? `one client is set up, and ${args.length} are given`
      : `"${name}" is no client of the registry`,
    { hint: `Clients: ${CLIENT_NAMES.join(', ')}.` },
  );
}

async function fileOf(client: ClientName, { io }: Session): Promise<string> {
  if (client === 'pip') return pipFile(io.env);
  const { files } = CLIENTS[client];
  for (const name of files) {
    const path = join(io.cwd, name);
    if ((await textOf(path)) !== undefined) return path;
  }
  return join(io.cwd, files.at(-1) ?? '');
}

/**
 * Source: pip, "Configuration": the file of the variable replaces that of the user; a virtual
 * environment has its own.
 */
function pipFile(env: Environment): string {
  const {
    PIP_CONFIG_FILE: named,
    VIRTUAL_ENV: environment,
    XDG_CONFIG_HOME: xdg,
    HOME: home,
  } = env;
  if (named !== undefined && named !== '') return named;
  if (environment !== undefined && environment !== '') return join(environment, 'pip.conf');
  if (xdg !== undefined && xdg !== '') return join(xdg, 'pip', 'pip.conf');
  if (home !== undefined && home !== '') return join(home, '.config', 'pip', 'pip.conf');
  throw new AssayError('USAGE', 'the configuration file of pip is not known', {
    hint: 'Name it in the variable PIP_CONFIG_FILE.',
  });
}

/** Returns the text of a file; `undefined` if there is none. @throws AssayError `ACCESS_DENIED` */
async function textOf(path: string): Promise<string | undefined> {
  let bytes: Buffer;
  try {
    bytes = await readBoundedFile(path, { maxBytes: MAX_BYTES });
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw new AssayError('ACCESS_DENIED', `cannot read "${path}": ${errorMessage(error)}`);
  }
  const text = bytes.toString('utf8');
  if (Buffer.from(text).equals(bytes)) return text;
  throw new AssayError('ACCESS_DENIED', `"${path}" is not in UTF-8 and is left as it is`);
}

/** A symlink stays one, and the file keeps its permissions. */
async function write(path: string, { text }: ClientChange): Promise<void> {
  if (text === undefined) {
    await rm(path, { force: true });
    return;
  }
  const target = await realpath(path).catch(() => path);
  const mode = await stat(target).then(
    (facts) => facts.mode & 0o777,
    () => 0o644,
  );
  await makeDirectory(join(target, '..'));
  await writeFileAtomically(target, Buffer.from(text));
  await chmod(target, mode);
}

function shown(
  path: string,
  { text }: ClientChange,
  done: {
    readonly isUndo: boolean;
    readonly isApplied: boolean;
    readonly text: string | undefined;
  },
): string {
  if (done.isUndo) {
    if (text === done.text) return `${path}: it has no lines of the registry\n`;
    return `${path}: ${text === undefined ? 'removed' : 'as it was before'}\n`;
  }
  if (done.isApplied) return `${path}: changed; take it back with --undo\n`;
  return `${path} with --apply:\n\n${text ?? ''}`;
}
