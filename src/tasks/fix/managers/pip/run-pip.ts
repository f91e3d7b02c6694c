/**
 * Runs pip in a copy, so that it resolves requirements and installs nothing.
 *
 * Source: pip documentation, "pip install" (`--dry-run`, `--report`, `--only-binary`),
 * "Installation Report"; Python documentation, "Audit events table" (`subprocess.Popen`, `os.exec`,
 * `os.posix_spawn`, `os.fork`).
 *
 * A package of an index can depend on an address, which pip builds even with wheels only. Therefore
 * the interpreter refuses to start programs.
 */

import { join } from 'node:path';

import type { Context } from '../../../../core/base/context.ts';
import { AssayError } from '../../../../core/base/errors.ts';
import {
  isJsonArray,
  isJsonObject,
  readJson,
  readStrings,
} from '../../../../formats/text/json/json.ts';
import type { Environment } from '../../../../core/model/artifact/environment.ts';
import { normalizePythonName } from '../../../../core/model/package/python-name.ts';
import type { ProjectCopy } from '../../copy.ts';
import { managerEnvironment, runManager } from '../../run-manager.ts';

/** A package that pip would install. */
export interface ResolvedPackage {
  /** In the normal form. */
  readonly name: string;
  readonly version: string;
  /** SHA-256 of its wheel in hexadecimal digits; absent if pip does not know it. */
  readonly sha256?: string;
}

/**
 * The directory in which pip runs, with its requirements files, must not be a place of modules. The
 * dynamic linker of musl is asked for its version by pip itself.
 */
const SCRIPT = `import sys
sys.path = [path for path in sys.path if path]
STARTS = {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.forkpty", "pty.spawn"}
def refuse(event, args):
    if event in STARTS and not str(args[0] if args else "").startswith("/lib/ld-musl-"):
        raise PermissionError("assay fix lets pip start no program: " + str(args[0] if args else event))
sys.addaudithook(refuse)
import runpy
runpy.run_module("pip", run_name="__main__", alter_sys=True)
`;

const OWN = /^(?:PIP_|PYENV_|VIRTUAL_ENV$|NETRC$|REQUESTS_CA_BUNDLE$|CURL_CA_BUNDLE$)/u;
/** Variables that would install, build or write elsewhere. */
const WITHOUT =
  /^PIP_(?:REQUIREMENT|CONSTRAINT|BUILD_CONSTRAINT|EDITABLE|TARGET|PREFIX|ROOT|USER|SRC|NO_BINARY|ONLY_BINARY|REPORT|LOG|PYTHON|QUIET|VERBOSE|DRY_RUN|REQUIRE_VIRTUALENV)$/u;
const REPORT = 'assay-report.json';

/** Resolves one requirements file of a copy. @throws AssayError as `runManager` */
export async function resolveRequirements(
  copy: ProjectCopy,
  { path, env }: { readonly path: string; readonly env: Environment },
  context: Context,
): Promise<readonly ResolvedPackage[]> {
  const report = join(copy.folder, REPORT);
  const flags = ['--dry-run', '--ignore-installed', '--only-binary', ':all:', '--no-input'];
  const quiet = ['--disable-pip-version-check', '--no-color', '--progress-bar', 'off'];
  const files = ['--report', report, '--requirement', join(copy.folder, path)];
  const own = managerEnvironment(env, (name) => OWN.test(name) && !WITHOUT.test(name), {
    PYTHONDONTWRITEBYTECODE: '1',
  });
  try {
    await runManager(
      {
        command: ['python3', '-c', SCRIPT, 'install', ...flags, ...quiet, ...files],
        folder: copy.folder,
        env: own,
      },
      context,
    );
  } catch (error) {
    throw shortened(error);
  }
  const bytes = await copy.read(REPORT);
  const { install } = bytes === undefined ? {} : readJson(REPORT, bytes);
  if (!isJsonArray(install)) {
    throw new AssayError('USAGE', 'pip wrote no report', { hint: 'Install pip 22.2 or newer.' });
  }
  return install.flatMap((row): readonly ResolvedPackage[] => {
    if (!isJsonObject(row)) return [];
    const { name, version } = readStrings(row['metadata'], ['name', 'version']);
    const info = isJsonObject(row['download_info'])
      ? row['download_info']['archive_info']
      : undefined;
    const hashes = isJsonObject(info) ? info['hashes'] : undefined;
    const { sha256 } = readStrings(hashes, ['sha256']);
    if (name === undefined || version === undefined) return [];
    return [{ name: normalizePythonName(name), version, ...(sha256 !== undefined && { sha256 }) }];
  });
}

/** The command has the script in it, which helps no reader. */
function shortened(error: unknown): unknown {
  if (!(error instanceof AssayError)) return error;
  const message = error.message.replace(/^python3 -c [^]*?runpy\.run_module[^\n]*\n/u, 'pip');
  const { hint } = error;
  return new AssayError(error.code, message, { ...(hint !== undefined && { hint }), cause: error });
}
