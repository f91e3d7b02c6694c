/**
 * Runs go in a copy, so that it changes `go.mod` and `go.sum` and nothing else.
 *
 * Source: `go help environment`, `go help mod`, "Go Toolchains" (`GOTOOLCHAIN=local`: no other
 * toolchain is downloaded or run). The file that `go env -w` writes is the user's own; the
 * variables below win over it.
 */

import { join } from 'node:path';

import type { Context } from '../../../../core/base/context.ts';
import { readConfigurationFile } from '../../../../clients/package-index/configuration-files.ts';
import type { Environment } from '../../../../core/model/artifact/environment.ts';
import { managerEnvironment, runManager } from '../../run-manager.ts';

/**
 * The user's own settings: which proxies and checksum databases are asked, and where modules are
 * cached.
 */
const OWN: ReadonlySet<string> = new Set([
  ...['GOPROXY', 'GOSUMDB', 'GONOSUMDB', 'GONOSUMCHECK', 'GONOPROXY', 'GOPRIVATE', 'GOINSECURE'],
  ...['GOVCS', 'GOAUTH', 'GOENV', 'GOPATH', 'GOMODCACHE', 'GOCACHE', 'GOROOT', 'NETRC'],
  ...['SSH_AUTH_SOCK', 'GIT_SSH', 'GIT_SSH_COMMAND', 'GIT_ASKPASS'],
]);

const SETTINGS = {
  GOFLAGS: '-mod=mod',
  GOTOOLCHAIN: 'local',
  GOWORK: 'off',
  GO111MODULE: 'on',
  CGO_ENABLED: '0',
  GIT_TERMINAL_PROMPT: '0',
} as const;

/** Runs `go` with arguments, and returns its standard output. @throws AssayError as `runManager` */
export async function runGo(
  args: readonly string[],
  { folder, env }: { readonly folder: string; readonly env: Environment },
  context: Context,
): Promise<string> {
  const own = managerEnvironment(env, (name) => OWN.has(name), SETTINGS);
  return (await runManager({ command: ['go', ...args], folder, env: own }, context)).stdout;
}

/** Returns what is asked for modules, as the user configured it. */
export async function goProxies(env: Environment): Promise<readonly string[]> {
  const text = env['GOPROXY'] || (await valueInFile(env)) || 'the default proxy of go';
  return text.split(/[,|]/u).filter((one) => one !== '' && one !== 'off');
}

async function valueInFile(env: Environment): Promise<string | undefined> {
  const config = env['XDG_CONFIG_HOME'] || join(env['HOME'] ?? '/', '.config');
  const file = env['GOENV'] || join(config, 'go', 'env');
  if (file === 'off') return undefined;
  const text = (await readConfigurationFile(file)) ?? '';
  return /^GOPROXY=(?<value>.*)$/mu.exec(text)?.groups?.['value']?.trim();
}
