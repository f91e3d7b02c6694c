/** Files about secrets, as `--secret-config` names them or the working directory has them. */

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

import { readBoundedFile } from '../../../../core/base/bounded-file.ts';
import { AssayError, errorMessage } from '../../../../core/base/errors.ts';
import { isMissing } from '../../../../core/base/exists.ts';
import { readsImplicitFiles } from '../../../config/implicit-config.ts';
import {
  joinSecretSettings,
  readGitleaksIgnore,
  readSecretFile,
} from '../../../config/secret-settings.ts';
import {
  NO_SECRET_SETTINGS,
  type SecretSettings,
} from '../../../../core/model/rule/secret-settings.ts';
import type { RunRequest } from '../../../../scan/pipeline/run-scan.ts';
import type { Session } from '../../commands/command.ts';

const FLAG = 'secret-config';
const TRIVY_FILE = 'trivy-secret.yaml';
/** Read where no flag names another file and no configuration is named. */
const USUAL_FILES = ['assay-secrets.yaml', TRIVY_FILE, '.gitleaks.toml'];
const IGNORE_FILE = '.gitleaksignore';
const MAX_BYTES = 4 * 1024 * 1024;

/** Adds the settings about secrets to a request. @throws AssayError `CONFIG_INVALID` */
export async function withSecretSettings(
  session: Session,
  request: RunRequest,
): Promise<RunRequest> {
  if (request.detectorSettings?.secrets !== undefined) return request;
  const { flags, io } = session;
  const named = flags.all(FLAG);
  const isThere = (path: string): boolean => existsSync(resolve(io.cwd, path));
  const isImplicit = readsImplicitFiles(flags);
  const usual = isImplicit && named.length === 0 ? USUAL_FILES.filter(isThere) : [];
  const ignoring = isImplicit && isThere(IGNORE_FILE) ? [IGNORE_FILE] : [];
  const files = [...named.filter((path) => isThere(path) || !isDefault(session, path)), ...usual];
  if (files.length + ignoring.length === 0) return request;
  const all: SecretSettings[] = [];
  for (const path of files) all.push(readSecretFile(path, await bytesOf(session, path)));
  for (const path of ignoring) {
    const ignored = readGitleaksIgnore(path, await bytesOf(session, path));
    all.push({ ...NO_SECRET_SETTINGS, ignored });
  }
  const implicit = [...usual, ...ignoring].map((path) => ({
    ...{ path, kind: 'configuration' as const },
    settings: [{ name: FLAG, where: `${path}:1` }],
  }));
  const { policy } = request;
  return {
    ...request,
    detectorSettings: { ...request.detectorSettings, secrets: joinSecretSettings(all) },
    ...(implicit.length > 0 && {
      policy: { ...policy, implicit: [...(policy?.implicit ?? []), ...implicit] },
    }),
  };
}

/** A `trivy.yaml` that trivy has generated names the file that trivy reads if it is there. */
function isDefault({ flags }: Session, path: string): boolean {
  const from = flags.from(FLAG);
  return path === TRIVY_FILE && (from === 'trivy.yaml' || from === 'TRIVY');
}

/** A file that was only found must lie in the working directory. */
async function bytesOf({ io, flags }: Session, path: string): Promise<Uint8Array> {
  const isNamed = flags.all(FLAG).includes(path);
  try {
    return await readBoundedFile(resolve(io.cwd, path), {
      maxBytes: MAX_BYTES,
      ...(isNamed ? {} : { within: io.cwd }),
    });
  } catch (error) {
    if (error instanceof AssayError) throw error;
    if (isMissing(error)) {
      throw new AssayError('CONFIG_INVALID', `there is no file "${path}"`, {
        hint: 'Check the path of --secret-config.',
      });
    }
    throw new AssayError('CONFIG_INVALID', `cannot read "${path}": ${errorMessage(error)}`, {
      cause: error,
    });
  }
}
